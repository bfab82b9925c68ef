"""No two current drugs, and no drug and condition, that harm together go by unseen; and what was not checked is said.

Source   FDA labels and public guidelines, each named in the finding (knowledge/drug_safety/interactions.csv)
Misses   pairs that the table lacks; drugs put on skin, eye or nose; the effect of dose and timing; genotype
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord, Problem
from careloom.check.taken import Taken, entries_of, listed, recommended, taken, unrecognised
from careloom.knowledge import Knowledge
from careloom.knowledge.dosing import daily_mg
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.interactions import Hit, Interaction

NAME = "interaction"
# Told by the rule of duplicate therapy.
_DUPLICATE = "duplicate"
_RANK = {"high": 0, "moderate": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class _Found:
    """An interaction, what is in it by name, and the entries that it rests on."""

    interaction: Interaction
    names: tuple[str, ...]
    entries: tuple[str, ...]


def rule(document: Document, record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for each cause (bleeding, kidney, QT, …), high or moderate; one for drugs that are not known.

    A statement is named only where it recommends a drug that interacts with a current drug or a problem.
    """
    swallowed = [one for one in taken(record, knowledge) if not one.local]
    problems = _concepts(record, knowledge)
    yield from _by_cause([*_pairs(swallowed, knowledge), *_sets(swallowed, problems, knowledge)])
    yield from _unchecked(record, knowledge)
    for statement, drug in recommended(document, knowledge):
        for finding in _by_cause(_of_new(drug, swallowed, problems, knowledge), "It recommends "):
            yield Finding(NAME, finding.severity, finding.message, finding.evidence, statement.id)


def _pairs(drugs: Sequence[Taken], knowledge: Knowledge) -> Iterator[_Found]:
    for place, other_place, every in knowledge.interactions.pairs([one.drug for one in drugs]):
        one, other = drugs[place], drugs[other_place]
        if one.medication is other.medication or _left_to_duplicates(every):
            continue
        outside = tuple(found for found in every if not _within_label(found, one, other))
        if outside:
            yield _Found(outside[0], (one.drug.name, other.drug.name), entries_of(one, other))


def _left_to_duplicates(every: Sequence[Interaction]) -> bool:
    """Whether the pair is two of a kind and does nothing worse, by its interactions, worst first."""
    return any(found.cause == _DUPLICATE and found.severity == every[0].severity for found in every)


def _within_label(found: Interaction, *drugs: Taken) -> bool:
    """Whether the label allows the pair up to a daily amount, and every source states one within it."""
    for name, most in found.at_most:
        doses = next((one.medication.doses for one in drugs if one.drug.name == name), ())
        amounts = [daily_mg(words) for words, _ in doses]
        if amounts and all(amount is not None and amount <= Decimal(str(most)) for amount in amounts):
            return True
    return False


def _sets(drugs: Sequence[Taken], problems: Mapping[str, Problem], knowledge: Knowledge) -> Iterator[_Found]:
    """Three drugs together, and drugs with a problem."""
    ingredients = [one.drug for one in drugs]
    hits = [hit for hit in knowledge.interactions.among(ingredients) if len(hit.drugs) > 2]
    for hit in (*hits, *knowledge.interactions.with_conditions(ingredients, problems)):
        yield _told(hit, drugs, problems)


def _told(hit: Hit, drugs: Sequence[Taken], problems: Mapping[str, Problem]) -> _Found:
    concerned = [one for one in drugs if one.drug in hit.drugs]
    entries = entries_of(*concerned)
    names = tuple(dict.fromkeys(drug.name for drug in hit.drugs))
    present = {
        problems[concept].name: problems[concept] for concept in hit.interaction.conditions & set(problems)
    }
    for name, problem in sorted(present.items()):
        names, entries = (*names, name), (*entries, *problem.entries)
    return _Found(hit.interaction, names, tuple(dict.fromkeys(entries)))


def _of_new(
    drug: Ingredient, drugs: Sequence[Taken], problems: Mapping[str, Problem], knowledge: Knowledge
) -> Iterator[_Found]:
    """What a recommended drug would do with the current ones and the problems."""
    for one in drugs:
        if one.drug.name != drug.name and not one.drug.classes >= drug.classes:
            every = knowledge.interactions.every_between(drug, one.drug)
            if every:
                yield _Found(every[0], (drug.name, one.drug.name), entries_of(one))
    for hit in knowledge.interactions.with_conditions([drug], problems):
        yield _told(hit, (), problems)


def _by_cause(found: Iterable[_Found], opening: str = "") -> Iterator[Finding]:
    """One finding for each cause, led by the worst; the others that share it are named after it."""
    causes: dict[str, list[_Found]] = {}
    for one in found:
        if one.interaction.severity != "low":
            causes.setdefault(one.interaction.cause, []).append(one)
    for together in causes.values():
        together.sort(key=lambda one: (_RANK[one.interaction.severity], -len(one.names)))
        worst = together[0]
        said = worst.interaction
        message = (
            f"{opening}{' with '.join((worst.names[0], listed(worst.names[1:])))}: {said.why}. {said.action}"
        )
        context = f" {said.context}" if said.context else ""
        others = dict.fromkeys(listed(one.names) for one in together[1:])
        also = f" Also: {'; '.join(others)}." if others else ""
        entries = tuple(dict.fromkeys(entry for one in together for entry in one.entries))
        yield Finding(NAME, Severity(said.severity), f"{message}{context} ({said.source}){also}", entries)


def _unchecked(record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """Drugs that are not known are said, so that no silence passes for "no interactions"."""
    unknown = unrecognised(record, knowledge)
    if unknown:
        current = sum(medication.current for medication in record.medications)
        names = listed([medication.name for medication in unknown])
        message = f"{current - len(unknown)} of {current} drugs checked; not known here: {names}"
        entries = tuple(dict.fromkeys(entry for one in unknown for entry in one.entries))
        yield Finding(NAME, Severity.MODERATE, message, entries)


def _concepts(record: PatientRecord, knowledge: Knowledge) -> dict[str, Problem]:
    """Active problems by their concept, by its particular form ("hfref") and by everything that it is a kind of."""
    found: dict[str, Problem] = {}
    for problem in record.problems:
        if problem.status != "active" or problem.doubtful:
            continue
        particular = knowledge.conditions.specific(problem.codes, problem.name)
        for concept in (problem.concept, particular):
            if concept:
                for known in knowledge.conditions.above(concept):
                    found.setdefault(known, problem)
    return found
