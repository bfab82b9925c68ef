"""The question about self-harm, and which answers to it are positive.

Source   PHQ-9, item 9 (Kroenke, Spitzer and Williams, 2001), LOINC 44260-8 and its answers LA6568-5 to LA6571-9
Misses   other instruments, and free text
Errs     to the urgent side: an answer without a day counts as one of today, and the item is known by its words where it has no code
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from careloom.care.entry import LOINC, Component, Entry
from careloom.text.folding import fold

_ITEM = "44260-8"
_NOT_AT_ALL = "LA6568-5"
_POSITIVE = frozenset({"LA6569-3", "LA6570-1", "LA6571-9"})
# "Thoughts that you would be better off dead"; "pensamientos de que estaría mejor muerto".
_WORDS = re.compile(r"\bbetter off dead\b|\bmejor muert[oa]\b")
_NONE = re.compile(
    r"\(?0(?:\.0+)?\)?|(?:0\W+)?(?:not at all|ningun dia|para nada|nunca|never|no|false)(?:\W+0\W*)?\.?"
)
_RECENT = timedelta(days=366)


def positive(entries: Iterable[Entry], as_of: date) -> tuple[Entry, Entry | Component] | None:
    """The newest answer of the last 12 months and the entry that holds it; None where it is "not at all" or absent.

    A positive answer of which nobody wrote the day comes before all others.
    """
    held = [(entry, answer) for entry in entries if (answer := _answer(entry)) is not None]
    undated = next((one for one in held if one[0].happened is None and _is_positive(one[1])), None)
    answers = [
        (entry.happened.earliest, entry, answer)
        for entry, answer in held
        if entry.happened and as_of - _RECENT <= entry.happened.day <= as_of
    ]
    if undated or not answers:
        return undated
    _, entry, answer = max(answers, key=lambda one: (one[0], one[1].id))
    return (entry, answer) if _is_positive(answer) else None


def _answer(entry: Entry) -> Entry | Component | None:
    """The patient's answer, a positive one before others; None where the entry holds none."""
    if entry.subject != "patient" or entry.status == "entered-in-error":
        return None
    parts: tuple[Entry | Component, ...] = (entry, *entry.components)
    answers = [one for one in parts if (one.value or one.value_codes) and _asks(one)]
    return max(answers, key=_is_positive) if answers else None


def _asks(part: Entry | Component) -> bool:
    numbers = {code.code for code in part.codes if code.system == LOINC}
    return _ITEM in numbers if numbers else bool(_WORDS.search(fold(part.text)))


def _is_positive(part: Entry | Component) -> bool:
    # Two answers that contradict each other are a positive one.
    ticked = {code.code for code in part.value_codes}
    if ticked & _POSITIVE or _NOT_AT_ALL in ticked:
        return bool(ticked & _POSITIVE)
    return _NONE.fullmatch(fold(part.value or "").strip()) is None
