"""What is needed and absent: each gap in its part of the plan, and who obtains it."""

from collections.abc import Iterable, Iterator

from careloom.care.document import Activity, Statement
from careloom.care.record import Gap
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits

# Which part of the plan a gap of the knowledge's list belongs to; those of measurements stand with interventions.
PARTS = {
    "prognosis": "prognosis",
    "goals": "goals",
    "goals_of_care": "goals",
    "patient_goals": "goals",
    "cognitive_assessment": "cognitive_functional",
    "functional_assessment": "cognitive_functional",
    "symptom_assessment": "symptom_management",
    "medication_list": "medication_management",
    "allergy_list": "medication_management",
    "allergies": "medication_management",
    "environment": "environment",
    "environmental_evaluation": "environment",
    "social_needs_screening": "environment",
    "caregiver_assessment": "caregiver",
    "care_team": "coordination",
    "code_status": "coordination",
    "advance_directive": "coordination",
    "consent": "review",
    "review": "review",
}


def missing(pen: Pen, done: Iterable[Statement]) -> Iterator[Statement]:
    """A statement for each gap that no protocol line speaks of already."""
    told = {statement.about for statement in done if statement.kind in ("gap", "activity")}
    for gap in pen.record.gaps:
        if gap.about in told:
            continue
        text = _said(gap, pen)
        if fits(text):
            yield pen.line(
                part_of(gap), "gap", text, _cited(gap, pen), about=gap.about, by="gap", rank=ranks.GAP
            )


def part_of(gap: Gap) -> str:
    """The part of the plan in which a gap is told."""
    return PARTS.get(gap.about, "interventions")


def _said(gap: Gap, pen: Pen) -> str:
    if gap.since:
        return pen.say("gap.since", label=bare(gap.label), since=gap.since[:10])
    return pen.say("gap.missing", label=bare(gap.label))


def _cited(gap: Gap, pen: Pen) -> tuple[str, ...]:
    """The patient's own entry stands for what isn't there, beside what makes it needed."""
    return (*gap.entries[:4], *pen.patient_entries[:1])


def empty_parts(pen: Pen, done: Iterable[Statement]) -> Iterator[Statement]:
    """For each part without a statement one that says so."""
    told = {statement.section for statement in done}
    for section in pen.kind.sections:
        if section.id not in told:
            text = pen.say("gap.missing", label=section.empty)
            yield pen.line(
                section.id, "gap", text, pen.patient_entries[:1], about=section.id, by="empty", rank=ranks.GAP
            )


def obtain(label: str, owner: str, part: str, pen: Pen) -> Statement:
    """An activity that obtains what is absent."""
    return pen.line(
        part,
        "activity",
        pen.say("gap.obtain", owner=owner.replace("_", " "), label=label),
        pen.patient_entries[:1],
        about=label,
        by="obtain",
        rank=ranks.GAP + 1,
        activity=Activity(owner, "", "assessment"),
    )
