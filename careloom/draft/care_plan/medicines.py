"""Medication management: each current drug as its sources tell it, allergies, and where sources disagree."""

from collections.abc import Iterator, Sequence

from careloom.care.document import Activity, Statement
from careloom.care.record import Allergy, Conflict, Medication
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, day, fits, happened, inside, listed, speaks_to_software

# Drugs that have a row of their own however long the list; harm follows quickly from too much, too little or none.
# Source: ISMP List of High-Alert Medications in Community/Ambulatory Care Settings, 2021, by class.
HIGH_RISK = frozenset(
    {
        "anticoagulant",
        "insulin",
        "sulfonylurea",
        "opioid",
        "cardiac glycoside",
        "immunosuppressant",
        "lithium",
    }
)
HIGH_RISK_DRUGS = frozenset({"methotrexate", "digoxin", "lithium", "warfarin", "amiodarone"})
_ALONE = 14
_TOGETHER = 4


def medicines(pen: Pen) -> Iterator[Statement]:
    """Rows of current drugs, the high-risk ones first; then disputes, then allergies."""
    current = [one for one in pen.record.medications if one.current and named(one)]
    current.sort(key=lambda one: (not is_high_risk(one, pen), _plain(one)))
    alone, rest = current[:_ALONE], current[_ALONE:]
    for one in [*alone, *(one for one in rest if is_high_risk(one, pen))]:
        yield _row(one, pen)
    yield from _together([one for one in rest if not is_high_risk(one, pen)], pen)
    for conflict in pen.record.conflicts:
        if conflict.kind in ("dose", "medication_status", "no_fill"):
            yield from _dispute(conflict, pen)
    yield from _allergies(pen)


def named(drug: Medication) -> str:
    """A drug's name for a sentence, "" where it looks like an instruction."""
    return "" if speaks_to_software(drug.name) else bare(drug.name)


def is_high_risk(drug: Medication, pen: Pen) -> bool:
    """Whether one of its ingredients is of a high-alert class."""
    known = [pen.knowledge.drugs.named(name) for name in drug.ingredients]
    return any(one and (one.classes & HIGH_RISK or one.name in HIGH_RISK_DRUGS) for one in known)


def _plain(drug: Medication) -> bool:
    return drug.state == "prescribed_and_filled"


def _row(drug: Medication, pen: Pen) -> Statement:
    rank = ranks.HIGH_RISK_DRUG if is_high_risk(drug, pen) else ranks.DRUG + _plain(drug)
    return pen.line(
        "medication_management", "fact", _said(drug, pen), drug.entries, about=drug.name, by="row", rank=rank
    )


def _said(drug: Medication, pen: Pen) -> str:
    """The first wording that has what it needs and is short enough."""
    newest = [pen.record.by_id[one] for one in drug.entries if one in pen.record.by_id]
    slots = {
        "name": named(drug),
        "dose": _dose(drug),
        "fill": day(drug.last_fill),
        "day": max((happened(entry) for entry in newest), default=""),
        "missing": _missing(drug, pen),
    }
    for template in (*_WORDINGS[drug.state], "prescribed_undated"):
        needed = [slot for slot in slots if f"{{{slot}}}" in pen.kind.templates[f"medicine.{template}"]]
        text = pen.say(f"medicine.{template}", **slots)
        if all(slots[slot] for slot in needed) and fits(text):
            return text
    return pen.say("medicine.prescribed_undated", **slots)


_WORDINGS = {
    "prescribed_and_filled": ("filled", "filled_plain", "prescribed", "prescribed_plain"),
    "prescribed_no_fill_seen": ("no_fill", "no_fill_plain", "prescribed", "prescribed_plain"),
    "taking_as_reported": ("reported", "reported_plain"),
    "filled_not_listed": ("unlisted", "unlisted_plain"),
    "dose_in_conflict": ("filled_plain", "prescribed_plain"),
    "stopped": ("prescribed_plain",),
}


def _dose(drug: Medication) -> str:
    """The one dose that sources agree on, in the source's words; "" where there is none or several."""
    if len(drug.doses) != 1:
        return ""
    words = bare(drug.doses[0][0]).rstrip(".")
    return "" if speaks_to_software(words) else words


def _missing(drug: Medication, pen: Pen) -> str:
    for conflict in pen.record.conflicts:
        if conflict.kind == "no_fill" and conflict.about == drug.name:
            return conflict.why.split(";")[0]
    return ""


def _together(drugs: Sequence[Medication], pen: Pen) -> Iterator[Statement]:
    for start in range(0, len(drugs), _TOGETHER):
        group = drugs[start : start + _TOGETHER]
        names = listed(
            f"{inside(named(one))} ({dose})" if (dose := _dose(one)) else named(one) for one in group
        )
        text = pen.say("medicine.group", names=names)
        if not fits(text):
            text = pen.say("medicine.group", names=listed(named(one) for one in group))
        cited = [entry for one in group for entry in one.entries[:2]]
        yield pen.line(
            "medication_management", "fact", text, cited, by=f"group {start}", rank=ranks.DRUG + 20
        )


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
        text = pen.say("medicine.disputed", name=name, why=conflict.why)
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
    """The readings that differ, with their sources; without the sources where that is too long."""
    name = bare(conflict.about)
    full = pen.say("medicine.dose", name=name, doses=conflict.why)
    if fits(full):
        return full
    drug = next((one for one in pen.record.medications if one.name == conflict.about), None)
    readings = [bare(words) for words, _ in drug.doses[:2]] if drug else []
    return pen.say("medicine.dose", name=name, doses=" or ".join(readings)) if readings else ""


def _allergies(pen: Pen) -> Iterator[Statement]:
    for one in pen.record.allergies:
        if not speaks_to_software(f"{one.substance} {one.reaction}"):
            yield _allergy(one, pen)
    for conflict in pen.record.conflicts:
        if conflict.kind == "allergy_list":
            text = pen.say("allergy.conflict", why=conflict.why)
            if fits(text) and not speaks_to_software(text):
                yield pen.line(
                    "medication_management",
                    "concern",
                    text,
                    conflict.entries,
                    about=conflict.about,
                    by="allergy_list",
                    rank=ranks.ALLERGY_CONFLICT + ranks.ANSWER,
                )


def _allergy(one: Allergy, pen: Pen) -> Statement:
    entries = [pen.record.by_id[entry] for entry in one.entries if entry in pen.record.by_id]
    slots = {
        "substance": inside(bare(one.substance)),
        "reaction": inside(bare(one.reaction)),
        "day": min((happened(entry) for entry in entries if happened(entry)), default=""),
    }
    if one.status == "refuted":
        template = "allergy.refuted"
    elif one.kind == "intolerance":
        template = "allergy.intolerance"
    else:
        template = "allergy.active" if one.reaction else "allergy.active_plain"
    text = pen.say(template, **slots)
    return pen.line(
        "medication_management",
        "fact",
        text,
        one.entries,
        about=one.substance,
        by="allergy",
        rank=ranks.ALLERGY,
    )
