"""What of the protocols is done: rules that would ask for something, were it not in the record already.

Takes    a rule and the facts of a record
Gives    the entries by which it is done (a result, a visit, a vaccine, a drug), with the line of the rule that they answer
Never    calls done what nobody needs, or what an `unless` speaks against
"""

from collections.abc import Iterator
from dataclasses import dataclass

from careloom.knowledge.facts import Facts
from careloom.knowledge.match import Match
from careloom.knowledge.missing import filled
from careloom.knowledge.protocols import Rule
from careloom.knowledge.when import Term


@dataclass(frozen=True, slots=True)
class Met:
    """A rule, the line of it that is answered, and what answers it."""

    rule: Rule
    term: Term
    match: Match


def asks_for(term: Term, rule: Rule, facts: Facts) -> bool:
    """Whether a line of a `when` says that what the rule asks for is missing: a gap, a drug of a class that its sentence names, a
    result of so many months, something seen.

    That somebody was in no hospital, takes no drug of another class, or has no value beyond a limit, asks for nothing.
    """
    if term.kind == "gap" or not term.no:
        return term.kind == "gap"
    if term.kind == "lab":
        return term.limit is None and bool(term.months or term.days)
    if term.kind == "drug":
        drugs = facts.knowledge.drugs
        named = {kind for *_, kind in drugs.class_mentions(rule.text)}
        members = {drug.name for kind in named for drug in drugs.class_members(kind)}
        return bool({*term.names} & (named | members))
    return term.kind == "seen" and not any(
        facts.knowledge.sightings.by_name[name].ended for name in term.names
    )


def met(rule: Rule, facts: Facts) -> tuple[Met, ...]:
    """What is done of a rule that is for this person; nothing where any part of it is still open."""
    asked = [term for term in rule.when if asks_for(term, rule, facts)]
    if rule.kind != "activity" or not asked or any(facts.matches(term) for term in rule.unless):
        return ()
    if any(bool(facts.held(term)) == term.no for term in rule.when if term not in asked):
        return ()
    if any(bool(facts.held(term)) != term.no for term in asked):
        return ()
    return tuple(Met(rule, term, match) for term in asked for match in _done(term, facts))


def _done(term: Term, facts: Facts) -> Iterator[Match]:
    """What answers a line; a drug on hold answers none."""
    if term.kind == "gap":
        found = (filled(facts.knowledge.gaps.get(name), facts) for name in term.names)
        yield from (match for match in found if match is not None)
    else:
        yield from [match for match in facts.held(term) if not match.paused][:2]
