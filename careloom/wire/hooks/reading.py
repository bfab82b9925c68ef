"""Reading from an EHR what it did not send along at a hook: only at an address that the site has set for it, and only so long."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from careloom.care.hook_services import ALONG
from careloom.errors import SourceError
from careloom.wire.fhir.address import absolute, origin
from careloom.wire.fhir.exchange import Exchange, Limits, Time
from careloom.wire.fhir.pages import BUNDLE
from careloom.wire.hooks.issuers import Issuer

MOST_BYTES = 16 << 20
# So a server refuses a search that says more than it knows.
NO_INCLUDE = (400, 403, 404, 422, 501)
_ACCEPT = "application/fhir+json"


def may_read(issuer: Issuer, server: str) -> bool:
    """Whether an address that a request names is one that the site has set for this EHR, whole and not merely its host."""
    return server.rstrip("/") in issuer.fhir


def read(
    issuer: Issuer, server: str, token: str, paths: Iterable[str], clock: Callable[[], datetime]
) -> list[bytes]:
    """The answers to these reads and searches below the server, each with all its pages, but for one that asks for so many itself (_count).

    Raises SourceError where one fails, leads elsewhere, or the time is used up: less than all of it is no list of what somebody takes.
    """
    base = server.rstrip("/")
    if not may_read(issuer, base) or origin(base)[0] == "":
        raise SourceError(f"{issuer.name}: the site has set no such FHIR server", permanent=True)
    found = []
    limits = Limits(tries=1, timeout=issuer.seconds, in_all=issuer.seconds, most_bytes=MOST_BYTES)
    exchange = Exchange(issuer.name, base, limits, Time(clock, lambda _: None))
    headers = {"Accept": _ACCEPT} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        for path in paths:
            url = f"{base}/{path}"
            while url:
                reply = exchange.ask("GET", url, headers, at_once=True)
                if ALONG in url and reply.status in NO_INCLUDE:
                    # Many EHRs know no _include, and name the drug in the order.
                    url = url.partition(ALONG)[0]
                    continue
                if reply.status != 200:
                    raise SourceError(f"{issuer.name} answered {reply.status}")
                found.append(reply.body)
                url = "" if "_count=" in path else _next(base, reply.body, issuer.name)
    finally:
        exchange.close()
    return found


def _next(base: str, body: bytes, name: str) -> str:
    """The address of an answer's next page, "" where it has none. Raises SourceError for one elsewhere, and where the answer can't be read."""
    try:
        links = BUNDLE.decode(body).link
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise SourceError(f"{name} answered what is no resource") from None
    link = next((one.url for one in links if one.relation == "next" and one.url), "")
    url = absolute(base, link) if link else ""
    if url and not url.startswith((f"{base}/", f"{base}?")):
        raise SourceError(f"{name}: its next page is at another address")
    return url
