"""What the judge of our own statements holds against a sentence, as far as it holds against somebody else's too.

A plan may say nothing that its sources don't; a note may. So only what a cited source denies by name counts here: which way
a value moves, a status of something named, a denial of something named.
"""

from collections.abc import Iterator

from careloom.verify.case import Case, Fault, Mention, telling
from careloom.verify.lexicon import LEXICON
from careloom.verify.tokens import Sort

_STATUS = frozenset({"active", "inactive", "resolved", "stopped", "discontinued", "refuted"})
_MOVES = frozenset().union(*LEXICON.direction.values())


def kept(case: Case) -> Iterator[Fault]:
    """The contradictions of a judged case that stand beside a name that the record has."""
    at = {token.start: place for place, token in enumerate(case.parsed.tokens)}
    for fault in case.faults:
        place = at.get(fault.start)
        if not fault.contradicts or place is None or case.parsed.tokens[place].sort is not Sort.WORD:
            continue
        token = case.parsed.tokens[place]
        named = [one for one in case.mentions if telling(one, case.parsed) and _is_whole(one)]
        if fault.kind == "status" and token.key in _MOVES:
            if any(one.moves for one in case.further) and named:
                yield fault
        elif fault.kind == "status" and token.text.lower() in _STATUS:
            if any(one.last < place <= one.last + 5 or place < one.first <= place + 3 for one in named):
                yield fault
        elif fault.kind == "negation" and any(one.first <= place <= one.last for one in named):
            yield fault


def _is_whole(mention: Mention) -> bool:
    return any(title <= mention.words for one in mention.supports for title in one.titles)
