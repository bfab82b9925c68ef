"""Who is hurt by whom, where a note says "hit her head": an accident of one's own, or done by somebody else.

So with what is taken, kept or read: "takes her pills" is her own doing, "he takes her pills" is not.

"Her" is whom somebody hits and whose head it is, "his" only the latter; both are read by the verb's subject, so that a
woman's fall is told as a man's is.

Misses   a subject in the sentence before; a relative who hurts a part of their own body and is of the same pronoun ("her
         mother hit her head") counts as one who did it to the patient; Spanish, where one's own is "se golpeó la cabeza"
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix(".toml")
# A subject stands so far before its verb, in the same clause.
REACH = 120
_ENDS = re.compile(r"[.;:!?\n]")
_WORD = re.compile(r"[a-z][a-z']*")
_OWN = {"he": "his", "she": "her", "they": "their", "i": "my"}
_POSSESSIVE = frozenset(_OWN.values())


class Accident(NamedTuple):
    """Where somebody's own injury stands in a folded text: from its verb to the part of the body."""

    start: int
    end: int

    def tells(self, start: int, end: int) -> bool:
        """Whether words found at this place are of the accident, and so of nobody who did it."""
        return start < self.end and self.start < end and (start >= self.start or end <= self.end)


@cache
def _words() -> dict[str, frozenset[str]]:
    return {key: frozenset(words.split()) for key, words in tomllib.loads(FILE.read_text("utf-8")).items()}


@cache
def _injury() -> re.Pattern[str]:
    words = {key: "|".join(sorted(every, key=len, reverse=True)) for key, every in _words().items()}
    return re.compile(
        rf"\b(?P<verb>{words['verbs']}) (?:(?:up|on|down|out|over) )?(?P<whose>his|her|their|my) "
        rf"(?:(?:{words['describing']}) ){{0,2}}(?:(?P<part>{words['parts']})|(?P<thing>{words['things']}))\b"
    )


@cache
def _handling() -> re.Pattern[str]:
    words = {key: "|".join(sorted(every, key=len, reverse=True)) for key, every in _words().items()}
    return re.compile(
        rf"\b(?P<verb>{words['handles']}) (?:away )?(?:all )?(?:of )?(?P<whose>his|her|their|my) "
        rf"(?:[a-z-]+ ){{0,2}}?(?:(?P<care>{words['care']})|(?P<thing>{words['kept']}))\b(?! (?:away|from (?:him|her|them|me))\b)"
    )


def handled(folded: str) -> Iterator[Accident]:
    """Each thing in a folded sentence that somebody takes, keeps or reads of their own ("takes her pills with breakfast").

    What serves care may be kept or held by another, too ("her son holds her walker"); who takes it away is told of.
    """
    for found in _handling().finditer(folded):
        helps = found["care"] and found["verb"] in _words()["helping"]
        if helps or not _by_another(folded, found):
            yield Accident(found.start(), found.end())


def accidents(folded: str) -> Iterator[Accident]:
    """Each injury in a folded sentence that somebody did to themselves, and each thing that was only moved or met."""
    for found in _injury().finditer(folded):
        gentle = found["thing"] and found["verb"] in _words()["gentle"]
        if gentle or not _by_another(folded, found):
            yield Accident(found.start(), found.end())


def _by_another(folded: str, found: re.Match[str]) -> bool:
    """Whether the verb's subject is somebody else than whose body or thing it is: the nearest person before it in its clause."""
    known, whose = _words(), found["whose"]
    ends = [one.end() for one in _ENDS.finditer(folded, 0, found.start())]
    clause = max([*ends[-1:], found.start() - REACH, 0])
    stop = _ENDS.search(folded, found.end())
    if known["meant"].intersection(_WORD.findall(folded, clause, stop.start() if stop else len(folded))):
        return True
    before = _WORD.findall(folded, clause, found.start())
    for place in range(len(before) - 1, -1, -1):
        word = before[place]
        if word in known["accident"] or word in known["self"]:
            return word in known["self"] and before[max(0, place - 1)] == "another"
        if word in _OWN:
            return _OWN[word] != whose
        if word in known["others"]:
            owner = before[place - 1] if place and before[place - 1] in _POSSESSIVE else ""
            ahead = place - 1 - bool(owner)
            if ahead < 0 or before[ahead] not in known["apart"]:
                return not owner or owner == whose
    return False
