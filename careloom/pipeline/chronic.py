"""Chronic: the lasting diseases of a record as clinicians documented them, and as visits and claims bear them.

Takes    a record, or its entries
Gives    each chronic problem with what documents it, each chronic diagnosis of a visit or claim
Never    takes a guess, a result or what a machine read or wrote for a statement
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.entry import Code, Entry
from careloom.care.management import Named
from careloom.care.record import PatientRecord, Problem
from careloom.knowledge.conditions import Conditions
from careloom.measure.finance.coding import Coded, Documented, Gap

VISIT_DIAGNOSIS = "encounter-diagnosis"
CLAIMS = ("Claim", "ExplanationOfBenefit")
STATED = ("", "confirmed")


@dataclass(frozen=True)
class Chronic:
    """What is chronic, by the concepts of conditions."""

    conditions: Conditions

    def named(self, record: PatientRecord) -> tuple[Named, ...]:
        """The chronic problems that stand and that somebody stated, none in doubt."""
        return tuple(
            Named(one.concept, one.name, one.entries)
            for one in self.documented(record)
            if one.last is not None and not one.doubtful
        )

    def documented(self, record: PatientRecord) -> Iterator[Documented]:
        """Chronic problems, each with what documents it beside visits' own diagnoses; of others than current ones no day, so that they are known and no gap."""
        entries = {one.id: one for one in record.entries}
        for problem in record.problems:
            if problem.concept is None or not self._is_chronic(problem.concept):
                continue
            stated = [
                one
                for one in (entries[each] for each in problem.entries if each in entries)
                if _is_stated(one) and VISIT_DIAGNOSIS not in one.category
            ]
            days = [day for one in stated for day in _days(one) if day <= record.as_of]
            current = problem.status == "active"
            yield Documented(
                problem.concept,
                problem.name,
                tuple(one.id for one in stated),
                max(days, default=None) if current else None,
                _is_doubtful(problem),
            )

    def coded(self, entries: Sequence[Entry], as_of: date) -> Iterator[Coded]:
        """The chronic diagnoses of visits and claims."""
        by_address = {
            said: one for one in entries if one.kind == "Condition" for said in one.elements.get("id", ())
        }
        for one in entries:
            codes = _codes(one, by_address)
            day = one.happened.day if one.happened else None
            if day is None or day > as_of:
                continue
            for concept in dict.fromkeys(self.conditions.specific([code]) for code in codes):
                if concept is not None and self._is_chronic(concept):
                    yield Coded(concept, one.id, day)

    def _is_chronic(self, concept: str) -> bool:
        known = self.conditions.get(concept)
        return known is not None and known.chronic and known.group == "condition"

    def wider(self, concept: str) -> frozenset[str]:
        """The broader concepts of a concept, and the one that a problem list holds it under."""
        known = self.conditions.get(concept)
        held = {known.counts_as} if known is not None and known.counts_as else set()
        return self.conditions.above(concept) | held

    def labelled(self, gap: Gap) -> Gap:
        """A gap with the name of its concept, where only a code told it."""
        known = self.conditions.get(gap.concept)
        return replace(gap, name=known.label) if gap.name == gap.concept and known is not None else gap


def _is_stated(entry: Entry) -> bool:
    """Whether it is somebody's own, confirmed statement of a condition: no guess, nothing that a machine read or wrote."""
    machine = {"read_by", "found_by", "machine_written"} & set(entry.detail)
    return (
        entry.kind == "Condition"
        and entry.subject == "patient"
        and not entry.negated
        and not machine
        and entry.certainty in STATED
    )


def _is_doubtful(problem: Problem) -> bool:
    return problem.doubtful or problem.status == "refuted"


def _days(entry: Entry) -> Iterable[date]:
    return (one.day for one in (entry.recorded, entry.effective.start) if one is not None)


def _codes(entry: Entry, by_address: dict[str, Entry]) -> tuple[Code, ...]:
    """The diagnoses that a visit or a claim bears as codes."""
    if entry.kind in CLAIMS:
        billed = entry.status in ("active", None) and entry.detail.get("use", "claim") == "claim"
        return entry.value_codes if billed else ()
    if entry.kind == "Condition":
        return entry.codes if VISIT_DIAGNOSIS in entry.category and _is_stated(entry) else ()
    if entry.kind != "Encounter":
        return ()
    reasons = (one.rpartition("|") for one in entry.elements.get("reason", ()))
    named = (by_address.get(one) for one in entry.elements.get("diagnosis", ()))
    return (
        *(Code(system, code) for system, _, code in reasons),
        *(code for one in named if one is not None and _is_stated(one) for code in one.codes),
    )
