"""Views: one row per resource and code, all kinds with the same columns; from a patient's entries.

Takes    one patient's entries and what messages said of who they are
Gives    rows by view, for `writing.py` to put into Parquet
Never    counts what a note's words told, what a machine read off an image, or what the source took back
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from careloom.care.entry import Code, Entry, Person
from careloom.care.fills import is_claim, is_fill
from careloom.measure.quality.bounds import (
    NEVER,
    Interval,
    Point,
    days,
    interval,
    latest,
    point,
    prevalence,
    told,
)
from careloom.measure.quality.noun import DAY, milliseconds, moment, shifted
from careloom.measure.quality.supply import Supply, number, supply

Row: TypeAlias = tuple[Any, ...]
# Which ingredients a fill is of, by their names in knowledge.drugs.
DrugsOf: TypeAlias = Callable[[Entry], Sequence[str]]
# View → FHIR resource type.
KINDS: Mapping[str, str] = {
    "Encounter": "encounter",
    "Condition": "condition",
    "Observation": "observation",
    "Procedure": "procedure",
    "MedicationRequest": "medication_request",
    "MedicationDispense": "medication_dispense",
    "MedicationStatement": "medication_statement",
    "ServiceRequest": "service_request",
    "DeviceRequest": "device_request",
    "AllergyIntolerance": "allergy",
    "AdverseEvent": "adverse_event",
    "Communication": "communication",
    "Task": "task",
    "Coverage": "coverage",
    "Immunization": "immunization",
    "DiagnosticReport": "diagnostic_report",
}
INTS, TEXTS, LISTS = "int64", "string", "list"
# Every event view's columns; docs/measures.md says what each means.
COLUMNS: Mapping[str, str] = {
    "patient": INTS, "row": INTS, "id": TEXTS, "coding": TEXTS, "status": TEXTS, "intent": TEXTS, "negated": "bool",
    "certainty": TEXTS, "clinical": TEXTS, "category": LISTS, "profile": LISTS,
    "start": INTS, "start_to": INTS, "end": INTS, "end_to": INTS, "latest": INTS, "latest_to": INTS,
    "onset": INTS, "onset_to": INTS, "abatement": INTS, "abatement_to": INTS, "recorded": INTS, "recorded_to": INTS,
    "values": LISTS, "value": "double", "unit": TEXTS, "value_text": TEXTS, "has_value": "bool",
    "reasons": LISTS, "reason_refs": LISTS, "encounter": INTS, "encounter_class": TEXTS,
    "class": TEXTS, "disposition": LISTS, "diagnoses": LISTS, "focus": TEXTS,
}  # fmt: skip
SUPPLY: Mapping[str, str] = {
    "supply_start": INTS, "supply_start_to": INTS, "supply_end": INTS, "supply_end_to": INTS,
    "bounds_start": INTS, "bounds_start_to": INTS, "bounds_end": INTS, "bounds_end_to": INTS,
    "days_supply": "double", "quantity": "double", "quantity_unit": TEXTS, "refills": "double",
    "dose": "double", "dose_unit": TEXTS, "per_day": "double",
}  # fmt: skip
COMPONENT: Mapping[str, str] = {
    "patient": INTS, "row": INTS, "coding": TEXTS, "value": "double", "unit": TEXTS, "values": LISTS,
}  # fmt: skip
PATIENT: Mapping[str, str] = {
    "patient": INTS, "id": TEXTS, "source_ids": LISTS, "birth": INTS, "birth_to": INTS, "sex": TEXTS,
    "race": LISTS, "ethnicity": LISTS, "deceased": TEXTS,
}  # fmt: skip
DISPENSED: Mapping[str, str] = {"drugs": LISTS}
DRUGS = ("medication_request", "medication_dispense", "medication_statement")
VIEWS: Mapping[str, Mapping[str, str]] = {
    **{name: {**COLUMNS, **SUPPLY} if name in DRUGS else COLUMNS for name in KINDS.values()},
    "medication_dispense": {**COLUMNS, **SUPPLY, **DISPENSED},
    "component": COMPONENT,
    "patient": PATIENT,
}
# v3 ActCode by the words that readers of other formats give.
CLASSES: Mapping[str, str] = {
    "ambulatory": "AMB", "emergency": "EMER", "field": "FLD", "home health": "HH", "inpatient": "IMP",
    "inpatient acute": "ACUTE", "inpatient non-acute": "NONAC", "observation": "OBSENC", "pre-admission": "PRENC",
    "short stay": "SS", "virtual": "VR",
}  # fmt: skip
ACTIVE = frozenset({"active", "recurrence", "relapse"})
OVER = frozenset({"inactive", "remission", "resolved"})
# What a source says never was so.
UNSAID = frozenset({"refuted", "entered-in-error"})
OURS = "urn:careloom:source:"


@dataclass
class Chart:
    """One patient's rows, made from their entries. `patient` is the number under which they stand in every view."""

    patient: int
    entries: Sequence[Entry]
    first_row: int
    drugs_of: DrugsOf
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _by_entry: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    _by_address: dict[tuple[str, str, str], Entry] = field(default_factory=dict)
    _birth: Point | None = None

    def read(self, id: str, persons: Iterable[Person]) -> int:
        """Make all rows; the number of the next free row."""
        counted = [one for one in self.entries if counts(one)]
        for row, entry in enumerate(counted, start=self.first_row):
            self._by_entry[entry.id] = (row, entry)
            for said in entry.elements.get("id", ()):
                self._by_address[entry.source.message, entry.kind, said] = entry
                self._by_address.setdefault((entry.source.system, entry.kind, said), entry)
        self._describe(id, tuple(persons))
        for row, entry in self._by_entry.values():
            view = KINDS.get(entry.kind) or ("medication_dispense" if is_claim(entry) else None)
            if view is not None:
                self._event(view, row, entry)
        return self.first_row + len(counted)

    def _describe(self, id: str, persons: tuple[Person, ...]) -> None:
        about = [one for one in self.entries if one.kind == "Patient"]
        births = [*(one.birth_date for one in persons), *(one.detail.get("birth_date") for one in about)]
        sexes = [*(one.sex for one in persons), *(one.detail.get("sex") for one in about)]
        deaths = [*(one.deceased for one in persons), *(one.detail.get("deceased") for one in about)]
        self._birth = next((told(one) for one in births if one), None)
        self.rows["patient"].append(
            (
                self.patient,
                id,
                source_ids(persons),
                _day_number(self._birth[0]) if self._birth else None,
                _day_number(self._birth[1]) if self._birth else None,
                next((one for one in sexes if one), None),
                _first(one.elements.get("race") for one in about),
                _first(one.elements.get("ethnicity") for one in about),
                next((one for one in deaths if one), None),
            )
        )

    def _event(self, view: str, row: int, entry: Entry) -> None:
        said = entry.elements
        held = self._when(entry)
        onset, abatement = (
            self._ends(entry) if entry.kind in ("Condition", "AllergyIntolerance") else (None, None)
        )
        visit = self._encounter(entry)
        values = codings(entry.value_codes)
        value = number(entry.value) if not entry.value_codes and "boolean" not in said else None
        given = supply(entry) if view in DRUGS else None
        filled: Row = (list(self.drugs_of(entry)),) if view == "medication_dispense" else ()
        rest: Row = (
            _status(entry),
            entry.detail.get("intent"),
            entry.negated,
            entry.certainty or None,
            _one(said.get("clinical")) or (entry.status if onset or entry.kind == "Condition" else None),
            list(entry.category),
            list(said.get("profile", ())),
            *(held or NEVER),
            *(latest(held) if held else NEVER[:2]),
            *(onset or NEVER[:2]),
            *(abatement or NEVER[:2]),
            *self._recorded(entry),
            values,
            value,
            entry.unit,
            entry.value if value is None and not values else None,
            bool(values) or entry.value is not None,
            list(said.get("reason", ())),
            list(said.get("reason_refs", ())),
            visit[0] if visit else None,
            class_of(visit[1]) if visit else None,
            class_of(entry) if entry.kind == "Encounter" else None,
            list(said.get("disposition", ())),
            self._diagnoses(entry) if entry.kind == "Encounter" else [],
            _one(said.get("focus")),
            *(supplied(given) if given else ()),
            *filled,
        )
        own_id = _one(said.get("id"))
        own: Sequence[str | None] = codings(entry.codes) or (None,)
        for coding in own:
            self.rows[view].append((self.patient, row, own_id, coding, *rest))
        for part in entry.components:
            parts: Sequence[str | None] = codings(part.codes) or (None,)
            for coding in parts:
                self.rows["component"].append(
                    (self.patient, row, coding, number(part.value), part.unit, codings(part.value_codes))
                )

    def _when(self, entry: Entry) -> Interval | None:
        if entry.kind == "Condition":
            onset, abatement = self._ends(entry)
            clinical = _one(entry.elements.get("clinical")) or entry.status
            return prevalence(onset, abatement, active=clinical in ACTIVE, over=clinical in OVER)
        if entry.kind in ("MedicationRequest", "ServiceRequest", "DeviceRequest"):
            at = entry.recorded or entry.effective.start
            return (*point(at), *point(at)) if at else None
        held = interval(entry.effective, spans="period" in entry.elements)
        if held is None and entry.kind == "Task" and entry.recorded:
            return (*point(entry.recorded), *point(entry.recorded))
        return held

    def _ends(self, entry: Entry) -> tuple[Point | None, Point | None]:
        said, held = entry.elements, entry.effective
        onset = point(held.start) if held.start else self._aged(said, "onset", last=False)
        abatement = point(held.end) if held.end else self._aged(said, "abatement", last=True)
        if abatement and "abatement" in said:
            # QICoreCommon: the end of an abatement period itself is outside.
            abatement = (abatement[0] - 1, abatement[1] - 1)
        return onset, abatement

    def _aged(self, said: Mapping[str, tuple[str, ...]], name: str, *, last: bool) -> Point | None:
        """The day on which the patient reached an age, or the last one of that year of life."""
        between = said.get(f"{name}_range", ())
        reached = said.get(f"{name}_age") or (between[2:] if last else between[:2])
        if not reached or self._birth is None:
            return None
        years, unit = number(reached[0]), reached[1]
        if years is None:
            return None
        start = tuple(_older(one, years, unit) for one in self._birth)
        if not last:
            return days((start[0], start[1]))
        return days((_older(start[0], 1, "a") - DAY, _older(start[1], 1, "a") - DAY))

    def _recorded(self, entry: Entry) -> tuple[int | None, int | None]:
        said = _one(entry.elements.get("recorded"))
        found = told(said) if said else point(entry.recorded) if entry.recorded else None
        return found or (None, None)

    def _encounter(self, entry: Entry) -> tuple[int, Entry] | None:
        """The visit of which something was part: by the reader's own reference, else by its sender's id."""
        for one in entry.references:
            found = self._by_entry.get(one)
            if found and found[1].kind == "Encounter":
                return found
        said = _one(entry.elements.get("encounter"))
        near = self._addressed(entry, "Encounter", said) if said else None
        return self._by_entry[near.id] if near else None

    def _diagnoses(self, entry: Entry) -> list[str]:
        found: dict[str, None] = {}
        for said in entry.elements.get("diagnosis", ()):
            near = self._addressed(entry, "Condition", said)
            found.update(dict.fromkeys(codings(near.codes) if near else ()))
        return list(found)

    def _addressed(self, entry: Entry, kind: str, id: str) -> Entry | None:
        own, sender = entry.source.message, entry.source.system
        return self._by_address.get((own, kind, id)) or self._by_address.get((sender, kind, id))


