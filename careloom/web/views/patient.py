"""The patient page: one person's record by its parts, and the sources of each fact beside it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.record import Allergy, Medication, Need, PatientRecord, Problem
from careloom.errors import InputError
from careloom.pipeline.looking import Changed
from careloom.web import deps
from careloom.web.present import asking, tasks
from careloom.web.present.banner import banner
from careloom.web.present.evidence import basis_of_entries, show
from careloom.web.present.patient import SECTIONS, around, standing
from careloom.web.present.patient.found import Sought
from careloom.web.present.patient.found import search as looked_for
from careloom.web.present.patient.medications import medicines
from careloom.web.present.patient.results import results
from careloom.web.present.patient.timeline import counted, timeline
from careloom.web.present.patient.year import year
from careloom.web.present.receipt import receipt
from careloom.web.present.settling import who_settles
from careloom.web.present.words import moment, number
from careloom.web.views.charts import charts_of
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, by_htmx, now, page, part, users_by_id

NEW_SHOWN = 12
MOST_TYPED = 100


@needs(Permission.SEE, of_patient)
def patient(request: HttpRequest, patient: str) -> HttpResponse:
    """The whole: what is new to her, the year, what stands; the parts load when they are opened."""
    who, record = _record(request, patient)
    context = {
        **_frame(request, record),
        **_changed(deps.pipeline().looking.look(who, record)),
        **charts_of(who, record.patient),
        "year": year(record),
        "problems": standing.problems(record),
        "medicines": medicines(record),
        "allergies": standing.allergies(record),
        "needs": standing.needs(record),
        "receipt": receipt(record),
    }
    return page(request, "web/patient.html", context)


def _changed(changed: Changed) -> dict[str, object]:
    return {
        "since": moment(changed.since, now()),
        "new": [show(entry, ()) for entry in changed.entries[:NEW_SHOWN]],
        "new_more": max(len(changed.entries) - NEW_SHOWN, 0),
        "new_counts": counted(changed.entries),
    }


@needs(Permission.SEE, of_patient)
def section(request: HttpRequest, patient: str, section: str) -> HttpResponse:
    """One part: for htmx alone, else as a page of its own."""
    if section not in SECTIONS:
        raise Http404
    who, record = _record(request, patient)
    context = {**_frame(request, record), "section": section, **_PARTS[section](Asked(request, who, record))}
    if by_htmx(request):
        return part(request, f"web/patient/{section}.html", context)
    deps.pipeline().looking.look(who, record)
    return page(request, "web/patient_section.html", {**context, "part": f"web/patient/{section}.html"})


@needs(Permission.SEE, of_patient)
def fact(request: HttpRequest, patient: str, section: str, entry: str) -> HttpResponse:
    """What a fact rests on, in its sources' own words: for htmx in the pane, else as a page of its own."""
    if section not in SECTIONS:
        raise Http404
    who, record = _record(request, patient)
    if entry not in record.by_id:
        # A source whose day has begun already tells of a result that pages at once, and stands in the record as of its day.
        pipeline = deps.pipeline()
        record = pipeline.record(who, record.patient, pipeline.today + timedelta(days=1))
    if entry not in record.by_id:
        raise Http404
    context = {
        **_frame(request, record),
        "section": section,
        "basis": basis_of_entries(_together(record, section, entry), record),
    }
    if by_htmx(request):
        return part(request, "web/patient/evidence.html", context)
    return page(request, "web/patient_section.html", {**context, "part": "web/patient/evidence.html"})


@needs(Permission.SEE, of_patient, post=Permission.SEE, methods=SENT)
def search(request: HttpRequest, patient: str) -> HttpResponse:
    """What of a patient has some words; what is typed stands in no address."""
    who, record = _record(request, patient)
    pipeline, store = deps.pipeline(), deps.pipeline().store
    store.audit.note(who.user, "read", patient=record.patient, what="search")
    documents = pipeline.asking.documents(who, record.patient)
    readable = {one.id for one in documents if pipeline.access.may_read(who, one.id)}
    sent = [one for one in store.sendings.to(record.patient) if pipeline.access.may_read(who, one.proposal)]
    found = looked_for(
        Sought(request.POST.get("words", "")[:MOST_TYPED]),
        record.entries,
        (one for one in documents if one.id in readable),
        (*sent, *store.replies.of(record.patient)),
        now(),
    )
    context = {
        **_frame(request, record),
        "section": "found",
        "found": found,
        "part": "web/patient/found.html",
    }
    return page(request, "web/patient_section.html", context)


