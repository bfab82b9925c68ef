"""What somebody was told of waiting work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from careloom.care.access import Permission
from careloom.care.notices import NoticeKind
from careloom.web import deps
from careloom.web.present.words import moment
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page

# Where a notice leads.
LEADS = {
    NoticeKind.LEAD: "queue?whose=all&overdue=1",
    NoticeKind.EMERGENCY: "emergencies",
    NoticeKind.CALL_QUESTION: "questions",
    NoticeKind.CALL_LATE: "questions",
    NoticeKind.CALL_ANSWER: "questions",
    NoticeKind.CALL_UNREAD: "questions",
    NoticeKind.CALL_BACK: "questions",
    NoticeKind.TAKEN_BACK: "panel",
    NoticeKind.ALARM: "alarms",
}


@needs(Permission.OWN)
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices of the reader; none names a patient."""
    language = (get_language() or "en")[:2]
    found = deps.pipeline().store.notices.of(actor(request).user)
    rows = [
        {
            "words": one.words(language),
            "at": moment(one.at, now()),
            "new": not one.seen,
            "to": f"/{LEADS.get(one.kind, 'queue')}",
        }
        for one in found
    ]
    return page(request, "web/notices.html", {"rows": rows})


@needs(Permission.OWN, methods=SENT)
def seen(request: HttpRequest) -> HttpResponse:
    """She has read them."""
    deps.pipeline().store.notices.see(actor(request).user, now())
    return redirect("notices")
