"""Medication management: each current drug as its sources tell it, allergies, and where sources disagree."""

import re
from collections.abc import Iterator, Sequence

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import Allergy, Conflict, Medication
from careloom.care.system import source_name, spoken
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, day, fits, happened, listed
from careloom.text.naming import inside
from careloom.text.orders import speaks_to_software

# What tells of a fill: a pharmacy, or a payer.
FILLS = ("MedicationDispense", "ExplanationOfBenefit")
# Rows of their own; high-alert drugs have one however long the list.
_ALONE = 8
_TAKE = re.compile(r"(^|, )take\s+(?=\S)", re.IGNORECASE)
_TOGETHER = 4
# Of "vitamin d", which a list has in small letters, the letter is a capital in a sentence.
_VITAMIN = re.compile(r"(?<=\bvitamin )[a-z]\d*\b")


def medicines(pen: Pen) -> Iterator[Statement]:
    """Rows of current drugs, the high-risk ones first; then allergies."""
    current = [one for one in pen.record.medications if one.current and named(one)]
    current.sort(key=lambda one: (not is_high_risk(one, pen), _plain(one)))
    alone, rest = current[:_ALONE], current[_ALONE:]
    for one in [*alone, *(one for one in rest if is_high_risk(one, pen))]:
        yield row(one, pen)
    yield from _together([one for one in rest if not is_high_risk(one, pen)], pen)
    yield from _allergies(pen)


def named(drug: Medication) -> str:
    """A drug's name for a sentence, "" where it looks like an instruction."""
    if speaks_to_software(drug.name):
        return ""
    return _VITAMIN.sub(lambda letter: letter[0].upper(), bare(drug.name).replace(" and ", "/"))


def is_high_risk(drug: Medication, pen: Pen) -> bool:
    """Whether one of its ingredients is a high-alert drug of knowledge's list."""
    known = (pen.knowledge.drugs.named(name) for name in drug.ingredients)
    return any(one is not None and "high-alert" in one.classes for one in known)


def _plain(drug: Medication) -> bool:
    return drug.state == "prescribed_and_filled"


def row(drug: Medication, pen: Pen) -> Statement:
    """A drug in a row of its own."""
    rank = ranks.HIGH_RISK_DRUG if is_high_risk(drug, pen) else ranks.DRUG + _plain(drug)
    text, cited = said(drug, pen), drug.entries
    if (missing := _missing(drug, pen)) and missing in text:
        cited = (*drug.entries, *(entry for one in _no_fills(drug, pen) for entry in one.entries))
    changed = [one for one in pen.record.conflicts if one.kind == "two_strengths" and one.about == drug.name]
    if changed and fits(longer := pen.say("medicine.changed", row=text.rstrip("."))):
        text, cited = longer, (*cited, *(entry for one in changed for entry in one.entries))
    return pen.line("medication_management", "fact", text, cited, about=drug.name, by="row", rank=rank)


def said(drug: Medication, pen: Pen) -> str:
    """The first wording that has what it needs and is short enough."""
    slots = {
        "name": named(drug),
        "dose": dose(drug, pen),
        "fill": day(drug.last_fill),
        "day": max((happened(entry) for entry in _telling(drug, pen)), default=""),
        "missing": _missing(drug, pen),
    }
    *wordings, last = _wordings(drug, pen)
    for template in (*wordings, last):
        needed = [slot for slot in slots if f"{{{slot}}}" in pen.kind.templates[f"medicine.{template}"]]
        text = pen.say(f"medicine.{template}", **slots)
        if all(slots[slot] for slot in needed) and fits(text):
            return text
    return pen.say(f"medicine.{last}", **slots)


def _telling(drug: Medication, pen: Pen) -> list[Entry]:
    """The entries that say it is ordered (or reported as taken): a later word against it dates no order."""
    found = [pen.record.by_id[one] for one in drug.entries if one in pen.record.by_id]
    if settled := _settling(drug, pen):
        return settled
    kind = "MedicationStatement" if drug.state == "taking_as_reported" else "MedicationRequest"
    return [entry for entry in found if entry.kind == kind and not entry.negated] or found


def _settling(drug: Medication, pen: Pen) -> list[Entry]:
    """By what a dose was settled on which sources disagreed, where it still stands."""
    cited = {id for _, ids in drug.doses for id in ids} if drug.state != "dose_in_conflict" else set()
    return [one for id in cited if (one := pen.record.by_id.get(id)) and "settled" in one.detail]


def _wordings(drug: Medication, pen: Pen) -> tuple[str, ...]:
    """Templates from the fullest to the barest; what nobody ordered isn't called prescribed."""
    if _settling(drug, pen):
        return ("settled", "settled_plain")
    if drug.state == "on_hold":
        return _ON_HOLD
    if any(entry.kind == "MedicationRequest" for entry in _telling(drug, pen)):
        return (*_WORDINGS[drug.state], "prescribed_undated")
    if drug.state == "filled_not_listed" and any(
        one.kind == "medication_status" and one.about == drug.name for one in pen.record.conflicts
    ):
        return ("stopped_since", "stopped_since_plain", "stopped_since_plain")
    told = _WORDINGS[drug.state] if drug.state in ("taking_as_reported", "filled_not_listed") else ()
    return (*told, "reported_plain" if drug.state == "dose_in_conflict" else "named", "named")


_ON_HOLD = ("on_hold", "on_hold_plain", "on_hold_undated")
_WORDINGS = {
    "prescribed_and_filled": ("filled", "filled_plain", "prescribed", "prescribed_plain"),
    "prescribed_no_fill_seen": ("no_fill", "no_fill_plain", "prescribed", "prescribed_plain"),
    "taking_as_reported": ("reported", "reported_plain"),
    "filled_not_listed": ("unlisted", "unlisted_plain"),
    "dose_in_conflict": ("filled_plain", "prescribed_plain"),
    "stopped": ("prescribed_plain",),
}


