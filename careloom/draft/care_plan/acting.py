"""A line of the day itself for each high finding of somebody's own record that no other line answers: a finding alone is no plan.

Takes    the findings that the check has of the record, whatever was drafted, and the lines written so far
Gives    one activity each, for the physician where it is about a drug
Never    says what a finding says: its words and its source stand above the plan
"""

from collections.abc import Iterator, Sequence

from careloom.care.document import Activity, Finding, Severity, Statement
from careloom.care.record import Medication, Problem
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.medicines import named
from careloom.draft.care_plan.naming import named as problem_named
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, listed
from careloom.text.naming import inside

_MOST = 4


def acting(pen: Pen, standing: Sequence[Finding], written: Sequence[Statement]) -> Iterator[Statement]:
    """What is to be done today about each high finding; nothing where a line of today is about the same drugs or the same note."""
    lines = list(written)
    for finding in standing:
        if finding.severity is not Severity.HIGH or is_answered(finding, lines, pen):
            continue
        if line := _line(finding, pen):
            lines.append(line)
            yield line


def is_answered(finding: Finding, lines: Sequence[Statement], pen: Pen) -> bool:
    """Whether a line that is due by today is about what a finding rests on: every drug (two of more), and a note or result beside them."""
    today = pen.record.as_of.isoformat()
    drugs = [
        set(one.entries)
        for one in pen.record.medications
        if not finding.evidence or {*finding.evidence} & {*one.entries}
    ]
    of_drugs = {entry for entries in drugs for entry in entries}
    apart = {one for one in finding.evidence if one not in of_drugs}
    for line in lines:
        if line.activity is None or not line.activity.due or line.activity.due > today:
            continue
        cited = {*line.citations}
        if sum(bool(cited & entries) for entries in drugs) >= min(2, len(drugs)) and (
            len(drugs) > 1 or not apart or cited & apart
        ):
            return True
    return False


def _line(finding: Finding, pen: Pen) -> Statement | None:
    evidence = {*finding.evidence}
    drugs = [one for one in pen.record.medications if evidence & {*one.entries} and named(one)][:_MOST]
    if not drugs:
        return None
    problems = [one for one in pen.record.problems if evidence & {*one.entries}]
    others = [said for one in problems if (said := inside(problem_named(one, pen)))]
    others += [
        f"the allergy to {inside(bare(one.substance))}"
        for one in pen.record.allergies
        if evidence & {*one.entries}
    ]
    results = list(_results(finding, pen))
    others += dict.fromkeys(lab for _, lab in results)
    slots = {"name": listed(named(one) for one in drugs), "due": pen.record.as_of.isoformat()}
    template = "medicine.review_today"
    if others:
        template, slots["other"] = "medicine.review_drug", listed(others[:_MOST])
        if organ := _transplant(drugs, pen) if results else None:
            template, problems = "medicine.transplant_team", [*problems, organ]
    text = pen.say(template, **slots)
    cited = [entry for one in drugs for entry in one.entries[:2]]
    cited += [entry for one in problems[:_MOST] for entry in one.entries[:2]] + [
        entry for entry, _ in results
    ]
    return (
        pen.line(
            "medication_management",
            "activity",
            text,
            cited,
            about=drugs[0].name,
            by=f"{finding.rule} {'/'.join(one.name for one in drugs)} {'/'.join(others)}",
            rank=ranks.HAZARD,
            activity=Activity("physician", slots["due"], "medication"),
        )
        if fits(text)
        else None
    )


def _transplant(drugs: Sequence[Medication], pen: Pen) -> Problem | None:
    """The transplant that one of several drugs keeps, where it is on the list of problems: its team is called."""
    known = [pen.knowledge.drugs.named(name) for one in drugs for name in one.ingredients]
    if len(drugs) < 2 or not any(one and "cyp3a4 immunosuppressant" in one.classes for one in known):
        return None
    active = (one for one in pen.record.problems if one.status == "active")
    return next((one for one in active if "transplant" in one.name.lower()), None)


def _results(finding: Finding, pen: Pen) -> Iterator[tuple[str, str]]:
    """The results that a finding rests on, with what the measurement is called."""
    for one in finding.evidence:
        entry = pen.record.by_id.get(one)
        if (
            entry is not None
            and entry.kind == "Observation"
            and (lab := pen.knowledge.labs.find(entry.codes, entry.text))
        ):
            yield one, inside(lab.label)