def _status(entry: Entry) -> str | None:
    """FHIR's status; of a payer's pharmacy claim that of the fill that it tells of."""
    if entry.kind != "ExplanationOfBenefit":
        return entry.status
    return "completed" if is_fill(entry) else "declined"


def counts(entry: Entry) -> bool:
    """Whether a measure may count an entry: stated in a coded record about the patient, and not taken back."""
    told_by_words = "quote" in entry.detail or "section" in entry.detail or "read_by" in entry.detail
    never = entry.kind in ("Condition", "AllergyIntolerance") and (
        entry.certainty in UNSAID or entry.status in UNSAID
    )
    return entry.subject == "patient" and not told_by_words and not never


def source_ids(persons: Iterable[Person]) -> list[str]:
    """The sources' own Patient ids of somebody, each once; where none gave one, their other numbers."""
    found, others = dict[str, None](), dict[str, None]()
    for one in (each for person in persons for each in person.identifiers):
        head, _, said = one.value.rpartition("Patient/")
        if one.system.startswith(OURS) and said and (head or one.value.startswith("Patient/")):
            found[said] = None
        else:
            others[one.value] = None
    return list(found or others)


def codings(codes: Iterable[Code]) -> list[str]:
    """Codes as "system|code"."""
    return [f"{one.system}|{one.code}" for one in codes]


