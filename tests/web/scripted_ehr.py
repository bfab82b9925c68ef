"""A scripted EHR on a port of its own: an authorization server, a FHIR server with patients, and a page that opens an app in a frame.

Real HTTP and real signatures; it does whatever a test tells it to.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.web.forged import by_a_secret, unsigned

CLIENT = "careloom-app"
Said = tuple[int, dict[str, str], bytes]


def flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


class Ehr:
    """What it says is honest, unless a test bends it: `configured`, `claims`, `granted`, `sign` and `answers` by path."""

    def __init__(self, host: str) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.configured: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.granted: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.honest
        # What is answered to a path instead of the truth.
        self.answers: dict[str, Said] = {}
        self.who, self.patient = "Practitioner/rosa-1", "ada"
        self.patients: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.forms: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.tokens: dict[str, str] = {}
        self.proved: int | None = None
        # Paths whose answers come a byte now and then, and never end.
        self.trickling: set[str] = set()
        # The app that its page opens in a frame.
        self.app = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://{host}:{self.server.server_address[1]}"
        self.base = f"{self.url}/fhir"

    def visit(self, location: str) -> dict[str, str]:
        """Somebody is let in after she was sent to `location`; what her browser takes back."""
        self.asked = flat(urlsplit(location).query)
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        return {"code": code, "state": self.asked["state"]}

    def token(self, form: dict[str, str]) -> Said:
        """What a code is exchanged for; each is good once, for whoever has its verifier and its own address."""
        self.forms.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.base,
            "sub": "u-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "fhirUser": f"{self.base}/{self.who}",
            **({"auth_time": self.proved} if self.proved is not None else {}),
            **self.claims,
        }
        token = f"secret-token-{len(self.tokens)}"
        self.tokens[token] = self.patient
        told = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": asked["scope"],
            "patient": self.patient,
            "need_patient_banner": True,
            "id_token": self.sign({name: one for name, one in claims.items() if one is not None}),
            **self.granted,
        }
        return _json(told)

    def answer(self, path: str, query: str, bearer: str) -> Said:
        """What a GET is answered with."""
        if path in self.answers:
            return self.answers[path]
        if path == "/fhir/.well-known/smart-configuration":
            return _json(
                {
                    "issuer": self.base,
                    "authorization_endpoint": f"{self.url}/auth",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/jwks",
                    "code_challenge_methods_supported": ["S256"],
                    "capabilities": ["launch-ehr", "launch-standalone", "sso-openid-connect"],
                    **self.configured,
                }
            )
        if path == "/jwks":
            return _json({"keys": [self.key.as_dict(private=False)]})
        if path == "/auth":
            back = self.visit(f"{self.url}/auth?{query}")
            return 302, {"Location": f"{self.asked['redirect_uri']}?{urlencode(back)}"}, b""
        if path == "/chart":
            launch = f"{self.app}/smart/launch?iss={quote(self.base, safe='')}&launch=xyz"
            size = flat(query).get("wide", "600")
            page = (
                f"<!doctype html><title>EHR</title><h1>EHR</h1>"
                f"<iframe title='Careloom' width='{size}' height='700' src='{launch}'></iframe>"
            )
            return 200, {"Content-Type": "text/html"}, page.encode()
        if path.startswith("/fhir/Patient/"):
            name = path.rpartition("/")[2]
            if self.tokens.get(bearer.removeprefix("Bearer ")) != name:
                return _json({"resourceType": "OperationOutcome"}, 401)
            found = self.patients.get(name)
            return _json(found or {"resourceType": "OperationOutcome"}, 200 if found else 404)
        return _json({}, 404)

    def honest(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def by_another_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.other)

    def by_a_key_in_the_token(self, claims: dict[str, Any]) -> str:
        key = ECKey.generate_key("P-256", {"kid": "k9"})
        return jwt.encode({"alg": "ES256", "kid": "k9", "jwk": key.as_dict(private=False)}, claims, key)

    def by_the_public_key_as_a_secret(self, claims: dict[str, Any]) -> str:
        return by_a_secret(self.key.as_pem(private=False), claims, kid="k1")

    def unsigned(self, claims: dict[str, Any]) -> str:
        return unsigned(claims)


def _json(said: object, status: int = 200) -> Said:
    return status, {"Content-Type": "application/json"}, json.dumps(said).encode()


def _handler(ehr: Ehr) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def _say(self, said: Said) -> None:
            status, headers, body = said
            if self.path.partition("?")[0] in ehr.trickling:
                with suppress(ConnectionError):
                    for one in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 100:
                        self.wfile.write(bytes([one]))
                        time.sleep(0.05)
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            # Whoever had enough of a long answer has hung up.
            with suppress(ConnectionError):
                self.wfile.write(body)

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            ehr.paths.append(path)
            self._say(ehr.answer(path, query, self.headers.get("Authorization", "")))

        def do_POST(self) -> None:
            ehr.paths.append(self.path)
            form = flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._say(ehr.answers.get(self.path) or ehr.token(form))

    return Handler


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Ehr]:
    """One that answers until the test ends."""
    ehr = Ehr(host)
    thread = threading.Thread(target=ehr.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ehr
    finally:
        ehr.server.shutdown()
        ehr.server.server_close()
