"""What a record's drugs do to this person: with each other, with problems, age and results, by cause, each cause told once.

Source   the tables of knowledge/drug_safety, each row with its source, section and year, which every finding repeats
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from careloom.care.document import Finding, Severity
from careloom.care.record import PatientRecord, Problem
from careloom.check.amounts import daily, days_supplied, of_strength
from careloom.check.met_words import met_words
from careloom.check.taken import Taken, entries_of, listed, taken
from careloom.knowledge import Knowledge
from careloom.knowledge.circumstances import Circumstance
from careloom.knowledge.dosing import daily_mg_at_most
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.facts import Facts
from careloom.knowledge.interactions import DUPLICATE, EACH_ALONE, Hit, Interaction, besides, disagreement
from careloom.knowledge.match import Match
from careloom.knowledge.own_labels import citing, own
from careloom.knowledge.when import Term

# What a finding is told as.
INTERACTION, CIRCUMSTANCE = "interaction", "circumstance"
# What the table says of a whole enzyme's drugs.
_SEE_LABEL = "See the label for the dose."
_RANK = {"high": 0, "moderate": 1, "low": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """One harm: its heading, the drugs and what else is in it by name, and the entries that it rests on.

    `kind` is what the finding is told as where it leads: INTERACTION or CIRCUMSTANCE. `beside` are those of `names` that
    are no drug of a circumstance. `sum` marks a burden, which takes up what its drugs do in pairs. `differ` says how lists
    that rate the pair differ, `too` what the same pair does by other causes, each with what to do, `interrupts` whether its row is one
    that stops whoever orders (docs/interactions.md), `row` the id of its circumstance.
    """

    kind: str
    cause: str
    severity: str
    heading: str
    names: tuple[str, ...]
    entries: tuple[str, ...]
    why: str
    action: str
    source: str
    beside: tuple[str, ...] = ()
    sum: bool = False
    differ: str = ""
    too: tuple[tuple[str, str], ...] = ()
    interrupts: bool = False
    row: str = ""


class Person:
    """A person's swallowed drugs and active problems by concept, beside the facts of her record."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.record, self.knowledge = facts.record, facts.knowledge
        self.drugs = tuple(one for one in taken(self.record, self.knowledge) if not one.local)
        self.problems = _concepts(self.record, self.knowledge)

    def harms(self) -> list[Harm]:
        """Every harm of the current drugs that is worth telling."""
        return [*_pairs(self), *_sets(self), *_burdens(self), *_circumstances(self)]

    def harms_of_new(self, drug: Ingredient) -> list[Harm]:
        """What a recommended drug would do to this person, with the current drugs and alone."""
        found = []
        for one in self.drugs:
            if one.drug.name != drug.name and not one.drug.classes >= drug.classes:
                every = self.citing(self.knowledge.interactions.every_between(drug, one.drug), drug, one.drug)
                if every:
                    found.append(_of_pair(every, every, (drug.name, one.drug.name), entries_of(one)))
        hits = self.knowledge.interactions.with_conditions([drug], self.problems)
        found += [_of_hit(hit, (), self) for hit in hits]
        if all(one.drug.name != drug.name for one in self.drugs):
            found += _circumstances_of_new(self, drug)
        return found

    def citing(self, every: Iterable[Interaction], *drugs: Ingredient) -> list[Interaction]:
        """The interactions, each with the sources that are about these drugs."""
        return [citing(one, drugs, self.knowledge.drugs) for one in every]


def causes(found: Iterable[Harm]) -> list[list[Harm]]:
    """The harms of each cause together, worst first; of a cause of EACH_ALONE those of each drug. Low interactions aren't told."""
    by_name: dict[tuple[str, ...], list[Harm]] = {}
    for one in found:
        if one.severity != "low" or one.kind == CIRCUMSTANCE:
            apart = (one.names[0],) if one.cause in EACH_ALONE else ()
            by_name.setdefault((one.cause, *apart), []).append(one)
    for together in by_name.values():
        together.sort(key=lambda one: (_RANK[one.severity], one.kind != INTERACTION, -len(one.names)))
    return list(by_name.values())


def leading(together: Sequence[Harm]) -> Harm:
    """Which of a cause's harms leads what is told of it: its sum, else the worst."""
    return next((one for one in together if one.sum), together[0])


def as_finding(together: Sequence[Harm], opening: str = "") -> Finding:
    """The finding of one cause, worst harm first (`causes`)."""
    lead = leading(together)
    worst, rest = together[0], [one for one in together if one is not lead]
    message = f"{opening}{_said(lead)}"
    if lead.sum:
        rest = [one for one in rest if not set(one.names) <= set(lead.names)]
        if _RANK[worst.severity] < _RANK[lead.severity]:
            message = f"{message} Worst: {_said(worst)}"
            rest = [one for one in rest if one is not worst]
    also = f" Also: {'; '.join(others)}." if (others := _others(lead, rest)) else ""
    differ = "".join(f" {one.heading}: {one.differ}" for one in rest if one.differ)
    entries = tuple(dict.fromkeys(entry for one in (lead, *together) for entry in one.entries))
    too = "".join(_too(together, lead.cause))
    return Finding(lead.kind, Severity(worst.severity), f"{message}{also}{differ}{too}", entries)


