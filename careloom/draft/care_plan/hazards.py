"""Hazards that the record itself holds: drugs that harm together, with a disease, a kidney, or an allergy."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.document import Statement
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
from careloom.knowledge.hazard_rules import activity_of, due_day, guideline_of, hazard_id
from careloom.knowledge.interactions import Hit
from careloom.knowledge.labs import number
from careloom.knowledge.protocols.reading import Rule
from careloom.text.naming import inside
from careloom.text.plural import was

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
    """One line for each drug that harms together with others by one row of the tables, the most entangled first; each pair once."""
    harming: dict[tuple[str, str], str] = {}
    for row, pairs in _pairs(taken, harming, pen).items():
        for name, others in _entangled(pairs):
            about = [name, *others]
            cited = [entry for one in about for entry in _drug(one, pen).entries[:2]]
            rule = _rule(row, [harming[row, one] for one in about], pen)
            named_others = listed(named(_drug(other, pen)) for other in others)
            slots = {"one": named(_drug(name, pen)), "other": named_others}
            yield from _lines(_Hazard("together", "review_pair", slots, cited, about, rule), pen)


def _pairs(
    taken: Sequence[_Taken], harming: dict[tuple[str, str], str], pen: Pen
) -> dict[str, list[tuple[str, str]]]:
    """The pairs that harm, by the row that says so; of a row for more drugs than two no pair.

    `harming` gets, by row and drug, which ingredient of a combination it is: sacubitril of sacubitril/valsartan with an ACE inhibitor.
    """
    by_name = {one.ingredient.name: one.drug.name for one in taken}
    rows: dict[str, list[tuple[str, str]]] = {}
    for hit in pen.knowledge.interactions.among([one.ingredient for one in taken]):
        drugs = sorted({by_name[drug.name] for drug in hit.drugs})
        if hit.interaction.severity == "high" and len(drugs) == 2:
            pairs = rows.setdefault(hit.interaction.id, [])
            harming |= {(hit.interaction.id, by_name[drug.name]): drug.name for drug in hit.drugs}
            if not any((drugs[0], drugs[1]) in told for told in rows.values()):
                pairs.append((drugs[0], drugs[1]))
    return rows


def _entangled(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    while pairs:
        counted = Counter(name for pair in pairs for name in pair)
        most = min(counted, key=lambda name: (-counted[name], name))
        others = [a if b == most else b for a, b in pairs if most in (a, b)]
        yield most, others[:4]
        pairs = [pair for pair in pairs if most not in pair]


def _with_problems(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    """One line for each set of drugs that harms somebody with a problem; the worst set of a problem first.

    Of a set one of whose drugs harms by itself in the same way, that one is told alone.
    """
    above = pen.knowledge.conditions.above
    active = {one.concept: one for one in pen.record.problems if one.status == "active" and one.concept}
    kinds = {up for concept in active for up in above(concept)}
    by_name = {one.ingredient.name: one.drug for one in taken}
    hits = [
        hit
        for hit in pen.knowledge.interactions.with_conditions([one.ingredient for one in taken], kinds)
        if hit.interaction.severity == "high"
    ]
    for hit in hits:
        concerned = (active[one] for one in active if hit.interaction.conditions.intersection(above(one)))
        problem = next(concerned, None)
        if problem is None or not problem_named(problem, pen) or _is_within(hit, hits):
            continue
        drugs = list(dict.fromkeys(by_name[drug.name].name for drug in hit.drugs))
        name, other = listed(named(_drug(one, pen)) for one in drugs), inside(problem_named(problem, pen))
        slots = {"name": name, "problem": closed(other), "other": closed(other)}
        cited = [entry for one in drugs for entry in _drug(one, pen).entries[:2]] + [*problem.entries[:2]]
        rule = _rule(hit.interaction.id, [drug.name for drug in hit.drugs], pen)
        about = [*drugs, key(problem)]
        yield from _lines(_Hazard("with_problem", "review_drug", slots, cited, about, rule), pen)


def _is_within(hit: Hit, hits: Sequence[Hit]) -> bool:
    return any(
        set(other.drugs) < set(hit.drugs)
        and other.interaction.cause == hit.interaction.cause
        and other.interaction.conditions & hit.interaction.conditions
        for other in hits
    )


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
            label = lab.label if lab else bare(entry.name)
            result, day = value(entry, pen.knowledge.labs), happened(entry)
            slots = {
                "name": named(one.drug),
                "label": label,
                "value": result,
                "day": day,
                "other": f"{label} {was(label)} {result} on {day}",
            }
            cited = [*one.drug.entries[:3], entry.id]
            rule = _rule(limit.id, [one.ingredient.name], pen)
            about = [one.drug.name, limit.measure]
            yield from _lines(_Hazard("with_value", "review_result", slots, cited, about, rule), pen)
            break


def _with_allergies(taken: Sequence[_Taken], pen: Pen) -> Iterator[Statement]:
    """What is taken against an allergy; who decides on it, on the day itself, a rule of the protocols says."""
    rule = pen.knowledge.protocols.rule(_AGAINST_ALLERGY)
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
            disputed = any(
                each.kind == "allergy_against_drug" and each.about == one.drug.name
                for each in pen.record.conflicts
            )
            hazard = _Hazard(f"with_{kind}", "", slots, cited, about, rule if disputed else None)
            yield _concern(hazard, pen, ranks.ALLERGY_HAZARD)


_AGAINST_ALLERGY = "core-allergy-against-drug"


@dataclass(frozen=True, slots=True)
class _Hazard:
    """What is told of a hazard and who looks into it: templates, their slots, what is cited, what it is about, and the rule that made it."""

    told: str
    ask: str
    slots: dict[str, str]
    cited: list[str]
    about: list[str]
    rule: Rule | None


def _rule(row: str, drugs: Sequence[str], pen: Pen) -> Rule | None:
    return pen.knowledge.protocols.rule(hazard_id(row, drugs))


def _lines(hazard: _Hazard, pen: Pen) -> Iterator[Statement]:
    """What is told, and by when who looks into it; nothing without a rule behind it."""
    if hazard.rule is None:
        return
    yield _concern(hazard, pen, ranks.HAZARD)
    as_of = pen.record.as_of
    slots = {**hazard.slots, "due": due_day(hazard.rule, as_of)}
    yield pen.line(
        _SECTION,
        "activity",
        pen.say(f"medicine.{hazard.ask}", **slots),
        hazard.cited,
        about=hazard.about[0],
        by=f"{hazard.ask} {'/'.join(hazard.about)}",
        rank=ranks.HAZARD + ranks.ANSWER,
        guideline=guideline_of(hazard.rule, as_of),
        activity=activity_of(hazard.rule, as_of),
    )


def _concern(hazard: _Hazard, pen: Pen, rank: int) -> Statement:
    return pen.line(
        _SECTION,
        "concern",
        pen.say(f"medicine.{hazard.told}", which=_which(hazard.about, pen), **hazard.slots),
        hazard.cited,
        about=hazard.about[0],
        by=f"{hazard.told} {'/'.join(hazard.about)}",
        rank=rank,
        guideline=guideline_of(hazard.rule, pen.record.as_of, told=True) if hazard.rule else None,
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
