"""Running the protocols: what the guidelines suggest for one patient record, each with its citations.

Takes    a PatientRecord and the Knowledge
Gives    candidate concerns, goals and activities, the most important first; texts filled, citations real
Never    asks a model, changes the record, or gives a sentence with an empty slot or without a citation
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from careloom.care.document import Activity, GoalTarget, Guideline
from careloom.care.entry import LOINC
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.ends import ends
from careloom.knowledge.facts import Facts
from careloom.knowledge.match import Match
from careloom.knowledge.protocols import Rule
from careloom.knowledge.protocols.reading import SLOT, put_together
from careloom.knowledge.set_days import day_set
from careloom.knowledge.when import Term, read

# As many as a reader can look through.
MOST_CITED = 12
# What is due within so many days is due on the day itself where it is about a critical result of the days in which one pages (docs/urgent.md).
SOON = 7
# The last rank at which a rule tells of harm that may be happening now.
_HARM = 14
CRITICAL = read("result: critical within 3 days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A concern, goal or activity that a rule suggests for this patient.

    `rule` is the rule's id; `part` a section of the plan; `about` the problem concept or need domain;
    `citations` are ids of the record's entries, of more than `MOST_CITED` first one for each thing that the sentence names
    (`named` of them); `rank` is smaller for what matters more.
    """

    rule: str
    kind: str
    part: str
    about: str
    text: str
    citations: tuple[str, ...]
    guideline: Guideline
    goal: GoalTarget | None
    activity: Activity | None
    rank: int
    named: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A rule that is for this patient but for what speaks against it: `stops` are the lines of its `unless` that hold."""

    rule: Rule
    text: str
    stops: tuple[tuple[Term, Match], ...]


# Lines of an `unless` that are a reason to tell: an illness, an allergy, a short life. An age or a task that is done is none.
_REASONS = frozenset(
    {"problem", "history", "allergy", "drug", "score", "seen", "matter", "need", "trend", "lab"}
)


def withheld(record: PatientRecord, knowledge: Knowledge) -> tuple[Withheld, ...]:
    """The rules that hold for somebody and are stopped by a reason of the record, by rank and id."""
    facts = Facts(record, knowledge)
    found = []
    for rule in sorted(knowledge.protocols.all, key=lambda one: (one.rank, one.id)):
        stops = [(term, matches[0]) for term in rule.unless if (matches := facts.matches(term))]
        if not stops or any(term.kind not in _REASONS for term, _ in stops):
            continue
        bound = [(term, facts.held(term)) for term in rule.when]
        if any(bool(matches) == term.no for term, matches in bound):
            continue
        made = _candidate(rule, facts, [one for one in bound if not one[0].no])
        if made is not None:
            found.append(Withheld(rule=rule, text=made.text, stops=tuple(stops)))
    return tuple(found)


def candidates(record: PatientRecord, knowledge: Knowledge) -> tuple[Candidate, ...]:
    """What the protocols suggest as of the record's date, ordered by rank, then rule, then text.

    For a person who is recorded as deceased only rules that name it ("person: deceased") run.
    """
    facts = Facts(record, knowledge)
    gone = bool(record.demographics.deceased)
    rules = [rule for rule in knowledge.protocols.all if not gone or _names_death(rule)]
    found = list(chain.from_iterable(run(rule, facts) for rule in rules))
    return tuple(sorted(found, key=lambda one: (one.rank, one.rule, one.text, one.citations)))


def run(rule: Rule, facts: Facts) -> list[Candidate]:
    """The candidates of one rule: none, one, or one for each match of its `each` line."""
    if any(facts.matches(term) for term in rule.unless):
        return []
    held: list[tuple[Term, list[Match]]] = []
    for term in rule.when:
        matches = facts.held(term)
        if rule.goes_on and term.kind == "drug":
            matches = [match for match in matches if not ends(match, facts)]
        if bool(matches) == term.no:
            return []
        if not term.no:
            held.append((term, matches))
    spread = next((pair for pair in held if pair[0].each), None)
    choices = [[one] for one in spread[1]] if spread else [[]]
    found = []
    for choice in choices:
        bound = [(term, choice if spread and term is spread[0] else matches) for term, matches in held]
        if candidate := _candidate(rule, facts, bound):
            found.append(candidate)
    return found


def _names_death(rule: Rule) -> bool:
    return any(term.kind == "person" and "deceased" in term.names for term in rule.when)


def _candidate(rule: Rule, facts: Facts, bound: Sequence[tuple[Term, list[Match]]]) -> Candidate | None:
    as_of, days = facts.record.as_of, _days(rule, facts, bound)
    due = as_of + timedelta(days=days) if days is not None else None
    slots = {"as_of": as_of.isoformat()} | ({"due": due.isoformat()} if due else {})
    for _, matches in bound:
        slots |= _joined(matches)
    citations = _citations(rule, facts, bound)
    text, about = _filled(rule.text, slots), _filled(rule.about, slots)
    if not text or not citations or about is None:
        return None
    return Candidate(
        rule=rule.id,
        kind=rule.kind,
        part=rule.part,
        about=about,
        text=text,
        citations=citations,
        guideline=Guideline(rule.id, rule.cited_as, rule.says, _arithmetic(as_of, days, due)),
        goal=_goal(rule, facts.knowledge, due),
        activity=Activity(rule.owner, due.isoformat(), rule.category)
        if rule.kind == "activity" and due
        else None,
        rank=rule.rank,
        named=sum(len(matches) for _, matches in bound),
    )


def intervals(rule: Rule, facts: Facts, days: Iterable[date] = ()) -> frozenset[int]:
    """In how many days what a rule suggests for this patient may be due: the rule's own, and the day itself where a result that it is about
    is critical or a drug that harms is decided on; of a goal that a need's words set a day for, those until then, counted from each of `days`
    (else from the record's); none where it has no interval."""
    if rule.due_days is None:
        return frozenset()
    if may_be_today(rule):
        return frozenset((rule.due_days, 0))
    bound = [(term, facts.held(term)) for term in rule.when if not term.no]
    until = {_until(rule, facts, bound, day) for day in days or (facts.record.as_of,)}
    if rule.kind == "goal" and until != {None}:
        return frozenset(rule.due_days if one is None else one for one in until)
    return frozenset((rule.due_days, 0) if _is_critical(rule, facts, bound) else (rule.due_days,))


def may_be_today(rule: Rule) -> bool:
    """Whether a rule puts a drug that harms to the physician within days: then it may be asked of the day itself as well, where a high finding
    is about the same."""
    soon = rule.kind == "activity" and rule.due_days is not None and rule.due_days <= SOON
    return soon and rule.owner == "physician" and rule.rank <= _HARM


def of_the_day(guideline: Guideline, as_of: date) -> Guideline:
    """The guideline of a line that is asked of the day itself."""
    return replace(guideline, due=_arithmetic(as_of, 0, as_of))


def _days(rule: Rule, facts: Facts, bound: Sequence[tuple[Term, list[Match]]]) -> int | None:
    """In how many days what a rule suggests is due; what is to be done within days about a critical result is due on the day itself, as the
    result pages somebody now, and a goal of a need by the day that the need's own words set."""
    if _is_critical(rule, facts, bound):
        return 0
    return _until(rule, facts, bound, facts.record.as_of) or rule.due_days


def _until(rule: Rule, facts: Facts, bound: Iterable[tuple[Term, list[Match]]], as_of: date) -> int | None:
    """In how many days the day is that the words of a goal's needs set, where that is sooner than the rule's own; else None."""
    if rule.kind != "goal" or rule.target or rule.due_days is None:
        return None
    of_needs = [match for term, matches in bound if term.kind == "need" for match in matches]
    known = facts.record.by_id
    told = [known[one] for match in of_needs for one in match.entries if one in known]
    day = day_set(told, as_of)
    return (day - as_of).days if day and (day - as_of).days < rule.due_days else None


def _is_critical(rule: Rule, facts: Facts, bound: Iterable[tuple[Term, list[Match]]]) -> bool:
    if rule.kind != "activity" or rule.due_days is None or rule.due_days > SOON:
        return False
    critical = {entry for match in facts.matches(CRITICAL) for entry in match.entries}
    of_results = (match for term, matches in bound if term.kind == "lab" for match in matches)
    return any(critical.intersection(match.entries) for match in of_results)


def _joined(matches: Sequence[Match]) -> dict[str, str]:
    """Slots of all matches of a line: the same word once, different ones as "a, b and c"."""
    found: dict[str, list[str]] = {}
    for match in matches:
        for slot, said in match.slots.items():
            if said not in found.setdefault(slot, []):
                found[slot].append(said)
    return {slot: _listed(said) for slot, said in found.items()}


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2 or not all(words):
        return words[0] if words else ""
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _filled(text: str, slots: dict[str, str]) -> str | None:
    # A value may have no unit (an INR); anything else that is empty leaves no sentence.
    if any(
        not slots.get(slot) and not (slot == "result.unit" and slot in slots) for slot in SLOT.findall(text)
    ):
        return None
    filled = put_together(SLOT.split(text)[::2], [slots[slot] for slot in SLOT.findall(text)])
    filled = " ".join(filled.split())
    return filled[:1].upper() + filled[1:] if "{" in text[:1] and "." in text else filled


def _citations(rule: Rule, facts: Facts, bound: Sequence[tuple[Term, list[Match]]]) -> tuple[str, ...]:
    wanted = [matches for term, matches in bound if rule.cites_line(term)]
    known = facts.record.by_id
    every = [[entry for entry in match.entries if entry in known] for matches in wanted for match in matches]
    ids = [entry for entries in every for entry in entries]
    if len(ids) > MOST_CITED:
        # What the sentence names stands first, so that whoever cites only some of it leaves out nothing that is named.
        ids = [entries[0] for entries in every if entries] + ids
    return tuple(dict.fromkeys(known[entry].id for entry in ids))


def _arithmetic(as_of: date, days: int | None, due: date | None) -> str:
    return f"{as_of.isoformat()} + {days} days = {due.isoformat()}" if due else ""


def _goal(rule: Rule, knowledge: Knowledge, due: date | None) -> GoalTarget | None:
    target = rule.target
    lab = knowledge.labs.get(target.lab) if target else None
    if rule.kind != "goal" or target is None or lab is None or due is None:
        return None
    return GoalTarget(
        measure_system=LOINC,
        measure_code=lab.loinc[0],
        measure_display=lab.label,
        comparator=target.comparator,
        value=target.value,
        unit=target.unit,
        due=due.isoformat(),
    )
