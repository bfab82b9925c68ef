"""Messages that could not be read: the list, one of them with its text, and what can be done about it."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from careloom.care.access import Permission, may
from careloom.errors import InputError
from careloom.pipeline.dead_letters import EDITABLE, DeadLetter, DeadLetters
from careloom.web import deps
from careloom.web.present.people import described
from careloom.web.present.rejected import letter_shown, people_of, rows
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page

DONE = {
    "corrected": later("The corrected message was taken in."),
    "again": later("The message was read again; what could be read is in."),
    "aside": later("It is set aside."),
    "back": later("It is back on the list."),
    "new": later(
        "Somebody new was founded, and what it told of them is in their record. What comes under the number goes to whom it describes."
    ),
    "known": later("What it told is in that patient's record."),
    "untold": later("It was taken back: what it told is in no record, and the message is on the list again."),
    "decided": later("Somebody had decided it meanwhile. Nothing was changed."),
}


@needs(Permission.FAULTS, post=Permission.MEND)
def rejected(request: HttpRequest) -> HttpResponse:
    """Everything that waits for somebody to correct it or to set it aside; who runs the site sees what is wrong, and no message."""
    letters = _letters().all()
    context = {
        "mends": may(actor(request).role, Permission.MEND),
        "rows": rows(letters, now(), *_people(request, letters)),
        "told": request.GET.get("told", ""),
        "done": DONE.get(request.GET.get("done", "")),
        "aside": request.GET.get("aside", ""),
    }
    return page(request, "web/rejected.html", context)


@needs(Permission.MEND)
def letter(request: HttpRequest, message: str) -> HttpResponse:
    """One message: what is wrong where, its text, and the forms."""
    return _letter(request, message)


@needs(Permission.MEND)
def original(request: HttpRequest, message: str) -> HttpResponseBase:
    """The message as it came, as a file."""
    who = actor(request)
    letters = _letters()
    found = _found(letters, message)
    answer = StreamingHttpResponse(letters.body(who.user, message), content_type="application/octet-stream")
    name = content_disposition_header(as_attachment=True, filename=found.name or "message")
    if name:
        answer["Content-Disposition"] = name
    return answer


@needs(Permission.MEND, methods=SENT)
def correct(request: HttpRequest, message: str) -> HttpResponse:
    """Take in a corrected message: a file, else the text of the page."""
    file = request.FILES.get("file")
    body = file.read() if file else request.POST.get("text", "").replace("\r\n", "\n").encode()
    part = request.POST.get("part") == "1"
    why = request.POST.get("why", "")
    return _do(
        request,
        message,
        "corrected",
        lambda letters, who: letters.correct(who, message, body, why=why, part=part),
        kept=None if file else body.decode(),
    )


@needs(Permission.MEND, methods=SENT)
def again(request: HttpRequest, message: str) -> HttpResponse:
    """Read it once more."""
    return _do(request, message, "again", lambda letters, who: letters.again(who, message))


@needs(Permission.MEND, methods=SENT)
def aside(request: HttpRequest, message: str) -> HttpResponse:
    """Take it off the list."""
    why = request.POST.get("why", "")
    return _do(request, message, "aside", lambda letters, who: letters.set_aside(who, message, why=why))


@needs(Permission.MEND, methods=SENT)
def back(request: HttpRequest, message: str) -> HttpResponse:
    """Undo a setting aside."""
    return _do(request, message, "back", lambda letters, who: letters.take_back(who, message))


def _do(
    request: HttpRequest,
    message: str,
    done: str,
    act: Callable[[DeadLetters, str], object],
    kept: str | None = None,
) -> HttpResponse:
    """Act and go back to the list; where the act is refused, the page again with the reason and what was typed."""
    who = actor(request)
    letters = _letters()
    try:
        act(letters, who.user)
    except InputError as error:
        if done == "back":
            raise
        return _letter(request, message, str(error), kept)
    more = f"&aside={message}" if done == "aside" else ""
    return redirect(f"{reverse('rejected')}?done={done}{more}")


def _letter(request: HttpRequest, message: str, problem: str = "", kept: str | None = None) -> HttpResponse:
    who = actor(request)
    letters = _letters()
    found = _found(letters, message)
    text = letters.text(who.user, message) if kept is None else kept
    context = {
        "letter": letter_shown(found, now(), *_people(request, [found])),
        "text": text,
        "editable_kb": EDITABLE >> 10,
        "problem": problem,
        "why": request.POST.get("why", ""),
    }
    return page(request, "web/letter.html", context, status=422 if problem else 200)


def _people(
    request: HttpRequest, letters: Sequence[DeadLetter]
) -> tuple[dict[str, str], dict[frozenset[str], str]]:
    """Names of those of whom reasons speak, for whoever works with patients, and the pairs of People that are about two."""
    patients, who = people_of(letters), actor(request)
    if not patients or not may(who.role, Permission.SEE):
        return {}, {}
    pipeline = deps.pipeline()
    pipeline.store.audit.note_all(who.user, "read", sorted(patients), "rejected")
    pairs = {frozenset((one.one, one.other)): one.id for one in pipeline.people.waiting()}
    return described(pipeline.store.patients.labels(patients)), pairs


def _found(letters: DeadLetters, message: str) -> DeadLetter:
    try:
        return letters.find(message)
    except InputError:
        raise Http404 from None


def _letters() -> DeadLetters:
    return deps.pipeline().dead_letters
