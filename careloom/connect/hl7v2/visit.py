"""PV1 and PV2 as Encounter. Source: HL7 v2-to-FHIR, PV1[Encounter], PV2[Encounter], MSH[Encounter]."""

from careloom.care.entry import Entry, Period
from careloom.connect.hl7v2.addresses import of_visit
from careloom.connect.hl7v2.coded import coded, comments, join, texts
from careloom.connect.hl7v2.names import providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import (
    CANCELLED_VISITS,
    CLASSES,
    ENDED_VISITS,
    GOING_VISITS,
    PLANNED_VISITS,
    REOPENED_VISITS,
    VISIT_EVENTS,
)


def encounter(pv1: Segment, pv2: Segment | None, sent: Sent) -> Entry:
    """A visit or stay: its class, its times, who took part, why, and where the patient went from there."""
    source = sent.message.source
    kind = coded(pv1, 4, source, "0007")
    given = coded(pv1, 2, source)
    said = given.codes[0].code.upper() if given.codes else ""
    named = CLASSES[said][0] if said in CLASSES else given.words
    reopened = sent.type == "ADT" and sent.event in REOPENED_VISITS
    period = sent.between(pv1, 44, 0 if reopened else 45)
    told = sent.type == "ADT" and sent.event in VISIT_EVENTS
    detail = texts(
        class_=named,
        discharge=join([coded(pv1, 36, source).words, _destination(pv1)]),
        author=providers(pv1, 7, 8, 9, 17, 52),
        reason=_reason(pv2, sent),
        note=join([comments(pv1), *_planned(pv2, sent)]),
    )
    return Entry(
        id=sent.id(pv1, "Encounter"),
        kind="Encounter",
        source=sent.source(pv1, of_visit(pv1) if told else ""),
        codes=kind.codes,
        text=kind.text or ("" if kind.codes else kind.words or named),
        effective=period,
        status=_status(said, period, sent),
        detail=detail,
    )


def _planned(pv2: Segment | None, sent: Sent) -> list[str]:
    """What PV2 says in words, and what is only expected: when she comes (PV2-8) and goes (PV2-9)."""
    if pv2 is None:
        return []
    expected = ((8, "expected admission"), (9, "expected discharge"))
    times = [f"{what} {found.text}" for field, what in expected if (found := sent.beside(pv2, field))]
    return [pv2.whole(12), *times, comments(pv2)]


def _destination(pv1: Segment) -> str:
    """PV1-37 (DLD): a place, coded in its first component."""
    one = pv1.one(37).inner(1)
    return one[2] or one[1]


def _reason(pv2: Segment | None, sent: Sent) -> str:
    if pv2 is None:
        return ""
    pv2.used = True
    return coded(pv2, 3, sent.message.source).words


def _status(kind: str, period: Period, sent: Sent) -> str | None:
    """What the event says; else that a discharge ended it; else what its class says. "" classes say nothing."""
    event = sent.event if sent.type == "ADT" else ""
    if event in CANCELLED_VISITS:
        return "cancelled"
    if event == "A23":
        return "entered-in-error"
    if event in PLANNED_VISITS:
        return "planned"
    if event in ENDED_VISITS or period.end is not None:
        return "finished"
    if event in GOING_VISITS:
        return "in-progress"
    return CLASSES[kind][1] if kind in CLASSES else "unknown"
