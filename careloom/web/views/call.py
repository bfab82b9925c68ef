"""Call mode: one screen for the telephone. Each tick and word is kept as it is made; the end says before what it makes."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.call import Again, Call
from careloom.care.document import ROLES, Reviewer
from careloom.care.record import PatientRecord
from careloom.errors import InputError, Refused, StaleRecord
from careloom.web import deps
from careloom.web.present import call as present
from careloom.web.present import tasks
from careloom.web.present.banner import banner
from careloom.web.present.whom import whom
from careloom.web.present.words import moment, owner_words, sentence
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, now, page, users_by_id

# Before the name of a field, so that none is taken for something else of the form.
FIELD = "f-"


@needs(Permission.WORK, of_patient)
def call(request: HttpRequest, patient: str) -> HttpResponse:
    """Whom to call and what to ask; while a call goes on, the screen of the call."""
    return _shown(request, *_record(request, patient))


@needs(Permission.WORK, of_patient, methods=SENT)
def begin(request: HttpRequest, patient: str) -> HttpResponse:
    """The call begins, and its clock."""
    who, record = _record(request, patient)
    try:
        deps.pipeline().calling.begin(who, record, request.POST.get("why", ""))
    except InputError as error:
        return _shown(request, who, record, {error.where: sentence(error.reason)})
    return redirect("call", record.patient)


@needs(Permission.WORK, of_patient, methods=SENT)
def say(request: HttpRequest, patient: str) -> HttpResponse:
    """Keep one field: what the call would end with now, or (409) the words of her other window where those would be lost."""
    who, calling = actor(request), deps.pipeline().calling
    mine = calling.get(who, request.POST.get("call", ""))
    _must_be(mine, patient)
    name, text, was = (request.POST.get(key, "") for key in ("field", "text", "was"))
    try:
        after = calling.say(who, mine.id, name, text, was)
    except StaleRecord:
        return JsonResponse({"stands": calling.get(who, mine.id).of(name)}, status=409)
    told = calling.heard(who, after) if request.POST.get("done") else ()
    ends = calling.ends(who, after)
    return JsonResponse(
        {
            "ends": present.ends_with(ends, users_by_id()),
            "paged": present.sentence_of(told),
            "wrong": present.wrong(ends),
        }
    )


@needs(Permission.WORK, of_patient)
def here(request: HttpRequest, patient: str) -> HttpResponse:
    """She still has the call open."""
    who, record = actor(request), _known(patient)
    deps.pipeline().calling.still_there(who, record)
    return HttpResponse(status=204)


@needs(Permission.WORK, of_patient, methods=SENT)
def end(request: HttpRequest, patient: str) -> HttpResponse:
    """Keep what stands on the screen, or (`do`) end the call, or drop one that was none."""
    who, record = _record(request, patient)
    calling = deps.pipeline().calling
    mine = calling.get(who, request.POST.get("call", ""))
    _must_be(mine, patient)
    if request.POST.get("do") == "drop":
        calling.drop(who, mine.id)
        return redirect("patient", record.patient)
    try:
        if "kept" not in request.POST:
            given = {
                key.removeprefix(FIELD): request.POST[key] for key in request.POST if key.startswith(FIELD)
            }
            calling.say_all(who, mine.id, given)
        if request.POST.get("do") == "draft":
            calling.draft_question(who, mine.id)
            return redirect(f"{reverse('call', args=[record.patient])}#question")
        if request.POST.get("do") != "end":
            return redirect("call", record.patient)
        done = calling.end(who, mine.id)
    except InputError as error:
        return _shown(request, who, record, {error.where or "screen": sentence(error.reason)})
    return redirect("call_over", record.patient, done.id)


@needs(Permission.WORK, of_patient, methods=SENT)
def not_reached(request: HttpRequest, patient: str) -> HttpResponse:
    """Nobody was reached: noted as that, with the next try as a task."""
    who, record = _record(request, patient)
    calling = deps.pipeline().calling
    try:
        again = None
        if request.POST.get("again"):
            again = Again(due=_day(request.POST.get("due", "")), owner=request.POST.get("owner", ""))
        done = calling.not_reached(who, record, request.POST.get("how", ""), again)
    except InputError as error:
        return _shown(request, who, record, {"unreached": sentence(error.reason)})
    return redirect("call_over", record.patient, done.id)


@needs(Permission.WORK, of_patient)
def over(request: HttpRequest, patient: str, call: str) -> HttpResponse:
    """What came of a call: its note, its tasks, its minutes; until something rests on it, it may be taken back."""
    return _over(request, patient, call)


@needs(Permission.WORK, of_patient, methods=SENT)
def take_back(request: HttpRequest, patient: str, call: str) -> HttpResponse:
    """An ended call is taken back, with all that came of it."""
    who = actor(request)
    _must_be(_ended(who, call), patient)
    try:
        deps.pipeline().uncalling.take_back(who, call, request.POST.get("why", ""))
    except (InputError, Refused) as error:
        said = error.reason if isinstance(error, InputError) else str(error)
        return _over(request, patient, call, sentence(said), error.http_status)
    return redirect("call_over", patient, call)


def _ended(who: Reviewer, call: str) -> Call:
    try:
        return deps.pipeline().calling.get(who, call)
    except InputError:
        raise Http404 from None


def _over(
    request: HttpRequest, patient: str, call: str, problem: str = "", status: int = 200
) -> HttpResponse:
    who, record = _record(request, patient)
    pipeline, done = deps.pipeline(), _ended(who, call)
    _must_be(done, patient)
    if done.ended is None:
        return redirect("call", record.patient)
    made = [one for one in pipeline.tracking.of(who.user, record.patient) if one.said.proposal == done.note]
    context = {
        "patient": record.patient,
        "banner": banner(record),
        "urgent": deps.pipeline().paged.open_about(who, record.patient),
        "call": done,
        "reached": bool(done.said),
        "tasks": [(one, tasks.stands(one, users_by_id())) for one in made],
        "question": pipeline.store.questions.of_call(done.id),
        "minutes": pipeline.timing.lasted(who.user, record.patient, "call", done.began) // 60,
        "began": moment(done.began, now()),
        "back": moment(done.back, now()) if done.back else "",
        "why_not": sentence(pipeline.uncalling.why_not(who, done.id)),
        "problem": problem,
    }
    return page(request, "web/call_over.html", context, status=status)


def _shown(
    request: HttpRequest, who: Reviewer, record: PatientRecord, problems: dict[str, str] | None = None
) -> HttpResponse:
    pipeline = deps.pipeline()
    calling = pipeline.calling
    mine = pipeline.store.calls.open_of(record.patient, who.user)
    users = users_by_id()
    problems = {part: present.told_wrong(words) for part, words in (problems or {}).items()}
    called = whom(record, pipeline.store.patients.persons(record.patient))
    context: dict[str, object] = {
        "patient": record.patient,
        "banner": banner(record),
        "urgent": deps.pipeline().paged.open_about(who, record.patient),
        "notice_of": record.notice,
        "dead": bool(record.demographics.deceased),
        "whom": called,
        "others": [
            (users.get(user, gettext("Somebody")), moment(began, now()))
            for user, began in calling.others(who, record.patient)
        ],
        "problems": problems,
        "unreached": present.unreached(may_leave=called.may_leave),
        "next_day": calling.next_day().isoformat(),
        "owners": [(one, owner_words(one)) for one in ROLES[:2]],
        "prefix": FIELD,
    }
    if mine is None:
        sheet = calling.sheet(who, record.patient)
        context |= {"asks": present.asked(sheet, record), "counted": sheet}
    else:
        ends = calling.ends(who, mine)
        context |= {
            "screen": present.screen(mine, record),
            "able": [
                (one.user, one.name or "name not recorded")
                for one in pipeline.questioning.able(record.patient)
            ],
            "ends": present.ends_with(ends, users),
            "wrong": {**present.wrong(ends), **problems},
            "waits": present.waits(ends),
            "began": moment(mine.began, now()),
        }
    return page(request, "web/call.html", context, status=422 if problems else 200)


def _record(request: HttpRequest, patient: str) -> tuple[Reviewer, PatientRecord]:
    """Who calls, and the record as she may read it. Raises Http404 for nobody."""
    who = actor(request)
    return who, deps.pipeline().record(who, _known(patient))


def _known(patient: str) -> str:
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None


def _must_be(mine: Call, patient: str) -> None:
    """Raises Http404 for a call with somebody else than the address names."""
    first = deps.pipeline().store.sameness.first
    if first(mine.patient) != first(_known(patient)):
        raise Http404


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(gettext("the next try has a day"), where="due") from None
