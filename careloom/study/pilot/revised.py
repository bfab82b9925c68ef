"""Revised: how far what was signed is from its draft, and whether that was a substantial revision.

Source   word edit distance: Levenshtein 1966, over the longer of the two texts; the threshold is the protocol's
Misses   a change of one word that turns the meaning of a line of a general class
"""

from collections.abc import Sequence
from dataclasses import dataclass

from careloom.care.document import ContentClass, Proposal, Statement

# A changed or struck line of these classes is substantial however few its words are.
WEIGHTY = frozenset(
    {
        ContentClass.PLAN_CHANGE,
        ContentClass.MEDICATION_CHANGE,
        ContentClass.DIAGNOSTIC_IMPRESSION,
        ContentClass.UNCLEAR,
    }
)
# From so many words on only the first so many are compared: the distance grows with their product.
MOST_WORDS = 4000
# The states of a document whose draft was not taken.
SENT_BACK = ("on-hold", "revoked", "entered-in-error")


@dataclass(frozen=True, slots=True)
class Revision:
    """`percent` of the words changed, how many lines of a weighty class changed or struck, whether it was sent back, and `substantial` by the rule."""

    percent: float
    weighty: int
    sent_back: bool
    substantial: bool


def revision(drafted: Proposal, now: Proposal, edited: float) -> Revision:
    """How a decided document differs from its draft; `edited` is the share (percent) of words from which on it is substantial."""
    before = list(drafted.document.statements)
    after = [one for one in now.document.statements if one.id not in now.struck]
    percent = 100 * distance(_words(before), _words(after))
    left = {one.id: one.text for one in after}
    weighty = sum(one.content_class in WEIGHTY and left.get(one.id) != one.text for one in before)
    back = now.status in SENT_BACK
    return Revision(percent, weighty, back, back or weighty > 0 or percent >= edited)


def distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Fewest insertions, deletions and exchanges of words between two texts, over the length of the longer one (0 to 1)."""
    one, other = one[:MOST_WORDS], other[:MOST_WORDS]
    longer = max(len(one), len(other))
    if not longer or one == other:
        return 0.0
    head = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    one, other = one[head:], other[head:]
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, against in enumerate(other, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (word != against)),
            )
    return row[-1] / longer


def _words(lines: Sequence[Statement]) -> list[str]:
    return [word for line in lines for word in line.text.lower().split()]
