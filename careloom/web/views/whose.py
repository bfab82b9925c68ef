"""A scan that names nobody whom we know: its pictures, the search for whose it is, and a person's word."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.care.worklist import Sought
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.whose import matches, nobodys, offered
from careloom.web.views.guard import METHODS, SENT, needs
from careloom.web.views.page import actor, now, page


@needs(Permission.WORK, methods=METHODS)
def whose(request: HttpRequest, message: str) -> HttpResponse:
    """The scan and, where a name or number was typed (it stands in no address), the patients found."""
    return _shown(request, message, request.POST.get("words", ""))


@needs(Permission.WORK, methods=SENT)
def assign(request: HttpRequest, message: str) -> HttpResponse:
    """Take a person's word for whose it is."""
    try:
        deps.pipeline().assigning.assign(actor(request), message, request.POST.get("patient", ""))
    except InputError as error:
        return _shown(request, message, "", str(error))
    return redirect(f"{reverse('scans')}?done=assigned&scan={message}")


@needs(Permission.WORK, methods=SENT)
def back(request: HttpRequest, message: str) -> HttpResponse:
    """Undo it."""
    deps.pipeline().assigning.take_back(actor(request), message)
    return redirect(f"{reverse('scans')}?done=back")


@needs(Permission.WORK)
def picture(request: HttpRequest, message: str, number: int) -> HttpResponse:
    """The picture of a page."""
    try:
        image = deps.pipeline().assigning.picture(actor(request), message, number)
    except InputError:
        raise Http404 from None
    return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "no-store"})


def _shown(request: HttpRequest, message: str, words: str, problem: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    try:
        scan = pipeline.assigning.find(message)
    except InputError:
        raise Http404 from None
    found = None
    if words:
        try:
            found = matches(pipeline.assigning.search(who, words))
        except InputError as error:
            problem = error.reason
    everybody = {row.waiting.patient for row in pipeline.queue(who)}
    first, more = offered(pipeline.work(who, Sought()).rows, len(everybody))
    context = {
        "scan": nobodys([scan], now())[0],
        "pages": range(1, pipeline.assigning.pages(scan.message) + 1),
        "words": words,
        "found": found,
        "offered": first,
        "more": more,
        "problem": problem,
    }
    return page(request, "web/whose.html", context, status=422 if problem else 200)
