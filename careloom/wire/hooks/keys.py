"""The public keys of issuers: read from a file or where they publish them, kept, and read anew when they change."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

from careloom.errors import SourceError
from careloom.wire.fhir.exchange import Exchange, Limits, Time
from careloom.wire.hooks.issuers import Issuer

# Published keys are read anew after an hour, and for a key that isn't among them at most once a minute: a stranger's statement
# makes us ask nobody more often.
KEPT, AGAIN = timedelta(hours=1), timedelta(minutes=1)
# With keys that can't be read anew we go on for so long.
LASTING = timedelta(hours=24)
TIMEOUT, MOST_BYTES = 3.0, 1 << 20


class Keyholders:
    """The keys of all issuers of a site, each as it was read last."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: dict[str, tuple[dict[str, Key], datetime]] = {}
        self._tried: dict[str, datetime] = {}

    def key(self, issuer: Issuer, kid: str) -> Key | None:
        """The key of this id; None where the issuer has none. Raises SourceError where its keys can't be had."""
        if issuer.keys is not None:
            return _of_file(issuer.keys, issuer.name).get(kid)
        now = self._clock()
        keys, read = self._known.get(issuer.name, ({}, None))
        old = read is None or now - read > KEPT
        tried = self._tried.get(issuer.name)
        if (old or kid not in keys) and (tried is None or now - tried > AGAIN):
            self._tried[issuer.name] = now
            try:
                keys, read = self._fetched(issuer), now
                self._known[issuer.name] = (keys, now)
            except SourceError:
                if not _lasts(read, now):
                    raise
        # Also while nobody is asked anew: keys that have ended let nobody in between two tries.
        if not _lasts(read, now):
            raise SourceError(f"the keys of {issuer.name} can't be read now")
        return keys.get(kid)

    def _fetched(self, issuer: Issuer) -> dict[str, Key]:
        time = Time(self._clock, lambda _: None)
        limits = Limits(tries=1, timeout=TIMEOUT, in_all=TIMEOUT, most_bytes=MOST_BYTES)
        exchange = Exchange(issuer.name, issuer.jwks_url, limits, time)
        try:
            reply = exchange.ask("GET", issuer.jwks_url, {"Accept": "application/json"}, at_once=True)
        finally:
            exchange.close()
        if reply.status != 200:
            raise SourceError(f"{issuer.name} gives no keys: it answered {reply.status}")
        return _keys(reply.body, issuer.name)


def _lasts(read: datetime | None, now: datetime) -> bool:
    return read is not None and now - read <= LASTING


def _of_file(file: Path, name: str) -> dict[str, Key]:
    try:
        return _keys(file.read_bytes(), name)
    except OSError:
        raise SourceError(f"the file with the keys of {name} can't be read") from None


def _keys(body: bytes, name: str) -> dict[str, Key]:
    """The keys of a set that can check a signature, by their id. Raises SourceError for what is no set."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])["keys"]
        found = {}
        for one in told:
            if one.get("kty") in ("RSA", "EC") and one.get("use", "sig") == "sig" and one.get("kid"):
                found[str(one["kid"])] = import_key(one)
    except (msgspec.MsgspecError, UnicodeError, JoseError, KeyError, ValueError, TypeError, AttributeError):
        raise SourceError(f"the keys of {name} are no JWK set") from None
    return {kid: key for kid, key in found.items() if isinstance(key, ECKey | RSAKey)}
