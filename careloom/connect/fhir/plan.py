"""What others plan: CarePlan, CareTeam, Goal, ServiceRequest and Task."""

from msgspec import field

from careloom.care.entry import Component, Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Annotation,
    Concept,
    Extension,
    Narrative,
    Number,
    Quantity,
    Ratio,
    Reference,
    Resource,
    Timing,
    Wire,
    WirePeriod,
    WireRange,
)
from careloom.connect.fhir.meaning import meaning, reasons, references, required, texts
from careloom.connect.fhir.people import everyone, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.timing import timing
from careloom.connect.fhir.words import (
    all_codes,
    amount,
    categories,
    codes,
    digits,
    first_code,
    join,
    notes,
    ratio,
    span,
    words,
)
from careloom.text.markup import plain


class ActivityDetail(Wire):
    """CarePlan.activity.detail."""

    code: Concept | None = None
    status: str | None = None
    description: str | None = None


class PlannedActivity(Wire):
    """CarePlan.activity."""

    reference: Reference | None = None
    detail: ActivityDetail | None = None
    progress: list[Annotation] = []


class CarePlan(Resource, tag="CarePlan"):
    """Somebody else's care plan; `text` is its narrative, which US Core requires."""

    text: Narrative | None = None
    status: str | None = None
    intent: str | None = None
    category: list[Concept] = []
    title: str | None = None
    description: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    period: WirePeriod | None = None
    created: str | None = None
    author: Reference | None = None
    care_team: list[Reference] = []
    addresses: list[Reference] = []
    supporting_info: list[Reference] = []
    goal: list[Reference] = []
    activity: list[PlannedActivity] = []
    note: list[Annotation] = []


class Member(Wire):
    """CareTeam.participant."""

    role: list[Concept] = []
    member: Reference | None = None
    period: WirePeriod | None = None


class CareTeam(Resource, tag="CareTeam"):
    """The people who care for the patient."""

    status: str | None = None
    category: list[Concept] = []
    name: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    period: WirePeriod | None = None
    participant: list[Member] = []
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    note: list[Annotation] = []


class Target(Wire):
    """Goal.target."""

    measure: Concept | None = None
    detail_quantity: Quantity | None = None
    detail_range: WireRange | None = None
    detail_codeable_concept: Concept | None = None
    detail_string: str | None = None
    detail_boolean: bool | None = None
    detail_integer: Number = None
    detail_ratio: Ratio | None = None
    due_date: str | None = None


class Goal(Resource, tag="Goal"):
    """What is to be reached."""

    lifecycle_status: str | None = None
    achievement_status: Concept | None = None
    category: list[Concept] = []
    priority: Concept | None = None
    description: Concept | None = None
    subject: Reference | None = None
    start_date: str | None = None
    target: list[Target] = []
    status_date: str | None = None
    expressed_by: Reference | None = None
    addresses: list[Reference] = []
    note: list[Annotation] = []


class ServiceRequest(Resource, tag="ServiceRequest"):
    """An order or a referral."""

    status: str | None = None
    intent: str | None = None
    category: list[Concept] = []
    priority: str | None = None
    do_not_perform: bool | None = None
    code: Concept | None = None
    order_detail: list[Concept] = []
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_period: WirePeriod | None = None
    occurrence_timing: Timing | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    performer: list[Reference] = []
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    based_on: list[Reference] = []
    patient_instruction: str | None = None
    note: list[Annotation] = []
    extension: list[Extension] = []
    modifier_extension: list[Extension] = []


class Restriction(Wire):
    """Task.restriction."""

    period: WirePeriod | None = None


class Task(Resource, tag="Task"):
    """Something that somebody is to do."""

    status: str | None = None
    status_reason: Concept | None = None
    intent: str | None = None
    code: Concept | None = None
    description: str | None = None
    focus: Reference | None = None
    subject: Reference | None = field(name="for", default=None)
    encounter: Reference | None = None
    execution_period: WirePeriod | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    owner: Reference | None = None
    reason_code: Concept | None = None
    based_on: list[Reference] = []
    restriction: Restriction | None = None
    note: list[Annotation] = []
    extension: list[Extension] = []
    modifier_extension: list[Extension] = []


def care_plan(it: CarePlan, at: Place) -> Entry:
    """Another system's plan: its activities are components with their status as value."""
    done = [one.reference for one in it.activity if one.reference]
    return Entry(
        id=at.id,
        kind="CarePlan",
        source=at.source,
        codes=all_codes(it.category),
        text=it.title or it.description or join(one.text or _display(one) for one in it.category),
        category=categories(it.category),
        components=tuple(_activity(one, at) for one in it.activity),
        effective=at.period(it.period, "period"),
        recorded=at.when(it.created, "created"),
        status=it.status,
        detail=texts(
            title=it.title,
            intent=it.intent,
            author=who(it.author, at),
            reason=join(meaning(one, at) for one in it.addresses),
            note=join([it.description if it.title else "", notes(it.note), _narrative(it)]),
        ),
        references=at.to(
            it.encounter, *references(it.addresses, it.goal, it.care_team, it.supporting_info, done)
        ),
    )


