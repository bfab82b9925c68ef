"""What all pages share: who is signed in, the clock, and what the page's frame needs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django_htmx.middleware import HtmxDetails

from careloom.care.document import Reviewer, Tier
from careloom.care.worked import ACTIVITIES
from careloom.pipeline.stopping import read as read_stops
from careloom.review import tiers
from careloom.store.models import User
from careloom.store.signins import ran_out
from careloom.web import deps, windows
from careloom.web.entering import ways_of
from careloom.web.present.nav import Menu, menu
from careloom.web.present.stops import banner as stop_banner
from careloom.web.present.words import ROLES, activity_word

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
# Why a session ended: nobody asked for anything, somebody ended it from elsewhere, she signed out in another window; and the cookie that tells it.
WHY_ENDED, ENDED = ("idle", "ended", "out"), "ended"
# The addresses that the scripts of a page ask without a press of anybody.
BY_ITSELF = frozenset(
    (
        "call_here",
        "call_say",
        "clock_case",
        "clock_patient",
        "here",
        "keep",
        "measures_counting",
        "review_here",
        "review_left",
        "site_rule_trying",
    )
)


def actor(request: HttpRequest) -> Reviewer:
    """The person who is signed in."""
    return cast(User, request.user).reviewer()


def reach_of(who: Reviewer) -> Tier:
    """How far this person's licence reaches today; a person without one signs nothing."""
    return tiers.reach_of(who, now().date())


def users_by_id() -> dict[str, str]:
    """The names of this site's users, for pages that say who did what."""
    return {one.user: one.name for one in deps.pipeline().store.users.all()}


def now() -> datetime:
    """The time, in the site's zone."""
    return timezone.localtime()


def names_of(patients: set[str], request: HttpRequest) -> dict[str, str]:
    """The names of patients by id; that they were read is in the audit log."""
    store = deps.pipeline().store
    known = {one for one in patients if one}
    store.audit.note_all(actor(request).user, "read", known, "name")
    return {one: label[0] for one, label in store.patients.labels(known).items()} if known else {}


def by_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return bool(_htmx(request))


def signed_in(view: View[P]) -> View[P]:
    """Only for people who are signed in; others go to the sign-in page and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and windows.fits(request):
            return view(request, *args, **kwargs)
        return must_sign_in(request, undone=True)

    return guarded


def must_sign_in(request: HttpRequest, *, undone: bool = False) -> HttpResponse:
    """The way to the sign-in page and back; `undone` says that what was pressed was not done. What a page asks by itself leads nowhere."""
    if asks_by_itself(request):
        return HttpResponse(status=401)
    if windows.named(request):
        return ended(request)
    why = _why_ended(request)
    answer = _to_sign_in(request, why, undone=undone)
    # The answer takes the session's cookie away: the next window of this browser is told the same.
    return ended_because(answer, why) if why else answer


def _to_sign_in(request: HttpRequest, why: str, *, undone: bool) -> HttpResponse:
    reads = request.method in ("GET", "HEAD")
    if reads and not by_htmx(request):
        return redirect_to_login(request.get_full_path())
    details, match = _htmx(request), request.resolver_match
    about = match.kwargs if match is not None else {}
    plan = reverse("review", args=[about["proposal"]]) if "proposal" in about else reverse("queue")
    came_from = (details.current_url_abs_path if details else None) or plan
    sent = {"sent": "1"} if undone and not reads else {}
    target = f"{reverse('sign_in')}?{urlencode({'away': why or '1', **sent, 'next': came_from})}"
    if not by_htmx(request):
        return redirect(target)
    return HttpResponse(status=204, headers={"HX-Redirect": target})


def ended_because(answer: HttpResponse, why: str) -> HttpResponse:
    """The answer, from which this browser knows until it is closed why its last session ended: a word of WHY_ENDED."""
    secure = bool(settings.SESSION_COOKIE_SECURE)
    answer.set_cookie(ENDED, why, secure=secure, httponly=True, samesite="Lax")
    return answer


def _why_ended(request: HttpRequest) -> str:
    """Why whoever asks is signed in no more, a word of WHY_ENDED; "" where nothing is known."""
    if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
        return "idle" if ran_out(key, timezone.now()) else "ended"
    known = request.COOKIES.get(ENDED, "")
    return known if known in WHY_ENDED else ""


def ended(request: HttpRequest) -> HttpResponse:
    """A window whose session is over; the EHR opens it again."""
    if by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("home")})
    context = {
        "title": gettext("This window is closed"),
        "said": gettext("You are signed out of it. Open Careloom again from the patient's chart in the EHR."),
        "next_url": "",
        "signed_in": "",
        "menu": None,
    }
    return page(request, "web/error.html", context, 401)


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether a page's own script asks, with nobody to read a page that answers: the clock, the door, what is typed, "still here"."""
    match = request.resolver_match
    return match is not None and match.view_name in BY_ITSELF


def _htmx(request: HttpRequest) -> HtmxDetails | None:
    found = getattr(request, "htmx", None)
    return found if isinstance(found, HtmxDetails) else None


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A whole page in the frame."""
    return render(request, template, {**frame(request), **context}, status=status)


def part(
    request: HttpRequest, templates: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A part of a page, for htmx."""
    return HttpResponse(render_to_string(templates, {**frame(request), **context}, request), status=status)


def _unseen(user: User) -> int:
    """How many notices she has not read; the page that tells that the database is gone stands without it."""
    try:
        return deps.pipeline().store.notices.unseen(str(user.pk))
    except DatabaseError:
        return 0


def frame(request: HttpRequest) -> dict[str, object]:
    """What the frame prints: the reader's name and role, the pages that she may open, and after how long she is signed out;
    for a form that asks, how she proves who she is."""
    user = getattr(request, "user", None)
    said, window = "", windows.of(request)
    shown: Menu | None = None
    if isinstance(user, User):
        reviewer = user.reviewer()
        shown = menu(reviewer.role, request.path) if window is None else None
        role, name = (
            ROLES.get(reviewer.role, reviewer.role.replace("_", " ")),
            reviewer.name or user.username,
        )
        said = name if name == role else f"{name} · {role}"
    return {
        "signed_in": said,
        "menu": shown,
        "window": window,
        "stopped": stop_banner(read_stops(deps.pipeline().store, held=False))
        if isinstance(user, User)
        else "",
        "notices": _unseen(user) if isinstance(user, User) and window is None else 0,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
        "ways": ways_of(request),
        "clock_runs": [(name, activity_word(name)) for name, one in ACTIVITIES.items() if one.asks_after],
    }
