"""What the FHIR facade answers: what was signed, read and searched by machines with tokens and by people with sessions.

No address that we make holds a word about a patient; who asks, and how it is refused, is in `fhir_asking`.
"""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt

from careloom import __version__
from careloom.chart.capability import capability
from careloom.chart.searching import Search, parse, span
from careloom.errors import InputError
from careloom.store.shelf import Shown
from careloom.web import deps
from careloom.web.views.fhir_asking import (
    JSON,
    Asking,
    Instead,
    answer_of,
    guarded,
    must_be_readable,
    must_be_served,
    outcome,
    pairs_of,
    refused,
    said_in,
)
from careloom.web.views.guard import open_to_systems
from careloom.web.views.page import now

PAGE = "_page"
# What of a resource is told, be it read or found.
SHAPING = ("_summary", "_elements")
EVENT = "AuditEvent"


@open_to_systems
@csrf_exempt
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement, for everybody: it says nothing about patients."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise Instead(405, "this server reads and searches")
        must_be_readable(request)
    except Instead as error:
        return refused(request, error)
    return answer_of(capability(_base(request), __version__, now().date()))


@guarded(("GET", "HEAD"))
def read(request: HttpRequest, asking: Asking, fhir_type: str, fhir_id: str) -> HttpResponse:
    """One resource as it is now; 304 where the client has it already, 410 where it is in the chart no more."""
    must_be_served(fhir_type)
    asking.must_reach(f"GET /fhir/{fhir_type}/{{id}}")
    facade = deps.pipeline().facade
    if fhir_type == EVENT:
        return answer_of(facade.events.read(asking.who, fhir_id, asking.counting))
    found = facade.read(asking.who, fhir_type, fhir_id, asking.counting)
    if found.gone:
        raise Instead(410, "it is in the chart no more")
    return _as_it_is(request, found)


@guarded(("GET", "HEAD"))
def version(
    request: HttpRequest, asking: Asking, fhir_type: str, fhir_id: str, fhir_version: str
) -> HttpResponse:
    """The version in force by its number; no older one is held, since what a consent closed since then would be open in it."""
    found = _held(asking, fhir_type, fhir_id)
    if fhir_version != found.version:
        raise Instead(404, "this version isn't held: only the one in force is")
    if found.gone:
        raise Instead(410, "with this version it left the chart")
    return _as_it_is(request, found)


@guarded(("GET", "HEAD"))
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
    return answer_of({key: value for key, value in bundle.items() if value != []})


def _held(asking: Asking, kind: str, name: str) -> Shown:
    """A resource of a chart, gone or not. AuditEvents have no versions."""
    if kind == EVENT:
        raise Instead(404, "an AuditEvent never changes: it has no versions")
    must_be_served(kind)
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
    shaped = [one for one in pairs_of(request.GET) if one[0] in SHAPING]
    if _is_known(request, found):
        answer = HttpResponse(status=304)
    elif shaped:
        answer = answer_of(_shaped(found, shaped))
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


@guarded(("GET", "HEAD", "POST"))
def search(request: HttpRequest, asking: Asking, fhir_type: str) -> HttpResponse:
    """A search by its address, or the next page of one."""
    if request.method == "POST":
        raise Instead(405, "this server writes nothing; search by POST at _search")
    return _searched(request, asking, fhir_type)


@guarded(("GET", "HEAD", "POST"))
def search_posted(request: HttpRequest, asking: Asking, fhir_type: str) -> HttpResponse:
    """A search by its form, which no log of addresses sees."""
    if request.method != "POST":
        raise Instead(405, "_search takes a form by POST")
    return _searched(request, asking, fhir_type)


def _searched(request: HttpRequest, asking: Asking, kind: str) -> HttpResponse:
    must_be_served(kind)
    asking.must_reach(f"GET /fhir/{kind}")
    who, facade = asking.who, deps.pipeline().facade
    pairs, at, before = said_in(request), 0, ""
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
    return answer_of({key: value for key, value in bundle.items() if value is not None and value != []})


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
