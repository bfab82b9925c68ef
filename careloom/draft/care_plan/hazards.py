"""Hazards that the record itself holds: drugs that harm together, with a disease, a kidney, or an allergy."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.document import Activity, Statement
from careloom.care.entry import Entry
from careloom.care.record import Medication
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.medicines import named
from careloom.draft.care_plan.naming import closed
from careloom.draft.care_plan.naming import named as problem_named
from careloom.draft.care_plan.problems import key
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, happened, listed, value
from careloom.knowledge.drugs import Ingredient, is_local
from careloom.knowledge.labs import number
from careloom.text.naming import inside

_SECTION = "medication_management"
_FRESH_DAYS = 730


@dataclass(frozen=True, slots=True)
class _Taken:
    """A current drug and one of its ingredients."""

    drug: Medication
    ingredient: Ingredient


def hazards(pen: Pen) -> Iterator[Statement]:
    """One concern and one activity for each hazard of high severity; the rest is the check's."""
    taken = list(_taken(pen))
    yield from _with_allergies(taken, pen)
    yield from _with_problems(taken, pen)
    yield from _with_values(taken, pen)
    yield from _with_each_other(taken, pen)


def _taken(pen: Pen) -> Iterator[_Taken]:
    for drug in pen.record.medications:
        is_taken = drug.current and drug.state != "on_hold"
        for name in drug.ingredients if is_taken and named(drug) else ():
            known = pen.knowledge.drugs.named(name)
            if known and not _is_local(drug, pen):
                yield _Taken(drug, known)


