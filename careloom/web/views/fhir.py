"""The FHIR facade's door: what was signed, read and searched by machines with tokens and by people with sessions.

Every refusal is an OperationOutcome with FHIR's status; no address that we make holds a word about a patient.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError
from ninja.utils import check_csrf

from careloom import __version__
from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.scopes import scope_of
from careloom.chart.capability import capability
from careloom.chart.parameters import PARAMETERS
from careloom.chart.searching import Search, parse, span
from careloom.errors import CareloomError, InputError, NotLicensed, TooOften
from careloom.store.once import reading
from careloom.store.shelf import Shown
from careloom.store.tokens import Token
from careloom.web import deps, windows
from careloom.web.limits import Counting, holder, must_hold, retry_after
from careloom.web.signed_in import person_of
from careloom.web.views.guard import FORM_NEEDS, NEEDS, allow, open_to_systems
from careloom.web.views.page import now
from careloom.web.views.problems import RETRY, status_of
from careloom.web.whence import note_refusal

JSON = "application/fhir+json"
# What `_format` and Accept may say (FHIR R4, http.html#mime-type).
FORMATS = ("json", JSON, "application/json", "text/json", "application/json+fhir")
# What their parameter fhirVersion may say.
VERSIONS = ("4.0", "4.0.1")
PAGE = "_page"
# What of a resource is told, be it read or found.
SHAPING = ("_summary", "_elements")
EVENT = "AuditEvent"
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


class _Answer(Exception):
    """What is answered instead, with its status and words of ours."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def outcome(status: int, words: str) -> HttpResponse:
    """An OperationOutcome with one issue; `words` hold ids and codes only."""
    issue = {"severity": "error", "code": ISSUES.get(status, "exception"), "diagnostics": words}
    return _answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)


def _answer(said: object, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(said), status=status, content_type=f"{JSON}; charset=utf-8")


def _guarded(methods: Sequence[str]) -> Callable[[View], View]:
    """A view for whoever may see patients, by token or session, whose refusals are outcomes."""

    def guarding(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, **address: str) -> HttpResponse:
            counting: Counting | None = None
            try:
                if request.method not in methods:
                    raise _Answer(405, "this server reads and searches")
                held, counting = _who(request)
                _readable(request)
                with reading():
                    asking = Asking(allow(request, Permission.SEE), held, counting)
                    answer = view(request, asking, **address)
                counting()
            except Exception as error:
                return _refused(request, _counted(counting, error))
            return answer

        setattr(guarded, NEEDS, Permission.SEE)
        setattr(guarded, FORM_NEEDS, Permission.SEE)
        return guarded

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


def _readable(request: HttpRequest) -> None:
    if any("\0" in word for pair in _said(request) for word in pair):
        raise _Answer(400, "a NUL in a word")
    asked = request.GET.get("_format", "")
    accepted = request.META.get("HTTP_ACCEPT", "*/*")
    if not asked and accepted in (JSON, "*/*"):
        return
    if not any(_fits(one) for one in (accepted.split(",") if not asked else [asked.replace(" ", "+")])):
        raise _Answer(406, f"this server answers in {JSON} of FHIR {VERSIONS[0]}")


