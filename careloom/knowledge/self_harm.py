"""The question about self-harm, and which answers to it are positive.

Source   PHQ-9, item 9 (Kroenke, Spitzer and Williams, 2001), LOINC 44260-8 and its answers LA6568-5 to LA6571-9
Misses   other instruments, and free text
"""

from collections.abc import Iterable
from datetime import date, timedelta

from careloom.care.entry import LOINC, Code, Component, Entry

_ITEM = "44260-8"
_NOT_AT_ALL = "LA6568-5"
_NONE = frozenset({"0", "0.0", "not at all", "ningún día", "para nada"})
_RECENT = timedelta(days=366)


def positive(entries: Iterable[Entry], as_of: date) -> tuple[Entry, Entry | Component] | None:
    """The newest answer of the last 12 months and the entry that holds it; None where it is "not at all" or absent."""
    answers = [
        (entry.happened.earliest, entry, answer)
        for entry in entries
        if entry.happened and as_of - _RECENT <= entry.happened.day <= as_of
        if (answer := _answer(entry)) is not None
    ]
    if not answers:
        return None
    _, entry, answer = max(answers, key=lambda one: (one[0], one[1].id))
    return (entry, answer) if _is_positive(answer) else None


def _answer(entry: Entry) -> Entry | Component | None:
    """The patient's answer, a positive one before others; None where the entry holds none."""
    if entry.subject != "patient" or entry.status == "entered-in-error":
        return None
    parts: tuple[Entry | Component, ...] = (entry, *entry.components)
    answers = [one for one in parts if _asks(one.codes) and (one.value or one.value_codes)]
    return max(answers, key=_is_positive) if answers else None


def _asks(codes: tuple[Code, ...]) -> bool:
    return any(code.system == LOINC and code.code == _ITEM for code in codes)


def _is_positive(part: Entry | Component) -> bool:
    if any(code.code == _NOT_AT_ALL for code in part.value_codes):
        return False
    said = (part.value or "").strip().lower()
    return bool(part.value_codes) or said not in _NONE