def _with_each_other(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    """One line for each drug that harms together with others, the most entangled first; each pair once."""
    for name, others in _entangled(_pairs(taken, pen)):
        cited = [entry for one in (name, *others) for entry in _drug(one, pen).entries[:2]]
        named_others = listed(named(_drug(other, pen)) for other in others)
        slots = {"one": named(_drug(name, pen)), "other": named_others}
        yield _concern(pen, "together", slots, cited, [name, *others])
        yield _activity(pen, "review_pair", "pharmacist", slots, cited, [name, *others])


def _pairs(taken: Sequence[_Taken], pen: Pen) -> list[tuple[str, str]]:
    by_name = {one.ingredient.name: one.drug.name for one in taken}
    pairs = []
    for hit in pen.knowledge.interactions.among([one.ingredient for one in taken]):
        drugs = sorted({by_name[drug.name] for drug in hit.drugs})
        if hit.interaction.severity == "high" and len(drugs) == 2:
            pairs.append((drugs[0], drugs[1]))
    return list(dict.fromkeys(pairs))


def _entangled(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    while pairs:
        counted = Counter(name for pair in pairs for name in pair)
        most = min(counted, key=lambda name: (-counted[name], name))
        others = [a if b == most else b for a, b in pairs if most in (a, b)]
        yield most, others[:4]
        pairs = [pair for pair in pairs if most not in pair]


def _with_problems(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    """One line for each set of drugs that harms somebody with a problem; the worst set of a problem first."""
    above = pen.knowledge.conditions.above
    active = {one.concept: one for one in pen.record.problems if one.status == "active" and one.concept}
    kinds = {up for concept in active for up in above(concept)}
    by_name = {one.ingredient.name: one.drug for one in taken}
    for hit in pen.knowledge.interactions.with_conditions([one.ingredient for one in taken], kinds):
        concerned = (active[one] for one in active if hit.interaction.conditions.intersection(above(one)))
        problem = next(concerned, None)
        if hit.interaction.severity != "high" or problem is None or not problem_named(problem, pen):
            continue
        drugs = list(dict.fromkeys(by_name[drug.name].name for drug in hit.drugs))
        name, other = listed(named(_drug(one, pen)) for one in drugs), inside(problem_named(problem, pen))
        slots = {"name": name, "problem": closed(other), "other": other}
        cited = [entry for one in drugs for entry in _drug(one, pen).entries[:2]] + [*problem.entries[:2]]
        yield _concern(pen, "with_problem", slots, cited, [*drugs, key(problem)])
        yield _activity(pen, "review_drug", "physician", slots, cited, [*drugs, key(problem)])


def _with_values(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    active = {problem.concept for problem in pen.record.problems if problem.status == "active"}
    for one in taken:
        for limit in pen.knowledge.renal.limits(one.ingredient):
            if limit.only_with and not limit.only_with & active:
                continue
            entry = _newest(limit.measure, pen)
            found = number(entry.value) if entry else None
            if entry is None or found is None or limit.severity != "high" or not limit.passed(float(found)):
                continue
            lab = pen.knowledge.labs.get(limit.measure)
            slots = {
                "name": named(one.drug),
                "label": lab.label if lab else bare(entry.name),
                "value": value(entry, pen.knowledge.labs),
                "day": happened(entry),
                "other": lab.label if lab else bare(entry.name),
            }
            cited = [*one.drug.entries[:3], entry.id]
            yield _concern(pen, "with_value", slots, cited, [one.drug.name, limit.measure])
            yield _activity(pen, "review_drug", "physician", slots, cited, [one.drug.name, limit.measure])
            break


def _with_allergies(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    for allergy in pen.record.allergies:
        if allergy.status != "active":
            continue
        for one in taken:
            same = one.ingredient.name in allergy.ingredients
            cross = [pen.knowledge.drugs.cross_reaction(kind, one.ingredient) for kind in allergy.classes]
            if not same and not any(found and found.severity == "high" for found in cross):
                continue
            cited = [*one.drug.entries[:3], *allergy.entries[:3]]
            slots = {"name": named(one.drug), "substance": inside(bare(allergy.substance))}
            about = [one.drug.name, allergy.substance]
            kind = "intolerance" if allergy.kind == "intolerance" else "allergy"
            yield _concern(pen, f"with_{kind}", slots, cited, about)
            yield _activity(pen, f"review_{kind}", "physician", slots, cited, about)


_OF_ALLERGIES = ("with_allergy", "with_intolerance", "review_allergy", "review_intolerance")


def _concern(pen: Pen, template: str, slots: dict[str, str], cited: list[str], about: list[str]) -> Statement:
    return pen.line(
        _SECTION,
        "concern",
        pen.say(f"medicine.{template}", which=_which(about, pen), **slots),
        cited,
        about=about[0],
        by=f"{template} {'/'.join(about)}",
        rank=ranks.ALLERGY_HAZARD if template in _OF_ALLERGIES else ranks.HAZARD,
    )


def _activity(
    pen: Pen, template: str, owner: str, slots: dict[str, str], cited: list[str], about: list[str]
) -> Statement:
    """What is done about it, on the day itself: a hazard of high severity doesn't wait for the next visit."""
    due = pen.record.as_of.isoformat()
    return pen.line(
        _SECTION,
        "activity",
        pen.say(f"medicine.{template}", due=due, **slots),
        cited,
        about=about[0],
        by=f"{template} {'/'.join(about)}",
        rank=(ranks.ALLERGY_HAZARD if template in _OF_ALLERGIES else ranks.HAZARD) + ranks.ANSWER,
        activity=Activity(owner, due, "medication"),
    )


def _which(about: Sequence[str], pen: Pen) -> str:
    """What is on no list is called filled, never current."""
    drugs = [one for one in pen.record.medications if one.name in about]
    return "Filled" if any(one.state == "filled_not_listed" for one in drugs) else "Current"


def _is_local(drug: Medication, pen: Pen) -> bool:
    """Whether it acts where it is put (cream, drops, inhaler) as far as its sources say."""
    names = [pen.record.by_id[one].name for one in drug.entries if one in pen.record.by_id]
    return bool(names) and all(is_local(name) for name in names)


def _drug(name: str, pen: Pen) -> Medication:
    return next(one for one in pen.record.medications if one.name == name)


def _newest(measure: str, pen: Pen) -> Entry | None:
    """The newest usable value of a measurement, no older than two years; None where there is none."""
    for entry in reversed(pen.record.entries):
        lab = pen.knowledge.labs.find(entry.codes, entry.text) if entry.kind == "Observation" else None
        if lab is None or lab.concept != measure or entry.subject != "patient" or entry.happened is None:
            continue
        if lab.plausible(entry.value, entry.unit) and not entry.negated:
            fresh = (pen.record.as_of - entry.happened.day).days <= _FRESH_DAYS
            return entry if fresh else None
    return None
