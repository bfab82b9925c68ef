"""Whether two descriptions are of one person: the rules, symmetric and deterministic.

Two people are often alike (twins, a father and a son, namesakes); one person is often spelt in two ways.
An identifier that both bear outweighs a spelling, never a birth date, a sex or a different name.
"""

from dataclasses import dataclass
from enum import Enum

from careloom.identity.seen import Name, Seen

# Shorter given names differ by one letter too easily between siblings (Ana and Ava).
_TYPO_FROM = 5
_JUNIOR = frozenset({"jr", "ii"})


class Same(Enum):
    """What a comparison says; only CONTRADICTED is an error in itself."""

    BY_IDENTIFIER = "an identifier is shared, and nothing contradicts"
    BY_DESCRIPTION = "names, birth date and sex agree, and nothing contradicts"
    NO = "nothing says that they are one person"
    CONTRADICTED = "an identifier is shared by people who contradict each other"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether they are the same, and which part decided (no names, dates or values)."""

    same: Same
    why: str = ""


def compare(one: Seen, other: Seen) -> Answer:
    """Whether two descriptions are of one person. `compare(a, b)` equals `compare(b, a)`."""
    if one.identifiers & other.identifiers:
        part = contradiction(one, other)
        if part:
            return Answer(Same.CONTRADICTED, f"an identifier is shared, but the {part} differs")
        return Answer(Same.BY_IDENTIFIER)
    if _described_alike(one, other):
        return Answer(Same.BY_DESCRIPTION)
    return Answer(Same.NO)


def contradiction(one: Seen, other: Seen) -> str:
    """The part that forbids that two who are said to be one person are; "" where none does (no name, date or value)."""
    if one.births and other.births and not _births_meet(one, other):
        return "birth date"
    if one.sexes and other.sexes and not one.sexes & other.sexes:
        return "sex"
    if not one.names or not other.names:
        return ""
    pairs = [(mine, theirs) for mine in one.names for theirs in other.names]
    pairs = [(mine, theirs) for mine, theirs in pairs if not _suffixes_clash(mine, theirs)]
    if not pairs:
        return "name's suffix"
    strict = one.differs(other)
    pairs = [(mine, theirs) for mine, theirs in pairs if _given_close(mine, theirs, strict=strict)]
    if not pairs:
        return "given name"
    if any(_family_close(mine, theirs) for mine, theirs in pairs):
        return ""
    # A surname changes with a marriage; then the birth date must be stated by both.
    return "" if one.births & other.births else "family name"


def _described_alike(one: Seen, other: Seen) -> bool:
    born = {day for day in one.births & other.births if len(day) == 10}
    if not born or not (_births_all_meet(one) and _births_all_meet(other)):
        return False
    if one.sexes and other.sexes and one.sexes != other.sexes:
        return False
    if one.differs(other):
        return False
    sex_agrees = bool(one.sexes and one.sexes == other.sexes)
    return any(_names_agree(mine, theirs, sex_agrees) for mine in one.names for theirs in other.names)


def _names_agree(mine: Name, theirs: Name, sex_agrees: bool) -> bool:
    if not mine.family or mine.family != theirs.family or not mine.given or not theirs.given:
        return False
    whole = "".join(mine.given) == "".join(theirs.given)
    if mine.suffix != theirs.suffix:
        # One side is silent about the generation: every given name and the sex must speak for it.
        silent = not mine.suffix or not theirs.suffix
        return silent and whole and sex_agrees
    return whole or (mine.given[0] == theirs.given[0] and _middle_agrees(mine, theirs))


def _middle_agrees(mine: Name, theirs: Name) -> bool:
    """Further given names may be missing or an initial; "Mary Ann" and "Mary Beth" are two people."""
    return all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])
        for a, b in zip(mine.given[1:], theirs.given[1:], strict=False)
    )


def _births_meet(one: Seen, other: Seen) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in one.births for b in other.births)


def _births_all_meet(one: Seen) -> bool:
    return all(a.startswith(b) or b.startswith(a) for a in one.births for b in one.births)


def _suffixes_clash(mine: Name, theirs: Name) -> bool:
    if not mine.suffix or not theirs.suffix or mine.suffix == theirs.suffix:
        return False
    return {mine.suffix, theirs.suffix} != _JUNIOR


def _given_close(mine: Name, theirs: Name, *, strict: bool) -> bool:
    """Whether given names can be one person's: equal, an initial, in another order, or one typing error.

    `strict` (another identifier of one system differs) leaves equality alone.
    """
    if not mine.given or not theirs.given or "".join(mine.given) == "".join(theirs.given):
        return True
    if strict:
        return mine.given[0] == theirs.given[0]
    first, second = mine.given[0], theirs.given[0]
    if first in theirs.given or second in mine.given:
        return True
    if min(len(first), len(second)) == 1:
        return first[0] == second[0]
    return _typed_alike(first, second)


def _family_close(mine: Name, theirs: Name) -> bool:
    if not mine.family or not theirs.family:
        return True
    a, b = sorted((mine.family, theirs.family), key=len)
    # One of two surnames left out ("Garcia" for "Garcia Lopez") or one typing error.
    return (len(a) >= 3 and (b.startswith(a) or b.endswith(a))) or _typed_alike(a, b)


def _typed_alike(a: str, b: str) -> bool:
    """Whether one typing error (a letter more, less, other, or two swapped) lies between two words."""
    if a == b:
        return True
    if max(len(a), len(b)) < _TYPO_FROM or abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
        return swapped or a[start + 1 :] == b[start + 1 :]
    shorter, longer = sorted((a, b), key=len)
    return shorter[start:] == longer[start + 1 :]
