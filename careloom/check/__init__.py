"""Check: look for reasons not to trust a draft.

Takes    a Document and the PatientRecord it was drafted from, and knowledge
Gives    findings, worst first; none means no rule objected, not that the draft is right
Never    changes the draft, calls a model, or stops at the first finding; a rule that crashes stops the draft
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from careloom.care.alert import Alert
from careloom.care.document import Document, Finding, Severity, Verdict
from careloom.care.record import Medication, PatientRecord
from careloom.care.texts import Site
from careloom.check import (
    absent,
    adrenal,
    alcohol,
    allergy,
    bleeding,
    citations,
    danger_sign,
    duplicate,
    fever,
    fills,
    grounding,
    hard_words,
    head_injury,
    hypoglycemia,
    injected,
    instructs,
    interaction,
    language,
    lapse,
    lethal_means,
    maternal,
    omission,
    opioid,
    oxygen_fire,
    people,
    polarity,
    red_flag,
    renal,
    restricted,
    reye,
    self_harm,
    software,
    strangulation,
    weekly,
    weight_gain,
)
from careloom.check.coverage import coverage
from careloom.check.judging import judgements
from careloom.check.plain import statements_of
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.verify import Judgement

__all__ = ["JUDGED", "RULES", "check", "coverage", "examine", "of_drugs", "of_orders", "statements_of"]

Rule = Callable[[Document, Facts], Iterator[Finding]]
JudgedRule = Callable[[Document, PatientRecord, Mapping[str, Judgement]], Iterator[Finding]]

# In the order of docs/safety.md. The first read what `verify` made of every statement; it is asked once, as are the
# record's facts, which all others share.
JUDGED: tuple[JudgedRule, ...] = (citations.rule, grounding.rule, polarity.rule, people.rule)
RULES: tuple[Rule, ...] = (
    instructs.rule,
    injected.rule,
    allergy.rule,
    interaction.rule,
    renal.rule,
    duplicate.rule,
    opioid.rule,
    fills.rule,
    lapse.rule,
    omission.rule,
    self_harm.rule,
    lethal_means.rule,
    red_flag.rule,
    danger_sign.rule,
    bleeding.rule,
    maternal.rule,
    head_injury.rule,
    fever.rule,
    strangulation.rule,
    adrenal.rule,
    weight_gain.rule,
    hypoglycemia.rule,
    weekly.rule,
    reye.rule,
    alcohol.rule,
    oxygen_fire.rule,
    restricted.rule,
    absent.rule,
    software.rule,
    hard_words.rule,
    language.rule,
)

# The rules that look at somebody's record and not at what was drafted.
STANDING: tuple[Rule, ...] = (
    self_harm.rule,
    lethal_means.rule,
    bleeding.rule,
    maternal.rule,
    head_injury.rule,
    fever.rule,
    strangulation.rule,
    adrenal.rule,
    weight_gain.rule,
    lapse.rule,
    allergy.rule,
    interaction.rule,
    renal.rule,
    duplicate.rule,
    opioid.rule,
    alcohol.rule,
    reye.rule,
    hypoglycemia.rule,
    weekly.rule,
    fills.rule,
)

# Which high findings can wait least, by their rule; the rest follow as docs/safety.md lists them.
URGENT = (
    "self_harm", "lethal_means", "red_flag", "bleeding", "maternal", "head_injury", "fever", "strangulation", "adrenal", "hypoglycemia", "weekly", "weight_gain", "allergy", "reye", "lapse", "fills", "alcohol",
    "interaction", "circumstance", "renal", "duplicate", "opioid",
)  # fmt: skip

# What is found of the record beside a document's own lines, and held against a document that answers for those alone, too.
OF_EVERY_DOCUMENT = frozenset({citations.NAME, self_harm.NAME})

_WORST_FIRST = {Severity.HIGH: 0, Severity.MODERATE: 1, Severity.LOW: 2}


def check(document: Document, record: PatientRecord, knowledge: Knowledge) -> tuple[Finding, ...]:
    """All findings of all rules, worst first, then in the order of the rules."""
    return examine(document, record, knowledge)[0]


def examine(
    document: Document, record: PatientRecord, knowledge: Knowledge, site: Site | None = None
) -> tuple[tuple[Finding, ...], Mapping[str, Verdict]]:
    """The findings, and the verdict on each statement by its id; `site` is what the site says of itself in messages."""
    facts = Facts(record, knowledge)
    judged = judgements(document, facts, site or Site())
    found = [finding for judged_rule in JUDGED for finding in judged_rule(document, record, judged)]
    found += [finding for rule in RULES for finding in rule(document, facts)]
    if document.demands.own_lines:
        found = [finding for finding in found if finding.statement or finding.rule in OF_EVERY_DOCUMENT]
    verdicts = {statement: judgement.verdict for statement, judgement in judged.items()}
    return tuple(sorted(found, key=lambda finding: _WORST_FIRST[finding.severity])), verdicts


def by_rule(
    name: str, document: Document, record: PatientRecord, knowledge: Knowledge
) -> tuple[Finding, ...]:
    """What one rule finds alone, by its name as docs/safety.md has it; nothing for a name that there isn't."""
    facts = Facts(record, knowledge)
    found: list[Finding] = []
    for judged_rule in JUDGED:
        if judged_rule.__module__.rpartition(".")[2] == name:
            found += judged_rule(document, record, judgements(document, facts, Site()))
    for rule in RULES:
        if rule.__module__.rpartition(".")[2] == name:
            found += rule(document, facts)
    return tuple(found)