def _too(together: Sequence[Harm], cause: str) -> Iterator[str]:
    """What pairs of a finding do by other causes, each thing once with all the pairs that do it."""
    pairs: dict[str, dict[str, None]] = {}
    for one in together:
        for other, words in one.too:
            if other != cause:
                pairs.setdefault(words, {})[one.heading] = None
    yield from (f" Besides, {'; '.join(headings)}: {words}" for words, headings in pairs.items())


def _others(lead: Harm, rest: Sequence[Harm]) -> tuple[str, ...]:
    """The harms beside the leading one by name; drugs that meet the very same circumstance stand together."""
    alike = [one for one in rest if one.kind == lead.kind == CIRCUMSTANCE and one.beside == lead.beside]
    drugs = dict.fromkeys(name for one in alike for name in one.names if name not in lead.names)
    told = [listed(list(drugs))] if drugs else []
    for one in rest:
        if one not in alike:
            told.append(one.heading if one.kind == CIRCUMSTANCE else listed(one.names))
    # Two products of one drug meet the other drug twice.
    return tuple(one for one in dict.fromkeys(told) if one != listed(lead.names))


def _said(one: Harm) -> str:
    return f"{one.heading}: {one.why}. {one.action} ({one.source}){f' {one.differ}' if one.differ else ''}"


# ---- drugs with drugs ---------------------------------------------------------------------------------


def _pairs(person: Person) -> Iterator[Harm]:
    drugs = person.drugs
    for place, other_place, every in person.knowledge.interactions.pairs([one.drug for one in drugs]):
        one, other = drugs[place], drugs[other_place]
        if one.medication is other.medication or _left_to_duplicates(every):
            continue
        outside = _outside_label(every, one, other)
        if outside:
            outside = person.citing(outside, one.drug, other.drug)
            yield _of_pair(outside, every, (one.drug.name, other.drug.name), entries_of(one, other))


def _of_pair(
    told: Sequence[Interaction],
    every: Sequence[Interaction],
    names: tuple[str, str],
    entries: tuple[str, ...],
) -> Harm:
    """A pair as the first of `told` tells it, with what the others do beside it.

    A pack's row without a cause is told with what our list has of the pair, else alone.
    """
    found = told[0]
    harm = _of_interaction(found, names, entries)
    cause = next((one.cause for one in (found, *every) if one.cause), " with ".join(sorted(names)))
    too = tuple((one.cause, _what(one)) for one in besides(told) if one.cause != cause)
    stops = any(one.interrupts for one in told)
    return replace(harm, cause=cause, differ=disagreement(every), too=too, interrupts=stops)


def _what(found: Interaction) -> str:
    """What an interaction does, what to do about it and who says so."""
    return f"{found.why}. {_action(found)} ({found.source})"


def _action(found: Interaction) -> str:
    return f"{found.action} {found.context}" if found.context else found.action


def _of_interaction(found: Interaction, names: tuple[str, ...], entries: tuple[str, ...]) -> Harm:
    return Harm(
        kind=INTERACTION,
        cause=found.cause,
        severity=found.severity,
        heading=" with ".join((names[0], listed(names[1:]))),
        names=names,
        entries=entries,
        why=found.why,
        action=_action(found),
        source=found.source,
        interrupts=found.interrupts,
    )


def _left_to_duplicates(every: Sequence[Interaction]) -> bool:
    """Whether the pair is two of a kind and does nothing worse, by its interactions, worst first."""
    return any(found.cause == DUPLICATE and found.severity == every[0].severity for found in every)


def _outside_label(every: Sequence[Interaction], one: Taken, other: Taken) -> list[Interaction]:
    """A pair's interactions that its label doesn't allow, worst first; where one is allowed, "see the label" has its answer."""
    left = [found for found in every if not _within_label(found, one, other)]
    allowed = len(left) < len(every)
    return [found for found in left if not allowed or found.action != _SEE_LABEL]


def _within_label(found: Interaction, *drugs: Taken) -> bool:
    """Whether the label allows the pair up to a daily amount, and every source states one within it, or filled no more."""
    for name, most in found.at_most:
        doses = next((one.medication.doses for one in drugs if one.drug.name == name), ())
        amounts = [daily_mg_at_most(words) for words, _ in doses]
        if amounts and all(amount is not None and amount <= Decimal(str(most)) for amount in amounts):
            return True
    return False


def _sets(person: Person) -> Iterator[Harm]:
    """Three drugs together, and drugs with a problem."""
    ingredients = [one.drug for one in person.drugs]
    hits = person.knowledge.interactions.sets(ingredients)
    for hit in (*hits, *person.knowledge.interactions.with_conditions(ingredients, person.problems)):
        yield _of_hit(hit, person.drugs, person)


