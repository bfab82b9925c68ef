"""Passkeys (W3C WebAuthn Level 2): making one, and checking what it signed. The arithmetic is fido2's.

The site is the name in the browser's address bar, which ALLOWED_HOSTS must know; a challenge lives in the session, for one
answer within five minutes. A passkey always asks for a finger, a face or a PIN, so that it is two factors by itself.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from careloom.errors import Refused
from careloom.store.factors import Passkey
from careloom.store.models import User
from careloom.web import deps
from careloom.web.saying import later

if TYPE_CHECKING:
    from fido2.server import Fido2Server

CHALLENGE = "passkey_challenge"
LIVES = 300
MAKE, ANSWER = "make", "answer"
WRONG = later("this passkey was not accepted")
LONGEST = 20_000


def possible(request: HttpRequest) -> bool:
    """Whether browsers make passkeys here: under a name, by TLS or on this machine."""
    host = _host(request)
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def options_to_make(request: HttpRequest, user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for somebody."""
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    named = PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.username, display_name=user.username)
    options, state = _server(request).register_begin(
        named,
        credentials=_credentials(deps.pipeline().store.factors.passkeys(str(user.pk))),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _ask(request, MAKE, state)
    return dict(options)


def make(request: HttpRequest, user: User, answer: str, name: str) -> None:
    """Take up the passkey that the browser made. Raises Refused where it does not answer the challenge."""
    state = _asked(request, MAKE)
    if state is None:
        raise Refused(WRONG)
    try:
        made = _server(request).register_complete(state, _json(answer))
        credential = made.credential_data
    except Exception:  # whatever a stranger's bytes break in a parser: it is no passkey
        raise Refused(WRONG) from None
    if credential is None:
        raise Refused(WRONG)
    deps.pipeline().store.factors.add_passkey(
        str(user.pk),
        credential.credential_id,
        bytes(credential),
        name=name,
        counter=made.counter,
        now=timezone.now(),
    )


def options_to_answer(request: HttpRequest, user: str | None = None) -> dict[str, Any]:
    """What a browser needs to sign with a passkey: of one person, or of whoever she is."""
    from fido2.webauthn import UserVerificationRequirement

    hers = deps.pipeline().store.factors.passkeys(user) if user else ()
    options, state = _server(request).authenticate_begin(
        _credentials(hers) or None, user_verification=UserVerificationRequirement.REQUIRED
    )
    _ask(request, ANSWER, state)
    return dict(options)


def owner(request: HttpRequest, answer: str) -> User | None:
    """The active user whose passkey signed this session's challenge, or None; the answer works once."""
    found = _answered(request, answer)
    return User.objects.filter(pk=found.user, is_active=True).first() if found else None


def _answered(request: HttpRequest, answer: str) -> Passkey | None:
    from fido2.webauthn import AuthenticationResponse

    state, factors = _asked(request, ANSWER), deps.pipeline().store.factors
    if state is None:
        return None
    try:
        given = AuthenticationResponse.from_dict(_json(answer))
    except Exception:  # whatever a stranger's bytes break in a parser: it is no answer
        return None
    known = factors.passkey(given.raw_id)
    if known is None:
        return None
    try:
        _server(request).authenticate_complete(state, _credentials([known]), given)
    except ValueError:
        return None
    if given.response.user_handle and given.response.user_handle != UUID(known.user).bytes:
        return None
    counter = given.response.authenticator_data.counter
    return known if factors.takes_passkey(known, counter, timezone.now()) else None


def _host(request: HttpRequest) -> str:
    host = request.get_host()
    return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _server(request: HttpRequest) -> "Fido2Server":
    # fido2 costs a tenth of a second and is needed by few requests: imported late.
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    origin = f"{request.scheme}://{request.get_host()}"
    site = PublicKeyCredentialRpEntity(id=_host(request), name="Careloom")
    return Fido2Server(site, verify_origin=lambda given: given == origin)


def _credentials(known: Iterable[Passkey]) -> list[Any]:
    from fido2.webauthn import AttestedCredentialData

    return [AttestedCredentialData(one.credential) for one in known]


def _json(answer: str) -> Mapping[str, Any]:
    found = json.loads(answer[:LONGEST])
    if not isinstance(found, dict):
        raise ValueError
    return found


def _ask(request: HttpRequest, why: str, state: Any) -> None:
    request.session[CHALLENGE] = {"why": why, "at": timezone.now().timestamp(), "state": dict(state)}


def _asked(request: HttpRequest, why: str) -> dict[str, Any] | None:
    """The challenge of this session, once; None where there is none, or an old one."""
    asked = request.session.pop(CHALLENGE, None)
    if not asked or asked["why"] != why or not 0 <= timezone.now().timestamp() - asked["at"] <= LIVES:
        return None
    state: dict[str, Any] = asked["state"]
    return state