def care_team(it: CareTeam, at: Place) -> Entry:
    """Who cares for the patient, as 'role: name'."""
    members = [
        f"{words(one.role[0]) if one.role else ''}: {who(one.member, at)}".removeprefix(": ").removesuffix(
            ": "
        )
        for one in it.participant
    ]
    return Entry(
        id=at.id,
        kind="CareTeam",
        source=at.source,
        codes=all_codes(it.category),
        text=it.name or "",
        category=categories(it.category),
        effective=at.period(it.period, "period"),
        status=it.status,
        detail=texts(
            participants=join(one for one in members if not one.endswith("patient")),
            reason=reasons(it.reason_code, it.reason_reference, at),
            note=notes(it.note),
        ),
        references=at.to(it.encounter, *references([one.member for one in it.participant if one.member])),
    )


def goal(it: Goal, at: Place) -> Entry:
    """A goal with its targets as the source states them; `due` is the first target's date."""
    described = required(it.description, "description", at)
    due = ""
    for number, one in enumerate(it.target):
        date = at.when(one.due_date, f"target[{number}].dueDate")
        due = due or (date.text if date else "")
    return Entry(
        id=at.id,
        kind="Goal",
        source=at.source,
        codes=codes(described),
        text=words(described),
        category=categories(it.category),
        value_codes=all_codes(one.measure for one in it.target),
        effective=Period(at.when(it.start_date, "startDate")),
        recorded=at.when(it.status_date, "statusDate"),
        status=it.lifecycle_status,
        detail=texts(
            target=join(_target(one) for one in it.target),
            due=due,
            achievement=first_code(it.achievement_status),
            priority=words(it.priority),
            author=who(it.expressed_by, at),
            note=notes(it.note),
        ),
        references=at.to(*it.addresses),
    )


def service_request(it: ServiceRequest, at: Place) -> Entry:
    """An order or referral; doNotPerform is negated."""
    named = [it.code] if it.code is not None and words(it.code) else it.order_detail or it.category
    effective = at.at(it.occurrence_date_time, it.occurrence_period, "occurrence")
    return Entry(
        id=at.id,
        kind="ServiceRequest",
        source=at.source,
        codes=all_codes(named),
        text=next((one.text for one in named if one.text), ""),
        category=categories(it.category),
        effective=effective,
        recorded=at.when(it.authored_on, "authoredOn"),
        status=it.status,
        negated=bool(it.do_not_perform) or measured.forbidden(it.modifier_extension),
        detail=texts(
            intent=it.intent,
            priority=it.priority,
            reason=reasons(it.reason_code, it.reason_reference, at),
            prescriber=who(it.requester, at),
            participants=everyone(it.performer, at),
            note=join([timing(it.occurrence_timing), it.patient_instruction, notes(it.note)]),
        ),
        references=at.to(it.encounter, *references(it.based_on, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=[*measured.coded(*it.reason_code), *measured.not_done_reasons(it.extension)],
            reason_refs=measured.ids(*it.reason_reference),
        ),
    )


def task(it: Task, at: Place) -> Entry:
    """Something to do: `due` is the end of the period in which it may be done."""
    limit = at.period(it.restriction.period, "restriction.period") if it.restriction else Period()
    return Entry(
        id=at.id,
        kind="Task",
        source=at.source,
        codes=codes(it.code),
        text=it.description or words(it.code),
        effective=at.period(it.execution_period, "executionPeriod"),
        recorded=at.when(it.authored_on, "authoredOn"),
        status=it.status,
        detail=texts(
            intent=it.intent,
            due=limit.end.text[:10] if limit.end else "",
            reason=words(it.reason_code),
            author=who(it.requester, at),
            participants=who(it.owner, at),
            note=join([words(it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.encounter, it.focus, *it.based_on),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            focus=measured.ids(it.focus),
            reason=[
                *measured.coded(it.reason_code, it.status_reason),
                *measured.not_done_reasons(it.extension),
            ],
            recorded=measured.recorded(it.extension),
            period=measured.spans(it.execution_period),
        ),
    )


def _display(concept: Concept) -> str:
    return next((one.display for one in concept.coding if one.display), "")


def _narrative(it: CarePlan) -> str:
    """The narrative, where nothing else says what the plan is."""
    if it.activity or it.text is None or not it.text.div:
        return ""
    return plain(it.text.div)


def _activity(one: PlannedActivity, at: Place) -> Component:
    detail = one.detail or ActivityDetail()
    return Component(
        codes=codes(detail.code),
        text=words(detail.code) or detail.description or meaning(one.reference, at),
        value=detail.status or notes(one.progress) or None,
    )


def _target(one: Target) -> str:
    """A target as the source states it: "<7 %", "120-130 mm[Hg]", "in paid employment"."""
    said = (
        amount(one.detail_quantity)
        or span(one.detail_range)
        or ratio(one.detail_ratio)
        or one.detail_string
        or words(one.detail_codeable_concept)
        or digits(one.detail_integer)
        or ("true" if one.detail_boolean else "")
    )
    measured = words(one.measure)
    return f"{measured} {said}" if measured and said else said or measured
