"""SMART App Launch: there and back to an EHR's authorization server, who came with whom, and the one read that her token is for.

Source   SMART App Launch 2.2.0, "App Launch: Launch and Authorization"; RFC 7636 (PKCE), RFC 9207 (iss in the answer)

The token is held for the length of one request and kept nowhere. Every address that the server names must be its own, or one
that the site trusts as much (`trusted_hosts`).
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from joserfc.jwk import Key

from careloom.care.system import SmartApp
from careloom.errors import LaunchRefused, SourceError
from careloom.wire.fhir.address import absolute, asking
from careloom.wire.fhir.exchange import Reply
from careloom.wire.fhir.keys import private_key
from careloom.wire.fhir.server import FHIR_JSON, WELL_KNOWN, Server
from careloom.wire.fhir.token import ASSERTION, Client, statement
from careloom.wire.id_token import NotGenuine, check, opened, seconds

# Whom `fhirUser` may name here; a patient is nobody's colleague.
PEOPLE = ("Practitioner", "PractitionerRole", "Person")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_BROKEN = (msgspec.MsgspecError, UnicodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Errand:
    """What only this browser's session knows while somebody is away at the EHR, and where she comes back to."""

    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Launched:
    """What was verified: who came ("Practitioner/1"), with whom ("" for nobody), whether our banner is wanted, and when she proved
    herself there (seconds since 1970; negative where it doesn't say). `token` opens that one patient. `context` is what a card of ours
    named to be opened (CDS Hooks' appContext), as the EHR hands it on."""

    who: str
    patient: str
    banner: bool
    proved: float
    token: str
    context: str = ""


class _Configuration(msgspec.Struct):
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    jwks_uri: str = ""
    issuer: str = ""
    code_challenge_methods_supported: list[str] = []


class _Granted(msgspec.Struct):
    access_token: str = ""
    token_type: str = ""
    id_token: str = ""
    patient: str = ""
    # A boolean by the standard; some EHRs write it as a text.
    need_patient_banner: Any = True
    app_context: Any = msgspec.field(name="appContext", default=None)


def errand(redirect: str) -> Errand:
    """A new one. Its texts can't be guessed; the verifier has 43 characters (RFC 7636, 4.1)."""
    return Errand(secrets.token_urlsafe(16), secrets.token_urlsafe(24), secrets.token_urlsafe(32), redirect)


