"""Finding gaps: which of the things a plan needs does this record lack, or hold only an old one of?"""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from careloom.care.record import Gap, PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.days import months_before
from careloom.knowledge.facts import Facts
from careloom.knowledge.gaps import GapRule
from careloom.knowledge.match import Match
from careloom.knowledge.when import Term


def missing(record: PatientRecord, knowledge: Knowledge, known: Facts | None = None) -> tuple[Gap, ...]:
    """The gaps of a record as of its date, in the order of gaps.toml. Pure; reads no `record.gaps`.

    `record` holds entries, problems, medications, allergies, needs and demographics already. A gap's
    `entries` are the Patient entry, what makes the thing needed and, where there is one, the last of it; its
    `since` is the ISO date of the last, None where there never was one; `why` says so in one sentence. `known` are the facts
    of that very record, where somebody has them already.
    """
    facts = known or Facts(replace(record, gaps=()), knowledge)
    return tuple(gap for rule in knowledge.gaps.all if (gap := _gap(rule, facts)))


def _gap(rule: GapRule, facts: Facts) -> Gap | None:
    if any(facts.matches(term) for term in rule.unless):
        return None
    needed = _needed(rule, facts)
    if needed is None:
        return None
    found = [match for term in rule.look_for for match in facts.matches(term)]
    if rule.within_months is None and found:
        return None
    # A line with a time of its own ("seen: colonoscopy within 120 months") found nothing; the last is told all the same.
    dated = [(day, match.entries) for match in _found(rule, facts) if (day := _day(match)) is not None]
    months = min([rule.within_months or 0, *_sooner(rule, facts)]) or rule.within_months
    last = max(dated, default=None)
    if months is not None and last and last[0] >= months_before(facts.record.as_of, months):
        return None
    cited = [*facts.patient[:1], *needed, *(last[1] if last else ())]
    return Gap(
        kind=rule.kind,
        about=rule.about,
        label=rule.label,
        why=_why(rule, last[0] if last else None, months),
        since=last[0].isoformat() if last else None,
        entries=tuple(dict.fromkeys(cited)),
    )


def filled(rule: GapRule | None, facts: Facts) -> Match | None:
    """What shows that a needed thing is there: the newest of it; None where it isn't needed, or is a gap."""
    if rule is None or any(facts.matches(term) for term in rule.unless) or _needed(rule, facts) is None:
        return None
    if _gap(rule, facts) is not None:
        return None
    dated = [(day, place, match) for place, match in enumerate(_found(rule, facts)) if (day := _day(match))]
    return max(dated, key=lambda one: (one[0], -one[1]))[2] if dated else None


def _found(rule: GapRule, facts: Facts) -> list[Match]:
    """What shows the thing, at whatever distance."""
    return [match for term in _ever(rule.look_for) for match in facts.matches(term)]


@lru_cache(maxsize=1024)
def _ever(look_for: tuple[Term, ...]) -> tuple[Term, ...]:
    """The same lines without their times: of a rule that is asked of every record."""
    return tuple(replace(term, months=None, days=None) for term in look_for)


def _needed(rule: GapRule, facts: Facts) -> list[str] | None:
    """The entries that make it needed; None where it is not."""
    for group in rule.needed:
        answers = [(term, facts.matches(term)) for term in group]
        if all(bool(matches) != term.no for term, matches in answers):
            return [
                entry
                for term, matches in answers
                if not term.no
                for match in matches[:2]
                for entry in match.entries[:1]
            ]
    return None


def _sooner(rule: GapRule, facts: Facts) -> list[int]:
    return [
        one.within_months
        for one in rule.sooner
        if all(bool(facts.matches(term)) != term.no for term in one.when)
    ]


def _day(match: Match) -> date | None:
    said = next((said for slot, said in match.slots.items() if slot.endswith(".date") and said), None)
    return date.fromisoformat(said) if said else None


def _why(rule: GapRule, last: date | None, months: int | None) -> str:
    if last is None:
        return f"No {rule.label} is recorded."
    every = f"it is needed every {months} months" if months else "it is too long ago"
    return f"The last {rule.label} is from {last.isoformat()}; {every}."
