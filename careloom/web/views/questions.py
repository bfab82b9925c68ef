"""Questions to physicians: each answered yes, no or call me; what came of it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.question import Question
from careloom.errors import CareloomError, InputError, Refused
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present.leaves import asked_for, leaf
from careloom.web.present.questions import row
from careloom.web.present.words import sentence
from careloom.web.views.guard import SENT, needs, of_question
from careloom.web.views.page import actor, names_of, now, page, users_by_id


@needs(Permission.SEE)
def questions(request: HttpRequest) -> HttpResponse:
    """Hers to answer first, then what she asked, then the others that she may read."""
    return _shown(request)


@needs(Permission.DECIDE, of_question, methods=SENT)
def answer(request: HttpRequest, question: UUID) -> HttpResponse:
    """Take an answer; a yes to what would be an order asks first that she proves who she is."""
    found, said = _known(request, question), request.POST.get("answer", "")
    asks_proof = found.orders and said == "yes"
    if asks_proof and found.open and not proved_by_form(request):
        return _shown(request, found.id, f"{not_proved(request)} {gettext('Nothing was answered.')}", 403)
    try:
        words = request.POST.get("words", "")
        deps.pipeline().questioning.answer(actor(request), found.id, said, words, proved=asks_proof)
    except (InputError, Refused) as error:
        return _shown(request, found.id, _words(error), error.http_status)
    return redirect(f"{reverse('questions')}#q-{found.id}")


@needs(Permission.WORK, of_question, methods=SENT)
def do(request: HttpRequest, question: UUID) -> HttpResponse:
    """The answer is taken back, or read, or the question is."""
    found, questioning = _known(request, question), deps.pipeline().questioning
    steps = {"back": questioning.take_back, "see": questioning.see, "withdraw": questioning.withdraw}
    step = steps.get(request.POST.get("do", ""))
    if step is None:
        raise InputError("no such step")
    try:
        step(actor(request), found.id)
    except (InputError, Refused) as error:
        return _shown(request, found.id, _words(error), error.http_status)
    return redirect(f"{reverse('questions')}#q-{found.id}")


def _known(request: HttpRequest, question: UUID) -> Question:
    try:
        return deps.pipeline().questioning.get(actor(request), str(question))
    except InputError:
        raise Http404 from None


def _words(error: CareloomError) -> str:
    return sentence(error.reason if isinstance(error, InputError) else str(error))


def _shown(request: HttpRequest, at: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    who, questioning = actor(request), deps.pipeline().questioning
    number = asked_for(request.GET.get("page", ""))
    listed, total = questioning.listed(who, number)
    hers = {one.id for one in questioning.hers(who)}
    names, users = names_of({one.patient for one in listed}, request), users_by_id()
    reaches = questioning.reaches(who)
    covers = questioning.turning.covers(who.user)
    rows = [(one, row(one, who, names, users, now(), reaches=reaches, covers=covers)) for one in listed]
    context = {
        "groups": [
            (title, found)
            for title, found in (
                (gettext("For you to answer"), [shown for one, shown in rows if one.id in hers]),
                (gettext("Answered, for you to read"), [shown for one, shown in rows if shown.see]),
                (
                    gettext("Asked by you"),
                    [shown for one, shown in rows if shown.withdraw and one.id not in hers],
                ),
                (
                    gettext("Others"),
                    [
                        shown
                        for one, shown in rows
                        if one.id not in hers and not shown.see and not shown.withdraw
                    ],
                ),
            )
            if found
        ],
        "pages": leaf(number, len(listed), total, lambda one: f"page={one}"),
        "at": at,
        "problem": problem,
    }
    return page(request, "web/questions.html", context, status=status)
