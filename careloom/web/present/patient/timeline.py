"""The timeline: every entry by day, the newest first, by kind and by source, a page at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.record import PatientRecord
from careloom.web.present.evidence import Evidence, show
from careloom.web.present.patient.said import moment_of
from careloom.web.present.words import ENTRY_KINDS, count, day, source_name
from careloom.web.saying import both, later

A_PAGE = 100
UNDATED = later("No date")
# One and many of each kind.
_NUMBERED: Mapping[str, tuple[str, str]] = {
    "AllergyIntolerance": both("allergy", "allergies"),
    "Appointment": both("appointment", "appointments"),
    "CarePlan": both("earlier care plan", "earlier care plans"),
    "CareTeam": both("care team", "care teams"),
    "Claim": both("claim", "claims"),
    "ClaimResponse": both("payer's answer", "payer's answers"),
    "Condition": both("condition", "conditions"),
    "Coverage": both("insurance", "insurances"),
    "DiagnosticReport": both("report", "reports"),
    "DocumentReference": both("note", "notes"),
    "Encounter": both("visit", "visits"),
    "ExplanationOfBenefit": both("payer's statement", "payer's statements"),
    "FamilyMemberHistory": both("family history", "family histories"),
    "Goal": both("earlier goal", "earlier goals"),
    "Immunization": both("immunisation", "immunisations"),
    "List": both("list", "lists"),
    "MedicationAdministration": both("dose given", "doses given"),
    "MedicationDispense": both("pharmacy fill", "pharmacy fills"),
    "MedicationRequest": both("prescription", "prescriptions"),
    "MedicationStatement": both("medicine as reported", "medicines as reported"),
    "Observation": both("result", "results"),
    "Patient": both("patient details", "patient details"),
    "Procedure": both("procedure", "procedures"),
    "QuestionnaireResponse": both("questionnaire", "questionnaires"),
    "ServiceRequest": both("order", "orders"),
    "DeviceRequest": both("order of a device", "orders of devices"),
    "AdverseEvent": both("adverse event", "adverse events"),
    "Communication": both("communication", "communications"),
    "Task": both("task", "tasks"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter's choice, how many entries it leaves, and whether it is chosen."""

    value: str
    words: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of a day."""

    title: str
    rows: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it; `pages` is how many there are, `number` how many entries in all of them; `back` are contacts that were typed here and
    taken back: they are no entries any more."""

    days: tuple[Day, ...]
    kinds: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    number: int
    page: int
    pages: int
    back: tuple[Evidence, ...] = ()


def timeline(record: PatientRecord, kind: str, source: str, page: int) -> Timeline:
    """A page of the entries of one kind ("" for all) from one source ("" for all), the newest first."""
    told = [entry for entry in record.entries if entry.kind != "Patient"]
    found = [
        entry for entry in told if kind in ("", entry.kind) and (not source or source in _systems(entry))
    ]
    found.sort(key=moment_of, reverse=True)
    pages = max(-(-len(found) // A_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    kinds = Counter(entry.kind for entry in told)
    sources = Counter(system for entry in told for system in _systems(entry))
    return Timeline(
        days=tuple(
            Day(title, tuple(show(entry, ()) for entry in entries)) for title, entries in groupby(shown, _day)
        ),
        kinds=tuple(
            Choice(name, ENTRY_KINDS.get(name, name), number, name == kind)
            for name, number in kinds.most_common()
        ),
        sources=tuple(
            Choice(name, source_name(name), number, name == source) for name, number in sources.most_common()
        ),
        number=len(found),
        page=page,
        pages=pages,
        back=_taken_back(record),
    )


def _taken_back(record: PatientRecord) -> tuple[Evidence, ...]:
    gone = {
        one.source.resource: one
        for one in record.withdrawn
        if one.kind == "Encounter" and one.source.system == RECORDED_HERE
    }
    return tuple(show(one, ()) for one in sorted(gone.values(), key=moment_of, reverse=True))


def _systems(entry: Entry) -> frozenset[str]:
    return frozenset(source.system for source in (entry.source, *entry.also))


def _day(entry: Entry) -> str:
    return day(entry.happened)[:10] if entry.happened else UNDATED


def counted(entries: Iterable[Entry]) -> tuple[str, ...]:
    """How many entries of each kind: "3 results", "1 visit"."""
    return told(Counter(entry.kind for entry in entries))


def told(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """The same of numbers by kind (FHIR resource type), the most first."""
    ordered = sorted(numbers.items(), key=lambda one: -one[1])
    return tuple(count(many, *_NUMBERED.get(kind, (kind, ""))) for kind, many in ordered)
