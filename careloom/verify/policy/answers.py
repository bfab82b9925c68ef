"""Answers: what the record has for one thing that a criterion asks for.

Takes    an ask, and the record's facts
Gives    met, not met, not documented or a person must judge, with sentences about the entries that show it
Never    takes the absence of an entry for a no, a trial for a failure, or one side of a dispute for the truth
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from careloom.care.entry import ICD10, Entry
from careloom.care.record import ConflictKind, Problem
from careloom.knowledge.conditions import bare
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import Lab, holds
from careloom.knowledge.measured import Measured, satisfies
from careloom.text.digits import rounded
from careloom.text.naming import inside
from careloom.text.orders import speaks_to_software
from careloom.text.plural import was
from careloom.verify.plainly import Said
from careloom.verify.policy.asks import Ask, Asked
from careloom.verify.policy.trials import Trial, trial_of


class Answered(StrEnum):
    """What the record says to a criterion."""

    MET = "met"
    NOT_MET = "not met"
    NOT_DOCUMENTED = "not documented"
    JUDGE = "a person must judge"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the record has for a criterion; `needs` is what would show it, "" where nothing more is needed."""

    answered: Answered
    says: tuple[Said, ...] = ()
    needs: str = ""


# Where sources disagree on these, what one of them says shows nothing.
_DISPUTES: frozenset[ConflictKind] = frozenset(
    {
        "problem_status",
        "diagnosis",
        "results_differ",
        "measured_apart",
        "implausible_value",
        "unknown_unit",
        "unit_unlike_code",
        "allergy_list",
        "software_alone",
        "note_of_another",
        "medication_status",
    }
)
_ALL_FIRST = (Answered.NOT_MET, Answered.NOT_DOCUMENTED, Answered.JUDGE, Answered.MET)
_ANY_FIRST = (Answered.MET, Answered.JUDGE, Answered.NOT_DOCUMENTED, Answered.NOT_MET)
_OVER = frozenset({"cancelled", "noshow", "entered-in-error", "planned", "booked", "proposed"})
NOT_SO = "a clinician's word that it is not so"


def answer(asked: Asked, facts: Facts, service: Sequence[str] = ()) -> Answer:
    """What the record has for a criterion; `service` are the ingredients of what is asked for, which are no other drug."""
    found = [_undisputed(_each(one, facts, service), facts) for one in asked.parts]
    if not asked.understood:
        says = tuple(dict.fromkeys(said for one in found for said in one.says))
        return Answer(Answered.JUDGE, says)
    return together(found, every=asked.every)


def together(found: Sequence[Answer], *, every: bool) -> Answer:
    """One answer of several: of all that are needed the worst, of alternatives the best."""
    order = _ALL_FIRST if every else _ANY_FIRST
    best = min((one.answered for one in found), key=order.index)
    told = [one for one in found if every or best is not Answered.MET or one.answered is best]
    needs = next((one.needs for one in found if one.answered is best), "")
    return Answer(best, tuple(dict.fromkeys(said for one in told for said in one.says)), needs)


def _each(ask: Ask, facts: Facts, service: Sequence[str]) -> Answer:
    """One answer for all names of an ask."""
    if ask.kind == "taken":
        return together([_taken(name, ask, facts, service) for name in ask.names], every=ask.every or ask.no)
    if ask.kind == "tried":
        return together([_tried(name, ask, facts) for name in ask.names], every=ask.every)
    if ask.kind == "problem":
        return _problems(ask, facts)
    return _ALONE[ask.kind](ask, facts)


def _undisputed(found: Answer, facts: Facts) -> Answer:
    """An answer that rests on what sources dispute is a person's to give."""
    cited = {entry for said in found.says for entry in said.entries}
    disputed = any(
        one.kind in _DISPUTES and cited.intersection(one.entries) for one in facts.record.conflicts
    )
    if disputed and found.answered in (Answered.MET, Answered.NOT_MET):
        return Answer(Answered.JUDGE, found.says, "a word on where sources differ")
    return found


