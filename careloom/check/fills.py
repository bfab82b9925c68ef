"""No opioid beside a benzodiazepine or another opioid comes from two prescribers, and no drug with a hazard is filled again long before it is used up, unseen.

Source   CDC Clinical Practice Guideline for Prescribing Opioids for Pain, 2022, recommendation 9 (the history of controlled substances is looked at in the
         state's program for combinations and amounts that put somebody at high risk) and recommendation 11 (particular caution with an opioid and a
         benzodiazepine). For other drugs, and for which days of overlap are told, the rule is our own: a refill a week early is usual. Which drugs are
         high-alert: ISMP, List of High-Alert Medications in Community/Ambulatory Care Settings, 2021
Misses   cash, samples, mail order and other pharmacies (the state's program has them); a fill without days of supply; two prescribers of one practice, where
         no order names it (FHIR PractitionerRole, HL7 v2 ORC-21, a column); who is named differently by two sources; a planned change of the strength, which is asked about like any other
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations, pairwise

from careloom.care.document import Document, Finding, Severity
from careloom.check.dispensed import Fill, are_others, fills, one_practice
from careloom.check.opioid import guideline_is_not_meant
from careloom.check.taken import Taken, entries_of, taken
from careloom.knowledge.facts import Facts

NAME = "fills"
CDC = "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendations 9 and 11, 2022"
OUR_OWN = "our own rule"
CONTROLLED = frozenset({"opioid", "benzodiazepine", "z-drug", "stimulant", "barbiturate", "gabapentinoid"})
CONTROLLED_ALONE = frozenset({"carisoprodol", "testosterone", "dronabinol"})
# A fill of the last two months; a refill so many days early is usual.
_LATELY = timedelta(days=60)
_EARLY = timedelta(days=7)
_BY_OTHERS = timedelta(days=2)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for an opioid and a benzodiazepine (or two opioids) of two prescribers (moderate where both are of one practice), and for overlapping fills of a controlled or high-alert drug that
    others prescribed or gave; moderate for other overlaps of over a week of a drug with a hazard. About the whole document."""
    del document
    every = [one for one in taken(facts.record, facts.knowledge) if not one.local]
    by_drug: dict[str, list[Taken]] = {}
    for one in every:
        by_drug.setdefault(one.drug.name, []).append(one)
    filled = fills(facts)
    if not guideline_is_not_meant(facts):
        yield from _of_two(by_drug, filled, facts)
    for name, drugs in by_drug.items():
        if _has_a_hazard(drugs[0], facts):
            yield from _overlaps(drugs, filled.get(name, ()), facts)


def _has_a_hazard(one: Taken, facts: Facts) -> bool:
    return (
        _is_controlled(one)
        or "high-alert" in one.drug.classes
        or bool(facts.knowledge.renal.limits(one.drug))
    )


def _is_controlled(one: Taken) -> bool:
    return bool(CONTROLLED & one.drug.classes) or one.drug.name in CONTROLLED_ALONE


# ---- two prescribers ----------------------------------------------------------------------------------


def _of_two(
    by_drug: dict[str, list[Taken]], filled: Mapping[str, tuple[Fill, ...]], facts: Facts
) -> Iterator[Finding]:
    drugs = [each[0] for each in by_drug.values()]
    for one, other in combinations(drugs, 2):
        kinds = [bool({"opioid"} & each.drug.classes) for each in (one, other)]
        benzodiazepine = any("benzodiazepine" in each.drug.classes for each in (one, other))
        if not any(kinds) or not (all(kinds) or benzodiazepine):
            continue
        who, whose = (
            _prescriber(by_drug[one.drug.name], filled, facts),
            _prescriber(by_drug[other.drug.name], filled, facts),
        )
        if who and whose and are_others(who, whose):
            practice = one_practice(who, whose, facts)
            message = (
                f"{one.drug.name} (by {who}) and {other.drug.name} (by {whose}) come from two prescribers: look at the state's prescription drug "
                f"monitoring program, and see that both know of each other today ({CDC})"
            )
            if practice:
                message = (
                    f"{one.drug.name} (by {who}) and {other.drug.name} (by {whose}) come from two prescribers of one practice ({practice}): look at the "
                    f"state's prescription drug monitoring program, and see that both know of each other today ({CDC})"
                )
            severity = Severity.MODERATE if practice else Severity.HIGH
            evidence = entries_of(*by_drug[one.drug.name], *by_drug[other.drug.name])
            yield Finding(NAME, severity, message, evidence)


def _prescriber(drugs: Sequence[Taken], filled: Mapping[str, tuple[Fill, ...]], facts: Facts) -> str:
    """Who prescribed the newest fill of a drug that names somebody, else its newest order; "" where nobody is named."""
    named = [one.prescriber for one in filled.get(drugs[0].drug.name, ()) if one.prescriber]
    if named:
        return named[-1]
    orders = [facts.record.by_id[id] for id in entries_of(*drugs) if id in facts.record.by_id]
    told = [
        (one.happened.day, one.id, who)
        for one in orders
        if one.kind == "MedicationRequest" and one.happened and (who := one.detail.get("prescriber", ""))
    ]
    return max(told)[2] if told else ""


# ---- filled again before it is used up ----------------------------------------------------------------


def _overlaps(drugs: Sequence[Taken], every: Sequence[Fill], facts: Facts) -> Iterator[Finding]:
    """One finding for a drug, of its newest overlap."""
    for before, after in reversed(list(pairwise(every))):
        early = before.until - after.on
        others = are_others(before.prescriber, after.prescriber)
        elsewhere = are_others(before.pharmacy, after.pharmacy)
        if facts.record.as_of - after.on > _LATELY or early <= (
            _BY_OTHERS if others or elsewhere else _EARLY
        ):
            continue
        name = drugs[0].drug.name
        controlled = _is_controlled(drugs[0])
        practice = one_practice(before.prescriber, after.prescriber, facts) if others else ""
        grave = ((others and not practice) or elsewhere) and (
            controlled or "high-alert" in drugs[0].drug.classes
        )
        source = CDC if controlled else OUR_OWN
        filled = f"{name} was filled on {before.on:%Y-%m-%d} for {before.days} days and again on {after.on:%Y-%m-%d}, {early.days} days before that was used up"
        if others:
            message = f"{filled}, by another prescriber ({before.prescriber}; {after.prescriber}): ask what is taken and what is left, and tell both ({source})"
            if practice:
                message = f"{filled}, by another prescriber of the same practice, {practice} ({before.prescriber}; {after.prescriber}): ask what is taken and what is left, and tell both ({source})"
        elif elsewhere:
            message = f"{filled}, at another pharmacy ({before.pharmacy}; {after.pharmacy}): ask what is taken and what is left, and tell the prescriber ({source})"
        else:
            message = f"{filled}: ask what is taken and what is left, and tell the prescriber ({source})"
        entries = tuple(dict.fromkeys((before.entry.id, after.entry.id, *entries_of(*drugs))))
        yield Finding(NAME, Severity.HIGH if grave else Severity.MODERATE, message, entries)
        return
