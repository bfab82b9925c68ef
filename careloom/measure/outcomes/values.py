"""Values: what was measured or answered, one value a patient and day, in one unit; and from which to which it went around a start.

Takes    one patient's entries
Gives    values by outcome, and of each that doesn't count why not
Never    turns a value into a unit that it doesn't know, or drops one without its reason
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from careloom.care.entry import LOINC, Code, Entry
from careloom.knowledge.labs import Lab, Labs, number
from careloom.measure.outcomes.noun import Seen, Taken
from careloom.measure.outcomes.visits import ACUTE, EMERGENCY, classes
from careloom.measure.quality.views import counts

FINAL = frozenset({"final", "amended", "corrected", "unknown", None})
# Score → LOINC code, lowest and highest that there is.
SCORES = {
    "phq9": ("44261-6", 0.0, 27.0),
    "gad7": ("70274-6", 0.0, 21.0),
    "promis_physical": ("71971-6", 10.0, 90.0),
    "promis_mental": ("71969-0", 10.0, 90.0),
}
PRESSURES = ("systolic", "diastolic")
NOT_FINAL, COMPARED = "it isn't final", "it has < or >"
NO_UNIT, UNTRUE = "its unit isn't known", "it can't be true"
INPATIENT, NO_DAY = "measured in a stay or an emergency visit", "its day isn't known"


@dataclass(frozen=True, slots=True)
class Windows:
    """Days around a start: the value before is the newest of so many days up to it, the one after the newest between two days after it."""

    before: int = 180
    first: int = 90
    last: int = 365


@dataclass(frozen=True, slots=True)
class Change:
    """A patient's values before and after a start."""

    patient: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


def measured(patient: str, entries: Sequence[Entry], concept: str, labs: Labs, until: date) -> Seen:
    """A laboratory's or a vital sign's values ("hba1c", "systolic", "diastolic") up to a day, in the unit of knowledge/labs.toml."""
    lab = labs.by_concept[concept]
    inside = _inside(entries) if concept in PRESSURES else frozenset()
    days: dict[date, list[float]] = {}
    left, units = Counter[str](), Counter[str]()
    for entry, digits, unit in _told(entries, lab, labs):
        value = lab.canonical(digits, unit)
        why = _why_not(entry, inside)
        if not why and value is None:
            why = NO_UNIT
        elif not why and value is not None and not lab.can_be(value):
            why = UNTRUE
        if why:
            left[why] += 1
        elif value is not None and entry.happened is not None and entry.happened.day <= until:
            days.setdefault(entry.happened.day, []).append(float(value))
            units[labs.unit(unit or "")] += 1
    return Seen(_each(patient, days, min if concept in PRESSURES else median), left, units)


def scored(patient: str, entries: Sequence[Entry], score: str, until: date) -> Seen:
    """A questionnaire's totals (a name of SCORES) up to a day."""
    code, low, high = SCORES[score]
    days: dict[date, list[float]] = {}
    left = Counter[str]()
    for entry in entries:
        if entry.kind != "Observation" or not counts(entry) or entry.negated:
            continue
        for codes, digits in _parts(entry):
            if not any(one.system == LOINC and one.code == code for one in codes):
                continue
            said = number(digits)
            why = _why_not(entry, frozenset())
            if not why and (said is None or not low <= said <= high):
                why = UNTRUE
            if why:
                left[why] += 1
            elif said is not None and entry.happened is not None and entry.happened.day <= until:
                days.setdefault(entry.happened.day, []).append(float(said))
    return Seen(_each(patient, days, median), left)


def change(taken: Iterable[Taken], start: date, windows: Windows = Windows()) -> Change | str:
    """One patient's change around a start, or in words which of the two values there isn't."""
    before: Taken | None = None
    after: Taken | None = None
    for one in sorted(taken, key=lambda each: each.day):
        if start - timedelta(days=windows.before) <= one.day <= start:
            before = one
        if start + timedelta(days=windows.first) <= one.day <= start + timedelta(days=windows.last):
            after = one
    if before is None:
        return f"no value in the {windows.before} days before the start"
    if after is None:
        return f"no value from {windows.first} to {windows.last} days after the start"
    return Change(before.patient, before.value, after.value)


def _each(
    patient: str, days: dict[date, list[float]], take: Callable[[list[float]], float]
) -> tuple[Taken, ...]:
    return tuple(Taken(patient, day, take(values)) for day, values in sorted(days.items()))


def _parts(entry: Entry) -> Iterator[tuple[tuple[Code, ...], str | None]]:
    yield entry.codes, entry.value
    for part in entry.components:
        yield part.codes, part.value


def _told(entries: Iterable[Entry], lab: Lab, labs: Labs) -> Iterator[tuple[Entry, str, str | None]]:
    """The digits and units of a measurement in results and in their components."""
    for entry in entries:
        if entry.kind != "Observation" or not counts(entry) or entry.negated:
            continue
        if entry.value is not None and labs.find(entry.codes, entry.text) is lab:
            yield entry, entry.value, entry.unit
        for part in entry.components:
            if part.value is not None and labs.find(part.codes, part.text) is lab:
                yield entry, part.value, part.unit


def _why_not(entry: Entry, inside: frozenset[str]) -> str:
    if entry.status not in FINAL:
        return NOT_FINAL
    if entry.comparator:
        return COMPARED
    if entry.happened is None:
        return NO_DAY
    return INPATIENT if inside.intersection(entry.elements.get("encounter", ())) else ""


def _inside(entries: Iterable[Entry]) -> frozenset[str]:
    """The sources' ids of stays and emergency visits."""
    return frozenset(
        said
        for one in entries
        if one.kind == "Encounter" and classes(one) & (ACUTE | EMERGENCY)
        for said in one.elements.get("id", ())
    )