def of_orders(record: PatientRecord, orders: Collection[str], knowledge: Knowledge) -> tuple[Alert, ...]:
    """What the drug rules find of orders that nobody signed yet and that stand in the record as if they were taken: what stops first.

    `orders` are their entries' ids. A high finding stops whoever orders where its text forbids the drug: an allergy, a
    contraindication, a pair of those that experts want stopped (docs/interactions.md).
    """
    facts = Facts(record, knowledge)
    alone = Facts(replace(record, medications=_ordered(record, orders)), knowledge)
    nothing = _nothing(record)
    found = list(interaction.of_orders(facts, orders))
    each = (
        *allergy.against(alone, "is ordered"),
        *renal.rule(nothing, alone),
        *duplicate.rule(nothing, facts),
        *opioid.rule(nothing, facts),
        *fills.rule(nothing, facts),
    )
    found += [
        Alert(one, interrupts=one.severity is Severity.HIGH and _forbids(one), asks=renal.asks(one))
        for one in each
        if not set(one.evidence).isdisjoint(orders)
    ]
    return tuple(sorted(found, key=lambda one: (not one.interrupts, _WORST_FIRST[one.finding.severity])))


def of_drugs(record: PatientRecord, knowledge: Knowledge) -> tuple[Finding, ...]:
    """What the drug rules find of somebody's current drugs, whatever was drafted: worst first."""
    facts = Facts(record, knowledge)
    found = [one for rule in restricted.RULES for one in rule(_nothing(record), facts)]
    return tuple(sorted(found, key=lambda finding: _WORST_FIRST[finding.severity]))


def standing(record: PatientRecord, knowledge: Knowledge) -> tuple[Finding, ...]:
    """The high findings of somebody's record itself, whatever was drafted: each asks for a line of today in a plan."""
    facts = Facts(record, knowledge)
    found = (one for rule in STANDING for one in rule(_nothing(record), facts))
    return tuple(one for one in found if one.severity is Severity.HIGH)


def _nothing(record: PatientRecord) -> Document:
    """A document that says nothing of somebody."""
    return Document(
        patient=record.patient,
        kind="orders",
        as_of=record.as_of,
        record_version=record.version,
        statements=(),
    )


def _ordered(record: PatientRecord, orders: Collection[str]) -> tuple[Medication, ...]:
    return tuple(one for one in record.medications if not set(one.entries).isdisjoint(orders))


def _forbids(finding: Finding) -> bool:
    return finding.rule == allergy.NAME or "contraindicated" in finding.message
