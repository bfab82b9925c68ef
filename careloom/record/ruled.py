"""Ruled: what was settled where sources disagreed, put into a record; and whether a source has spoken against it since.

What an entry said when it was settled is overruled as long as it says just that, however often it is sent again. A revision or a
new entry that says something else isn't: it stands beside what was settled, and contradicts it as any source does.

Misses   a source that says the old dose again as of a new day in words of its own: it counts as new, and unsettles
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.record import Allergy, Medication, PatientRecord, Problem, Settled
from careloom.care.ruling import GONE, SETTLED, Aspect, Ruling
from careloom.knowledge import Knowledge
from careloom.knowledge.none_known import allergies_denied
from careloom.record.counting import instant
from careloom.record.drug_group import last_day
from careloom.record.duplicates import statement
from careloom.record.medications import stop_words
from careloom.record.words import key, systems, whence

Thing = Medication | Allergy | Problem
# What a ruling can cover: nothing else of a long record is looked at.
_KINDS = frozenset(
    {
        "MedicationRequest",
        "MedicationStatement",
        "MedicationDispense",
        "ExplanationOfBenefit",
        "AllergyIntolerance",
        "Condition",
        "Observation",
        "List",
    }
)
_DRUGS = frozenset({"MedicationRequest", "MedicationStatement"})
_OVER = frozenset({"stopped", "not-taken", "completed", "cancelled", "on-hold"})
_RECORDED = frozenset({"AllergyIntolerance", "Condition"})


def said(entry: Entry) -> str:
    """A digest of all that an entry says and of who says it: equal when the same is sent again.

    That somebody records an allergy or a problem anew is new, also where it began when it did before. An allergy of which nobody says when
    it was recorded, sent again in another message and not as the same resource, may be that: it counts as new.
    """
    what: tuple[object, ...] = (entry.source.system, statement(entry))
    if entry.kind in _RECORDED:
        what += (instant(entry.recorded),)
    if _is_undated(entry):
        what += (entry.source.resource or entry.source.message,)
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def _is_undated(entry: Entry) -> bool:
    """Whether it lists an allergy and nobody says when that was recorded."""
    return (
        entry.kind == "AllergyIntolerance"
        and entry.recorded is None
        and not (entry.negated or entry.certainty == "refuted" or entry.status in ("inactive", "resolved"))
        and not allergies_denied(entry)
    )


def is_own(entry: Entry, ruling: Ruling) -> bool:
    """Whether a ruling was said by this entry."""
    return entry.source.system == RECORDED_HERE and entry.source.resource.partition("/")[2].startswith(
        ruling.address
    )


def ruled(entries: Iterable[Entry], rulings: Sequence[Ruling]) -> Iterable[Entry]:
    """The entries, those that a ruling overrules and those by which it was said marked as such; the newest ruling counts."""
    if not rulings:
        return entries
    ordered = sorted(rulings, key=lambda one: (one.at, one.id))
    every = list(entries)
    # A ruling whose own entries aren't here (another's consent closes them) rules nothing.
    ordered = [one for one in ordered if any(is_own(entry, one) for entry in every)]
    overruled: dict[str, Aspect] = {}
    for cover in (cover for one in ordered for cover in one.covers):
        # "No known allergies" is about each: that another one is none, too, says nothing of the one that is.
        if cover.aspect or overruled.get(cover.said) != "denial":
            overruled[cover.said] = cover.aspect
    return [_marked(entry, overruled, ordered) if entry.kind in _KINDS else entry for entry in every]


def _marked(entry: Entry, overruled: dict[str, Aspect], rulings: Sequence[Ruling]) -> Entry:
    marks: dict[str, str] = {}
    if aspect := overruled.get(said(entry), ""):
        marks["overruled"] = aspect
    if by := next((one for one in rulings if is_own(entry, one)), None):
        marks["settled"] = f"{by.words}, settled by {by.name} on {day_of(by)}"
    return replace(entry, detail={**entry.detail, **marks}) if marks else entry


def settled(record: PatientRecord, rulings: Sequence[Ruling], knowledge: Knowledge) -> tuple[Settled, ...]:
    """What stands settled in a record, the newest of each thing, oldest first, with what speaks against it since."""
    newest: dict[tuple[str, str], Settled] = {}
    for one in sorted(rulings, key=lambda one: (one.at, one.id)):
        own = tuple(entry.id for entry in record.entries if is_own(entry, one))
        if not own:
            continue
        here = tuple(cover.entry for cover in one.covers if cover.entry in record.by_id)
        newest[one.family, key(one.about)] = Settled(
            ruling=one.id,
            family=one.family,
            key=own[0],
            about=one.about,
            choice=one.words,
            by=one.name,
            at=day_of(one),
            reason=one.reason,
            entries=tuple(dict.fromkeys(here)),
            own=own,
            since=_since(one, record, {record.by_id[id].id for id in (*here, *own)})
            or "; ".join(map(stop_words, _stopped(one, record, knowledge))),
        )
    return tuple(newest.values())


def day_of(ruling: Ruling) -> str:
    """The day on which it was settled, as ISO text."""
    return ruling.at.astimezone().date().isoformat()


def _since(ruling: Ruling, record: PatientRecord, told: set[str]) -> str:
    """What a source says since it was settled that speaks against it: in a conflict, or by a thing that was settled to be none."""
    things = things_of(ruling, record)
    about = {entry for thing in things for entry in thing.entries}

    def fresh(entries: Iterable[str]) -> list[str]:
        return [one for one in entries if one not in told and "overruled" not in record.by_id[one].detail]

    for conflict in record.conflicts:
        if (
            SETTLED.get(conflict.kind) == ruling.family
            and about.intersection(conflict.entries)
            and fresh(conflict.entries)
        ):
            again = [record.by_id[one] for one in fresh(conflict.entries) if _is_undated(record.by_id[one])]
            return "; ".join((conflict.why, *dict.fromkeys(map(_doubt, again))))
    if ruling.choice not in GONE:
        return ""
    return next((one.why for one in things if _stands(one) and fresh(one.entries)), "")


def _stopped(ruling: Ruling, record: PatientRecord, knowledge: Knowledge) -> Iterator[Entry]:
    """What each source that has the drug stopped, ended or on hold by now says of it, where that is news since its dose was settled.

    A source that was heard then ends its own order; another one's word is no older than what was settled upon.
    """
    if ruling.family != "drug" or ruling.choice in GONE:
        return
    rested = [record.by_id[one.entry] for one in ruling.covers if one.entry in record.by_id]
    heard = {system for entry in rested for system in systems(entry)}
    newest = max(map(last_day, rested), default=date.min)
    known = {one.said for one in ruling.covers}
    orders = [one for one in record.entries if one.kind in _DRUGS]
    own = next(one for one in orders if is_own(one, ruling))
    named = _names(own, knowledge)
    by: dict[str, list[Entry]] = {}
    for entry in orders:
        if named and not is_own(entry, ruling) and _names(entry, knowledge) == named:
            by.setdefault(whence(entry), []).append(entry)
    for source in sorted(by):
        last = max(by[source], key=lambda one: (last_day(one), _says_over(one), one.id))
        news = heard.intersection(systems(last)) or last_day(last) >= newest
        if _says_over(last) and news and said(last) not in known and "overruled" not in last.detail:
            yield last


def _doubt(entry: Entry) -> str:
    return f"{whence(entry)} lists it again and doesn't say when it was recorded: the same as before, or anew"


def _names(entry: Entry, knowledge: Knowledge) -> frozenset[str]:
    return frozenset(one.name for one in knowledge.drugs.find(entry.text, entry.codes))


def _says_over(entry: Entry) -> bool:
    return entry.negated or entry.status in _OVER


def _stands(thing: Thing) -> bool:
    return thing.current if isinstance(thing, Medication) else thing.status == "active"


def things_of(ruling: Ruling, record: PatientRecord) -> tuple[Thing, ...]:
    """What a ruling is about, as the record has it now."""
    own = {entry.id for entry in record.entries if is_own(entry, ruling)}
    if ruling.family == "drug":
        return tuple(one for one in record.medications if key(one.name) == key(ruling.about))
    if ruling.family == "allergy":
        things = {thing_of(one) for one in record.allergies if own.intersection(one.entries)}
        return tuple(one for one in record.allergies if thing_of(one) in things)
    mine = [one for one in record.problems if own.intersection(one.entries)]
    named, concepts = {key(one.name) for one in mine}, {one.concept for one in mine} - {None}
    return tuple(one for one in record.problems if key(one.name) in named or one.concept in concepts)


def thing_of(allergy: Allergy) -> object:
    """What an allergy is to: the ingredients, else the classes, else the words."""
    return tuple(sorted(allergy.ingredients)) or allergy.classes or key(allergy.substance)
