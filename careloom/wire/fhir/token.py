"""SMART Backend Services: an access token for a signed statement of who asks.

Source   SMART App Launch 2.2, "Backend Services" and "Client Authentication: Asymmetric (public key)"
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from joserfc import jwt
from joserfc.jwk import Key

from careloom.errors import SourceError
from careloom.wire.fhir.exchange import Exchange
from careloom.wire.fhir.keys import algorithm, key_id

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The statement may be good for at most five minutes; clocks differ a little.
GOOD_FOR = timedelta(minutes=4)
# A token is renewed a little before it ends, so that none ends on its way.
EARLIER = timedelta(seconds=30)
DEFAULT_SECONDS = 300
# RFC 6749, 5.2: what the site and the EHR's team must look at.
REASONS = {
    "invalid_request": "it finds the request malformed",
    "invalid_client": "it does not know this client_id with this key: is the public key registered there?",
    "invalid_grant": "it does not take the signed statement: do its clock and ours agree, and is token_url its own?",
    "unauthorized_client": "this client may not ask for tokens this way: is it registered as a backend service?",
    "unsupported_grant_type": "it gives no tokens to backend services",
    "invalid_scope": "it does not give the scope that was asked for: see scope in sources.toml",
}


class Granted(msgspec.Struct):
    """The answer of a token endpoint."""

    access_token: str = ""
    expires_in: int = DEFAULT_SECONDS
    scope: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """As whom we ask: where tokens are given, our name and key there, and what we ask for."""

    token_url: str
    client_id: str
    key: Key
    scope: str


class Tokens:
    """The token of one system, asked for when it is needed and kept until it ends."""

    def __init__(self, client: Client, exchange: Exchange, nonce: Callable[[], str]) -> None:
        """`nonce` gives a new unguessable text each time."""
        self.client = client
        self.scope = ""
        self._exchange = exchange
        self._nonce = nonce
        self._token = ""
        self._ends: datetime | None = None

    def token(self) -> str:
        """A token that is good now. Raises SourceError with the reason where none is given."""
        if self._ends is None or self._exchange.time.now() >= self._ends:
            self._ask()
        return self._token

    def forget(self) -> None:
        """Ask anew next time: the server took this one no longer."""
        self._ends = None

    def _ask(self) -> None:
        reply = self._exchange.ask("POST", self.client.token_url, {"Accept": "application/json"}, self._form)
        granted = _granted(reply.body)
        name = self._exchange.name
        if reply.status != 200 or not granted.access_token:
            why = REASONS.get(granted.error, f"it answered {reply.status}")
            raise SourceError(f"{name} gives no token: {why}", permanent=400 <= reply.status < 429)
        self._token = granted.access_token
        self.scope = granted.scope or self.client.scope
        self._ends = self._exchange.time.now() + timedelta(seconds=granted.expires_in) - EARLIER

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "scope": self.client.scope,
            "client_assertion_type": ASSERTION,
            "client_assertion": statement(self.client, self._exchange.time.now(), self._nonce()),
        }


def statement(client: Client, now: datetime, nonce: str) -> str:
    """The signed statement of who asks (a client assertion, RFC 7523), good once; `nonce` is its unguessable id."""
    name = algorithm(client.key)
    claims = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": client.token_url,
        "exp": int((now + GOOD_FOR).timestamp()),
        "jti": nonce,
    }
    head = {"alg": name, "kid": key_id(client.key), "typ": "JWT"}
    return jwt.encode(head, claims, client.key, algorithms=[name])


def _granted(body: bytes) -> Granted:
    try:
        return msgspec.json.decode(body, type=Granted, strict=False)
    except (msgspec.MsgspecError, UnicodeError):
        return Granted()