class Ehr:
    """An EHR at which we are registered as an app. Everything is asked anew at each launch, so that nothing old is believed."""

    def __init__(self, server: Server, app: SmartApp) -> None:
        """Asks nothing yet."""
        self.server = server
        self.app = app
        self._said: _Configuration | None = None

    @property
    def issuer(self) -> str:
        """Who must have signed its id tokens."""
        return self.app.issuer or self.server.base

    def address(self, errand: Errand, *, launch: str = "", again: bool = False) -> str:
        """Where somebody is sent to be let in: with the EHR's own `launch`, else to choose a patient there, or only to prove herself
        `again`. Raises SourceError where it doesn't answer or can't do it safely."""
        asked = "" if again else "launch" if launch else "launch/patient"
        scope = " ".join(filter(None, (asked, "openid", "fhirUser", "" if again else self.app.scope)))
        digest = hashlib.sha256(errand.verifier.encode()).digest()
        params = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": errand.redirect,
            "scope": scope,
            "state": errand.state,
            "nonce": errand.nonce,
            "aud": self.server.base,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"launch": launch} if launch else {}),
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        there = self._configuration.authorization_endpoint
        return f"{there}{'&' if '?' in there else '?'}{urlencode(params)}"

    def redeem(self, code: str, errand: Errand, *, issuer: str = "") -> Launched:
        """What a code stands for; `issuer` is whom the answer names, where it does.

        Raises LaunchRefused where it is not ours or not genuine, SourceError where the EHR fails.
        """
        if issuer and issuer != self.issuer:
            raise LaunchRefused("not accepted")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": errand.redirect,
            "code_verifier": errand.verifier,
        }
        url = self._configuration.token_endpoint
        reply = self.server.exchange.ask(
            "POST", url, {"Accept": "application/json"}, lambda: form | self._as_whom(url)
        )
        _must_answer(reply, self.server.name)
        granted = _decoded(reply.body)
        if reply.status != 200 or not granted.access_token or granted.token_type.lower() != "bearer":
            raise LaunchRefused("not accepted")
        claims = self._claims(granted.id_token, errand.nonce)
        return Launched(
            who=self._who(claims),
            patient=granted.patient,
            banner=granted.need_patient_banner not in (False, "false"),
            proved=seconds(claims.get("auth_time")),
            token=granted.access_token,
            context=granted.app_context if isinstance(granted.app_context, str) else "",
        )

    def patient(self, launched: Launched) -> bytes:
        """The Patient resource that she came with. Raises LaunchRefused where the token doesn't open it, SourceError."""
        if not _ID.fullmatch(launched.patient):
            raise LaunchRefused("no patient")
        url = asking(self.server.base, f"Patient/{launched.patient}")
        headers = {"Accept": FHIR_JSON, "Authorization": f"Bearer {launched.token}"}
        reply = self.server.exchange.ask("GET", url, headers)
        _must_answer(reply, self.server.name)
        if reply.status != 200:
            raise LaunchRefused("no patient")
        return reply.body

    @property
    def _configuration(self) -> _Configuration:
        if self._said is None:
            self._said = self._asked()
        return self._said

    def _asked(self) -> _Configuration:
        server = self.server
        reply = server.exchange.ask("GET", asking(server.base, WELL_KNOWN), {"Accept": "application/json"})
        _must_answer(reply, server.name)
        try:
            said = msgspec.json.decode(reply.body, type=_Configuration)
        except _BROKEN:
            said = _Configuration()
        named = [
            absolute(server.base, one) if one else ""
            for one in (said.authorization_endpoint, said.token_endpoint, said.jwks_uri)
        ]
        if reply.status != 200 or not all(named):
            raise SourceError(f"{server.name} does not say how apps are launched", permanent=True)
        if "S256" not in said.code_challenge_methods_supported:
            raise SourceError(f"{server.name} does not take PKCE with S256", permanent=True)
        if said.issuer and said.issuer != self.issuer:
            raise SourceError(
                f"{server.name} is another issuer than sources.toml says: set smart.issuer", permanent=True
            )
        for one in named:
            server.refuse_foreign(one)
        authorize, token, keys = named
        return _Configuration(authorize, token, keys, said.issuer)

    def _as_whom(self, url: str) -> dict[str, str]:
        """How we say who asks: by a statement that our key signed, else by our name alone."""
        if self.app.key is None:
            return {"client_id": self.app.client_id}
        client = Client(url, self.app.client_id, self.key(), "")
        return {
            "client_assertion_type": ASSERTION,
            "client_assertion": statement(client, self.server.time.now(), secrets.token_urlsafe(32)),
        }

    def key(self) -> Key:
        """Our private key there. Raises ConfigError where there is none."""
        assert self.app.key is not None
        return private_key(self.app.key)

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        reply = self.server.exchange.ask("GET", self._configuration.jwks_uri, {"Accept": "application/json"})
        _must_answer(reply, self.server.name)
        try:
            keys = msgspec.json.decode(reply.body, type=dict[str, Any])
            claims = opened(token, keys)
            check(claims, self.issuer, self.app.client_id, nonce, self.server.time.now().timestamp())
        except (*_BROKEN, NotGenuine):
            raise LaunchRefused("not accepted") from None
        return claims

    def _who(self, claims: Mapping[str, Any]) -> str:
        """The person as the EHR's own resource, "Practitioner/1"; one of another server is nobody whom it may name."""
        said = claims.get("fhirUser")
        named = said.removeprefix(f"{self.server.base}/") if isinstance(said, str) else ""
        kind, _, number = named.partition("/")
        if kind not in PEOPLE or not _ID.fullmatch(number):
            raise LaunchRefused("nobody")
        return named


def _must_answer(reply: Reply, name: str) -> None:
    """Raises SourceError where it has no answer for us now, or sends us elsewhere: no redirect is followed."""
    if 300 <= reply.status < 400:
        raise SourceError(f"{name} sends us elsewhere: put its own address into sources.toml", permanent=True)
    if reply.status == 429 or reply.status >= 500:
        raise SourceError(f"{name} does not answer now (it said {reply.status})")


def _decoded(body: bytes) -> _Granted:
    try:
        return msgspec.json.decode(body, type=_Granted)
    except _BROKEN:
        return _Granted()
