"""Accounts: who may sign in, how, and where she is signed in; the administrator ends sessions and accounts.

Making accounts is left to commands (docs/sign_in.md), and a link to a person of an EHR to a command or to whoever she is (`linking.py`):
whoever is at this page can lock people out, and can't become them.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.licensing import holds
from careloom.errors import CareloomError, InputError
from careloom.review.tiers import REACH
from careloom.store.factors import CODE, PASSKEY
from careloom.store.users import Account
from careloom.web import deps
from careloom.web.entering import proved_by_form
from careloom.web.present.words import ROLES, Mark, listed, sentence
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page
from careloom.web.views.yours import NOT_HERS, SessionRow, rows_of

END, RESET, CLOSE, OPEN_AGAIN, PART = "end", "reset", "close", "open", "part"
DONE = {
    END: later("She is signed out everywhere."),
    RESET: later("Her second factor was taken away, and she is signed out everywhere."),
    CLOSE: later("She signs in no more, and is signed out everywhere."),
    OPEN_AGAIN: later("She may sign in again."),
    PART: later("No EHR opens Careloom for her until she links it again; she is signed out everywhere."),
}
# So many days before its last day the page says that a licence is to be renewed.
SOON = 60
FACTORS = {CODE: "app", PASSKEY: "passkey"}


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence in words; `mark` where it has expired or soon does."""

    words: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in words."""

    id: str
    username: str
    name: str
    role: str
    active: bool
    ways: str
    licence: Licensed | None
    last: datetime | None
    sessions: list[SessionRow]
    ehrs: str


@needs(Permission.ADMINISTER)
def accounts(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _shown(request)


@needs(Permission.ADMINISTER, methods=SENT)
def do(request: HttpRequest, account: UUID) -> HttpResponse:
    """Do one thing with somebody's account; whoever does it proves first who she is."""
    store, user, what = deps.pipeline().store, str(account), request.POST.get("what", "")
    found = next((one for one in store.users.accounts() if one.id == user), None)
    if found is None:
        raise Http404
    if what not in DONE:
        raise InputError(gettext("no such step"))
    if not proved_by_form(request):
        return _shown(request, user, NOT_HERS, 403)
    try:
        if what in (CLOSE, OPEN_AGAIN):
            store.users.activate(found.username, what == OPEN_AGAIN)
        if what == RESET:
            store.factors.reset(user)
        if what == PART:
            for name in deps.pipeline().launching.apps():
                deps.pipeline().launching.forget(user, name)
        if what != OPEN_AGAIN:
            store.sign_ins.end_all(user)
    except CareloomError as error:
        return _shown(request, user, sentence(str(error)), error.http_status)
    store.audit.note(actor(request).user, f"account {what}", what=user)
    return redirect(f"{reverse('accounts')}?done={what}")


def _shown(request: HttpRequest, at: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "states": _states(),
        "rows": _rows(request.session.session_key or ""),
        "at": at,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/accounts.html", context, status)


def _states() -> str:
    """In which states licences count here, as a sentence."""
    known: dict[str, bool] = settings.CARELOOM_LICENCE_STATES
    if not known:
        return gettext("No state is set (CARELOOM_LICENCE_STATES): a licence of any state signs here.")
    every = listed([f"{one} ({gettext('compact')})" if compact else one for one, compact in known.items()])
    return gettext(
        "Licences of {states} sign here; in a compact state a registered nurse's multistate licence does, too."
    ).format(states=every)


def _rows(mine: str) -> list[AccountRow]:
    store = deps.pipeline().store
    kinds, sessions = store.factors.kinds(), store.sign_ins.all(timezone.now())
    linked = deps.pipeline().launching.linked()
    names = {one.user: one.name for one in store.users.all()}
    return [
        AccountRow(
            one.id,
            one.username,
            names.get(one.id, one.username),
            ROLES.get(one.role, one.role.replace("_", " ")),
            one.active,
            " · ".join(
                (
                    *(("password",) if one.has_password else ()),
                    *(FACTORS[kind] for kind in kinds.get(one.id, ())),
                )
            ),
            _licensed(one),
            one.last,
            rows_of(tuple(each for each in sessions if each.user == one.id), mine),
            ", ".join(each.label for each in linked(one.id) if each.since),
        )
        for one in store.users.accounts()
    ]


def _licensed(one: Account) -> Licensed | None:
    licence = one.licence
    if licence is None:
        return None
    held = gettext("licence %(state)s %(number)s, until %(day)s") % {
        "state": licence.state,
        "number": licence.number,
        "day": licence.expiry.isoformat(),
    }
    left = (licence.expiry - now().date()).days
    mark = None
    known: dict[str, bool] = settings.CARELOOM_LICENCE_STATES
    if one.role in REACH and not holds(known, licence.state, one.role, multistate=licence.multistate):
        mark = Mark("▲", gettext("of a state in which nobody signs here: she signs nothing"), "look")
    elif left < 0:
        mark = Mark("▲", gettext("expired: she signs nothing"), "look")
    elif left <= SOON:
        mark = Mark("○", gettext("expires in %(days)d days") % {"days": left})
    own = gettext("practises on her own by licence") if one.independent else ""
    compact = gettext("multistate (Nurse Licensure Compact)") if licence.multistate else ""
    return Licensed(" · ".join(filter(None, (held, compact, own))), mark)
