"""What a nurse types of a call, and what its note then says."""

from careloom.care.document import Proposal, Verdict
from careloom.pipeline import Pipeline
from careloom.verify import Index, judge_with

CALL = {"day": "2026-11-23", "way": "phone", "reached": "reached", "whom": "patient"}
ATTESTED = "I_spent_these_minutes_on_this_contact"


def lines(note: Proposal, section: str) -> list[str]:
    return [one.text for one in note.document.statements if one.section == section]


def unsupported(desk: Pipeline, note: Proposal) -> list[str]:
    """Lines that don't follow from what they cite, asked anew."""
    record = desk.record("test", note.document.patient)
    index = Index(record, desk.knowledge)
    return [
        one.text
        for one in note.document.statements
        if judge_with(
            index, one.text, [record.by_id[each] for each in one.citations], None, (one.activity,),
            by_person=one.written_by == "person",
        ).verdict is not Verdict.SUPPORTED
    ]  # fmt: skip
