"""Blinded: two documents as A and B for whoever judges, in an order drawn from the run's seed.

What is hidden: who wrote, when, in how many minutes, which line a machine worded, how sure a check was, what each cites, and the order in which
lines stand. What can't be: the words themselves, how many there are, and that one of the two may stand in the chart (docs/parallel.md).
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careloom.care.parallel import Right, Side
from careloom.study.parallel.items import Item
from careloom.study.parallel.matched import Compared, Difference, Facet


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference as it is judged: what A and what B say ("" for nothing), in which part, and in what the two are against each other."""

    id: str
    section: str
    a: str
    b: str
    facets: tuple[Facet, ...]


def hand_is_a(seed: bytes, case: str) -> bool:
    """Whether the document by hand of a case is shown as A."""
    return _drawn(seed, f"{case} order")[0] & 1 == 0


def shown(compared: Compared, seed: bytes, case: str) -> tuple[Shown, ...]:
    """The differences to judge, in an order of their own."""
    first = hand_is_a(seed, case)

    def one(difference: Difference) -> Shown:
        hand, draft = _plain(difference.hand), _plain(difference.draft)
        a, b = (hand, draft) if first else (draft, hand)
        return Shown(difference.id, difference.section, a, b, difference.facets)

    return tuple(map(one, _mixed(compared.differences, seed, case)))


def alike(compared: Compared, seed: bytes, case: str) -> tuple[tuple[str, str], ...]:
    """What both say, as (A, B), by part: for reading, nothing of it is judged."""
    first = hand_is_a(seed, case)
    told = sorted(compared.both, key=lambda pair: (pair[0].section, _drawn(seed, f"{case} {pair[0].id}")))
    return tuple(
        (_plain(one), _plain(other)) if first else (_plain(other), _plain(one)) for one, other in told
    )


def who_was_right(right: Right, *, hand_first: bool) -> frozenset[Side]:
    """The sides that were right, from what was said of A and B."""
    both = frozenset(Side)
    of_a, of_b = (Side.HAND, Side.DRAFT) if hand_first else (Side.DRAFT, Side.HAND)
    return {
        Right.A: frozenset({of_a}),
        Right.B: frozenset({of_b}),
        Right.BOTH: both,
        Right.NEITHER: frozenset[Side](),
    }[right]


def is_drawn(seed: bytes, what: str, percent: float) -> bool:
    """Whether something falls into a share, which follows from the seed alone."""
    return int.from_bytes(_drawn(seed, what)[:8]) < percent / 100 * 2**64


def order(seed: bytes, what: str, people: Iterable[str]) -> tuple[str, ...]:
    """People in an order drawn for something."""
    return tuple(sorted(people, key=lambda one: (_drawn(seed, f"{what} {one}"), one)))


def _mixed(differences: Sequence[Difference], seed: bytes, case: str) -> list[Difference]:
    """By part, within one as drawn: else everything that one document alone says would stand together."""
    return sorted(differences, key=lambda one: (one.section, _drawn(seed, f"{case} {one.id}")))


def _plain(item: Item | None) -> str:
    """A line without what tells how it was set: runs of spaces, the last stop, a small first letter."""
    if item is None:
        return ""
    text = " ".join(item.text.split()).rstrip(" .;")
    return text[:1].upper() + text[1:]


def _drawn(seed: bytes, what: str) -> bytes:
    return hmac.new(seed, what.encode(), hashlib.sha256).digest()
