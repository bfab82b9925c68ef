"""A signed statement of who asks at a hook: whether it is of an issuer whom the site trusts, for this address, of this moment."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from careloom.errors import Untrusted
from careloom.wire.hooks.issuers import Issuer

# Clocks differ a little; no statement is good for longer than an hour.
LEEWAY, LONGEST = 60, 3_600
LONGEST_TOKEN = 16_384

KeyOf = Callable[[Issuer, str], Key | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that holds: whose it is, its number there, and when it ends."""

    issuer: Issuer
    number: str
    ends: datetime


def trusted(
    token: str,
    known: Sequence[Issuer],
    key_of: KeyOf,
    addresses: Callable[[Issuer], Sequence[str]],
    now: datetime,
) -> Statement:
    """The statement of a bearer token for one of these addresses. Raises Untrusted, in words, for every other; SourceError without keys."""
    header, said = _unchecked(token)
    issuer = _issuer(said, known)
    if header.get("alg") not in issuer.algorithms:
        raise Untrusted(f"its algorithm is not one of {', '.join(issuer.algorithms)}")
    if str(header.get("typ", "")).upper() != "JWT":
        raise Untrusted("its header says another type than JWT")
    if header.get("crit"):
        raise Untrusted("its header demands what nobody here understands")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Untrusted("its header names no key (kid)")
    if header.get("jku") not in (None, issuer.jwks_url or None):
        raise Untrusted("its header names another place of keys (jku) than the site has set")
    key = key_of(issuer, kid)
    if key is None:
        raise Untrusted("the issuer has no key of this id (kid)")
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=list(issuer.algorithms)).claims
    except (JoseError, ValueError, TypeError):
        raise Untrusted("its signature does not hold") from None
    return _of_this_moment(claims, issuer, addresses(issuer), now)


def _unchecked(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The header and the claims of a token whose signature nobody checked yet: by them its issuer is found, and nothing else."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3:
        raise Untrusted("it is no signed statement (JWT)")
    try:
        header, claims = (
            msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])
            for part in parts[:2]
        )
    except (msgspec.MsgspecError, UnicodeError, ValueError, RecursionError):
        raise Untrusted("it is no signed statement (JWT)") from None
    return header, claims


def _issuer(said: Mapping[str, Any], known: Sequence[Issuer]) -> Issuer:
    own = [one for one in known if one.issuer == said.get("iss")]
    if not own:
        raise Untrusted("the site trusts no such issuer (iss)")
    found = next((one for one in own if one.tenant and one.tenant == said.get("tenant")), None)
    found = found or next((one for one in own if not one.tenant), None)
    if found is None:
        raise Untrusted("the site trusts no such tenant of this issuer")
    return found


def _of_this_moment(
    claims: Mapping[str, Any], issuer: Issuer, addresses: Sequence[str], now: datetime
) -> Statement:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    if not set(addresses) & {one.rstrip("/") for one in audiences if isinstance(one, str)}:
        raise Untrusted("it is for another address (aud)")
    seconds = now.timestamp()
    ends, issued, begins = (_number(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if ends is None or issued is None:
        raise Untrusted("it doesn't say when it was made and when it ends (iat, exp)")
    if ends < seconds - LEEWAY:
        raise Untrusted("it has ended (exp)")
    if issued > seconds + LEEWAY or (begins is not None and begins > seconds + LEEWAY):
        raise Untrusted("it is from the future (iat, nbf)")
    if ends > seconds + LONGEST + LEEWAY or seconds - issued > LONGEST + 2 * LEEWAY:
        raise Untrusted("it is good for longer than an hour (iat, exp)")
    number = claims.get("jti")
    if not isinstance(number, str) or not number.strip() or len(number) > 256:
        raise Untrusted("it has no number of its own (jti)")
    until = datetime.fromtimestamp(ends, UTC) + timedelta(seconds=2 * LEEWAY)
    return Statement(issuer, f"{issuer.issuer}\x1f{issuer.tenant}\x1f{number}", until)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        return None
    return float(value)
