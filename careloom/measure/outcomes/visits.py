"""Visits: stays and their readmissions, emergency visits by month, and appointments kept, of one patient.

Source   first readmission in 30 days, planned ones aside, transfers joined: CMS's hospital-wide readmission measure (Yale CORE 2014, version 3.0,
         section 2.2); how a stay ended: FHIR discharge-disposition, NUBC patient discharge status (01/2025), SNOMED CT; planned: v3 ActPriority
Misses   a readmission that no source tells of; a planned one whose source doesn't say so; CMS's planned readmission algorithm and its exclusions
         by diagnosis, for which the year's tables of procedure and diagnosis categories would be needed
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.measure.outcomes.noun import Seen, Taken
from careloom.measure.quality.views import CLASSES, counts

ACUTE, EMERGENCY = frozenset({"IMP", "ACUTE"}), frozenset({"EMER"})
HAPPENED = frozenset({"finished", "in-progress", "onleave", "arrived", "triaged", "unknown", None})
KEPT, MISSED = ("fulfilled", "arrived", "checked-in"), ("noshow",)
# How a stay ended, as codes of the three lists, and in the words that other formats have.
DIED = frozenset({"exp", "20", "40", "41", "42", "371828006"})
AGAINST = frozenset({"aadvice", "07", "7", "445060000"})
MOVED = frozenset({"other-hcf", "02", "2"})
DIED_WORDS, AGAINST_WORDS = (
    ("expired", "died", "deceased", "dead"),
    ("against medical advice", "against advice"),
)
ELECTIVE = frozenset({"EL"})
# What tells that somebody was in care here; the onset of a disease doesn't.
CONTACTS = frozenset(
    {
        "Encounter",
        "Observation",
        "DiagnosticReport",
        "Appointment",
        "MedicationDispense",
        "Claim",
        "ExplanationOfBenefit",
    }
)
WITHIN = timedelta(days=30)
DAY = timedelta(days=1)
BY_DEATH, BY_LEAVING, TOO_LATE = (
    "the patient died in the stay",
    "the patient left against advice",
    "its 30 days aren't over yet",
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a hospital's acute care: its days, how it ended ("died", "against", "moved", "" for anything else), and whether its source calls it planned."""

    began: date
    ended: date | None
    how: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Discharge:
    """A discharge that counts: its day, whether an unplanned readmission followed, how many stays the year before had, and how long it was in days."""

    day: date
    readmitted: bool
    earlier: int
    days: int


def classes(entry: Entry) -> frozenset[str]:
    """The classes of a visit (v3 ActCode), as its source coded them or as a reader worded them."""
    coded = {code.rpartition("|")[2] for code in entry.elements.get("class", ())}
    worded = CLASSES.get(entry.detail.get("class", "").lower(), "")
    return frozenset(coded | ({worded} if worded else set()))


def stays(entries: Iterable[Entry]) -> tuple[Stay, ...]:
    """A patient's acute stays in order; what overlaps, or goes on by a transfer on that or the next day, is one."""
    found = sorted(_stays(entries), key=lambda one: (one.began, one.ended or date.max))
    joined: list[Stay] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, one):
            later = one if last.ended is None or (one.ended and one.ended >= last.ended) else last
            joined[-1] = replace(later, began=last.began, planned=last.planned)
        else:
            joined.append(one)
    return tuple(joined)


def discharges(
    found: Sequence[Stay], first: date, last: date, known: date
) -> tuple[list[Discharge], Counter[str]]:
    """The discharges from one day to another that count, and of the others why not; `known` is the last day of which sources can have told."""
    counted, left = list[Discharge](), Counter[str]()
    for number, one in enumerate(found):
        if one.ended is None or not first <= one.ended <= last:
            continue
        why = {"died": BY_DEATH, "against": BY_LEAVING}.get(one.how, "")
        why = why or (TOO_LATE if one.ended + WITHIN > known else "")
        if why:
            left[why] += 1
            continue
        again = found[number + 1] if number + 1 < len(found) else None
        within = again is not None and again.began - one.ended <= WITHIN
        earlier = sum(one.began - timedelta(days=365) <= other.began < one.began for other in found[:number])
        counted.append(
            Discharge(
                one.ended,
                again is not None and within and not again.planned,
                earlier,
                (one.ended - one.began).days,
            )
        )
    return counted, left