def class_of(encounter: Entry) -> str | None:
    """The code of an encounter's class (v3 ActCode), else the words that its reader gave it."""
    said = _one(encounter.elements.get("class"))
    if said:
        return said.rpartition("|")[2]
    words = encounter.detail.get("class", "")
    return CLASSES.get(words, words) or None


def supplied(held: Supply) -> Row:
    """The columns of a drug's supply."""
    return (
        *(held.period or NEVER),
        *(held.bounds or NEVER),
        held.days,
        held.quantity,
        held.quantity_unit,
        held.refills,
        held.dose,
        held.dose_unit,
        held.per_day,
    )


def _one(said: Sequence[str] | None) -> str | None:
    return said[0] if said else None


def _first(told_by: Iterator[tuple[str, ...] | None]) -> list[str]:
    return list(next((one for one in told_by if one), ()))


def _day_number(at: int) -> int:
    day = moment(at)
    return day.year * 10_000 + day.month * 100 + day.day


def _older(at: int, age: float, unit: str) -> int:
    """A moment so much later: calendar years and months, else days."""
    months = {"a": 12, "mo": 1}.get(unit)
    if months:
        return milliseconds(shifted(moment(at).date(), int(age * months)))
    return at + int(age * {"wk": 7, "d": 1}.get(unit, 365.25)) * DAY
