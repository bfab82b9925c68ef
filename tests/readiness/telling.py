"""Invented people as sources tell of them, day by day, without a store."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from careloom.care.arrived import Arrived
from careloom.care.entry import (
    ICD10,
    LOINC,
    SNOMED,
    Code,
    Entry,
    HumanName,
    Period,
    Person,
    Source,
    entry_id,
    when,
)
from careloom.knowledge import load
from careloom.readiness import Tally, Told, load_fields

KNOWLEDGE = load()
FIELDS = load_fields(KNOWLEDGE)
AS_OF = date(2026, 11, 28)
EHR, CLINIC = "riverside_ehr", "northgate_clinic"

PROBLEM = {"kind": "Condition", "codes": (Code(ICD10, "E11.9"),), "status": "active"}
ALLERGY = {"kind": "AllergyIntolerance", "codes": (Code(SNOMED, "91936005"),), "status": "active"}
EGFR = {
    "kind": "Observation",
    "codes": (Code(LOINC, "98979-8"),),
    "category": ("laboratory",),
    "status": "final",
}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def entry(message: str, number: int, source: str = EHR, **what: object) -> Entry:
    what = {"kind": "Condition", **what}
    place = f"Bundle.entry[{number}].resource"
    made = entry_id(message, place, str(what["kind"]))
    return Entry(id=made, source=Source(message, place, source), **what)  # type: ignore[arg-type]


def person(name: str, born: str | None = "1950-02-03") -> Person:
    return Person(names=(HumanName("Quill", (name,)),), birth_date=born, sex="female")


def told(
    patient: str, *entries: Entry, received: date = AS_OF, persons: Iterable[tuple[str, Person]] = ()
) -> Told:
    came = {(one.source.message, one.source.system): noon(received) for one in entries}
    return Told(patient=patient, entries=entries, persons=tuple(persons), received=came)


def tally(*people: Told, as_of: date = AS_OF) -> Tally:
    found = Tally(FIELDS, KNOWLEDGE, as_of)
    for one in people:
        for _, source in one.received:
            found.message(Arrived(source=source, format="fhir", received=noon(as_of)))
        found.add(one)
    return found


def daily(start: date, days: int, a_day: int, *what: dict[str, object], source: str = EHR) -> Iterator[Told]:
    """So many people each day, each in a message of their own that holds these entries."""
    for number in range(days * a_day):
        day = start + timedelta(days=number // a_day)
        message = f"{source}-{day}-{number}"
        entries = [entry(message, place, source, **one) for place, one in enumerate(what)]
        yield told(message, *entries, received=day)


def hours_before(day: date, hours: float) -> Period:
    return Period(when((noon(day) - timedelta(hours=hours)).isoformat()))
