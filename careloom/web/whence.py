"""From where a request comes, and what was refused to it: the web page's part of the audit log.

Behind a proxy the caller's address is what the proxy says, as far as the site trusts it (CARELOOM_TRUSTED_PROXIES): of
X-Forwarded-For counts the last address that no trusted proxy has, and nothing that the caller could have put in front of it.
"""

import hashlib
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from careloom.care.audited import Outcome, Whence
from careloom.errors import CareloomError, ConfigError, InputError, NotInCareTeam, Refused, TooOften
from careloom.store import whence
from careloom.store.models import User
from careloom.web import deps

# In CARELOOM_TRUSTED_PROXIES: a proxy on this machine that speaks over a socket file, and so has no address.
SOCKET = "socket"
NOBODY = "unknown"


def whence_of(request: HttpRequest) -> Whence:
    """From where a request comes; the session is named by a mark from which nobody can make its cookie."""
    return Whence(address_of(request), session_mark(request))


def session_mark(request: HttpRequest) -> str:
    """A word for the session of a request that stays the same while it lasts; "" where there is none."""
    session = getattr(request, "session", None)
    key = session.session_key if session is not None else ""
    return f"session {hashlib.sha256(key.encode()).hexdigest()[:16]}" if key else ""


def address_of(request: HttpRequest) -> str:
    """The caller's address."""
    address = request.META.get("REMOTE_ADDR", "") or SOCKET
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        said = _address(hop)
        if not said or not _is_trusted(address):
            break
        address = said
    return "" if address == SOCKET else address


def note_refusal(request: HttpRequest, error: CareloomError) -> None:
    """That somebody who is signed in was refused something: what she asked for, and of whom where we know."""
    user = request.user
    if not isinstance(error, Refused) or not isinstance(user, User):
        return
    if isinstance(error, TooOften) and not error.first:
        return
    match = request.resolver_match
    what = f"{request.method} {(match and match.view_name) or 'api'}: {type(error).__name__}"
    patient = error.patient if isinstance(error, NotInCareTeam) else None
    store = deps.pipeline().store
    store.audit.note(str(user.pk), "refused", patient=patient, what=what, outcome=Outcome.REFUSED)


def note_wrong(sender: object, request: HttpRequest | None = None, **said: Any) -> None:
    """That a password, code or passkey was wrong, or an account is locked; what was typed as a name is kept only where somebody has it."""
    del sender
    if request is None:
        return
    store, name = deps.pipeline().store, str((said.get("credentials") or {}).get("username", ""))
    try:
        actor = store.users.reviewer(name).user
    except InputError:
        actor = NOBODY
    locked = getattr(request, "axes_locked_out", False)
    signing = isinstance(getattr(request, "user", None), User)
    guessed(request, name, everybody=not (signing or locked))
    outcome = Outcome.REFUSED if locked else Outcome.FAILED
    store.audit.note(
        actor, "prove" if signing else "sign-in", what="locked" if locked else "", outcome=outcome
    )


def guessed(request: HttpRequest, name: str = "", *, everybody: bool = True) -> None:
    """Count one wrong password, code or token more (`limits.must_not_guess`): for the account that was named, and for the address.

    With `everybody` False it counts for the account alone: whoever signs has signed in already and guesses nobody else's password,
    and on an account that is locked nothing was tried. So nobody at a clinic behind one address is held up by a colleague.
    """
    comings, address, now = deps.pipeline().store.comings, address_of(request), timezone.now()
    if name:
        comings.count(wrong_from(address, name), now)
    if everybody:
        comings.count(wrong_from(address), now)


def wrong_from(address: str, name: str = "") -> str:
    """Under which word the wrong ones of an address are counted, or those of an account from there; what was typed as a name isn't in it."""
    account = f" {hashlib.sha256(name.lower().encode()).hexdigest()[:16]}" if name else ""
    return f"wrong {address}{account}"


def note_session(sender: object, request: HttpRequest | None = None, **said: Any) -> None:
    """From now on the request comes through the session that just began."""
    del sender, said
    if request is not None:
        whence.say(through=session_mark(request))


@cache
def networks(said: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks that a setting names. Raises ConfigError."""
    try:
        return tuple(
            ip_network(word) for part in said.split(",") if (word := part.strip()) and word != SOCKET
        )
    except ValueError:
        raise ConfigError(
            "CARELOOM_TRUSTED_PROXIES takes addresses and networks such as 10.0.0.0/8"
        ) from None


def _is_trusted(address: str) -> bool:
    said = settings.CARELOOM_TRUSTED_PROXIES
    if address == SOCKET:
        return SOCKET in (word.strip() for word in said.split(","))
    found = _address(address)
    return bool(found) and any(ip_address(found) in network for network in networks(said))


@lru_cache(maxsize=1_000)
def _address(text: str) -> str:
    """An IP address as it is usually written; "" for anything else."""
    word = text.strip().strip("[]")
    try:
        return str(ip_address(word))
    except ValueError:
        return ""