def _age(ask: Ask, facts: Facts) -> Answer:
    if facts.age is None:
        return Answer(Answered.NOT_DOCUMENTED, needs="a birth date")
    is_so = all(holds(Decimal(facts.age), sign, limit) for sign, limit in ask.limits)
    # Of an infant, and by whatever day it is, the birth date says more.
    born = f"The patient was born on {facts.record.demographics.birth_date}."
    said = Said(f"The patient is {facts.age} years old." if facts.age > 1 else born, facts.patient[:1])
    return Answer(Answered.MET if is_so else Answered.NOT_MET, (said,))


def _result(ask: Ask, facts: Facts) -> Answer:
    lab = facts.knowledge.labs.by_concept[ask.names[0]]
    values = facts.labs.get(lab.concept, [])
    since = facts.record.as_of - timedelta(days=ask.within) if ask.within is not None else None
    recent = [one for one in values if since is None or one.day >= since]
    needs = f"a result of {lab.label}" + (f" from {since.isoformat()} on" if since else "")
    if not recent:
        return Answer(Answered.NOT_DOCUMENTED, tuple(_value(one, facts) for one in values[:1]), needs)
    newest = [one for one in recent if one.day == recent[0].day]
    if not ask.limits:
        return Answer(Answered.MET, (_value(newest[0], facts),))
    fits = [_fits(one, ask, lab) for one in newest]
    if all(fit is True for fit in fits):
        return Answer(Answered.MET, (_value(newest[0], facts),))
    earlier = next((one for one in recent if one not in newest and _fits(one, ask, lab)), None)
    shown = tuple(_value(one, facts) for one in (*newest, *([earlier] if earlier else [])))
    # Two values of one day that differ, a value that the limit cuts, or an older one that was on the other side.
    if earlier or any(fit is not False for fit in fits):
        return Answer(Answered.JUDGE, shown)
    return Answer(Answered.NOT_MET, shown[:1])


def _fits(one: Measured, ask: Ask, lab: Lab) -> bool | None:
    """Whether a value surely is within the limits, surely isn't, or can't be told ("<60" against 45)."""
    limits = [(sign, lab.canonical(str(limit), ask.unit or lab.unit)) for sign, limit in ask.limits]
    if any(limit is None for _, limit in limits):
        return None
    if all(satisfies(one, sign, limit) for sign, limit in limits if limit is not None):
        return True
    return None if one.comparator else False


def _value(one: Measured, facts: Facts) -> Said:
    unit = facts.knowledge.labs.plain(one.unit) if one.unit and not one.unit.startswith("{") else ""
    label = one.lab.label if one.lab.label[1:2].isupper() else one.lab.label[:1].upper() + one.lab.label[1:]
    text = " ".join(f"{label} {was(label)} {one.comparator}{one.value} {unit}".split())
    return Said(rounded(f"{text} on {one.day.isoformat()}."), (one.entry,))


def _problems(ask: Ask, facts: Facts) -> Answer:
    found = [_problem(name, ask, facts) for name in ask.names]
    coded = [one for one in facts.record.problems if one.status == "active" and _is_coded(one, ask.codes)]
    if coded and not any(one.answered is Answered.MET for one in found):
        found = [Answer(Answered.MET, tuple(_recorded(one, facts) for one in coded[:2]))]
    if not found:
        found = [Answer(Answered.NOT_DOCUMENTED, needs="a recorded diagnosis")]
    one = together(found, every=ask.every)
    if not ask.no:
        return one
    if one.answered is Answered.MET:
        return Answer(Answered.NOT_MET, one.says)
    return Answer(Answered.NOT_DOCUMENTED, one.says, NOT_SO)


