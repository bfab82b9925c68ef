"""Who asks the FHIR facade: by token or session, within which limits, in which format; and how it is refused.

Every refusal is an OperationOutcome with FHIR's status, whose words hold ids and codes only.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError
from ninja.utils import check_csrf

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.scopes import scope_of
from careloom.chart.parameters import PARAMETERS
from careloom.errors import CareloomError, InputError, NotLicensed, TooOften
from careloom.store.once import reading
from careloom.store.shelf import Shown
from careloom.store.tokens import Token
from careloom.web import windows
from careloom.web.limits import Counting, holder, must_hold, retry_after
from careloom.web.signed_in import person_of
from careloom.web.views.guard import FORM_NEEDS, NEEDS, allow
from careloom.web.views.problems import RETRY, status_of
from careloom.web.whence import note_refusal

JSON = "application/fhir+json"
# What `_format` and Accept may say (FHIR R4, http.html#mime-type).
FORMATS = ("json", JSON, "application/json", "text/json", "application/json+fhir")
# What their parameter fhirVersion may say.
VERSIONS = ("4.0", "4.0.1")
View = Callable[..., HttpResponse]
ISSUES = {
    304: "informational",
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    410: "deleted",
    429: "throttled",
    503: "transient",
}


class Instead(Exception):
    """What is answered instead, with its status and words of ours."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def outcome(status: int, words: str) -> HttpResponse:
    """An OperationOutcome with one issue; `words` hold ids and codes only."""
    issue = {"severity": "error", "code": ISSUES.get(status, "exception"), "diagnostics": words}
    return answer_of({"resourceType": "OperationOutcome", "issue": [issue]}, status)


def answer_of(said: object, status: int = 200) -> HttpResponse:
    """FHIR's JSON of a resource."""
    return HttpResponse(orjson.dumps(said), status=status, content_type=f"{JSON}; charset=utf-8")


def guarded(methods: Sequence[str]) -> Callable[[View], View]:
    """A view for whoever may see patients, by token or session, whose refusals are outcomes."""

    def guarding(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def through(request: HttpRequest, **address: str) -> HttpResponse:
            counting: Counting | None = None
            try:
                if request.method not in methods:
                    raise Instead(405, "this server reads and searches")
                held, counting = _who(request)
                must_be_readable(request)
                with reading():
                    asking = Asking(allow(request, Permission.SEE), held, counting)
                    answer = view(request, asking, **address)
                counting()
            except Exception as error:
                return refused(request, _counted(counting, error))
            return answer

        setattr(through, NEEDS, Permission.SEE)
        setattr(through, FORM_NEEDS, Permission.SEE)
        return through

    return guarding


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, the token by which she does (None: her session), and what counts the request."""

    who: Reviewer
    held: Token | None
    counting: Counting

    def must_reach(self, operation: str) -> None:
        """Raises NotLicensed where the token's scopes don't."""
        if self.held is not None:
            must_hold(self.held, operation)

    def reaches(self, shown: Shown) -> bool:
        """Whether they do reach a resource that would come along with what was asked for."""
        return self.held is None or scope_of(f"GET /fhir/{shown.kind}") in self.held.scopes


def _who(request: HttpRequest) -> tuple[Token | None, Counting]:
    """The token that asks, or None for a person by her session. Raises AuthenticationError, NotLicensed, TooOften."""
    said = request.META.get("HTTP_AUTHORIZATION", "")
    if said:
        kind, _, secret = said.partition(" ")
        if kind.lower() != "bearer":
            raise AuthenticationError
        held, _ = holder(request, secret.strip())
        return held, Counting(f"token {held.id}")
    user = person_of(request)
    if user is None or not windows.fits(request):
        raise AuthenticationError
    request.user = user
    if request.method == "POST" and check_csrf(request) is not None:
        raise NotLicensed("the CSRF token is missing or old")
    return None, Counting(f"user {user.pk}")


def _counted(counting: Counting | None, error: Exception) -> Exception:
    """What is told of a request that ends so, once it is counted."""
    try:
        if counting is not None:
            counting()
    except Exception as another:
        return another
    return error


def must_be_readable(request: HttpRequest) -> None:
    """Raises Instead where a word holds a NUL, or where it wants a format that we don't write."""
    if any("\0" in word for pair in said_in(request) for word in pair):
        raise Instead(400, "a NUL in a word")
    asked = request.GET.get("_format", "")
    accepted = request.META.get("HTTP_ACCEPT", "*/*")
    if not asked and accepted in (JSON, "*/*"):
        return
    if not any(_fits(one) for one in (accepted.split(",") if not asked else [asked.replace(" ", "+")])):
        raise Instead(406, f"this server answers in {JSON} of FHIR {VERSIONS[0]}")


def _fits(said: str) -> bool:
    """Whether we answer in a media type, which may name a version of FHIR (http.html#version-parameter) or say that it isn't wanted."""
    name, *more = (one.strip().lower() for one in said.split(";"))
    how = dict(one.replace(" ", "").replace('"', "").partition("=")[::2] for one in more)
    if how.get("fhirversion", VERSIONS[0]) not in VERSIONS or re.fullmatch(r"0(\.0*)?", how.get("q", "1")):
        return False
    return name in (*FORMATS, "*/*", "application/*", "text/*", "") or "html" in name


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The outcome of an exception of ours; any other is a bug and goes on."""
    if isinstance(error, Instead):
        answer = outcome(error.status, str(error))
        if error.status == 405:
            answer.headers["Allow"] = "GET, HEAD, POST"
        return answer
    if isinstance(error, AuthenticationError):
        answer = outcome(401, "a token or a session is needed")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, OperationalError | InterfaceError):
        answer = outcome(503, "the database isn't answering")
        answer.headers["Retry-After"] = str(RETRY)
        return answer
    if not isinstance(error, CareloomError):
        raise error
    note_refusal(request, error)
    if isinstance(error, InputError):
        return outcome(404 if error.reason.startswith("unknown") else 400, str(error))
    answer = outcome(status_of(error), str(error))
    return retry_after(answer, error) if isinstance(error, TooOften) else answer


def must_be_served(kind: str) -> None:
    """Raises Instead for a type that we don't serve."""
    if kind not in PARAMETERS:
        raise Instead(404, "this type is not served here")


def said_in(request: HttpRequest) -> list[tuple[str, str]]:
    """What its address and its form say."""
    pairs = pairs_of(request.GET)
    return [*pairs, *pairs_of(request.POST)] if request.method == "POST" else pairs


def pairs_of(form: QueryDict) -> list[tuple[str, str]]:
    """Each name with each of its values."""
    return [(name, value) for name, values in form.lists() for value in values]
