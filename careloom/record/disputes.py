"""Disputes: what of a record's conflicts a physician settles, the choices from the sources themselves, and what one overrules.

Misses   the side of a thing, resuscitation, blood group, one ingredient in two products: those are cleared up at their source
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from careloom.care.entry import Entry
from careloom.care.fills import is_claim
from careloom.care.record import Conflict, Medication, PatientRecord
from careloom.care.ruling import BASES, CHOICES, SETTLED, Aspect, Choice, Cover, Dispute, Family
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.conditions import bare
from careloom.knowledge.none_known import allergies_denied
from careloom.record import problems
from careloom.record.allergies import said_of as allergy_of
from careloom.record.doses import disagree, read
from careloom.record.ruled import said, thing_of
from careloom.record.words import key, on, whence

_DRUGS = ("MedicationRequest", "MedicationStatement")
_NOT_TAKEN = frozenset({"stopped", "not-taken", "completed", "on-hold"})
# The choice of what a source states is this and the id of the entry that states it.
STATED = "says:"


def disputes(record: PatientRecord) -> tuple[Dispute, ...]:
    """What of a record's conflicts is settled by a physician, one for each thing, in the order of the conflicts."""
    groups: dict[tuple[Family, str], list[Conflict]] = {}
    for conflict in record.conflicts:
        family = SETTLED.get(conflict.kind)
        if family is None:
            continue
        for about in _about(conflict, family, record):
            groups.setdefault((family, about), []).append(conflict)
    made = (_dispute(family, about, found, record) for (family, about), found in groups.items())
    return tuple(one for one in made if one.entries)


def _about(conflict: Conflict, family: Family, record: PatientRecord) -> list[str]:
    if family != "allergy":
        return [conflict.about]
    cited = set(conflict.entries)
    found = [one for one in record.allergies if one.status == "active" and cited.intersection(one.entries)]
    # An allergy list that lacks it is shown by another allergy of that list: the conflict itself names the one.
    named = [one.substance for one in found if key(one.substance) == key(conflict.about)]
    if conflict.kind in ("allergy_list", "allergy_unlisted") and named:
        return named[:1]
    return list(dict.fromkeys(one.substance for one in found))


def _dispute(family: Family, about: str, conflicts: Sequence[Conflict], record: PatientRecord) -> Dispute:
    cited = tuple(dict.fromkeys(one for conflict in conflicts for one in conflict.entries))
    if family == "drug":
        drug = next((one for one in record.medications if one.name == about), None)
        choices = tuple(_doses(drug, cited, record)) if drug else ()
    elif family == "allergy":
        things = {thing_of(one) for one in record.allergies if key(one.substance) == key(about)}
        mine = {id for one in record.allergies if thing_of(one) in things for id in one.entries}
        cited = tuple(one for one in cited if one in mine or allergies_denied(record.by_id[one]))
        choices = tuple(Choice(value, words) for value, words in CHOICES[family].items())
    else:
        choices = tuple(_diagnoses(conflicts, cited, record))
    mine_first = sorted(cited, key=lambda one: record.by_id[one].kind == "List")
    return Dispute(
        mine_first[0] if mine_first else "", family, about, tuple(conflicts), choices, tuple(mine_first)
    )


def _doses(drug: Medication, cited: Sequence[str], record: PatientRecord) -> Iterator[Choice]:
    """Each dose that a source states and that can be relied on; that it is stopped; another dose."""
    doubtful = {one for regimen in drug.regimens if regimen.doubt for one in regimen.entries}
    for words, ids in drug.doses:
        if not doubtful.intersection(ids):
            yield Choice(STATED + ids[0], words, ids)
    against = tuple(one for one in cited if _says_stopped(record.by_id[one]))
    yield Choice("stopped", CHOICES["drug"]["stopped"], against)
    yield Choice("other", CHOICES["drug"]["other"])


def _says_stopped(entry: Entry) -> bool:
    return entry.kind in _DRUGS and (entry.negated or entry.status in _NOT_TAKEN)


def _diagnoses(
    conflicts: Sequence[Conflict], cited: Sequence[str], record: PatientRecord
) -> Iterator[Choice]:
    """Of diagnoses that exclude each other each one; of one whose state is contradicted what it can be; another name."""
    words = CHOICES["problem"]
    if any(one.kind == "diagnosis" for one in conflicts):
        for problem in record.problems:
            if problem.status == "active" and (told := [one for one in cited if one in problem.entries]):
                yield Choice(STATED + told[0], problem.name, tuple(told))
    else:
        for value in ("confirmed", "resolved", "refuted"):
            yield Choice(value, words[value])
    yield Choice("other", words["other"])


