"""Reading from an EHR what it did not send along at a hook: only at an address that the site has set for it, and only so long."""

from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic

from careloom.errors import SourceError
from careloom.wire.fhir.address import origin
from careloom.wire.fhir.exchange import Exchange, Limits, Time
from careloom.wire.hooks.issuers import Issuer

MOST_BYTES = 16 << 20
_ACCEPT = "application/fhir+json"


def may_read(issuer: Issuer, server: str) -> bool:
    """Whether an address that a request names is one that the site has set for this EHR, whole and not merely its host."""
    return server.rstrip("/") in issuer.fhir


def read(
    issuer: Issuer, server: str, token: str, paths: Iterable[str], clock: Callable[[], datetime]
) -> list[bytes]:
    """The answers to these reads and searches below the server. Raises SourceError where one fails or the time is used up."""
    base = server.rstrip("/")
    if not may_read(issuer, base) or origin(base)[0] == "":
        raise SourceError(f"{issuer.name}: the site has set no such FHIR server", permanent=True)
    ends = monotonic() + issuer.seconds
    found = []
    limits = Limits(tries=1, timeout=issuer.seconds, most_bytes=MOST_BYTES)
    exchange = Exchange(issuer.name, base, limits, Time(clock, lambda _: None))
    headers = {"Accept": _ACCEPT} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        for path in paths:
            if monotonic() > ends:
                raise SourceError(f"{issuer.name} took longer than {issuer.seconds:g} seconds")
            reply = exchange.ask("GET", f"{base}/{path}", headers, at_once=True)
            if reply.status != 200:
                raise SourceError(f"{issuer.name} answered {reply.status}")
            found.append(reply.body)
    finally:
        exchange.close()
    return found
