"""Disputes: where sources disagree, what each says, and who asks or decides. Every kind of conflict has its way here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from careloom.care.document import Activity, Statement
from careloom.care.record import Conflict, ConflictKind
from careloom.care.system import spoken
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.guidance import uncovered
from careloom.draft.care_plan.medicines import FILLS, is_high_risk, reading, readings, system
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened
from careloom.text.naming import inside
from careloom.text.orders import speaks_to_software


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of conflict is told: where, in which words, how high it ranks, and who does what about it.

    `told` and `ask` are templates of kind.toml's sentences; without `told` another line says it, without `ask` a protocol
    or another part asks. `guided` where a protocol may say it already.
    """

    section: str
    rank: int
    told: str = "dispute.told"
    ask: str = ""
    owner: str = ""
    category: str = "assessment"
    guided: bool = False


_DRUGS = "medication_management"
WAYS: Mapping[ConflictKind, Way] = {
    "allergy_list": Way(_DRUGS, ranks.ALLERGY_CONFLICT, "allergy.conflict"),
    "allergy_unlisted": Way(_DRUGS, ranks.ALLERGY_CONFLICT, "allergy.unlisted"),
    "medication_list": Way(_DRUGS, ranks.MEDICATION_LIST, ask="dispute.medication_list", owner="nurse", category="medication"),
    "dose": Way(_DRUGS, ranks.DOSE_CONFLICT, ask="medicine.ask_dose", owner="pharmacist", category="medication", guided=True),
    "dose_without_unit": Way(_DRUGS, ranks.DOSE_CONFLICT, "dispute.doubt", "dispute.dose_in_doubt", "pharmacist", "medication", guided=True),
    "implausible_dose": Way(_DRUGS, ranks.DOSE_CONFLICT, "dispute.doubt", "dispute.dose_in_doubt", "pharmacist", "medication", guided=True),
    "medication_status": Way(_DRUGS, ranks.DRUG_DISPUTED, "medicine.disputed", "medicine.ask_taken", "nurse", "medication", guided=True),
    "no_fill": Way(_DRUGS, ranks.DRUG, "", "medicine.ask_fill", "pharmacist", "medication", guided=True),
    "problem_status": Way("problem_list", ranks.PROBLEM_DISPUTED, ask="dispute.problem_status", owner="physician"),
    "diagnosis": Way("problem_list", ranks.DIAGNOSIS_DISPUTED, ask="dispute.diagnosis", owner="physician"),
    "laterality": Way("problem_list", ranks.DIAGNOSIS_DISPUTED, ask="dispute.laterality", owner="physician"),
    "demographics": Way("coordination", ranks.IDENTITY, ask="dispute.demographics", owner="coordinator"),
    "primary_care": Way("coordination", ranks.CARE, ask="dispute.primary_care", owner="coordinator"),
    "code_status": Way("prognosis", ranks.CODE_STATUS, ask="dispute.code_status", owner="physician"),
    "pregnancy": Way("problem_list", ranks.PREGNANCY, ask="dispute.pregnancy", owner="nurse"),
    "blood_group": Way("coordination", ranks.BLOOD_GROUP, ask="dispute.blood_group", owner="physician"),
    "smoking": Way("problem_list", ranks.SMOKING, ask="dispute.smoking", owner="nurse"),
    "measured_apart": Way("problem_list", ranks.MEASURED_APART, "dispute.apart", "dispute.measured_apart", "nurse"),
    # The protocols ask about a result that cannot be; trends leave out what has no known unit.
    "implausible_value": Way("problem_list", ranks.FINDING, ""),
    "unknown_unit": Way("problem_list", ranks.FINDING, ""),
    "software_alone": Way("coordination", ranks.CARE, "", "dispute.software_alone", "nurse"),
    "note_of_another": Way("coordination", ranks.IDENTITY, "", "dispute.note_of_another", "nurse"),
    "results_differ": Way("problem_list", ranks.FINDING, "", "dispute.results_differ", "nurse"),
    "living_situation": Way("environment", ranks.SMOKING, ask="dispute.living_situation", owner="nurse"),
    "vaccination": Way("coordination", ranks.CARE, "", "dispute.vaccination", "nurse"),
    # The check's findings say which allergy and which products.
    "ingredient_twice": Way(_DRUGS, ranks.DOSE_CONFLICT, "", "dispute.ingredient_twice", "pharmacist", "medication", guided=True),
    "two_strengths": Way(_DRUGS, ranks.DOSE_CONFLICT, "", "dispute.ask_strengths", "nurse", "medication", guided=True),
    "allergy_against_drug": Way(_DRUGS, ranks.ALLERGY_CONFLICT, "", "dispute.allergy_against_drug", "physician", "medication", guided=True),
    "unit_unlike_code": Way("problem_list", ranks.FINDING, "", "dispute.unit_unlike_code", "nurse"),
}  # fmt: skip


