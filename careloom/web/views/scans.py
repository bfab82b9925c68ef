"""What a machine read off scans: each statement beside the picture of its page, and a person's word on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Tier
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.scans import to_confirm
from careloom.web.present.whose import nobodys, somebodys
from careloom.web.saying import later
from careloom.web.views.guard import SENT, mine, needs, of_entry
from careloom.web.views.page import actor, now, page, reach_of, users_by_id

DONE = {
    "right": later("It counts now, with your name beside it."),
    "wrong": later("It is left out, with your name beside it."),
}
SETTLED = {
    "assigned": later(
        "It is in that patient's record now, with your name beside it. What was read off an image still waits below to be confirmed."
    ),
    "back": later("It was taken back: nothing of it is in any record."),
}


@needs(Permission.SEE)
def scans(request: HttpRequest) -> HttpResponse:
    """The statements that wait, scan by scan."""
    pipeline = deps.pipeline()
    assigned = mine(actor(request), pipeline.assigning.assigned(), lambda one: one.patient)
    people = users_by_id()
    context = {
        "nobodys": nobodys(pipeline.assigning.waiting(), now()),
        "somebodys": somebodys(
            assigned, pipeline.assigning.labels([one.patient for one in assigned]), people
        ),
        "scans": to_confirm(mine(actor(request), tuple(pipeline.scans.waiting()), lambda one: one.patient)),
        "done": {**DONE, **SETTLED}.get(request.GET.get("done", "")),
        "assigned": request.GET.get("scan", ""),
        "may": reach_of(actor(request)) >= Tier.NURSE,
    }
    return page(request, "web/scans.html", context)


@needs(Permission.SEE, of_entry)
def picture(request: HttpRequest, entry: str, number: int) -> HttpResponse:
    """The picture of a page."""
    try:
        image = deps.pipeline().scans.picture(actor(request), entry, number)
    except InputError:
        raise Http404 from None
    return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "no-store"})


@needs(Permission.WORK, of_entry, methods=SENT)
def confirm(request: HttpRequest, entry: str) -> HttpResponse:
    """Take a person's word: right or wrong."""
    said = request.POST.get("said", "")
    if said not in DONE:
        raise InputError(gettext("say whether it is right or wrong"))
    deps.pipeline().scans.confirm(actor(request), entry, right=said == "right")
    return redirect(f"{reverse('scans')}?done={said}")
