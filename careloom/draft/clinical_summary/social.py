"""The social picture: needs in their sources' words, who helps and lives with the patient, language."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.teamwork import LANGUAGES
from careloom.draft.clinical_summary import matters
from careloom.draft.pen import Pen

SECTION = "social"
_PARTS = ("environment", "caregiver")


def social(pen: Pen, plan: Pen, lines: Sequence[Statement], news: Sequence[Statement]) -> Iterator[Statement]:
    """What the plan tells of home and caregivers, the language, and who lives at home."""
    told = [
        replace(one, section=SECTION)
        for one in lines
        if _is_social(one) and one.id not in {n.id for n in news}
    ]
    told += _language(pen, told)
    told += matters.told(pen, plan, SECTION, ("living", "smoking"))
    yield from told


def _is_social(one: Statement) -> bool:
    if one.kind not in ("concern", "fact") or one.guideline:
        return False
    return one.section in _PARTS or (one.section == "coordination" and one.rank == ranks.LANGUAGE)


def _language(pen: Pen, told: Sequence[Statement]) -> Iterator[Statement]:
    """A language other than English, where the plan doesn't already ask for an interpreter."""
    code = (pen.record.demographics.language or "")[:2].lower()
    if code in ("", "en") or code not in LANGUAGES or any(one.rank == ranks.LANGUAGE for one in told):
        return
    cited = [
        one
        for one in pen.patient_entries
        if pen.record.by_id[one].detail.get("language", "")[:2].lower() == code
    ]
    text = pen.say("social.language", language=LANGUAGES[code])
    if cited:
        yield pen.line(SECTION, "fact", text, cited, by="language", rank=ranks.LANGUAGE)
