"""What a machine read off scans: each statement beside the picture of its page, and a person's word on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from careloom.care.document import Tier
from careloom.errors import InputError, NotLicensed
from careloom.web import deps
from careloom.web.present.scans import to_confirm
from careloom.web.views.page import actor, page, reach_of, signed_in

DONE = {
    "right": "It counts now, with your name beside it.",
    "wrong": "It is left out, with your name beside it.",
}


@signed_in
def scans(request: HttpRequest) -> HttpResponse:
    """The statements that wait, scan by scan."""
    _may_see(request)
    context = {
        "scans": to_confirm(deps.pipeline().scans.waiting()),
        "done": DONE.get(request.GET.get("done", "")),
        "may": reach_of(actor(request)) >= Tier.NURSE,
    }
    return page(request, "web/scans.html", context)


@signed_in
def picture(request: HttpRequest, entry: str, number: int) -> HttpResponse:
    """The picture of a page."""
    _may_see(request)
    try:
        image = deps.pipeline().scans.picture(actor(request), entry, number)
    except InputError:
        raise Http404 from None
    return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "no-store"})


@require_POST
@signed_in
def confirm(request: HttpRequest, entry: str) -> HttpResponse:
    """Take a person's word: right or wrong."""
    said = request.POST.get("said", "")
    if said not in DONE:
        raise InputError("say whether it is right or wrong")
    deps.pipeline().scans.confirm(actor(request), entry, right=said == "right")
    return redirect(f"{reverse('scans')}?done={said}")


def _may_see(request: HttpRequest) -> None:
    if actor(request).role in ("auditor", "administrator", "quality_lead"):
        raise NotLicensed("scans are read by the care team")
