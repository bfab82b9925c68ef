"""What was assessed and what is absent: each in its part of the plan, so that no part is silent."""

from collections.abc import Iterable, Iterator, Sequence

from careloom.care.document import RECORD, Activity, Statement
from careloom.care.entry import Entry
from careloom.care.record import Gap
from careloom.draft.care_plan import ranks
from careloom.draft.kind import Section
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, listed, value
from careloom.text.naming import inside

# Which part of the plan a gap or sighting of knowledge's lists belongs to; measurements stand with interventions.
PARTS = {
    "prognosis": "prognosis",
    "code_status": "prognosis",
    "advance_directive": "prognosis",
    "hospital_wish": "prognosis",
    "cognitive_assessment": "cognitive_functional",
    "functional_assessment": "cognitive_functional",
    "frailty_assessment": "cognitive_functional",
    "fall_risk_screen": "cognitive_functional",
    "depression_screen": "symptom_management",
    "allergy_list": "medication_management",
    "medication_reconciliation": "medication_management",
    "environment_assessment": "environment",
    "social_needs_screen": "environment",
    "caregiver_assessment": "caregiver",
}
# Documented things of which the newest is told; scores and allergies have lines of their own.
_TOLD = (
    "prognosis",
    "code_status",
    "advance_directive",
    "hospital_wish",
    "cognitive_assessment",
    "functional_assessment",
    "frailty_assessment",
    "environment_assessment",
    "caregiver_assessment",
)
_SILENT = frozenset({"Patient", "DocumentReference", "AllergyIntolerance"})


def assessed(pen: Pen, done: Iterable[Statement]) -> Iterator[Statement]:
    """The newest entry of each documented assessment or wish that no line tells yet, with its answer."""
    # Which entry is the newest, and from which source, tells nothing of what it says.
    told = {citation for one in done if one.about != RECORD for citation in one.citations}
    seen = pen.knowledge.sightings.among(pen.record.entries)
    for about in _TOLD:
        found = [entry for entry in seen.get(about, ()) if entry.kind not in _SILENT and happened(entry)]
        known = bool(told & {entry.id for entry in found[-3:]})
        text = _assessment(found[-1], pen) if found and not known else ""
        if text:
            yield pen.line(
                PARTS[about], "fact", text, [found[-1].id], about=about, by="seen", rank=ranks.FINDING
            )


def _assessment(entry: Entry, pen: Pen) -> str:
    name, said = bare(entry.name), value(entry, pen.knowledge.labs)
    if not pen.is_fit(f"{name} {said}"):
        return ""
    template = "finding.answered" if said else "finding.recorded"
    text = pen.say(template, name=name, value=inside(said), day=happened(entry))
    return text if fits(text) else ""


def missing(pen: Pen, done: Iterable[Statement]) -> Iterator[Statement]:
    """The record's gaps that no line tells yet: one each, those that nobody ever filled together by part and kind."""
    told = [one.text.lower() for one in done if one.kind == "activity" and "recorded" in one.text]
    open_gaps = [gap for gap in pen.record.gaps if not any(gap.label.lower() in text for text in told)]
    for gap in open_gaps:
        if gap.since:
            text = pen.say("gap.since", label=bare(gap.label), since=gap.since[:10])
            yield _line(pen, text, [gap])
    never = [gap for gap in open_gaps if not gap.since]
    for section in pen.kind.sections:
        for kind in ("assessment", "monitoring", "documentation"):
            together = [gap for gap in never if part_of(gap) == section.id and gap.kind == kind]
            for start in range(0, len(together), 4):
                group = together[start : start + 4]
                labels = listed((bare(gap.label) for gap in group), last="or")
                yield _line(pen, pen.say("gap.missing", label=labels), group)


def part_of(gap: Gap) -> str:
    """The part of the plan in which a gap is told."""
    return PARTS.get(gap.about, "interventions")


def _line(pen: Pen, text: str, gaps: Sequence[Gap]) -> Statement:
    """The patient's own entry stands for what isn't there, beside what makes it needed."""
    cited = [*pen.patient_entries[:1], *(entry for gap in gaps for entry in gap.entries[:3])]
    first = gaps[0]
    rank = ranks.GAP - 10 * (first.kind == "monitoring") + 5 * (first.kind == "documentation")
    by = "gap " + "/".join(gap.about for gap in gaps)
    return pen.line(part_of(first), "gap", text, cited, about=first.about, by=by, rank=rank)


def empty_parts(pen: Pen, done: Sequence[Statement]) -> Iterator[Statement]:
    """For each part without a statement that nothing is recorded; where nothing but gaps is told, who asks."""
    for section in pen.kind.sections:
        told = [one.kind for one in done if one.section == section.id]
        if section.none and (section.always_says or not told) and _holds_nothing(section, pen):
            cited = pen.patient_entries[:1]
            yield pen.line(
                section.id, "gap", section.none, cited, about=section.id, by="none", rank=ranks.GAP
            )
        if set(told) <= {"gap"} or (section.always_asks and "activity" not in told):
            yield _asked(section, pen)


def _asked(section: Section, pen: Pen) -> Statement:
    return pen.line(
        section.id,
        "activity",
        section.ask,
        pen.patient_entries[:1],
        about=section.id,
        by="ask",
        rank=ranks.GAP + 1,
        activity=Activity(section.owner, "", "assessment"),
    )


def _holds_nothing(section: Section, pen: Pen) -> bool:
    """Whether the record has no entry at all of the kinds that the part is made of."""
    return not any(entry.kind in section.kinds and entry.subject == "patient" for entry in pen.record.entries)
