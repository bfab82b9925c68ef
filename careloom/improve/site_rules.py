"""Site rules: what somebody fills into a template becomes a row that the list of interactions reads, beside ours.

Takes    the words of a template, and our knowledge
Gives    the rule, what the lists in force say of its drugs already, and knowledge with the active rules in it
Never    takes a drug or class that isn't known, or a rule without a source, its section and its year
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from careloom.care.document import Proposal, Severity
from careloom.care.record import PatientRecord
from careloom.care.site_rule import DrugPair, DrugState, ProtocolChange, RuleBody, RuleInputs, SiteRule
from careloom.check.taken import taken
from careloom.errors import InputError
from careloom.improve.protocol_changes import in_force, with_changes
from careloom.improve.site_states import Lists, members, named, sourced, states_of, told_of, with_states
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.facts import Facts
from careloom.knowledge.hazard_rules import HazardRules
from careloom.knowledge.interactions import DUPLICATE, Known
from careloom.knowledge.packs import Pack

# What findings call the list of a site's own rules.
NAME = "This site's rules"


def drug_pair(said: Mapping[str, str], drugs: Drugs, year: int) -> DrugPair:
    """The template as somebody filled it in; `year` is this year. Raises InputError, naming the field, for what it can't take."""
    given = sourced(said, ("one", "other"), year)
    one, other = (named(given[side], drugs, side) for side in ("one", "other"))
    if one == other and one not in drugs.classes():
        raise InputError("choose two drugs", where="other")
    return DrugPair(
        one=one,
        other=other,
        severity=Severity(given["severity"]),
        why=given["why"],
        action=given["action"],
        source=given["source"],
        section=given["section"],
        year=int(given["year"]),
    )


def lists_of(body: RuleBody, knowledge: Knowledge) -> Lists:
    """What the lists in force say of the pairs that a rule is about, worst first of each."""
    if isinstance(body, DrugState):
        return states_of(body, knowledge)
    if isinstance(body, ProtocolChange):
        return Lists(0, {})
    drugs, said, pairs = knowledge.drugs, dict[str, int](), 0
    for a, b in sorted(_pairs(body, drugs)):
        one, other = drugs.named(a), drugs.named(b)
        found = knowledge.interactions.between(one, other) if one and other else None
        pairs += 1
        if found and found.severity != "low":
            said[found.severity] = said.get(found.severity, 0) + 1
    return Lists(pairs, said)


def _pairs(body: DrugPair, drugs: Drugs) -> set[tuple[str, str]]:
    return {
        (min(a, b), max(a, b)) for a in members(body.one, drugs) for b in members(body.other, drugs) if a != b
    }


def beside(knowledge: Knowledge, active: Iterable[SiteRule]) -> Knowledge:
    """Knowledge in which the active rules stand as a list beside the others; a rule with a fault is among its problems, and the others count."""
    rules = tuple(active)
    if not rules:
        return knowledge
    days = [one.active_since for one in rules if one.active_since]
    pairs = [(one, one.body) for one in rules if isinstance(one.body, DrugPair)]
    pack = Pack(
        NAME,
        "site rules",
        max(days).isoformat() if days else "",
        rows=tuple((number, _row(one, body)) for number, (one, body) in enumerate(pairs, start=1)),
    )
    known = Known(
        frozenset(drug.name for drug in knowledge.drugs.all()),
        knowledge.drugs.classes(),
        frozenset(knowledge.conditions.by_concept),
    )
    interactions = knowledge.interactions.beside(pack, known) if pairs else knowledge.interactions
    protocols, unfit = with_changes(knowledge.protocols, rules)
    if pairs:
        hazards = HazardRules(interactions, knowledge.renal, knowledge.drugs)
        protocols = replace(protocols, others=hazards)
    faults = (*(one for one in interactions.problems if one not in knowledge.interactions.problems), *unfit)
    digest = hashlib.sha256("".join(one.id for one in rules).encode()).hexdigest()[:8]
    return replace(
        knowledge,
        version=f"{knowledge.version}+{digest}",
        interactions=interactions,
        protocols=protocols,
        circumstances=with_states(knowledge.circumstances, rules),
        problems=(*knowledge.problems, *faults),
        versions={**knowledge.versions, NAME: digest},
    )


def _row(one: SiteRule, body: DrugPair) -> dict[str, str]:
    return {
        **dict.fromkeys(("and_with", "context", "never", "conditions", "at_most", "interrupts"), ""),
        "id": f"site-{one.rule}-{one.version}",
        "drugs": body.one,
        "with": body.other,
        "severity": body.severity.value,
        "cause": "",
        "why": body.why,
        "do": body.action,
        "source": body.cited,
        "confirmed": "",
    }


def inputs_of(record: PatientRecord, knowledge: Knowledge, draft: Proposal) -> RuleInputs:
    """What rules look at of a record and of a draft of it."""
    facts = Facts(record, knowledge)
    drugs = {one.drug.name: one.drug for one in taken(record, knowledge) if not one.local}
    names = tuple(drugs)
    told = {
        (min(names[one], names[other]), max(names[one], names[other]))
        for one, other, every in knowledge.interactions.pairs(tuple(drugs.values()))
        if any(found.severity != "low" and found.cause != DUPLICATE for found in every)
    }
    return RuleInputs(
        proposal=draft.id,
        kind=draft.document.kind,
        made=draft.created,
        drugs=tuple(sorted(drugs)),
        problems=tuple(sorted(facts.problems)),
        labs={
            name: (values[0].value, values[0].unit, values[0].day.isoformat())
            for name, values in sorted(facts.labs.items())
        },
        told=tuple(sorted(told)),
        spoke=tuple(sorted({one.guideline.id for one in draft.document.statements if one.guideline})),
    )


def catches(knowledge: Knowledge, inputs: RuleInputs, body: RuleBody) -> bool:
    """Whether the lists in force tell something of what a rule is about, and a draft had; of a protocol's change whether the protocols have it."""
    if isinstance(body, DrugState):
        return told_of(body, inputs, knowledge)
    if isinstance(body, ProtocolChange):
        return in_force(body, knowledge)
    drugs = knowledge.drugs
    for a, b in met(members(body.one, drugs), members(body.other, drugs), inputs):
        one, other = drugs.named(a), drugs.named(b)
        found = knowledge.interactions.between(one, other) if one and other else None
        if found and found.severity != "low":
            return True
    return False


def met(ones: frozenset[str], others: frozenset[str], inputs: RuleInputs) -> frozenset[tuple[str, str]]:
    """The pairs of a draft's drugs of which one is among `ones` and another among `others`, each in the order of the alphabet."""
    if ones.isdisjoint(inputs.drugs) or others.isdisjoint(inputs.drugs):
        return frozenset()
    had = frozenset(inputs.drugs)
    return frozenset((min(a, b), max(a, b)) for a in ones & had for b in others & had if a != b)