# What one source says alone, and nobody can rely on.
_IN_DOUBT = ("dose_without_unit", "implausible_dose")


def disputes(pen: Pen, guided: Sequence[Statement]) -> Iterator[Statement]:
    """For each conflict of the record what its sources say, and who takes it up; not what a line of a protocol asks."""
    doubtful = {one.name for one in pen.record.problems if one.doubtful}
    for conflict in pen.record.conflicts:
        if speaks_to_software(f"{conflict.about} {conflict.why}"):
            continue
        if conflict.kind == "problem_status" and conflict.about in doubtful:
            continue
        way = WAYS[conflict.kind]
        lines = _dispute(conflict, way, pen)
        yield from uncovered(lines, guided) if way.guided else lines


def _dispute(conflict: Conflict, way: Way, pen: Pen) -> Iterator[Statement]:
    name, rank = inside(bare(conflict.about)), _rank(conflict, way, pen)
    if text := told(conflict, pen):
        yield pen.line(
            way.section,
            "concern",
            text,
            conflict.entries,
            about=conflict.about,
            by=conflict.kind,
            rank=rank,
        )
    if way.ask:
        yield pen.line(
            way.section,
            "activity",
            pen.say(way.ask, name=name),
            conflict.entries,
            about=conflict.about,
            by=f"ask {conflict.kind}",
            rank=rank + ranks.ANSWER,
            activity=Activity(way.owner, "", way.category),
        )


def told(conflict: Conflict, pen: Pen) -> str:
    """A conflict as a sentence, "" for one that only somebody's question tells."""
    way = WAYS[conflict.kind]
    if conflict.kind == "dose":
        return _doses(conflict, pen)
    return _told(conflict, way, inside(bare(conflict.about)), pen)


def _told(conflict: Conflict, way: Way, name: str, pen: Pen) -> str:
    """Who says what, as many of them as a sentence holds, the last, who mostly contradicts, among them; where it holds no two, that
    they differ.
    """
    parts = [inside(part) for part in spoken(conflict.why).split("; ")]
    least = 0 if conflict.kind in _IN_DOUBT else 1
    for many in range(len(parts), least, -1):
        kept = [*parts[: many - 1], parts[-1]] if many > 1 else parts[:1]
        text = pen.say(way.told, name=name, why="; ".join(kept)) if way.told else ""
        if text and fits(text):
            return text
    return pen.say(f"{way.told}_bare", name=name) if way.told else ""


def _rank(conflict: Conflict, way: Way, pen: Pen) -> int:
    """A dispute over whether, or at which dose, a high-alert drug is taken is a matter of harm; what was stopped and is still in a
    bottle at home stands before every hazard of it.
    """
    drug = next((one for one in pen.record.medications if one.name == conflict.about), None)
    if conflict.kind == "medication_status" and drug is not None and drug.state == "filled_not_listed":
        return ranks.STILL_IN_HAND
    alert = (
        conflict.kind in ("dose", "medication_status", *_IN_DOUBT)
        and drug is not None
        and is_high_risk(drug, pen)
    )
    return ranks.HIGH_ALERT_CONFLICT if alert else way.rank


def _doses(conflict: Conflict, pen: Pen) -> str:
    """The readings that differ, each with source and day: an order and the fills first, as many as a sentence holds."""
    drug = next((one for one in pen.record.medications if one.name == conflict.about), None)
    differing = set(conflict.entries)
    told = [pair for pair in readings(drug, pen) if pair[1].id in differing] if drug else []
    orders = [pair for pair in told if pair[1].kind == "MedicationRequest"]
    fills = [pair for pair in told if pair[1].kind in FILLS]
    ordered = [*orders[:1], *fills, *(pair for pair in told if pair not in orders[:1] and pair not in fills)]
    parts = [f"{reading(words, entry)} ({system(entry)}, {happened(entry)})" for words, entry in ordered]
    several = bool(fills) or len({system(entry) for _, entry in told}) > 1
    for many in range(len(parts), 1, -1):
        template = "medicine.dose" if several else "medicine.dose_twice"
        text = pen.say(template, name=bare(conflict.about), doses="; ".join(parts[:many]))
        if fits(text):
            return text
    return ""
