"""Matched: the lines of two documents of one case side by side: in both, in one alone, or against each other.

Lines are paired the likeliest first, each once: by the drugs and conditions in them, what they cite, and their other words; the same part and
kind of line speak for a pair. Paired lines are against each other where they give one thing another dose, value, direction, date or owner.

Misses   two lines of one document that say together what one of the other says: one of them stands alone; words without a known concept that mean
         the same are paired only where they are the same words
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from careloom.study.parallel.items import Amount, Item

# What speaks for a pair, and from which sum on two lines are one.
CONCEPTS, CITED, WORDS, SAME_PART, SAME_KIND = 3.0, 2.0, 3.0, 0.5, 0.5
ENOUGH = 2.0
# Of what is to be done or reached a shared condition alone is no pair: so many of the other words are shared, too.
SHARED_WORDS = 0.2
# Whatever they name, lines that share so many of all their words are one.
SAME_WORDS = 0.6
# What is told of the patient, what is to be reached, and what is to be done.
TOLD = "told"
GROUP = {"fact": TOLD, "concern": TOLD, "gap": TOLD, "goal": "goal", "activity": "activity"}
# Days that lie so near are the same.
NEAR_DAYS = 7


class Facet(StrEnum):
    """In what two lines about one thing are against each other."""

    DOSE = "dose"
    VALUE = "value"
    DIRECTION = "direction"
    DATE = "date"
    OWNER = "owner"


class Kind(StrEnum):
    """How two documents differ in something."""

    ONLY_HAND = "only_hand"
    ONLY_DRAFT = "only_draft"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Difference:
    """One of them. `id` follows from the lines; one side is None where it says nothing of it; `facets` are in what the two are against each other."""

    id: str
    kind: Kind
    hand: Item | None
    draft: Item | None
    facets: tuple[Facet, ...] = ()

    @property
    def section(self) -> str:
        """In which part it stands."""
        told = self.hand or self.draft
        assert told is not None
        return told.section


@dataclass(frozen=True, slots=True)
class Compared:
    """Two documents side by side: lines that say the same (by hand, by draft), and the differences."""

    both: tuple[tuple[Item, Item], ...]
    differences: tuple[Difference, ...]

    def number(self, kind: Kind) -> int:
        """How many differences of a kind there are."""
        return sum(one.kind is kind for one in self.differences)


def compared(hand: Sequence[Item], draft: Sequence[Item]) -> Compared:
    """The lines by hand and by draft, each in exactly one place of what comes out."""
    pairs = sorted(
        ((-likeness, one.id, other.id) for one in hand for other in draft if (likeness := like(one, other))),
    )
    of_hand, of_draft = {one.id: one for one in hand}, {one.id: one for one in draft}
    both: list[tuple[Item, Item]] = []
    found: list[Difference] = []
    for _, one_id, other_id in pairs:
        if one_id not in of_hand or other_id not in of_draft:
            continue
        one, other = of_hand.pop(one_id), of_draft.pop(other_id)
        if facets := against(one, other):
            found.append(Difference(_named(one, other), Kind.AGAINST, one, other, facets))
        else:
            both.append((one, other))
    found += [Difference(_named(one, None), Kind.ONLY_HAND, one, None) for one in of_hand.values()]
    found += [Difference(_named(None, one), Kind.ONLY_DRAFT, None, one) for one in of_draft.values()]
    return Compared(tuple(both), tuple(found))


def like(one: Item, other: Item) -> float:
    """How much speaks for it that two lines are about one thing; 0.0 where it isn't enough."""
    words, cited = _shared(one.words, other.words), _shared(one.citations, other.citations)
    said, drugs = _shared(one.said, other.said), bool(one.drugs & other.drugs)
    if one.drugs and other.drugs and not drugs:
        return 0.0
    if GROUP.get(one.kind) != GROUP.get(other.kind) and not drugs and said < SAME_WORDS:
        return 0.0
    shared = (one.concepts - one.measured) & (other.concepts - other.measured)
    told = GROUP.get(one.kind) == TOLD and bool(shared)
    alike = words >= SHARED_WORDS or drugs or bool(one.measured & other.measured)
    if not (told or alike or said >= SAME_WORDS):
        return 0.0
    total = CONCEPTS * _shared(one.concepts, other.concepts) + CITED * cited + WORDS * max(words, said)
    total += SAME_PART * (one.section == other.section) + SAME_KIND * (one.kind == other.kind)
    return total if total >= ENOUGH else 0.0


def against(one: Item, other: Item) -> tuple[Facet, ...]:
    """In what two lines about one thing are against each other; nothing where one says no more of it than the other."""
    shared = one.concepts & other.concepts
    opposed = bool(one.action and other.action and one.action != other.action)
    opposed |= bool(one.sides and other.sides and not one.sides & other.sides)
    opposed |= (one.denied & shared) != (other.denied & shared)
    is_so = {
        Facet.DOSE: _differ(one.doses, other.doses),
        Facet.VALUE: _differ(one.values, other.values),
        Facet.DIRECTION: opposed,
        Facet.DATE: _apart(one.days, other.days),
        Facet.OWNER: bool(one.owner and other.owner and one.owner != other.owner),
    }
    return tuple(facet for facet, holds in is_so.items() if holds)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of all of them that both have, 0 where one has none."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _differ(one: Iterable[Amount], other: Iterable[Amount]) -> bool:
    """Whether both give numbers of one unit, and none of them is the same."""
    ours, theirs = _by_unit(one), _by_unit(other)
    return any(not ours[unit] & theirs[unit] for unit in ours.keys() & theirs.keys())


def _by_unit(amounts: Iterable[Amount]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for number, unit in amounts:
        found[unit].add(number)
    return found


def _apart(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both name whole days, and none lies near one of the other's."""
    ours, theirs = _days(one), _days(other)
    if not ours or not theirs:
        return False
    return all(abs((a - b).days) > NEAR_DAYS for a in ours for b in theirs)


def _days(said: Iterable[str]) -> list[date]:
    found = []
    for text in said:
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            continue  # A month, a year or a span: no day that could be another one.
    return found


def _named(one: Item | None, other: Item | None) -> str:
    said = "\x1f".join((one.id if one else "", other.id if other else ""))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
