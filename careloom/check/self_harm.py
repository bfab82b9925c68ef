"""A positive answer about self-harm is never left to a plan: somebody must act on it now.

Source   PHQ-9, item 9 (Kroenke, Spitzer and Williams, 2001), LOINC 44260-8 and its answers LA6568-5 to LA6571-9
Misses   other instruments, free text, answers older than 12 months, and whether somebody has acted already
"""

from collections.abc import Iterator
from datetime import timedelta

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import LOINC, Code, Component, Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge

NAME = "self_harm"
_ITEM = "44260-8"
_NOT_AT_ALL = "LA6568-5"
_NONE = frozenset({"0", "0.0", "not at all", "ningún día", "para nada"})
_RECENT = timedelta(days=366)


def rule(document: Document, record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """High where the newest answer to item 9 of the last 12 months is anything but "not at all"."""
    del document, knowledge
    since = record.as_of - _RECENT
    answers = [
        (entry.happened.earliest, entry, positive)
        for entry in record.entries
        if entry.happened and since <= entry.happened.day <= record.as_of
        if (positive := _answer(entry)) is not None
    ]
    if not answers:
        return
    at, entry, positive = max(answers, key=lambda one: (one[0], one[1].id))
    if positive:
        message = f"The question about self-harm (PHQ-9, item 9) was answered yes on {at:%Y-%m-%d}: act on it now, outside this plan"
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))


def _answer(entry: Entry) -> bool | None:
    """Whether the patient's answer is positive; None where the entry holds none."""
    if entry.subject != "patient" or entry.status == "entered-in-error":
        return None
    parts: tuple[Entry | Component, ...] = (entry, *entry.components)
    answers = [one for one in parts if _asks(one.codes) and (one.value or one.value_codes)]
    return any(_is_positive(one) for one in answers) if answers else None


def _asks(codes: tuple[Code, ...]) -> bool:
    return any(code.system == LOINC and code.code == _ITEM for code in codes)


def _is_positive(part: Entry | Component) -> bool:
    if any(code.code == _NOT_AT_ALL for code in part.value_codes):
        return False
    said = (part.value or "").strip().lower()
    return bool(part.value_codes) or said not in _NONE
