"""An OpenID Connect provider on loopback that says whatever a test tells it to: real HTTP, real signatures, no manners."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.web.forged import by_a_secret, part, unsigned

CLIENT = "careloom"


class Issuer:
    """`claims` of the next id token are made from those of an honest one by `twist`; `sign` signs them."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.twist: Callable[[dict[str, Any]], None] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.honest
        self.info: dict[str, Any] = {"sub": "s-1"}
        self.subject, self.name = "s-1", "rosa"
        self.proved: float | None = None
        # How many id tokens it made: a forgery that is never sent tries nothing.
        self.signed = 0
        self.issuer_said: str | None = None
        self.nonce = ""
        self.asked: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def visit(self, location: str) -> dict[str, str]:
        """Somebody signs in here after being sent to `location`; what the browser takes back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.nonce = self.asked["nonce"]
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.nonce
        return {"code": code, "state": self.asked["state"]}

    def token(self, code: str) -> dict[str, Any]:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.codes[code],
            "preferred_username": self.name,
        }
        if self.proved is not None:
            claims["auth_time"] = int(self.proved)
        self.twist(claims)
        signed = self.sign(claims)
        self.signed += 1
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

    def honest(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def by_another_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.other)

    def by_an_unknown_key(self, claims: dict[str, Any]) -> str:
        key = ECKey.generate_key("P-256", {"kid": "k9"})
        return jwt.encode({"alg": "ES256", "kid": "k9", "jwk": key.as_dict(private=False)}, claims, key)

    def by_the_public_key_as_a_secret(self, claims: dict[str, Any]) -> str:
        return by_a_secret(self.key.as_pem(private=False), claims, kid="k1")

    def unsigned(self, claims: dict[str, Any]) -> str:
        return unsigned(claims)

    def with_a_changed_body(self, claims: dict[str, Any]) -> str:
        head, _, signature = self.honest(claims).split(".")
        return f"{head}.{part({**claims, 'preferred_username': 'osei'})}.{signature}"

    def no_token_at_all(self, claims: dict[str, Any]) -> str:
        return "x.y.z"


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def _say(self, said: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            url = issuer.url
            pages: dict[str, dict[str, Any]] = {
                "/.well-known/openid-configuration": {
                    "issuer": issuer.issuer_said or url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/me",
                    "jwks_uri": f"{url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                },
                "/jwks": {"keys": [issuer.key.as_dict(private=False)]},
                "/me": issuer.info,
            }
            self._say(pages.get(self.path, {}), 200 if self.path in pages else 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            expected = "Basic " + base64.b64encode(f"{CLIENT}:hush".encode()).decode()
            known = given.get("code") in issuer.codes and self.headers["Authorization"] == expected
            self._say(
                issuer.token(given["code"]) if known else {"error": "invalid_grant"}, 200 if known else 400
            )

    return Handler


@contextmanager
def running() -> Iterator[Issuer]:
    """One that answers until the test ends."""
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.server.shutdown()
        issuer.server.server_close()
