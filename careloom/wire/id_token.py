"""Id tokens (OpenID Connect Core 1.0, 3.1.3.7): signed by a published key, for us, of this moment, of this errand.

The signature is always checked, though the standard lets a client that fetched the token over TLS skip that: against the keys
that the issuer publishes, by an asymmetric algorithm.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
# Seconds: how far two clocks may be apart, and how long ago a token may have been issued.
LEEWAY, OLDEST = 60, 600


class NotGenuine(ValueError):
    """A token that nobody may be let in for. Its text names what does not hold, and nothing that the token says."""


def opened(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of a token that one of these published keys signed. Raises NotGenuine for any other."""
    try:
        usable = [
            key for key in keys["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
        ]
        claims: Mapping[str, Any] = jwt.decode(
            token, KeySet.import_key_set({"keys": usable}), algorithms=ALGORITHMS
        ).claims
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise NotGenuine("the id token's signature does not hold") from None
    return claims


def check(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """Raises NotGenuine where an id token is not for us, not of this moment (`now`: seconds since 1970), or not of this errand."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience or []
    party = claims.get("azp", client_id if len(audiences) == 1 else None)
    issued, ends, begins = (claims.get(key) for key in ("iat", "exp", "nbf"))
    right = {
        "issuer": claims.get("iss") == issuer,
        "audience": client_id in audiences and party == client_id,
        "nonce": bool(nonce) and hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
        "issued": now - OLDEST <= seconds(issued) <= now + LEEWAY,
        "ends": seconds(ends) > now - LEEWAY,
        "begins": begins is None or 0 <= seconds(begins) <= now + LEEWAY,
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
    }
    wrong = [name for name, holds in right.items() if not holds]
    if wrong:
        raise NotGenuine(f"the id token's {wrong[0]} does not hold")


def seconds(value: object) -> float:
    """Seconds since 1970; long ago for what is no such number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0
