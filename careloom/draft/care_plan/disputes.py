"""Disputes over drugs: different doses, taken or not, no fill where one was to be expected; and who asks."""

from collections.abc import Iterator

from careloom.care.document import Activity, Statement
from careloom.care.record import Conflict
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.medicines import reading, readings, system
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, speaks_to_software


def disputes(pen: Pen) -> Iterator[Statement]:
    """Where sources disagree on a dose, on whether a drug is taken, or no fill is seen: what they say, and who asks."""
    for conflict in pen.record.conflicts:
        if conflict.kind in ("dose", "medication_status", "no_fill"):
            yield from _dispute(conflict, pen)


def _dispute(conflict: Conflict, pen: Pen) -> Iterator[Statement]:
    if speaks_to_software(f"{conflict.about} {conflict.why}"):
        return
    name = bare(conflict.about)
    owner, ask, rank = {
        "dose": ("pharmacist", "ask_dose", ranks.DOSE_CONFLICT),
        "medication_status": ("nurse", "ask_taken", ranks.DRUG_DISPUTED),
        "no_fill": ("pharmacist", "ask_fill", ranks.DRUG),
    }[conflict.kind]
    if conflict.kind == "dose":
        text = _doses(conflict, pen)
    elif conflict.kind == "medication_status":
        text = pen.say("medicine.disputed", name=name, why=conflict.why.replace("_", " "))
    else:
        text = ""
    if text and fits(text):
        yield pen.line(
            "medication_management",
            "concern",
            text,
            conflict.entries,
            about=conflict.about,
            by=conflict.kind,
            rank=rank,
        )
    yield pen.line(
        "medication_management",
        "activity",
        pen.say(f"medicine.{ask}", name=name),
        conflict.entries,
        about=conflict.about,
        by=f"ask {conflict.kind}",
        rank=rank + ranks.ANSWER,
        activity=Activity(owner, "", "medication"),
    )


def _doses(conflict: Conflict, pen: Pen) -> str:
    """The readings that differ, each with source and day: an order and the fills first, as many as a sentence holds."""
    drug = next((one for one in pen.record.medications if one.name == conflict.about), None)
    told = list(readings(drug, pen)) if drug else []
    orders = [pair for pair in told if pair[1].kind == "MedicationRequest"]
    fills = [pair for pair in told if pair[1].kind == "MedicationDispense"]
    ordered = [*orders[:1], *fills, *(pair for pair in told if pair not in orders[:1] and pair not in fills)]
    parts = [f"{reading(words, entry)} ({system(entry)}, {happened(entry)})" for words, entry in ordered]
    several = len({system(entry) for _, entry in told}) > 1
    for many in range(len(parts), 1, -1):
        template = "medicine.dose" if several else "medicine.dose_twice"
        text = pen.say(template, name=bare(conflict.about), doses="; ".join(parts[:many]))
        if fits(text):
            return text
    return ""
