"""Whom a message is about whose number is another's: what it describes beside the bearers, and a person's word."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.pipeline.people import MAY
from careloom.pipeline.refusals import Refused
from careloom.web import deps
from careloom.web.present.people import described
from careloom.web.present.refusals import asked
from careloom.web.present.whose import matches
from careloom.web.present.words import source_name
from careloom.web.views.guard import METHODS, SENT, needs
from careloom.web.views.page import actor, page

NEW = "new"


@needs(Permission.MEND, methods=METHODS)
def refusal(request: HttpRequest, message: str) -> HttpResponse:
    """Whom the message describes beside whoever bears the number and, where a name was typed (it stands in no address), whoever
    is called so."""
    return _shown(request, message, request.POST.get("words", ""))


@needs(Permission.SETTLE, methods=SENT)
def say(request: HttpRequest, message: str) -> HttpResponse:
    """Take a person's word: somebody new, or one of our patients."""
    desk, who = deps.pipeline().refusals, actor(request)
    patient, key, why = (request.POST.get(name, "") for name in ("patient", "key", "why"))
    try:
        if patient == NEW:
            desk.new(who, message, key, why=why)
        else:
            desk.known(who, message, patient, key, why=why)
    except InputError as error:
        return _shown(request, message, "", error.reason)
    done = NEW if patient == NEW else "known"
    return redirect(f"{reverse('rejected')}?done={done}&told={message}")


@needs(Permission.SETTLE, methods=SENT)
def back(request: HttpRequest, message: str) -> HttpResponse:
    """Take back what was said last of whom the message is about."""
    desk = deps.pipeline().refusals
    said = [one for one in desk.identified() if one.message == message]
    asked_for = request.POST.get("patient") or (said[0].patient if said else "")
    try:
        desk.take_back(actor(request), asked_for)
    except InputError:
        return redirect(f"{reverse('people')}?done=kept")
    return redirect(f"{reverse('rejected')}?done=untold")


def _shown(request: HttpRequest, message: str, words: str, problem: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    try:
        letter = pipeline.dead_letters.find(message)
        refused = pipeline.refusals.waiting(who, message)
    except InputError:
        if problem:
            # Somebody else decided while the page stood open.
            return redirect(f"{reverse('rejected')}?done=decided")
        raise Http404 from None
    found = None
    if words:
        try:
            found = matches(pipeline.assigning.search(who, words))
        except InputError as error:
            problem = error.reason
    context = {
        "letter": letter.message,
        "name": letter.name,
        "source": source_name(letter.source),
        "people": [_asked(request, one) for one in refused],
        "words": words,
        "found": found,
        "problem": problem,
        "key": request.POST.get("key", ""),
        "why": request.POST.get("why", ""),
        "may": who.role in MAY,
    }
    return page(request, "web/refusal.html", context, status=422 if problem else 200)


def _asked(request: HttpRequest, refused: Refused) -> object:
    pipeline = deps.pipeline()
    told = pipeline.people.told(actor(request), refused.bearers)
    return asked(refused, told, described(pipeline.store.patients.labels(refused.bearers)))
