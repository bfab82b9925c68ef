"""Your sign-in: where you are signed in, your second factors, your password."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.errors import CareloomError, InputError
from careloom.review.tiers import lapsed
from careloom.store.factors import CODE, Factor
from careloom.store.models import User
from careloom.store.signins import SignedIn
from careloom.web import deps, linking, passkeys
from careloom.web.entering import proved_by_form, roles_with_second_factor
from careloom.web.present.bar import unlicensed
from careloom.web.present.device import device, opened_by
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page

# Where the page speaks of EHRs; with an EHR's name behind it, of that one.
EHRS = "ehrs"
NOT_HERS = later("That did not prove that it is you. Nothing was changed.")
DONE = {
    "ended": later("That session was ended."),
    "others": later("All other sessions were ended."),
    "password": later("Your password was changed; all other sessions were ended."),
    "removed": later("It was removed."),
    "linked": later("You are linked: Careloom opens inside that EHR as you."),
    "not_linked": later("Nothing was linked. If you don't know who that is, tell whoever runs this site."),
    "unlinked": later("You are linked to that EHR no more; your other sessions were ended."),
    "language": later("The pages are in the language that you chose."),
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session in words."""

    id: str
    device: str
    address: str
    way: str
    since: datetime
    seen: datetime
    this_one: bool


@needs(Permission.OWN)
def yours(request: HttpRequest) -> HttpResponse:
    """The page."""
    return shown(request)


@needs(Permission.OWN, methods=SENT)
def end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    store, user = deps.pipeline().store, str(request.user.pk)
    store.sign_ins.end(user, str(session))
    store.audit.note(user, "session end", what=user)
    return redirect(f"{reverse('yours')}?done=ended")


@needs(Permission.OWN, methods=SENT)
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    store, user = deps.pipeline().store, str(request.user.pk)
    store.sign_ins.end_all(user, but=request.session.session_key or "")
    store.audit.note(user, "session end", what=user)
    return redirect(f"{reverse('yours')}?done=others")


@needs(Permission.OWN, methods=SENT)
def password(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; every other session ends."""
    user, new = cast(User, request.user), request.POST.get("new", "")
    store = deps.pipeline().store
    if new != request.POST.get("again", ""):
        return shown(request, "new", gettext("The two new passwords differ. Nothing was changed."), 422)
    if not proved_by_form(request):
        return shown(request, "new", NOT_HERS, 403)
    try:
        store.users.set_password(user.username, new)
    except CareloomError as error:
        return shown(request, "new", sentence(str(error)), error.http_status)
    store.sign_ins.end_all(str(user.pk), but=request.session.session_key or "")
    old = request.session.session_key or ""
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    request.session.save()
    store.sign_ins.moved(old, request.session.session_key or "")
    store.audit.note(str(user.pk), "password")
    return redirect(f"{reverse('yours')}?done=password")


@needs(Permission.OWN, methods=SENT)
def language(request: HttpRequest) -> HttpResponse:
    """In which language she reads the pages; "" follows her browser."""
    chosen = request.POST.get("language", "")
    if chosen and chosen not in dict(settings.LANGUAGES):
        raise InputError("no such language")
    deps.pipeline().store.users.set_language(str(request.user.pk), chosen)
    return redirect(f"{reverse('yours')}?done=language")


def rows_of(sessions: tuple[SignedIn, ...], mine: str) -> list[SessionRow]:
    """Sessions in words, the one with this key first."""
    rows = [
        SessionRow(
            one.id,
            device(one.device),
            one.address,
            opened_by(one.way),
            one.since,
            one.seen,
            one.session == mine,
        )
        for one in sessions
    ]
    return sorted(rows, key=lambda row: not row.this_one)


def shown(request: HttpRequest, at: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    """The page, with what went wrong beside the form that it is about (`at`)."""
    user, store = cast(User, request.user), deps.pipeline().store
    factors: tuple[Factor, ...] = store.factors.of(str(user.pk))
    sessions = store.sign_ins.of(str(user.pk), timezone.now())
    context = {
        "rows": rows_of(sessions, request.session.session_key or ""),
        "factors": factors,
        "has_code": any(one.kind == CODE for one in factors),
        "left": store.factors.recovery_left(str(user.pk)),
        "must": user.role in roles_with_second_factor(),
        "may_make_passkeys": passkeys.possible(request),
        "languages": [(code, name, code == user.language) for code, name in settings.LANGUAGES],
        "unlicensed": unlicensed(lapsed(actor(request), now().date())),
        "has_password": user.has_usable_password(),
        "ehrs": deps.pipeline().launching.linked()(str(user.pk)),
        "named": linking.waiting(request),
        "done": DONE.get(request.GET.get("done", ""), ""),
        "at": at,
        "problem": problem,
    }
    return page(request, "web/yours.html", context, status)