def dose(drug: Medication, pen: Pen) -> str:
    """The dose in the words of an order or report, else of a fill; "" where sources disagree on it or its number is in doubt."""
    if drug.state == "dose_in_conflict" or any(one.doubt for one in drug.regimens):
        return ""
    told = sorted(readings(drug, pen), key=lambda pair: pair[1].kind in FILLS)
    return dose_words(told[0][0]) if told else ""


def dose_words(reading: str) -> str:
    """A reading of a dose for a sentence: a strength that its own words repeat goes, and so does "Take"."""
    said = bare(reading).rstrip(".")
    strength, _, rest = said.partition(", ")
    if rest and strength.lower() in rest.lower():
        said = rest
    return inside(_TAKE.sub(r"\1", said))


def _missing(drug: Medication, pen: Pen) -> str:
    for conflict in _no_fills(drug, pen):
        return inside(spoken(conflict.why.split(";")[0]))
    return ""


def _no_fills(drug: Medication, pen: Pen) -> list[Conflict]:
    return [one for one in pen.record.conflicts if one.kind == "no_fill" and one.about == drug.name]


def _together(drugs: Sequence[Medication], pen: Pen) -> Iterator[Statement]:
    for start in range(0, len(drugs), _TOGETHER):
        group = drugs[start : start + _TOGETHER]
        template = "medicine.group" if len(group) > 1 else "medicine.group_one"
        text = pen.say(template, names=listed(with_dose(one, pen) for one in group))
        if not fits(text):
            text = pen.say(template, names=listed(inside(named(one)) for one in group))
        cited = [entry for one in group for entry in one.entries[:2]]
        yield pen.line(
            "medication_management", "fact", text, cited, by=f"group {start}", rank=ranks.DRUG + 20
        )


def with_dose(drug: Medication, pen: Pen) -> str:
    """A drug as it stands in a list: its name, and its dose where its sources agree on one."""
    words = dose(drug, pen)
    return f"{inside(named(drug))} ({words})" if words else inside(named(drug))


def readings(drug: Medication, pen: Pen) -> Iterator[tuple[str, Entry]]:
    """Each reading of a drug's dose with the entry whose words it is, where that has a day."""
    for words, ids in drug.doses:
        entry = pen.record.by_id.get(ids[0])
        if entry is not None and happened(entry) and not speaks_to_software(words):
            yield words, entry


def reading(words: str, entry: Entry) -> str:
    """A dose as it stands in a list; of a fill, what was handed out."""
    if entry.kind in FILLS:
        return f"filled as {bare(words)}"
    return dose_words(words)


def system(entry: Entry) -> str:
    """The name of an entry's source in a sentence."""
    return source_name(entry.source.system)


def _allergies(pen: Pen) -> Iterator[Statement]:
    """Allergies to drugs and those with a reaction each in a row; the others of one day together; past ones last."""
    told = [one for one in pen.record.allergies if not speaks_to_software(f"{one.substance} {one.reaction}")]
    alone = [one for one in told if one.status != "resolved" and _is_weighty(one)]
    for one in alone:
        yield _allergy(one, pen)
    together: dict[str, list[Allergy]] = {}
    for one in told:
        if one not in alone:
            together.setdefault("" if one.status == "resolved" else _recorded(one, pen), []).append(one)
    for when, group in sorted(together.items(), reverse=True):
        for start in range(0, len(group), _TOGETHER + 1):
            yield _allergy_group(group[start : start + _TOGETHER + 1], when, pen)


def _is_weighty(one: Allergy) -> bool:
    return (
        bool(one.ingredients or one.classes or one.reaction)
        or one.kind == "intolerance"
        or one.status == "refuted"
    )


def _allergy_group(group: Sequence[Allergy], day: str, pen: Pen) -> Statement:
    past = group[0].status == "resolved"
    template = "past" if past else "group" if len(group) > 1 and day else "active_plain" if day else "undated"
    substances = listed(inside(bare(one.substance)) for one in group)
    return pen.line(
        "medication_management",
        "fact",
        pen.say(f"allergy.{template}", substance=substances, day=day),
        [entry for one in group for entry in one.entries[:2]],
        about=group[0].substance,
        by=f"allergies {day} {substances}",
        rank=ranks.PAST if past else ranks.OTHER_ALLERGY,
    )


def _allergy(one: Allergy, pen: Pen) -> Statement:
    text = allergy_said(one, pen)
    by = f"allergy {one.status} {one.kind}"
    rank = ranks.PAST if one.status == "refuted" else ranks.ALLERGY
    return pen.line("medication_management", "fact", text, one.entries, about=one.substance, by=by, rank=rank)


def _recorded(one: Allergy, pen: Pen) -> str:
    days = (happened(pen.record.by_id[entry]) for entry in one.entries if entry in pen.record.by_id)
    return min((day for day in days if day), default="")


def allergy_said(one: Allergy, pen: Pen) -> str:
    """An allergy as a sentence: to what, with which reaction, since when it is recorded."""
    slots = {
        "substance": inside(bare(one.substance)),
        "reaction": inside(bare(one.reaction)),
        "day": _recorded(one, pen),
    }
    if one.status == "refuted":
        template = "refuted"
    elif one.kind == "intolerance":
        template = "intolerance" if one.reaction else "intolerance_plain"
    else:
        template = "active" if one.reaction else "active_plain"
    undated = "undated" if template == "active_plain" else f"{template}_undated"
    return pen.say(f"allergy.{template if slots['day'] else undated}", **slots)
