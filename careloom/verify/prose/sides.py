"""Is something on the side of the body on which the record has it?

Misses   sides told by "the other"; organs whose parts are left and right; a thing that the record has without a side
"""

import re
from collections.abc import Iterator, Sequence

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import SIDES, Line
from careloom.verify.tokens import Sort

_NO_SIDE = re.compile(
    r"^(?:ventric|atri|heart|bundle|cardiac|colon|shunt|hand(?:ed|ness)|axis|coronary|anterior|circumflex|main)|"
    r"^(?:home|against|before|away|now|here|after|the|over|with|for|at|to|out|in|alone)\b",
    re.I,
)
_REACH = 3


def sides(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of a side: all that the record has of what the sentence names there is on the other."""
    found = line.parsed.tokens
    for place, token in enumerate(found):
        if token.sort is not Sort.WORD or token.key not in ("left", "right"):
            continue
        following = [
            one for one in found[place + 1 : place + 1 + _REACH] if one.sort in (Sort.WORD, Sort.DRUG)
        ]
        if following and _NO_SIDE.match(following[0].text):
            continue
        body = {one.key for one in following if one.key not in LEXICON.small and one.key not in SIDES}
        body -= _NOTHING
        if not body or line.says(token.start, token.end) == "family":
            continue
        having = [
            one
            for one in held.things
            if one.sides and one.was and _is_there(body, following[0].key, one.words)
        ]
        meant = _nearest(having, line)
        here = frozenset().union(*(one.sides for one in meant))
        if meant and token.key not in here and "bilateral" not in here and not _both(line):
            ids = tuple(one.entry.id for one in meant)
            yield Fault("side", token.text, token.start, token.end, contradicts=True, evidence=ids)


_NOTHING = frozenset(
    {"side", "sid", "sided", "pain", "was", "is", "has", "with", "and", "on", "today", "also", "both"}
)


def _is_there(body: set[str], first: str, words: frozenset[str]) -> bool:
    """Whether an entry is of the part of the body that stands behind a side."""
    return first in words or len(body & words) >= 2 or (len(body) == 1 and body <= words)


def _both(line: Line) -> bool:
    return "bilateral" in line.keys or "both" in line.keys or {"left", "right"} <= line.keys


def _nearest(having: Sequence[Thing], line: Line) -> Sequence[Thing]:
    """Of entries that may be meant those that the sentence names most fully."""
    sizes = [max((len(title) for title in one.titles if title <= line.keys), default=0) for one in having]
    return [one for one, size in zip(having, sizes, strict=True) if size == max(sizes)]