def choice_of(dispute: Dispute, value: str) -> Choice:
    """The choice of this value. Raises InputError where the dispute has none such."""
    found = next((one for one in dispute.choices if one.value == value), None)
    if found is None:
        raise InputError("choose one of what stands there", where="choice")
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice of a dispute: its `value`, the entries by which it is said, and the day."""

    dispute: Dispute
    value: str
    own: Sequence[Entry]
    as_of: date


def covers(chosen: Chosen, entries: Sequence[Entry], knowledge: Knowledge) -> tuple[Cover, ...]:
    """Everything that sources say of a dispute's thing, each with what the choice overrules of it.

    `entries` are the patient's as their sources said them. Raises InputError for a dose that can't be read.
    """
    found = _ASPECTS[chosen.dispute.family](chosen, entries, knowledge)
    return tuple(Cover(entry.id, said(entry), aspect) for entry, aspect in found)


Found = Iterator[tuple[Entry, Aspect]]


def _of_drug(chosen: Chosen, entries: Sequence[Entry], knowledge: Knowledge) -> Found:
    cited, drugs, own = set(chosen.dispute.entries), knowledge.drugs, chosen.own[0]
    named = frozenset(one.name for one in drugs.find(own.text, own.codes))
    names = tuple(sorted(named))
    dose, stopped = read(own, names), chosen.value == "stopped"
    if not stopped and not dose.stated:
        raise InputError("write the dose with its unit and how often, as in 10 mg once daily", where="other")
    for entry in entries:
        if entry.kind not in _DRUGS and not is_claim(entry):
            continue
        same = named and named == frozenset(one.name for one in drugs.find(entry.text, entry.codes))
        if not same and entry.id not in cited:
            continue
        if stopped or (_says_stopped(entry) and entry.id in cited):
            yield entry, "all"
        else:
            told = read(entry, names)
            unlike = bool(told.unitless) or disagree(told, dose)
            yield entry, "dose" if told.stated and unlike else ""


def _of_allergy(chosen: Chosen, entries: Sequence[Entry], knowledge: Knowledge) -> Found:
    mine = allergy_of(chosen.own[0], knowledge)
    cited = set(chosen.dispute.entries)
    listed = [one for one in entries if one.kind == "AllergyIntolerance" and not allergies_denied(one)]
    things = {mine.thing} | {allergy_of(one, knowledge).thing for one in listed if one.id in cited}
    for entry in entries:
        if entry.id in cited and allergies_denied(entry):
            yield entry, "" if chosen.value in BASES else "denial"
    for entry in listed:
        told = allergy_of(entry, knowledge)
        if told.thing in things and entry.subject == "patient":
            same = told.status == mine.status and told.kind in (mine.kind, "unknown")
            yield entry, "" if same and not told.delabelled else "all"


def _of_problem(chosen: Chosen, entries: Sequence[Entry], knowledge: Knowledge) -> Found:
    value, cited = chosen.value, set(chosen.dispute.entries)

    def names(entry: Entry) -> object:
        return knowledge.conditions.find(entry.codes, entry.text) or key(bare(entry.name))

    disputed = [one for one in entries if one.id in cited]
    about = {names(one) for one in disputed}
    kept = {names(one) for one in disputed if value == STATED + one.id}
    for entry in entries:
        if entry.id in cited or (entry.kind == "Condition" and names(entry) in about):
            told = problems.said_of(entry, knowledge, chosen.as_of)
            right = told.status == _RIGHT.get(value, "active" if names(entry) in kept else "")
            yield entry, "" if right or told.past else "all"


_RIGHT = {"confirmed": "active", "resolved": "resolved", "refuted": "refuted"}
_ASPECTS: Mapping[Family, Callable[[Chosen, Sequence[Entry], Knowledge], Found]] = {
    "drug": _of_drug,
    "allergy": _of_allergy,
    "problem": _of_problem,
}


def told_by(choice: Choice, record: PatientRecord) -> tuple[str, ...]:
    """Who states a choice, and when: "mercy on 2026-10-01"."""
    return tuple(f"{whence(record.by_id[one])} {on(record.by_id[one])}" for one in choice.entries)
