"""Coming in: from a right first step to a session, by way of the second factor; and proving it again at signing.

A half sign-in (the first step was right, the second factor is still to come) lives five minutes in the session of somebody
who is not signed in, and dies with the password under which it began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from careloom.care.access import ROLES
from careloom.care.audited import Outcome
from careloom.care.document import Tier
from careloom.errors import ConfigError
from careloom.review.tiers import REACH
from careloom.store.factors import CODE, PASSKEY
from careloom.store.models import User
from careloom.web import deps, passkeys, windows
from careloom.web.whence import address_of

HALF = "half_signed_in"
LIVES = 300
# What the identity provider said afresh: when, kept for one signature within these seconds.
FRESH, FRESH_LIVES = "proved_elsewhere", 300
# The identity provider by which this session was opened: its name and what people call it.
PROVIDER = "provider"
EVERYBODY, NOBODY = "everybody", "nobody"
# The backend that knows whoever came in without one of Django's: by a passkey, or from elsewhere.
PASSWORDS = "careloom.web.backends.Passwords"
# Behind TLS, and so in the open: whoever signs or runs the site needs a second factor where the site says nothing.
BY_THEMSELVES = (*(role for role, tier in REACH.items() if tier > Tier.AUTO), "administrator")


@dataclass(frozen=True, slots=True)
class First:
    """The first step in: in words, by which identity provider if any, and whether that asks for a second factor itself."""

    way: str
    provider: str = ""
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose first step was right, and where she wanted to go."""

    user: User
    target: str
    first: First


def roles_with_second_factor() -> tuple[str, ...]:
    """The roles that sign in with a second factor only. Raises ConfigError for a role that there isn't."""
    said = [word.strip() for word in settings.CARELOOM_SECOND_FACTOR.split(",") if word.strip()]
    unknown = [word for word in said if word not in (*ROLES, EVERYBODY, NOBODY)]
    if unknown or (NOBODY in said and len(said) > 1):
        raise ConfigError(
            gettext("CARELOOM_SECOND_FACTOR takes {more}, {more2} or roles separated by commas").format(
                more=EVERYBODY, more2=NOBODY
            )
        )
    if NOBODY in said or settings.CARELOOM_DEMO:
        return ()
    if EVERYBODY in said:
        return ROLES
    return tuple(said) if said else BY_THEMSELVES if settings.CARELOOM_BEHIND_TLS else ()


def after_first(request: HttpRequest, user: User, target: str, first: First) -> str:
    """Where somebody goes whose first step was right: on, to her second factor, or to set one up."""
    has_one = bool(deps.pipeline().store.factors.of(str(user.pk)))
    if first.trusted or (not has_one and user.role not in roles_with_second_factor()):
        enter(request, user, first)
        return target
    request.session.cycle_key()
    request.session[HALF] = {
        "user": str(user.pk),
        "mark": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "target": target,
        "first": [first.way, first.provider],
    }
    return reverse("second" if has_one else "set_up_first")


def half(request: HttpRequest) -> Half | None:
    """Who is halfway in, or None."""
    kept = request.session.get(HALF)
    if not kept or not 0 <= timezone.now().timestamp() - kept["at"] <= LIVES:
        return None
    user = User.objects.filter(
        pk=kept["user"], organisation=settings.CARELOOM_ORGANISATION, is_active=True
    ).first()
    if user is None or user.get_session_auth_hash() != kept["mark"]:
        return None
    return Half(user, kept["target"], First(*kept["first"]))


def enter(request: HttpRequest, user: User, first: First, second: str = "") -> None:
    """Sign somebody in: a new session, a line in the audit log, and a place in her list of sessions."""
    # It goes into the audit log, which is in one language whatever the page's.
    way = f"{first.way} and {second}" if second else first.way
    request.session.pop(HALF, None)
    login(request, user, getattr(user, "backend", PASSWORDS))
    if first.provider:
        request.session[PROVIDER] = {"name": first.provider, "label": first.way}
    request.session.save()
    store = deps.pipeline().store
    store.sign_ins.began(
        str(user.pk),
        request.session.session_key or "",
        device=request.headers.get("User-Agent", ""),
        address=address_of(request),
        way=way,
        now=timezone.now(),
    )
    store.audit.note(str(user.pk), "sign-in", what=way)


def ways_of(request: HttpRequest) -> Callable[[], dict[str, object]]:
    """How whoever is signed in may prove it again, asked for when a page needs it."""

    @cache
    def ways() -> dict[str, object]:
        user = request.user
        if not isinstance(user, User):
            return {}
        kinds = {one.kind for one in deps.pipeline().store.factors.of(str(user.pk))}
        return {
            "password": user.has_usable_password(),
            "code": CODE in kinds,
            "passkey": PASSKEY in kinds and passkeys.possible(request),
            "elsewhere": _elsewhere(request),
            "fresh": _is_fresh(request),
        }

    return ways


def _elsewhere(request: HttpRequest) -> dict[str, str] | None:
    """Where else she may prove it: what people call it, and its address here."""
    window, provider = windows.of(request), request.session.get(PROVIDER)
    if window is not None:
        return {"label": window.label, "address": reverse("smart_again")} if window.confirms else None
    if not provider:
        return None
    return {"label": provider["label"], "address": reverse("elsewhere_again", args=[provider["name"]])}


def proved(request: HttpRequest, *, password: str = "", code: str = "", passkey: str = "") -> bool:
    """Whether whoever sends this is really the person who is signed in.

    By her password, by a code of her app, by her passkey, or because her identity provider has just asked her. A wrong
    password or code counts towards the lock-out.
    """
    user, known = request.user, None
    name = user.get_username()
    if password:
        known = authenticate(request, username=name, password=password)
    elif code:
        known = authenticate(request, username=name, code=code)
    elif passkey:
        known = passkeys.owner(request, passkey)
        if known is None or known.pk != user.pk:
            store = deps.pipeline().store
            store.audit.note(str(user.pk), "prove", what="passkey", outcome=Outcome.FAILED)
    elif _is_fresh(request):
        del request.session[FRESH]
        return True
    return known is not None and known.pk == user.pk


def proved_by_form(request: HttpRequest) -> bool:
    """The same, from the fields of a form (`web/_prove.html`)."""
    given = {name: request.POST.get(name, "") for name in ("password", "code", "passkey")}
    return proved(request, **given)


def not_proved(request: HttpRequest) -> str:
    """What to say to somebody who did not prove it."""
    if request.POST.get("passkey"):
        return gettext("That passkey was not accepted.")
    if request.POST.get("code"):
        return gettext("That is not the code of this moment; each works once.")
    known = isinstance(request.user, User) and request.user.has_usable_password()
    return gettext("That is not your password.") if known else gettext("Confirm first that it is you.")


def _is_fresh(request: HttpRequest) -> bool:
    said = request.session.get(FRESH)
    if not said or said["user"] != str(request.user.pk):
        return False
    return bool(0 <= timezone.now().timestamp() - said["at"] <= FRESH_LIVES)
