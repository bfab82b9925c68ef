"""SCH, AIS, AIG, AIL and AIP as Appointment. Source: HL7 v2-to-FHIR, SCH[Appointment] and AI*[Appointment]."""

from datetime import timedelta

from careloom.care.entry import Entry, Period, When, when
from careloom.connect.hl7v2.addresses import numbered
from careloom.connect.hl7v2.coded import all_codes, coded, comments, join, texts
from careloom.connect.hl7v2.names import providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import APPOINTMENT, APPOINTMENT_EVENTS

MINUTES = {
    "M": 1,
    "MIN": 1,
    "MINS": 1,
    "MINUTE": 1,
    "MINUTES": 1,
    "": 1,
    "H": 60,
    "HR": 60,
    "HOUR": 60,
    "HOURS": 60,
}
# Where each resource's start stands.
STARTS = {"AIS": 4, "AIG": 8, "AIL": 6, "AIP": 6}
DURATIONS = {"AIS": 7, "AIG": 11, "AIL": 9, "AIP": 9}
STATUSES = {"AIS": 10, "AIG": 14, "AIL": 12, "AIP": 12}
MOST_MINUTES = 100_000


def appointment(
    sch: Segment,
    timings: list[Segment],
    resources: list[Segment],
    visit: tuple[str, ...],
    ordinal: int,
    sent: Sent,
) -> Entry:
    """A planned visit: what for, when, with whom and where; its status by SCH-25, else by the event."""
    source = sent.message.source
    services = [coded(one, 3, source) for one in resources if one.name == "AIS"]
    kinds = [one for one in services if one] or [one for one in (coded(sch, 8, source),) if one]
    start, end = _times(sch, timings, resources, sent)
    reason = coded(sch, 7, source)
    for one in (*resources, *timings):
        one.used = True
    return Entry(
        id=sent.id(sch, "Appointment", ordinal),
        kind="Appointment",
        source=sent.source(sch, numbered("Appointment", sch, 2, 1)),
        codes=all_codes(kinds),
        text=next((one.label for one in kinds if one.label), ""),
        value_codes=reason.codes,
        effective=Period(start, end),
        status=_status(sch, resources, sent),
        detail=texts(
            due=start.day.isoformat() if start else "",
            participants=join(_participant(one, sent) for one in resources),
            reason=reason.words,
            place=next((_place(one) for one in resources if one.name == "AIL"), ""),
            note=join([coded(sch, 6, source).words, comments(sch), *map(comments, resources)]),
        ),
        references=visit,
    )


def _status(sch: Segment, resources: list[Segment], sent: Sent) -> str | None:
    for said in (sch.text(25), *(one.text(STATUSES[one.name]) for one in resources)):
        if found := APPOINTMENT.get(said.upper().replace(" ", "")):
            return found
    return APPOINTMENT_EVENTS.get(sent.event)


def _times(
    sch: Segment, timings: list[Segment], resources: list[Segment], sent: Sent
) -> tuple[When | None, When | None]:
    """TQ1 says when; before version 2.5 SCH-11 did; else the service or another resource has its start."""
    for tq1 in timings:
        if tq1.raw(7):
            return sent.beside(tq1, 7), sent.beside(tq1, 8)
    old = sch.one(11)
    start, end = sent.beside(sch, 11, old[4]), sent.beside(sch, 11, old[5])
    held = sorted(resources, key=lambda one: list(STARTS).index(one.name))
    for one in held if start is None or any(one.name == "AIS" and one.raw(4) for one in held) else ():
        if found := sent.beside(one, STARTS[one.name]):
            number, unit = one.text(DURATIONS[one.name]), one.text(DURATIONS[one.name] + 1)
            start, end = found, _after(found, number, unit.upper())
            break
    return start, end or (_after(start, sch.text(9), sch.text(10).upper()) if start else None)


def _after(start: When, lasting: str, unit: str) -> When | None:
    """When something ends that lasts so long, where its start is known to the minute."""
    if start.earliest != start.latest or not lasting.isdigit() or unit not in MINUTES:
        return None
    minutes = int(lasting[:6]) * MINUTES[unit]
    if not 0 < minutes < MOST_MINUTES:
        return None
    end = start.earliest + timedelta(minutes=minutes)
    return when(end.isoformat().replace("+00:00", "Z"))


def _participant(one: Segment, sent: Sent) -> str:
    """Who or what takes part: "role: name"."""
    source = sent.message.source
    if one.name == "AIP":
        role, name = coded(one, 4, source).words, providers(one, 3) or one.text(3, 1)
    elif one.name == "AIL":
        role, name = coded(one, 4, source).words or "location", _place(one)
    elif one.name == "AIG":
        role, name = coded(one, 4, source).words, coded(one, 3, source).words
    else:
        return ""
    return f"{role}: {name}" if role and name else name


def _place(ail: Segment) -> str:
    """A PL: point of care, room, bed and facility."""
    one = ail.one(3)
    return ", ".join(
        part for part in (one.sub(1, 1), one.sub(2, 1), one.sub(3, 1), one.sub(4, 1), one[9]) if part
    )
