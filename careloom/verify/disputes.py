"""Is a dispute told as the record has it? Who says what stands in its own words, source by source."""

import re

from careloom.verify.case import Case
from careloom.verify.support import Support
from careloom.verify.tokens import Sort

_DIFFER = frozenset({"differ", "disagre", "disagree", "contradict"})
_JOINTS = re.compile(r"[^\w./%-]+|\bon\b|\.(?=\s|$)")


def check_disputes(case: Case) -> None:
    """Hold against "Sources differ on X: …; …." each part that isn't a part of the record's reason.

    Doses are checked number by number, each against the source that is named beside it.
    """
    found = case.parsed.tokens
    keys = {token.key for token in found}
    if not keys & _DIFFER or "dose" in keys or "dos" in keys:
        return
    colon = next((place for place, token in enumerate(found) if token.key == ":"), None)
    disputes = [support for support in case.further if support.disputed]
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


def _is_told(part: str, disputes: list[Support]) -> bool:
    return any(f" {_plain(part)} " in f" {_plain(support.text)} " for support in disputes)


def _plain(text: str) -> str:
    return " ".join(_JOINTS.sub(" ", text.lower().replace("_", " ")).split())