def _fits(said: str) -> bool:
    """Whether we answer in a media type, which may name a version of FHIR (http.html#version-parameter) or say that it isn't wanted."""
    name, *more = (one.strip().lower() for one in said.split(";"))
    how = dict(one.replace(" ", "").replace('"', "").partition("=")[::2] for one in more)
    if how.get("fhirversion", VERSIONS[0]) not in VERSIONS or re.fullmatch(r"0(\.0*)?", how.get("q", "1")):
        return False
    return name in (*FORMATS, "*/*", "application/*", "text/*", "") or "html" in name


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The outcome of an exception of ours; any other is a bug and goes on."""
    if isinstance(error, _Answer):
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


def _known(kind: str) -> None:
    if kind not in PARAMETERS:
        raise _Answer(404, "this type is not served here")


@open_to_systems
@csrf_exempt
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement, for everybody: it says nothing about patients."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise _Answer(405, "this server reads and searches")
        _readable(request)
    except _Answer as error:
        return _refused(request, error)
    return _answer(capability(_base(request), __version__, now().date()))


@_guarded(("GET", "HEAD"))
def read(request: HttpRequest, asking: Asking, fhir_type: str, fhir_id: str) -> HttpResponse:
    """One resource as it is now; 304 where the client has it already, 410 where it is in the chart no more."""
    _known(fhir_type)
    asking.must_reach(f"GET /fhir/{fhir_type}/{{id}}")
    facade = deps.pipeline().facade
    if fhir_type == EVENT:
        return _answer(facade.events.read(asking.who, fhir_id, asking.counting))
    found = facade.read(asking.who, fhir_type, fhir_id, asking.counting)
    if found.gone:
        raise _Answer(410, "it is in the chart no more")
    return _as_it_is(request, found)


@_guarded(("GET", "HEAD"))
def version(
    request: HttpRequest, asking: Asking, fhir_type: str, fhir_id: str, fhir_version: str
) -> HttpResponse:
    """The version in force by its number; no older one is held, since what a consent closed since then would be open in it."""
    found = _held(asking, fhir_type, fhir_id)
    if fhir_version != found.version:
        raise _Answer(404, "this version isn't held: only the one in force is")
    if found.gone:
        raise _Answer(410, "with this version it left the chart")
    return _as_it_is(request, found)


@_guarded(("GET", "HEAD"))
def history(request: HttpRequest, asking: Asking, fhir_type: str, fhir_id: str) -> HttpResponse:
    """The versions of a resource that are held: the one in force, or that it left the chart. `_since` leaves out what is older."""
    found = _held(asking, fhir_type, fhir_id)
    since = request.GET.get("_since", "")
    base, address = _base(request), f"{fhir_type}/{fhir_id}"
    here = [found] if not since or found.updated >= span(since, "_since")[0] else []
    bundle = {
        "resourceType": "Bundle",
        "type": "history",
        "total": len(here),
        "link": [{"relation": "self", "url": f"{base}/{address}/_history"}],
        "entry": [_held_version(base, one) for one in here],
    }
    return _answer({key: value for key, value in bundle.items() if value != []})


def _held(asking: Asking, kind: str, name: str) -> Shown:
    """A resource of a chart, gone or not. AuditEvents have no versions."""
    if kind == EVENT:
        raise _Answer(404, "an AuditEvent never changes: it has no versions")
    _known(kind)
    asking.must_reach(f"GET /fhir/{kind}/{{id}}")
    return deps.pipeline().facade.read(asking.who, kind, name, asking.counting)


def _held_version(base: str, found: Shown) -> Mapping[str, object]:
    address, method, status = f"{found.kind}/{found.name}", "PUT", "200"
    if found.gone:
        method, status = "DELETE", "204"
    elif found.version == "1":
        method, status = "POST", "201"
    return {
        "fullUrl": f"{base}/{address}",
        **({} if found.gone else {"resource": orjson.Fragment(found.json)}),
        "request": {"method": method, "url": found.kind if method == "POST" else address},
        "response": {
            "status": status,
            "etag": f'W/"{found.version}"',
            "lastModified": found.resource["meta"]["lastUpdated"],
        },
    }


def _as_it_is(request: HttpRequest, found: Shown) -> HttpResponse:
    shaped = [one for one in _pairs(request.GET) if one[0] in SHAPING]
    if _is_known(request, found):
        answer = HttpResponse(status=304)
    elif shaped:
        answer = _answer(_shaped(found, shaped))
    else:
        answer = HttpResponse(found.json, content_type=f"{JSON}; charset=utf-8")
    answer.headers["ETag"] = f'W/"{found.version}"'
    answer.headers["Last-Modified"] = http_date(found.updated.timestamp())
    return answer


def _shaped(found: Shown, pairs: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    """As much of a resource as a read asks for. Raises InputError."""
    asked = parse(found.kind, pairs, now())
    if asked.only_count:
        raise InputError("counts what a search finds", where="_summary")
    return asked.told(found.resource)


def _is_known(request: HttpRequest, found: Shown) -> bool:
    """Whether the client has it already: by its version, or else by since when it says that (FHIR R4, http.html#cread)."""
    tags = request.META.get("HTTP_IF_NONE_MATCH", "")
    if tags:
        known = (one.strip().removeprefix("W/").strip('"') for one in tags.split(","))
        return any(one in (found.version, "*") for one in known)
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and int(found.updated.timestamp()) <= since


@_guarded(("GET", "HEAD", "POST"))
def search(request: HttpRequest, asking: Asking, fhir_type: str) -> HttpResponse:
    """A search by its address, or the next page of one."""
    if request.method == "POST":
        raise _Answer(405, "this server writes nothing; search by POST at _search")
    return _searched(request, asking, fhir_type)


@_guarded(("GET", "HEAD", "POST"))
def search_posted(request: HttpRequest, asking: Asking, fhir_type: str) -> HttpResponse:
    """A search by its form, which no log of addresses sees."""
    if request.method != "POST":
        raise _Answer(405, "_search takes a form by POST")
    return _searched(request, asking, fhir_type)


def _searched(request: HttpRequest, asking: Asking, kind: str) -> HttpResponse:
    _known(kind)
    asking.must_reach(f"GET /fhir/{kind}")
    who, facade = asking.who, deps.pipeline().facade
    pairs, at, before = _said(request), 0, ""
    page = request.GET.get(PAGE, "")
    if page:
        place = facade.open(who, page)
        if place.kind != kind:
            raise InputError("is a page of another search", where=PAGE)
        pairs, at, before = list(place.pairs), place.at, place.before
    asked = parse(kind, [one for one in pairs if one[0] != PAGE], now(), strict=_is_strict(request))
    if asked.provenance:
        asking.must_reach("GET /fhir/Provenance")
    base = _base(request)
    if kind == EVENT:
        events, last, total = facade.events.search(who, asked, before, asking.counting)
        after = facade.seal(who, asked, 0, last) if last else ""
        entries = [_entry(base, kind, one["id"], asked.told(one), "match") for one in events]
    else:
        found = facade.search(who, asked, at, asking.counting)
        after, total = found.after, found.total
        entries = [
            *_entries(asked, base, found.page, "match"),
            *_entries(asked, base, filter(asking.reaches, found.beside), "include"),
        ]
    if asked.unknown:
        entries.append(_left_out(asked.unknown))
    links = [
        {"relation": "self", "url": f"{base}/{kind}" + (f"?{urlencode(asked.used)}" if asked.used else "")}
    ]
    if after:
        links.append({"relation": "next", "url": f"{base}/{kind}?{urlencode({PAGE: after})}"})
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links, "entry": entries}
    return _answer({key: value for key, value in bundle.items() if value is not None and value != []})


