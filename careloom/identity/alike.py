"""Two patients of ours who may be one person: for somebody to look at, never to merge."""

from careloom.identity.compare import Same, compare
from careloom.identity.seen import Seen


def alike(one: Seen, other: Seen) -> str:
    """Why two patients kept apart may be one person (no names or dates); "" where nothing says so.

    Twins whose given names begin with the same letter are named too: a mix-up is as likely as a double.
    """
    answer = compare(one, other)
    if answer.same is Same.CONTRADICTED:
        return answer.why
    if answer.same is not Same.NO:
        return "they are described alike, and kept apart because a source numbers them differently"
    if not one.births & other.births or (one.sexes and other.sexes and not one.sexes & other.sexes):
        return ""
    for mine in one.names:
        for theirs in other.names:
            if mine.family == theirs.family and _first(mine.given) == _first(theirs.given):
                return "birth date, family name and first letter agree"
            if mine.given and mine.given == theirs.given and mine.family != theirs.family:
                return "birth date and given names agree, the family name differs"
    return ""


def _first(given: tuple[str, ...]) -> str:
    return given[0][:1] if given else ""