def _together(record: PatientRecord, section: str, entry: str) -> tuple[str, ...]:
    """The entries of the fact that this one belongs to; alone on the timeline."""
    facts: Mapping[str, Iterable[Problem | Medication | Allergy | Need]] = {
        "problems": record.problems,
        "medications": record.medications,
        "allergies": record.allergies,
        "needs": record.needs,
    }
    return next((one.entries for one in facts.get(section, ()) if entry in one.entries), (entry,))


@dataclass(frozen=True)
class Asked:
    """A part that somebody asks for: her request, who she is, and the record as she may read it."""

    request: HttpRequest
    who: Reviewer
    record: PatientRecord


def _timeline(asked: Asked) -> dict[str, object]:
    given = asked.request.GET
    kind, source = given.get("kind", ""), given.get("source", "")
    shown = timeline(asked.record, kind, source, number(given.get("page", "")))
    return {"timeline": shown, "kind": kind, "source": source, "year": year(asked.record)}


def _allergies(asked: Asked) -> dict[str, object]:
    return {"rows": standing.allergies(asked.record), "none_known": standing.none_known(asked.record)}


def _results(asked: Asked) -> dict[str, object]:
    return {"results": results(asked.record), "table": asked.request.GET.get("as") == "table"}


def _around(asked: Asked) -> dict[str, object]:
    pipeline = deps.pipeline()
    team = pipeline.access.team(asked.record.patient)
    return {"ours": around.ours(team, pipeline.store.users.all()), "theirs": around.theirs(asked.record)}


def _documents(asked: Asked) -> dict[str, object]:
    found = deps.pipeline().asking.documents(asked.who, asked.record.patient)
    return {"groups": asking.written(found, now())}


def _messages(asked: Asked) -> dict[str, object]:
    pipeline, patient = deps.pipeline(), asked.record.patient
    store = pipeline.store
    store.audit.note(asked.who.user, "read", patient=patient, what="messages")
    sent = [one for one in store.sendings.to(patient) if pipeline.access.may_read(asked.who, one.proposal)]
    return {"messages": around.messages(sent, store.replies.of(patient), users_by_id(), now())}


def _tasks(asked: Asked) -> dict[str, object]:
    pipeline = deps.pipeline()
    found = [
        task
        for task in pipeline.tracking.of(asked.who.user, asked.record.patient)
        if pipeline.access.may_read(asked.who, task.said.proposal)
    ]
    return {"groups": tasks.groups(found, {}, users_by_id(), now().date())}


_PARTS: Mapping[str, Callable[[Asked], dict[str, object]]] = {
    "timeline": _timeline,
    "problems": lambda asked: {"rows": standing.problems(asked.record)},
    "medications": lambda asked: {"medicines": medicines(asked.record)},
    "allergies": _allergies,
    "results": _results,
    "needs": lambda asked: {"rows": standing.needs(asked.record)},
    "around": _around,
    "documents": _documents,
    "messages": _messages,
    "tasks": _tasks,
}


def _record(request: HttpRequest, patient: str) -> tuple[Reviewer, PatientRecord]:
    """Who looks, and the record as she may read it. Raises Http404 for nobody."""
    who, pipeline = actor(request), deps.pipeline()
    try:
        return who, pipeline.record(who, pipeline.find(patient))
    except InputError:
        raise Http404 from None


def _frame(request: HttpRequest, record: PatientRecord) -> dict[str, object]:
    """What every part of the page prints: who it is, the parts, and what the reader may do."""
    who = actor(request)
    role = who.role
    return {
        "patient": record.patient,
        "banner": banner(record),
        "urgent": deps.pipeline().paged.open_about(who, record.patient),
        "sections": SECTIONS.items(),
        "notice": record.notice,
        "works": may(role, Permission.WORK),
        "settles": who_settles(lambda: deps.pipeline().settling, who, record.patient),
        "sets_team": may(role, Permission.TEAM),
    }