def _of_hit(hit: Hit, drugs: Sequence[Taken], person: Person) -> Harm:
    problems, called = person.problems, person.knowledge.conditions.called
    names = tuple(dict.fromkeys(drug.name for drug in hit.drugs))
    entries = entries_of(*(one for one in drugs if one.drug.name in names))
    met = hit.interaction.conditions & set(problems)
    present = {called(concept, problems[concept].name): problems[concept] for concept in met}
    for name, problem in sorted(present.items()):
        names, entries = (*names, name), (*entries, *problem.entries)
    (found,) = person.citing([hit.interaction], *hit.drugs)
    return _of_interaction(found, names, tuple(dict.fromkeys(entries)))


def _burdens(person: Person) -> Iterator[Harm]:
    """What adds up over several drugs; what stands in one product was meant together and counts once."""
    for reached in person.knowledge.burdens.among([one.drug for one in person.drugs], person.facts.age):
        names = tuple(drug.name for drug in reached.drugs)
        adding = [one for one in person.drugs if one.drug.name in names]
        members = frozenset().union(*(some for _, some in reached.burden.points))
        if len({id(one.medication) for one in adding}) < reached.burden.drugs:
            continue
        yield Harm(
            kind=INTERACTION,
            cause=reached.burden.cause,
            severity=reached.burden.severity,
            heading=f"{listed(names)} together",
            names=names,
            entries=entries_of(*adding),
            why=reached.burden.why,
            action=reached.burden.action,
            source=own(reached.burden.source, reached.drugs, members, person.knowledge.drugs),
            sum=True,
        )


# ---- drugs with the person ----------------------------------------------------------------------------


def _circumstances(person: Person) -> Iterator[Harm]:
    """Each circumstance once, with all the drugs that it is about."""
    concerned: dict[str, tuple[Circumstance, list[Taken]]] = {}
    for one in person.drugs:
        for found in person.knowledge.circumstances.about(one.drug):
            if _much(found, one, person):
                concerned.setdefault(found.id, (found, []))[1].append(one)
    for found, about in concerned.values():
        met = _met(found, person.facts)
        if met is not None:
            yield _of_circumstance(found, about, met, person)


def _circumstances_of_new(person: Person, drug: Ingredient) -> Iterator[Harm]:
    for found in person.knowledge.circumstances.about(drug):
        # How much and which product is meant stands in no recommendation.
        told = found.above is None and found.beyond is None and not found.strengths
        met = _met(found, person.facts) if told else None
        if met is not None:
            yield _harm(_citing(found, [drug], person), {drug.name: drug.name}, met, person)


def _citing(found: Circumstance, drugs: Sequence[Ingredient], person: Person) -> Circumstance:
    """The circumstance with the sources that are about these drugs."""
    return replace(found, source=own(found.source, drugs, found.drugs, person.knowledge.drugs))


def _much(found: Circumstance, one: Taken, person: Person) -> bool:
    """Whether the product and the amount are of those that the circumstance means."""
    if found.strengths and not of_strength(one, found.strengths, person.record):
        return False
    if found.beyond is not None and days_supplied(one.drug, person.drugs, person.record) <= found.beyond:
        return False
    return found.above is None or daily(one.drug, person.drugs, person.record) > found.above


def _met(found: Circumstance, facts: Facts) -> list[tuple[Term, Match]] | None:
    """What makes the circumstance hold, line by line; None where it doesn't."""
    if any(facts.matches(term) for term in found.unless):
        return None
    met = []
    for term in found.when:
        matches = facts.held(term)
        if bool(matches) == term.no:
            return None
        met += [(term, match) for match in matches or (Match(),)]
    return met


def _of_circumstance(
    found: Circumstance, about: Sequence[Taken], met: Sequence[tuple[Term, Match]], person: Person
) -> Harm:
    every = {one.drug.name: one.drug for one in about}
    said = {name: name for name in every}
    if found.above is not None:
        amounts = {name: daily(drug, person.drugs, person.record) for name, drug in every.items()}
        said = {name: f"{name} {amount.normalize():f} mg a day" for name, amount in amounts.items()}
    citing = _citing(found, list(every.values()), person)
    return _harm(citing, said, met, person, entries_of(*about))


def _harm(
    found: Circumstance,
    drugs: Mapping[str, str],
    met: Sequence[tuple[Term, Match]],
    person: Person,
    entries: tuple[str, ...] = (),
) -> Harm:
    """The harm of a circumstance; `drugs` are what is said of each by its name."""
    beside = met_words(met, person.knowledge.labs)
    age = next((f" at age {match.slots['age']}" for term, match in met if term.kind == "age"), "")
    action = f"{found.action} {found.context}" if found.context else found.action
    return Harm(
        kind=CIRCUMSTANCE,
        cause=found.cause,
        severity=found.severity,
        heading=f"{listed(list(drugs.values()))}{f' with {listed(beside)}' if beside else ''}{age}",
        names=(*drugs, *beside),
        entries=tuple(dict.fromkeys((*entries, *_cited(met)))),
        why=found.why,
        action=action,
        source=found.source,
        beside=beside,
        row=found.id,
    )


def _cited(met: Sequence[tuple[Term, Match]]) -> Iterator[str]:
    """The entries of met lines; an age stands in no entry of its own where the sender told none."""
    return (entry for term, match in met if term.kind not in ("age", "person") for entry in match.entries)


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
