"""Beside: a record with what a chart says right now next to it, and with orders that nobody signed yet as if they were taken.

Takes    a record as of a day, what an EHR sends along at that moment (as a record of its own), and its draft orders
Gives    one record for the drug rules; what was replaced by an order of the same drug
Never    is kept, shown, cited or drafted from: it answers one question of a prescriber
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.entry import Entry, Period, when
from careloom.care.record import Allergy, Demographics, Medication, PatientRecord, Problem
from careloom.knowledge import Knowledge
from careloom.record.drug_group import REPORTED
from careloom.record.medications import medications
from careloom.record.named import named


@dataclass(frozen=True, slots=True)
class Order:
    """A drug of a draft order, and the current medication of the same ingredients in whose place it stands (None: it is new)."""

    entry: str
    medication: Medication
    before: Medication | None

    @property
    def is_renewal(self) -> bool:
        """Whether the same drug is on the list in the very same doses, or the order states none."""
        if self.before is None:
            return False
        ordered = {words for words, _ in self.medication.doses}
        return not ordered or ordered == {words for words, _ in self.before.doses}


def as_listed_now(entries: Sequence[Entry], as_of: date) -> tuple[Entry, ...]:
    """What a chart sends at this moment: a report that it still lists speaks for today, however old it is or where it has no day."""
    today = when(as_of.isoformat())
    return tuple(
        replace(one, effective=Period(today, one.effective.end))
        if one.kind == "MedicationStatement" and one.status in REPORTED and not one.negated
        else one
        for one in entries
    )


def beside(record: PatientRecord, told: PatientRecord) -> PatientRecord:
    """The record with what a chart tells right now: its drugs as they are there, its problems and allergies beside ours.

    A drug that one of the two holds to be taken counts as taken; an allergy that was settled here stays settled.
    """
    return replace(
        record,
        demographics=_who(record.demographics, told.demographics),
        entries=(*record.entries, *told.entries),
        problems=(*record.problems, *_more_problems(record.problems, told.problems)),
        medications=_both(record.medications, told.medications),
        allergies=(*record.allergies, *_more_allergies(record.allergies, told.allergies)),
    )


def with_orders(
    record: PatientRecord, drafts: Sequence[Entry], knowledge: Knowledge
) -> tuple[PatientRecord, tuple[Order, ...]]:
    """The record as it would be if these were signed today, and each order's drug; an order whose drug is unknown has its name.

    An order by a code alone is called what the site's releases or any source of this person call the code.
    """
    today = when(record.as_of.isoformat())
    signed = [
        replace(one, status="active", recorded=today, effective=Period(one.effective.start or today))
        for one in named(drafts, knowledge.terms, record.entries)
    ]
    current = {
        frozenset(one.ingredients): one for one in record.medications if one.current and one.ingredients
    }
    orders = []
    for entry in signed:
        found, _ = medications([entry], knowledge, record.as_of)
        for drug in found:
            orders.append(
                Order(entry.id, replace(drug, current=True), current.get(frozenset(drug.ingredients)))
            )
    gone = {id(one.before) for one in orders}
    kept = [one for one in record.medications if id(one) not in gone]
    ordered = (*kept, *(one.medication for one in orders))
    return replace(record, entries=(*record.entries, *signed), medications=ordered), tuple(orders)


def _who(ours: Demographics, told: Demographics) -> Demographics:
    return replace(
        ours,
        birth_date=ours.birth_date or told.birth_date,
        sex=ours.sex if ours.sex not in (None, "unknown") else told.sex,
        deceased=ours.deceased or told.deceased,
        entries=ours.entries or told.entries,
    )


def _more_problems(ours: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    known = {(one.concept or one.name.lower(), one.status) for one in ours}
    return [one for one in told if (one.concept or one.name.lower(), one.status) not in known]


def _both(ours: Sequence[Medication], told: Sequence[Medication]) -> tuple[Medication, ...]:
    newer = {_drug(one): one for one in told if one.current}
    known = {_drug(one) for one in ours if one.current}
    kept = [newer.pop(_drug(one), one) if one.current else one for one in ours]
    return (*kept, *(one for one in told if one.current and _drug(one) in newer and _drug(one) not in known))


def _drug(one: Medication) -> frozenset[str] | str:
    return frozenset(one.ingredients) or one.name.lower()


def _more_allergies(ours: Sequence[Allergy], told: Sequence[Allergy]) -> list[Allergy]:
    known = {(one.substance.lower(), one.status) for one in ours}
    settled = {one.substance.lower() for one in ours if one.settled}
    return [
        one
        for one in told
        if (one.substance.lower(), one.status) not in known and one.substance.lower() not in settled
    ]
