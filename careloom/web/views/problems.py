"""Error pages: what happened in words, and one next step."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.errors import CareloomError, ExternalError, TooOften
from careloom.web import windows
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.page import actor, by_htmx, must_sign_in, page, part

OLDER = "X-Older"
# Seconds after which somebody may ask again of a database that went away.
RETRY = 10


@dataclass(frozen=True, slots=True)
class Words:
    """What a status means to the person in front of the screen."""

    title: str
    said: str
    next_words: str
    next_name: str


PAGES: Mapping[int, Words] = {
    400: Words(
        later("That request made no sense"),
        later("The page sent something that cannot be read."),
        later("Back to the queue"),
        "queue",
    ),
    403: Words(
        later("This is not yours to do"),
        later("A rule of the site refused it; nothing was changed."),
        later("Back to the queue"),
        "queue",
    ),
    404: Words(
        later("There is no such page"),
        later("What was here may have been filed, returned or drafted anew."),
        later("Look in the queue"),
        "queue",
    ),
    405: Words(
        later("Not this way"),
        later("This address takes nothing that comes this way; nothing was done."),
        later("Back to the queue"),
        "queue",
    ),
    409: Words(
        later("The record moved"),
        later("Something changed while you were reading; nothing was changed by you."),
        later("Back to the queue"),
        "queue",
    ),
    422: Words(
        later("That cannot be taken as it is"),
        later("What was sent does not fit; nothing was changed."),
        later("Back to the queue"),
        "queue",
    ),
    423: Words(
        later("This is stopped"),
        later("Somebody stopped it here, or whether it is can't be read; nothing was changed."),
        later("What is stopped"),
        "stops",
    ),
    429: Words(
        later("Too many wrong tries"),
        later("This account waits 15 minutes before the next try; nothing was done."),
        later("To the sign-in page"),
        "sign_in",
    ),
    500: Words(
        later("Something of ours broke"),
        later("It was not your doing, and nothing half-done was kept."),
        later("Try the queue again"),
        "queue",
    ),
    502: Words(
        later("Another system failed"),
        later("It answered in a way that trying again will not mend."),
        later("Back to the queue"),
        "queue",
    ),
    503: Words(
        later("Another system is not answering"),
        later("Trying again in a minute may help."),
        later("Back to the queue"),
        "queue",
    ),
}


def problem(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """The page for a status; for htmx the same as one paragraph. `detail` holds ids and codes only."""
    match = request.resolver_match
    proposal = match.kwargs.get("proposal") if match is not None and status in (403, 409, 422, 429) else None
    context = _context(status, sentence(detail), proposal) | _in_window(request)
    if by_htmx(request):
        return part(request, "web/_problem.html", context, status)
    return page(request, "web/error.html", context, status)


def another_chart(request: HttpRequest, why: str) -> HttpResponse:
    """The page where a window that an EHR opened with one patient is asked for something else."""
    context = _context(403, sentence(why), None) | _in_window(request)
    context |= {
        "title": gettext("This is another chart than the one that is open"),
        "said": gettext(
            "Nothing of it was opened. Open that patient's chart in the EHR, or Careloom by itself."
        ),
    }
    if by_htmx(request):
        return part(request, "web/_problem.html", context, 403)
    return page(request, "web/error.html", context, 403)


def _in_window(request: HttpRequest) -> dict[str, object]:
    """In a window every way leads back to its patient."""
    window = windows.of(request)
    if window is None:
        return {}
    return {
        "next_url": reverse("patient", args=[window.patient]),
        "next_words": gettext("Back to the open chart"),
    }


def too_often(request: HttpRequest, error: TooOften) -> HttpResponse:
    """The page for an address from which too many wrong passwords came in this minute."""
    context = _context(429, sentence(str(error)), None) | {
        "title": gettext("Too many tries from here"),
        "said": gettext("Nothing was tried. Whoever shares this address with you may have mistyped, too."),
    }
    return page(request, "web/error.html", context, 429)


def sent_before(request: HttpRequest) -> HttpResponse:
    """The page for a form that counts once and came a second time."""
    context = _context(409, "", None) | _in_window(request)
    context |= {
        "title": gettext("This was sent before"),
        "said": gettext(
            "It is not done a second time. See whether it was done the first; to do it once more, open its page anew."
        ),
    }
    if by_htmx(request):
        return part(request, "web/_problem.html", context, 409)
    return page(request, "web/error.html", context, 409)


def elsewhere(request: HttpRequest, patient: str) -> HttpResponse:
    """The page for a patient of another care team: who may opens the record in an emergency, with a reason."""
    context = _context(403, "", None) | {
        "title": gettext("This patient is in another care team"),
        "said": gettext("Ask one of the team, or whoever runs the site, to put you into it."),
    }
    if windows.of(request):
        # Its one patient is just the one whom she may not see.
        context["next_url"] = ""
    if may(actor(request).role, Permission.BREAK_GLASS):
        back = request.get_full_path() if request.method == "GET" and not by_htmx(request) else ""
        context["next_url"] = f"{reverse('break_glass', args=[patient])}?{urlencode({'next': back})}"
        context["next_words"] = gettext("Open it in an emergency")
    if by_htmx(request):
        return part(request, "web/_problem.html", context, 403)
    return page(request, "web/error.html", context, 403)


def _context(status: int, detail: str, proposal: str | None) -> dict[str, object]:
    words = PAGES.get(status, PAGES[500])
    return {
        "title": words.title,
        "said": words.said,
        "detail": detail,
        "status": gettext("Error {status}").format(status=status),
        "next_url": reverse("review", args=[proposal]) if proposal else reverse(words.next_name),
        "next_words": gettext("Look at it as it is now") if proposal else words.next_words,
    }


def status_of(error: CareloomError) -> int:
    """The HTTP status of an error of the tree; 502 for another system's failure that trying again won't mend."""
    return 502 if isinstance(error, ExternalError) and error.permanent else error.http_status


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400."""
    del exception
    return problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 403."""
    del exception
    return problem(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 404."""
    del exception
    return problem(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for what nobody caught: 503 where the database went away, to be tried again; 500 for a bug of ours.

    It asks nothing of the database, not even who is signed in, since that may be what broke.
    """
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    context = _context(503 if away else 500, "", None)
    if away:
        context |= {
            "title": gettext("Careloom's database isn't answering"),
            "said": gettext(
                "What you just sent may not have been taken. Try again in a minute, and look first."
            ),
        }
    template = "web/_problem.html" if by_htmx(request) else "web/error.html"
    headers = {"Retry-After": str(RETRY)} if away else {}
    return HttpResponse(render_to_string(template, context), status=503 if away else 500, headers=headers)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without its CSRF token: to sign in where nobody is, since the cookies went with the session; else its page is older
    than who is signed in."""
    del reason
    if not request.user.is_authenticated:
        return must_sign_in(request, undone=True)
    answer = problem(
        request, 403, gettext("The page was older than your sign-in. Open it again and repeat what you did.")
    )
    # A page with scripts asks for its token anew, so that no typed word has to be typed again.
    answer[OLDER] = "1"
    return answer
