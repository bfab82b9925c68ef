"""What a sentence affirms and what it denies: clauses, and the reach of its negations."""

from collections.abc import Container, Sequence
from typing import NamedTuple

from careloom.verify.lexicon import LEXICON
from careloom.verify.tokens import Sort, Token

_BREAKS = frozenset(
    {"but", "becaus", "whil", "although", "though", "whereas", "so", "unless", "which", "until", "if"}
)
_STOPS = frozenset(";:,.()!?—–[]•\n")
_JOINS = frozenset({"and", "or", "nor"})
_AUXILIARIES = frozenset(
    {"is", "are", "wa", "was", "were", "be", "been", "being", "has", "have", "had", "get", "got"}
)
_OF_NAMES = frozenset({"without", "except", "excluding", "exclud", "lacking", "lack"})
_CUES = LEXICON.forward | LEXICON.whole | {"deny", "deni"}
_NT = ("n't", "n’t")
_AT_MOST = (["more", "than"], ["less", "than"], ["fewer", "than"], ["later", "than"])
# "Noted" and "note" have the stem of "not".
_NOTING = frozenset({"note", "noted", "notes"})
_DENYING = frozenset({"patient", "who", "she", "he", "they", "and", "mother", "father"})


class Clause(NamedTuple):
    """Tokens `first` up to, not including, `last`; `cues` are the places of its negations."""

    first: int
    last: int
    cues: tuple[int, ...]


class Polarity(NamedTuple):
    """For each token: is it denied. `cues` are the places of all negations, `clauses` those that hold one."""

    denied: tuple[bool, ...]
    clauses: tuple[Clause, ...]
    cues: frozenset[int]


def polarity(found: Sequence[Token], inert: Container[int] = ()) -> Polarity:
    """Which tokens stand under a negation. "no" and "without" reach forward to the end of their clause,
    "not", "none" and "never" over the whole clause; two of them in one clause cancel out. Negations at the
    places `inert` belong to wording that is quoted as it is, and reach nothing.
    """
    cues = [
        place
        for place, token in enumerate(found)
        if (token.key in _CUES or token.key.endswith(_NT)) and place not in inert and _is_cue(found, place)
    ]
    denied = [False] * len(found)
    if not cues:
        return Polarity(tuple(denied), (), frozenset())
    clauses: list[Clause] = []
    first = 0
    for last in ends(found):
        here = tuple(cue for cue in cues if first <= cue < last)
        for cue in here:
            start, end = reach(found, cue, first, last)
            for place in range(start, end):
                denied[place] ^= True
        if here:
            clauses.append(Clause(first, last, here))
        first = last
    return Polarity(tuple(denied), tuple(clauses), frozenset(cues))


def ends(found: Sequence[Token]) -> list[int]:
    """The places at which clauses end; the last is the end of the text."""
    places = [
        place + (token.sort is Sort.STOP)
        for place, token in enumerate(found)
        if place
        and not (token.key == "," and _is_in_a_list(found, place))
        and (
            (token.sort is Sort.STOP and token.key in _STOPS)
            or (token.sort is Sort.WORD and token.key in _BREAKS)
        )
    ]
    return [*places, len(found)] if not places or places[-1] != len(found) else places


def _is_in_a_list(found: Sequence[Token], comma: int) -> bool:
    """Whether a comma stands in what a "no" denies altogether ("No X, Y or Z is recorded")."""
    for token in reversed(found[:comma]):
        if token.key in LEXICON.forward:
            break
        if token.key in _AUXILIARIES or (token.sort is Sort.STOP and token.key != ","):
            return False
    else:
        return False
    for token in found[comma + 1 :]:
        if token.key in ("or", "nor"):
            return True
        if token.key in _AUXILIARIES or (token.sort is Sort.STOP and token.key != ","):
            return False
    return False


def _is_cue(found: Sequence[Token], place: int) -> bool:
    token = found[place]
    if token.sort is not Sort.WORD:
        return False
    before = found[place - 1].key if place else ""
    if token.key in ("deny", "deni"):
        return token.text.lower() != "denied" or place == 0 or before in _DENYING
    if token.key == "miss" and token.text.lower() != "missing":
        return False  # "a missed visit" says that there was one to come to.
    if token.key == "not" and (before == "or" or token.text.lower() in _NOTING):
        return False
    if token.key == "no" and [one.key for one in found[place + 1 : place + 3]] in _AT_MOST:
        return False
    if token.key == "no" and place + 1 < len(found) and found[place + 1].sort is Sort.NUMBER:
        return False
    return (
        token.key in LEXICON.forward
        or token.key in LEXICON.whole
        or token.text.lower().endswith(("n't", "n’t"))
    )


def reach(found: Sequence[Token], cue: int, first: int, last: int) -> tuple[int, int]:
    """From where to where a negation reaches inside its clause."""
    end = next((place for place in range(cue + 1, last) if found[place].key == "and"), last)
    if found[cue].key in _OF_NAMES:
        return cue, next((place for place in range(cue + 1, end) if found[place].key in _AUXILIARIES), end)
    if found[cue].key in LEXICON.forward or found[cue].key in ("deny", "deni"):
        return cue, last if _shares_verb(found, end, last) else end
    start = cue
    while start > first and found[start - 1].key != "and":
        start -= 1
    return start, end


def _shares_verb(found: Sequence[Token], joined: int, last: int) -> bool:
    """Whether what follows "and" has no verb of its own before the clause's verb ("no X and Y is seen")."""
    rest = [token.key for token in found[joined + 1 : last]]
    return len(rest) < 4 and not any(key in _AUXILIARIES for key in rest[1:])
