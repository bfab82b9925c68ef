"""Is a dispute told as the record has it? Who says what stands in its own words, source by source."""

import re
from collections.abc import Sequence

from careloom.verify.case import Case, Fault
from careloom.verify.lexicon import stem
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_DIFFER = frozenset({"differ", "disagre", "disagree", "contradict"})
_SOURCE = re.compile(r"\((?P<system>[^(),;]*[^\W\d_][^(),;]*), (?P<day>\d{4}-\d\d-\d\d)\)")
_JOINTS = re.compile(r"[^\w./%-]+|\bon\b|\.(?=\s|$)")


def check_disputes(case: Case) -> None:
    """Hold against "Sources differ on X: …; …." or "Only some sources list X: …; …." each part that isn't a part of the record's reason.

    Doses are checked number by number, each against the source that is named beside it.
    """
    found = case.parsed.tokens
    keys = {token.key for token in found}
    told = next(
        (at for at, one in enumerate(found) if one.key in _DIFFER or _is_some(found[at : at + 2])), None
    )
    if told is None:
        return
    disputes = [support for support in case.further if support.disputed]
    if not disputes and case.guidance is None and "sourc" in keys:
        # No dispute of the record, or not each of its sides is cited.
        case.fault("citation", told)
        return
    if "dose" in keys or "dos" in keys:
        _check_sources(case)
        return
    colon = next((place for place, token in enumerate(found) if token.key == ":"), None)
    if colon is None or not disputes:
        return
    for cue in case.polarity.cues:
        if cue < colon:
            case.fault("negation", cue, contradicts=True)
    start = colon + 1
    for place in range(start, len(found) + 1):
        if place == len(found) or (found[place].sort is Sort.STOP and found[place].key == ";"):
            if start < place and not _is_told(
                case.parsed.text[found[start].start : found[place - 1].end], disputes
            ):
                case.fault("quotation", start, contradicts=True)
            start = place + 1


def _is_some(pair: Sequence[Token]) -> bool:
    return [one.key for one in pair] == ["some", "sourc"]


def _check_sources(case: Case) -> None:
    """Hold against the statement a source of a dose ("… (harbor pharmacy, 2026-10-06)") that has nothing cited of that day."""
    for found in _SOURCE.finditer(case.parsed.text):
        name = frozenset(stem(word) for word in re.findall(r"[^\W_]+", found["system"]))
        if not any(name in one.systems and one.dated(found["day"]) for one in case.entries):
            case.faults.append(Fault("quotation", found["system"], *found.span("system"), contradicts=True))


def _is_told(part: str, disputes: list[Support]) -> bool:
    return any(f" {_plain(part)} " in f" {_plain(support.text)} " for support in disputes)


def _plain(text: str) -> str:
    return " ".join(_JOINTS.sub(" ", text.lower().replace("_", " ")).split())
