"""Matters of which a patient is one way or the other (resuscitation, who lives at home, smoking), as the newest entry says."""

from collections.abc import Collection, Iterator

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, value
from careloom.text.naming import inside

_RECENT_DAYS = 731


def told(pen: Pen, plan: Pen, section: str, names: Collection[str]) -> Iterator[Statement]:
    """A line for each matter of these of which an entry of the last two years tells; not for what sources dispute."""
    disputed = {one.kind for one in pen.record.conflicts}
    telling = pen.knowledge.matters.among(pen.record.entries)
    for matter in pen.knowledge.matters.all:
        if matter.name not in names or matter.kind in disputed:
            continue
        stated = pen.knowledge.matters.stated(matter, telling, pen.record.as_of)
        found = [
            one.entry for one in stated if one.day and 0 <= (pen.record.as_of - one.day).days <= _RECENT_DAYS
        ]
        entry = max(found, key=lambda one: (happened(one), one.id), default=None)
        # A need that a note tells of has a line of its own.
        text = _answered(entry, plan) if entry and "domain" not in entry.detail else ""
        if entry and text and fits(text):
            yield pen.line(section, "fact", text, [entry.id], about=matter.name, by="matter", rank=ranks.CARE)


def _answered(entry: Entry, plan: Pen) -> str:
    """A question and its answer, or what is recorded, in the source's words; "" where they are not fit."""
    name, said = bare(entry.name), value(entry, plan.knowledge.labs)
    if not plan.is_fit(f"{name} {said}") or entry.kind == "QuestionnaireResponse":
        return ""
    slots = {"name": name, "value": inside(said), "day": happened(entry)}
    return plan.say("finding.answered" if said else "finding.recorded", **slots)