def _problem(name: str, ask: Ask, facts: Facts) -> Answer:
    # "Prior stroke" is a concept of its own.
    active = [*facts.problems.get(name, []), *(facts.problems.get(f"prior_{name}", []) if ask.past else [])]
    over = [
        one
        for one in facts.record.problems
        if one.status == "resolved" and one.concept and facts.knowledge.conditions.is_a(one.concept, name)
    ]
    if active or (over and ask.past):
        kept = [word for concept, word in ask.kept if concept == name]
        fits = [one for one in (active or over) if _has(one, kept, facts)]
        says = tuple(_recorded(one, facts) for one in (fits or active or over)[:2])
        # "Metastatic" is more than any record of the disease says.
        return Answer(Answered.MET if fits else Answered.JUDGE, says)
    shown = tuple(_recorded(one, facts) for one in over[:1])
    return Answer(Answered.NOT_DOCUMENTED, shown, "a recorded diagnosis")


def _has(problem: Problem, words: Sequence[str], facts: Facts) -> bool:
    """Whether the names that its sources give a problem have all these words."""
    entries = [facts.record.by_id[one] for one in problem.entries if one in facts.record.by_id]
    named = " ".join(
        [problem.name, *(one.name for one in entries), *(code.display or "" for code in problem.codes)]
    )
    return set(words) <= set(re.findall(r"\w+", named.lower()))


def _is_coded(problem: Problem, prefixes: Iterable[str]) -> bool:
    codes = [code.code.replace(".", "").upper() for code in problem.codes if code.system == ICD10]
    return any(code.startswith(prefix.upper()) for code in codes for prefix in prefixes)


def _recorded(problem: Problem, facts: Facts) -> Said:
    """A problem with the first day on which a source has it under the name that is told."""
    entries = [facts.record.by_id[one] for one in problem.entries if one in facts.record.by_id]
    named = [one for one in entries if one.kind == "Condition" and not one.negated] or entries
    entry = next((one for one in named if one.happened and one.name == problem.name), named[0])
    name = " ".join(bare(entry.name).split())
    if speaks_to_software(name) or entry.kind != "Condition":
        name = facts.knowledge.conditions.label(problem.concept) if problem.concept else "a problem"
    if problem.status == "resolved":
        return Said(f"A resolved problem is {inside(name)}.", (entry.id,))
    day = _day(entry)
    return Said(f"Active since {day}: {inside(name)}." if day else f"Active is {inside(name)}.", (entry.id,))


def _day(entry: Entry) -> str:
    """A day no more precise than its source, "" where there is none."""
    when = entry.happened
    if when is None:
        return ""
    return when.text if len(when.text) in (4, 7) and when.text[:4].isdigit() else when.day.isoformat()


def _tried(name: str, ask: Ask, facts: Facts) -> Answer:
    wants = ask.ways & {"intolerance", "contraindication"}
    harmed = [(kind, said) for kind, said in _allergies(name, facts) if wants]
    if harmed:
        # What is only not borne well is no contraindication.
        fits = "intolerance" in wants or any(kind == "allergy" for kind, _ in harmed)
        says = tuple(said for _, said in harmed)
        return Answer(Answered.MET if fits else Answered.JUDGE, says)
    # An order shows that somebody wanted a drug to be taken, never that it wasn't borne.
    trial = trial_of(name, facts, ask.lasting) if ask.ways & {"trial", "failure"} else None
    says = (Said(trial.text, trial.entries),) if trial else ()
    needs = "fills or notes that show it"
    if trial is None or (ask.lasting is not None and not _lasted(trial, ask.lasting)):
        return Answer(Answered.NOT_DOCUMENTED, says, needs)
    only_tried = not ask.ways & {"failure"} and trial.filled
    return (
        Answer(Answered.MET, says)
        if only_tried and "trial" in ask.ways
        else Answer(Answered.JUDGE, says, needs)
    )


def _lasted(trial: Trial, days: int) -> bool:
    return trial.days is None or trial.days >= days


