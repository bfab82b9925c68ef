"""What the judge of our own statements holds against a sentence, as far as it holds against somebody else's too.

A plan may say nothing that its sources don't; a note may. So only the way in which a value moves counts here, where the record
has a trend of it.
"""

from collections.abc import Iterator

from careloom.verify.case import Case, Fault, Mention, telling
from careloom.verify.lexicon import LEXICON

# "Writes it down" and "follow-up" tell of no value.
_PARTICLES = frozenset({"up", "down", "over", "on"})
_MOVES = frozenset().union(*LEXICON.direction.values()) - _PARTICLES


def kept(case: Case) -> Iterator[Fault]:
    """The contradictions of a judged case about the way in which something named moves; a goal tells of what is not yet so."""
    if any(token.key == "goal" for token in case.parsed.tokens[:3]):
        return
    at = {token.start: token for token in case.parsed.tokens}
    named = [one for one in case.mentions if telling(one, case.parsed) and _is_whole(one)]
    for fault in case.faults:
        token = at.get(fault.start)
        moves = token is not None and fault.kind == "status" and token.key in _MOVES
        if fault.contradicts and moves and named and any(one.moves for one in case.further):
            yield fault


def _is_whole(mention: Mention) -> bool:
    return any(title <= mention.words for one in mention.supports for title in one.titles)
