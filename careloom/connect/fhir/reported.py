"""Devices that were ordered, harm that was reported, and what one told another: DeviceRequest, AdverseEvent, Communication."""

from msgspec import field

from careloom.care.entry import Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Annotation,
    Concept,
    Extension,
    Reference,
    Resource,
    WirePeriod,
)
from careloom.connect.fhir.meaning import meaning, reasons, references, texts
from careloom.connect.fhir.people import everyone, who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import all_codes, categories, codes, join, notes, words


class DeviceRequest(Resource, tag="DeviceRequest"):
    """An order for a device."""

    status: str | None = None
    intent: str | None = None
    priority: str | None = None
    code_codeable_concept: Concept | None = None
    code_reference: Reference | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_period: WirePeriod | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    based_on: list[Reference] = []
    note: list[Annotation] = []
    extension: list[Extension] = []
    modifier_extension: list[Extension] = []


class AdverseEvent(Resource, tag="AdverseEvent"):
    """Harm that came of care, or nearly did (actuality "potential")."""

    actuality: str | None = None
    category: list[Concept] = []
    event: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    date: str | None = None
    detected: str | None = None
    recorded_date: str | None = None
    resulting_condition: list[Reference] = []
    seriousness: Concept | None = None
    severity: Concept | None = None
    outcome: Concept | None = None
    recorder: Reference | None = None


class Communication(Resource, tag="Communication"):
    """Something that one person told another."""

    status: str | None = None
    status_reason: Concept | None = None
    category: list[Concept] = []
    subject: Reference | None = None
    topic: Concept | None = None
    encounter: Reference | None = None
    sent: str | None = None
    received: str | None = None
    recipient: list[Reference] = []
    sender: Reference | None = None
    reason_code: list[Concept] = []
    reason_reference: list[Reference] = []
    based_on: list[Reference] = []
    in_response_to: list[Reference] = field(name="inResponseTo", default_factory=list)
    note: list[Annotation] = []
    extension: list[Extension] = []


def device_request(it: DeviceRequest, at: Place) -> Entry:
    """An order for a device; what QI-Core says is not to be done is negated."""
    named = it.code_codeable_concept
    return Entry(
        id=at.id,
        kind="DeviceRequest",
        source=at.source,
        codes=codes(named),
        text=(named.text if named else None) or meaning(it.code_reference, at),
        effective=at.at(it.occurrence_date_time, it.occurrence_period, "occurrence"),
        recorded=at.when(it.authored_on, "authoredOn"),
        status=it.status,
        negated=measured.forbidden(it.modifier_extension),
        detail=texts(
            intent=it.intent,
            priority=it.priority,
            reason=reasons(it.reason_code, it.reason_reference, at),
            prescriber=who(it.requester, at),
            note=notes(it.note),
        ),
        references=at.to(it.encounter, *references(it.based_on, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=[*measured.coded(*it.reason_code), *measured.not_done_reasons(it.extension)],
        ),
    )


def adverse_event(it: AdverseEvent, at: Place) -> Entry:
    """Harm, with what it led to; one that might have happened but did not says so in its status."""
    return Entry(
        id=at.id,
        kind="AdverseEvent",
        source=at.source,
        codes=codes(it.event),
        text=(it.event.text if it.event else None) or "",
        category=categories(it.category),
        effective=Period(at.when(it.date, "date") or at.when(it.detected, "detected")),
        recorded=at.when(it.recorded_date, "recordedDate"),
        status=it.actuality,
        detail=texts(
            severity=join([words(it.seriousness), words(it.severity)]),
            outcome=words(it.outcome),
            author=who(it.recorder, at),
        ),
        references=at.to(it.encounter, *it.resulting_condition),
        elements=measured.elements(it, encounter=measured.ids(it.encounter)),
    )


def communication(it: Communication, at: Place) -> Entry:
    """What was told: its topic or else its reasons, to whom, and when; "not-done" is negated.

    What was written stays in its message: it is no statement about the patient by itself.
    """
    named = [it.topic] if it.topic is not None and words(it.topic) else [*it.reason_code, *it.category]
    return Entry(
        id=at.id,
        kind="Communication",
        source=at.source,
        codes=all_codes(named),
        text=next((one.text for one in named if one.text), ""),
        category=categories(it.category),
        effective=Period(at.when(it.sent, "sent") or at.when(it.received, "received")),
        status=it.status,
        negated=it.status == "not-done",
        detail=texts(
            reason=reasons(it.reason_code, it.reason_reference, at),
            participants=everyone(it.recipient, at),
            author=who(it.sender, at),
            note=join([words(it.status_reason), notes(it.note)]),
        ),
        references=at.to(it.encounter, *references(it.based_on, it.in_response_to, it.reason_reference)),
        elements=measured.elements(
            it,
            encounter=measured.ids(it.encounter),
            reason=[
                *measured.coded(it.status_reason, *it.reason_code),
                *measured.not_done_reasons(it.extension),
            ],
            focus=measured.ids(*it.based_on, *it.in_response_to),
        ),
    )