def _allergies(name: str, facts: Facts) -> Iterator[tuple[str, Said]]:
    """The active allergies and intolerances to a drug or to one of a class, each with which of the two it is."""
    for one in facts.record.allergies:
        known = [facts.knowledge.drugs.named(drug) for drug in one.ingredients]
        names = {term for drug in known if drug for term in (drug.name, *drug.classes)}
        if one.status != "active" or name not in names or speaks_to_software(one.substance):
            continue
        entry = facts.record.by_id.get(one.entries[-1])
        kind = "intolerance" if one.kind == "intolerance" else "allergy"
        day = _day(entry) if entry else ""
        when = f" on {day}" if day else ""
        yield kind, Said(f"An {kind} to {inside(one.substance)} is recorded{when}.", one.entries[-2:])


def _taken(name: str, ask: Ask, facts: Facts, service: Sequence[str]) -> Answer:
    own = frozenset(service)
    current = [one for one in facts.drugs.get(name, []) if not (ask.no and own.intersection(one.ingredients))]
    says = tuple(
        Said(f"Current medications include {' and '.join(one.ingredients)}.", one.entries[:6])
        for one in current
    )
    if ask.no:
        if not says:
            return Answer(Answered.NOT_DOCUMENTED, needs=NOT_SO)
        unsure = all(one.state in ("on_hold", "prescribed_no_fill_seen") for one in current)
        return Answer(Answered.JUDGE if unsure else Answered.NOT_MET, says)
    if not says:
        return Answer(Answered.NOT_DOCUMENTED, needs="a current order or list")
    unsure = all(one.state in ("on_hold", "filled_not_listed", "prescribed_no_fill_seen") for one in current)
    return Answer(Answered.JUDGE if unsure else Answered.MET, says)


def _specialist(ask: Ask, facts: Facts) -> Answer:
    # "Urolog" is no part of "neurology".
    stems = re.compile("|".join(rf"\b{re.escape(stem)}" for stem in ask.names))
    seen = [one for one in _encounters(facts) if stems.search(one.name.lower())]
    if not seen:
        return Answer(Answered.NOT_DOCUMENTED, needs="the specialist's order or note")
    says = (_visit_of(seen[-1]),)
    # A visit shows a consultation; it doesn't show who prescribed.
    return Answer(
        Answered.MET if ask.consulted else Answered.JUDGE,
        says,
        "" if ask.consulted else "the specialist's order",
    )


def _encounters(facts: Facts) -> list[Entry]:
    return [
        one
        for one in facts.record.entries
        if one.kind == "Encounter"
        and one.subject == "patient"
        and not one.negated
        and one.status not in _OVER
        and one.happened
        and one.happened.day <= facts.record.as_of
    ]


def _visit_of(entry: Entry) -> Said:
    name = " ".join(bare(entry.name).split())
    named = entry.text or any(code.display for code in entry.codes)
    told = f"{name[:1].upper()}{name[1:]}" if named and not speaks_to_software(name) else "A visit"
    return Said(f"{told} is recorded on {_day(entry)}.", (entry.id,))


def _visit(ask: Ask, facts: Facts) -> Answer:
    since = facts.record.as_of - timedelta(days=ask.within or 0)
    if ask.names == ("note",):
        found = [
            one
            for one in facts.record.entries
            if one.kind == "DocumentReference" and one.subject == "patient" and one.happened
        ]
    else:
        found = _encounters(facts)
    recent = [one for one in found if one.happened and since <= one.happened.day <= facts.record.as_of]
    if not recent:
        return Answer(Answered.NOT_DOCUMENTED, needs=f"a {ask.names[0]} from {since.isoformat()} on")
    if ask.names == ("note",):
        return Answer(Answered.MET, (Said(f"A note is recorded on {_day(recent[-1])}.", (recent[-1].id,)),))
    return Answer(Answered.MET, (_visit_of(recent[-1]),))


_ALONE: dict[str, Callable[[Ask, Facts], Answer]] = {
    "age": _age,
    "result": _result,
    "specialist": _specialist,
    "visit": _visit,
}
