"""CDS Hooks 2.0: which services there are, a service that is called at a hook, and what became of its cards.

Who asks is an EHR with a signed statement of an issuer that the site trusts; a demo home whose people are invented trusts everybody.
"""

from collections.abc import Callable, Collection, Sequence
from functools import wraps

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from careloom.care.alert import HookAsked, Sent
from careloom.care.audited import Purpose
from careloom.care.hook_services import BY_ID, HookService, paths
from careloom.connect import hooks as wired
from careloom.errors import CareloomError, InputError, Untrusted
from careloom.pipeline.ehr.hook_json import discovery, shown
from careloom.pipeline.ehr.hook_plans import Asker
from careloom.pipeline.ehr.hooking import Fetch
from careloom.store import whence
from careloom.web import deps
from careloom.web.api_errors import outcome
from careloom.web.views.guard import open_to_systems
from careloom.web.views.problems import RETRY, status_of
from careloom.wire.hooks import Issuer, may_read, read, trusted

log = structlog.get_logger(__name__)
# In a home of invented people: whose patients are asked about.
DEMO = Asker("demo", "riverside_ehr")
Answering = Callable[..., HttpResponse]


def _spoken(*methods: str) -> Callable[[Answering], Callable[..., HttpResponseBase]]:
    """An address for machines: its refusals are JSON, and pages that the site has named may ask from a browser."""

    def speaking(view: Answering) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @open_to_systems
        @wraps(view)
        def spoken(request: HttpRequest, /, **named: str) -> HttpResponse:
            try:
                answer = _answered(request, view, methods, named)
            except CareloomError as error:
                answer = _refused(error)
            except (OperationalError, InterfaceError):
                answer = outcome(503, "the database isn't answering; ask again")
                answer.headers["Retry-After"] = str(RETRY)
            return _for_browsers(request, answer, methods)

        return spoken

    return speaking


def _answered(
    request: HttpRequest, view: Answering, methods: Sequence[str], named: dict[str, str]
) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method not in methods:
        answer = outcome(405, f"this address takes {' and '.join(methods)}")
        answer.headers["Allow"] = ", ".join((*methods, "OPTIONS"))
        return answer
    return view(request, **named)


def _refused(error: CareloomError) -> HttpResponse:
    status = 400 if isinstance(error, InputError) else status_of(error)
    log.warning("hook refused", why=str(error), status=status)
    answer = outcome(status, str(error))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer


def _for_browsers(request: HttpRequest, answer: HttpResponse, methods: Sequence[str]) -> HttpResponse:
    """Let a page of an origin that the site has named read the answer (CORS); in a demo home any page."""
    origin = request.headers.get("Origin", "")
    known = _issuers()
    if origin and (_is_open(known) or any(origin in one.origins for one in known)):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
        answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        answer.headers["Access-Control-Max-Age"] = "600"
    answer.headers["Vary"] = "Origin"
    return answer


@_spoken("GET")
def services(request: HttpRequest) -> HttpResponse:
    """Which services there are, and what an EHR is asked to send along; it tells nothing of anybody."""
    del request
    return JsonResponse(discovery())


@_spoken("POST")
def service(request: HttpRequest, service: str) -> HttpResponse:
    """The cards of a service."""
    found = _named(service)
    asker, issuer = _who(request, found.id)
    asked = wired.asked(_body(request), found.hook, orders=found.on_orders)
    hooking = deps.pipeline().hooking
    answer = hooking.orders if found.on_orders else hooking.patient_view
    cards = answer(asker, found.id, asked, _fetch(found, issuer, asked))
    return JsonResponse({"cards": [shown(one) for one in cards]})


@_spoken("POST")
def feedback(request: HttpRequest, service: str) -> HttpResponse:
    """What became of cards: kept once, however often it is sent."""
    found = _named(service)
    asker, _ = _who(request, found.id)
    deps.pipeline().hooking.feedback(asker, found.id, wired.feedback(_body(request)))
    return HttpResponse(status=200)


def _named(name: str) -> HookService:
    if name not in BY_ID:
        raise _NoService("there is no service of that id")
    return BY_ID[name]


class _NoService(CareloomError):
    http_status = 404


def _body(request: HttpRequest) -> bytes:
    """The body, never more of it than the site takes as one JSON object. Raises InputError."""
    most = deps.pipeline().settings.max_json_mb << 20
    body = request.read(most + 1)
    if len(body) > most:
        raise InputError(f"is larger than {most >> 20} MB", "body")
    return body


def _issuers() -> Sequence[Issuer]:
    return deps.pipeline().hook_issuers


def _is_open(known: Sequence[Issuer]) -> bool:
    """Only a home whose people are all invented answers whoever asks, and only until it names an issuer."""
    return bool(settings.CARELOOM_DEMO) and not known


def _who(request: HttpRequest, name: str) -> tuple[Asker, Issuer | None]:
    """Who asks. Raises Untrusted, in words, for whoever gives no statement that holds; SourceError where its keys can't be read."""
    pipeline, known = deps.pipeline(), _issuers()
    here = request.build_absolute_uri("/").rstrip("/")
    if _is_open(known):
        whence.say(through="hook demo", purpose=Purpose.TREATMENT)
        return Asker(DEMO.name, DEMO.source, here), None
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Untrusted("a signed statement (JWT) as a bearer token is missing")
    now = timezone.now()

    def addresses(issuer: Issuer) -> tuple[str, ...]:
        return (
            f"{issuer.audience}/cds-services/{name}",
            f"{issuer.audience}/cds-services/{name}/feedback",
        )

    said = trusted(token.strip(), known, pipeline.keyholders.key, addresses, now)
    if not pipeline.store.hooks.use(said.number, said.ends, now):
        raise Untrusted("it was used before (jti)")
    issuer = said.issuer
    whence.say(through=f"hook {issuer.name}", purpose=Purpose.TREATMENT)
    system = pipeline.systems.get(issuer.source)
    inside = system is not None and system.smart is not None
    return Asker(issuer.name, issuer.source, issuer.audience, smart=inside), issuer


def _fetch(found: HookService, issuer: Issuer | None, asked: HookAsked) -> Fetch | None:
    """What reads from the EHR what it did not send along; None where the site has set no such server, or no token came."""
    if issuer is None or not asked.token or not may_read(issuer, asked.server):
        return None
    trusted_issuer = issuer

    def fetched(one: HookAsked, keys: Collection[str]) -> tuple[tuple[Sent, ...], int]:
        wanted = paths(found, one.patient, keys)
        bodies = read(trusted_issuer, one.server, one.token, wanted, deps.pipeline().clock)
        return wired.fetched(bodies, one.patient)

    return fetched