def readmissions(patient: str, found: Sequence[Stay], first: date, last: date, known: date) -> Seen:
    """Discharges of a period: 1 where an unplanned readmission followed."""
    counted, left = discharges(found, first, last, known)
    return Seen(tuple(Taken(patient, one.day, float(one.readmitted)) for one in counted), left)


def emergencies(
    patient: str, entries: Sequence[Entry], first: date, last: date, died: date | None = None
) -> Seen:
    """Emergency visits in each whole month of a period, from the first month in which the record tells of care, to that of death."""
    days = {
        one.effective.start.day
        for one in entries
        if _is_visit(one) and one.effective.start is not None and classes(one) & EMERGENCY
    }
    told = [one.happened.day for one in entries if one.happened is not None and one.kind in CONTACTS]
    if not told:
        return Seen()
    since, until = max(min(told), first), min(last, died or last)
    visits = Counter(day.replace(day=1) for day in days)
    return Seen(
        tuple(
            Taken(patient, month, float(visits[month]))
            for month in whole_months(first, last)
            if since.replace(day=1) <= month <= until
        )
    )


def appointments(patient: str, entries: Iterable[Entry], first: date, last: date) -> Seen:
    """Appointments of a period: 1 where it was kept, 0 where it was missed."""
    taken: list[Taken] = []
    left = Counter[str]()
    for one in entries:
        if one.kind != "Appointment" or one.negated or one.effective.start is None:
            continue
        day = one.effective.start.day
        if not first <= day <= last:
            continue
        if one.status in KEPT or one.status in MISSED:
            taken.append(Taken(patient, day, float(one.status in KEPT)))
        else:
            left["it was cancelled" if one.status == "cancelled" else "nobody said what became of it"] += 1
    return Seen(tuple(taken), left)


def whole_months(first: date, last: date) -> Iterator[date]:
    """The first days of the months that lie whole between two days, both included."""
    month = first if first.day == 1 else _next(first)
    while _next(month) - DAY <= last:
        yield month
        month = _next(month)


def _next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _is_visit(entry: Entry) -> bool:
    return entry.kind == "Encounter" and counts(entry) and not entry.negated and entry.status in HAPPENED


def _stays(entries: Iterable[Entry]) -> Iterator[Stay]:
    for one in entries:
        start, end = one.effective.start, one.effective.end
        if not _is_visit(one) or start is None or not classes(one) & ACUTE:
            continue
        priorities = {code.rpartition("|")[2] for code in one.elements.get("priority", ())}
        yield Stay(start.day, end.day if end else None, _how(one), bool(priorities & ELECTIVE))


def _how(entry: Entry) -> str:
    codes = {code.rpartition("|")[2] for code in entry.elements.get("disposition", ())}
    words = entry.detail.get("discharge", "").lower()
    if codes & DIED or any(one in words.split() for one in DIED_WORDS):
        return "died"
    if codes & AGAINST or any(one in words for one in AGAINST_WORDS):
        return "against"
    return "moved" if codes & MOVED else ""


def _goes_on(last: Stay, one: Stay) -> bool:
    """Whether a stay is the same as the last one, or goes on from it."""
    if last.ended is None:
        # Of a stay whose end nobody told nothing that came later is known to be the same.
        return one.began == last.began
    if one.began < last.ended:
        return True
    if one.began == last.ended:
        return last.how == "moved" or one.ended == last.ended
    return last.how == "moved" and one.began - last.ended <= DAY
