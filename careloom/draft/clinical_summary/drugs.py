"""Medicines with their doubts: hazards and disputes first, then what is plainly taken, then what is not plain, then allergies.

Never    tells a drug as taken that its sources doubt, or leaves a doubt out for one that they agree on
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.record import Medication
from careloom.draft.care_plan import medicines as listing
from careloom.draft.care_plan import ranks
from careloom.draft.clinical_summary.page import HIGH_ALERT_LIST
from careloom.draft.pen import Pen
from careloom.draft.wording import fits, listed
from careloom.text.naming import inside

SECTION = "medicines"
_PART = "medication_management"
# Rows of their own for doubts; what a sentence names where doses would make the list longer than a page.
_ROWS = 8
_WITH_DOSES = 12
_DISPUTED = ("dose", "medication_status")
_MOST_CITED = 24


def medicines(pen: Pen, plan: Pen, lines: Sequence[Statement]) -> Iterator[Statement]:
    """Concerns about drugs, current drugs, and allergies as the plan tells them."""
    mine = [one for one in lines if one.section == _PART]
    concerns = [one for one in mine if one.kind == "concern"]
    yield from (replace(one, section=SECTION) for one in concerns)
    current = [one for one in pen.record.medications if one.current and listing.named(one)]
    current.sort(key=lambda one: not listing.is_high_risk(one, plan))
    doubted = [one for one in current if _is_doubted(one, pen) and not _is_told(one, concerns, pen)]
    # A list that is longer than a page names its drugs; their doubts are the check's findings.
    rows = doubted[:_ROWS] if len(current) <= _MOST_CITED else []
    yield from _together(
        [one for one in current if one not in rows and not _is_told(one, concerns, pen)], pen, plan
    )
    yield from (replace(listing.row(one, plan), section=SECTION) for one in rows)
    for one in mine:
        if (
            one.kind == "fact"
            and one.rank in (ranks.ALLERGY, ranks.OTHER_ALLERGY, ranks.PAST)
            and not one.guideline
        ):
            yield replace(one, section=SECTION)


def _is_doubted(drug: Medication, pen: Pen) -> bool:
    """Whether its sources leave open if it is taken: not filled, not ordered, on hold, or not paid for."""
    unfilled = any(one.kind == "no_fill" and one.about == drug.name for one in pen.record.conflicts)
    plain = drug.state in ("prescribed_and_filled", "prescribed_no_fill_seen", "dose_in_conflict")
    return not plain or unfilled or bool(drug.refused)


def _is_told(drug: Medication, concerns: Sequence[Statement], pen: Pen) -> bool:
    """Whether a line of a dispute tells already what is in doubt: at which dose, or whether it is taken."""
    disputes = [one for one in pen.record.conflicts if one.kind in _DISPUTED and one.about == drug.name]
    return any(
        set(one.entries) & set(line.citations)
        for one in disputes
        for line in concerns
        if line.about == drug.name
    )


def _together(drugs: Sequence[Medication], pen: Pen, plan: Pen) -> Iterator[Statement]:
    """As many as a sentence holds: with their doses, and by name alone where there are more of them than a page holds."""
    dosed = len(drugs) <= _WITH_DOSES
    words = [(listing.with_dose(one, plan) if dosed else inside(listing.named(one)), one) for one in drugs]
    started = False
    while words:
        form = "more" if started else "list"
        many = next(
            (n for n in range(min(len(words), _MOST_CITED), 1, -1) if fits(_list(form, words[:n], pen))), 1
        )
        text = _list(form, words[:many], pen)
        if many == 1 and not fits(text):
            text = _list(form, [(inside(listing.named(words[0][1])), words[0][1])], pen)
        cited = [
            entry for _, one in words[:many] for entry in one.entries[: 2 if many <= _MOST_CITED // 2 else 1]
        ]
        high = any(listing.is_high_risk(one, plan) for _, one in words[:many])
        rank = (HIGH_ALERT_LIST if high else ranks.DRUG - 1) - (not started)
        by = f"list {words[0][1].name}"
        yield pen.line(SECTION, "fact", text, cited, by=by, rank=rank, most=_MOST_CITED)
        words, started = words[many:], True


def _list(form: str, words: Sequence[tuple[str, Medication]], pen: Pen) -> str:
    return pen.say(
        f"medicine.{form}" if len(words) > 1 else f"medicine.{form}_one",
        names=listed(said for said, _ in words),
    )
