"""Signed statements that nobody may believe, put together by hand: a library that is told to do this refuses, and then nothing is tried."""

import base64
import hmac
import json
from typing import Any

DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def by_a_secret(secret: bytes, claims: dict[str, Any], alg: str = "HS256", **header: Any) -> str:
    """A statement that is signed with a secret which everybody knows: an issuer's published key."""
    signed = f"{part({'alg': alg, 'typ': 'JWT', **header})}.{part(claims)}"
    return f"{signed}.{_text(hmac.digest(secret, signed.encode(), DIGESTS[alg]))}"


def unsigned(claims: dict[str, Any], alg: str = "none", **header: Any) -> str:
    """A statement without a signature."""
    return f"{part({'alg': alg, 'typ': 'JWT', **header})}.{part(claims)}."


def part(said: dict[str, Any]) -> str:
    """One part of a statement."""
    return _text(json.dumps(said).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