def _entries(asked: Search, base: str, rows: Iterable[Shown], mode: str) -> list[Mapping[str, object]]:
    whole = asked.whole or mode != "match"
    return [
        _entry(
            base, one.kind, one.name, orjson.Fragment(one.json) if whole else asked.told(one.resource), mode
        )
        for one in rows
    ]


def _entry(base: str, kind: str, name: str, resource: object, mode: str) -> Mapping[str, object]:
    return {"fullUrl": f"{base}/{kind}/{name}", "resource": resource, "search": {"mode": mode}}


def _left_out(names: Sequence[str]) -> Mapping[str, object]:
    """What of a search was not understood and so left out (FHIR R4, search.html#errors)."""
    said = {"severity": "warning", "code": "not-supported", "diagnostics": f"left out: {', '.join(names)}"}
    outcome = {"resourceType": "OperationOutcome", "issue": [said]}
    return {"resource": outcome, "search": {"mode": "outcome"}}


def _said(request: HttpRequest) -> list[tuple[str, str]]:
    """What its address and its form say."""
    pairs = _pairs(request.GET)
    return [*pairs, *_pairs(request.POST)] if request.method == "POST" else pairs


def _pairs(form: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in form.lists() for value in values]


def _is_strict(request: HttpRequest) -> bool:
    return "handling=strict" in request.META.get("HTTP_PREFER", "").replace(" ", "")


def _base(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}/fhir"


@csrf_exempt
@open_to_systems
def system(request: HttpRequest) -> HttpResponse:
    """The address of the server itself: it searches no type at once and takes no batch and no transaction."""
    del request
    answer = outcome(
        405, "ask for a type, as /fhir/Patient; /fhir/metadata says which; nothing is written here"
    )
    answer.headers["Allow"] = ""
    return answer


@csrf_exempt
@open_to_systems
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below ours."""
    del request, rest
    return outcome(404, "there is no such address")
