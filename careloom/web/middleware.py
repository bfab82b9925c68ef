"""What every answer carries, and how an exception becomes a page in words."""

import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from itertools import chain

from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from careloom.errors import AnotherChart, CareloomError, NotInCareTeam, NotTrained, TooOften
from careloom.store import whence
from careloom.store.once import reading
from careloom.text.direction import TURNS, marked
from careloom.web import deps
from careloom.web.api_errors import outcome
from careloom.web.limits import must_not_guess, retry_after
from careloom.web.present.refused import refusal
from careloom.web.templatetags.desk import FORM
from careloom.web.views.page import actor
from careloom.web.views.problems import another_chart, elsewhere, problem, sent_before, status_of, too_often
from careloom.web.whence import note_refusal, whence_of

# Under this address passwords, codes and passkeys are tried.
SIGN_IN = "/sign-in"
API = "/api/"
# Its door refuses by itself, in FHIR's own words.
FHIR = "/fhir/"

# What machines ask: no form.
MACHINES = (API, "/cds-services")
Answer = Callable[[HttpRequest], HttpResponse]

# Nothing but our own files: no inline script or style, no frame, no other host.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


# What a page prints; not its tags, and not what stands in a field, which is sent back as it came.
_PRINTED = re.compile(r"(<textarea\b.*?</textarea>|<[^>]*>)", re.DOTALL)


def straight(response: HttpResponse) -> HttpResponse:
    """A page in which marks that turn the direction of text, as a source may send them in any field, are shown and turn nothing."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    page = response.content.decode()
    if page.isascii() or not TURNS.search(page):
        return response
    pieces = enumerate(_PRINTED.split(page))
    response.content = "".join(one if number % 2 else marked(one) for number, one in pieces).encode()
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
    return response


def is_fhir(path: str) -> bool:
    """Whether an address is of the FHIR server, its own among them."""
    return f"{path}/".startswith(FHIR)


class Headers:
    """Security headers on every answer, which is made with what is released by then; nothing about a patient is kept by a browser or a proxy, and no source turns a page's text round."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add the headers."""
        deps.follow()
        response = straight(self.get_response(request))
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """Pages are in the language that a person chose, else the one that her browser asks for, else the site's; the API and what EHRs ask are in English."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language."""
        language = "en" if request.path.startswith(MACHINES) or is_fhir(request.path) else _language(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _language(request: HttpRequest) -> str:
    # Who isn't signed in has no row to be read; asking for one would open a session.
    chosen = ""
    # A database that doesn't answer is told by the page that asks it.
    with suppress(DatabaseError):
        chosen = getattr(request.user, "language", "") if SESSION_KEY in request.session else ""
    return chosen or translation.get_language_from_request(request)


class Problems:
    """An exception of ours becomes a page (or, for htmx, a sentence) with its status and a next step."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an address that doesn't take what was sent to it says so in words, beside what it takes."""
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        told = problem(request, 405)
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an exception of the tree; anything else is a bug and goes on to the 500 page."""
        if isinstance(error, NotInCareTeam):
            return elsewhere(request, error.patient)
        if isinstance(error, AnotherChart):
            return another_chart(request, str(error))
        return problem(request, status_of(error), _said(error)) if isinstance(error, CareloomError) else None


def _said(error: CareloomError) -> str:
    """What a page tells of it."""
    return refusal(error) if isinstance(error, NotTrained) else str(error)


class FromWhere:
    """Tells the audit log from where a request comes, and what was refused to it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; every audit event on the way knows the caller, and what only reads asks no question twice."""
        reads = reading() if request.method in ("GET", "HEAD") else nullcontext()
        with whence.coming(whence_of(request)), reads:
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """No text holds a NUL, which no database keeps; nobody signs in from an address that guesses."""
        if not is_fhir(request.path) and _holds_nul(request):
            words = "no word may hold a NUL"
            return outcome(400, words) if request.path.startswith(API) else problem(request, 400)
        if request.method == "POST" and request.path_info.startswith(SIGN_IN):
            try:
                must_not_guess(request, request.POST.get("username", ""))
            except TooOften as error:
                return retry_after(too_often(request, error), error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Note it, and leave the page to `Problems`."""
        if isinstance(error, CareloomError):
            note_refusal(request, error)


class OneEach:
    """A form with a name of its own (`{% once %}`) is taken once: the same bytes sent again, or a button pressed twice, do nothing.

    Its name and what it does are one transaction: where the database goes away or the process dies in between, neither was, and the same
    form may come again.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what did nothing may be sent again."""
        if request.method != "POST" or request.path.startswith(MACHINES) or not request.user.is_authenticated:
            return self.get_response(request)
        name = request.POST.get(FORM, "")[:32]
        # What holds a NUL is refused by `FromWhere`, whatever its name; a database keeps none.
        if not name or "\0" in name:
            return self.get_response(request)
        try:
            return self._once(request, name)
        except _Broke as broke:
            return broke.response

    def _once(self, request: HttpRequest, name: str) -> HttpResponse:
        store = deps.pipeline().store
        with store.transaction():
            taken = store.forms.take(name, actor(request).user, timezone.now())
            if taken:
                response = self.get_response(request)
                if response.status_code >= 500:
                    raise _Broke(response)
                # A refusal stays in the audit log.
                if response.status_code >= 400:
                    store.forms.give_back(name)
        return response if taken else sent_before(request)


class _Broke(Exception):
    """Nothing of a request is kept that ended with this answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def _holds_nul(request: HttpRequest) -> bool:
    """Whether an address or a form does; of the API's bodies its parser says so."""
    if "%00" in request.META.get("QUERY_STRING", ""):
        return True
    form = {} if request.path.startswith(MACHINES) else dict(request.POST.lists())
    return any("\0" in word for word in chain(form, *form.values()))
