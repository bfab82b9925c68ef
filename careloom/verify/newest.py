"""Is what is told as the newest result ("the latest HbA1c is …", "eGFR now …") the record's newest?

Source   the record's own results, by the day on which each was taken
Misses   a result that is told as the present one by its tense alone; a measurement that knowledge doesn't name; of two
         results of one day which came first; a name too far from its number to be its own
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from careloom.care.entry import Entry
from careloom.knowledge.labs import Labs
from careloom.verify.case import Case, Fault
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.measures import Value
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token, unit_named

_SUPERLATIVE = frozenset(map(stem, ("latest", "newest")))
_PRESENT = frozenset(map(stem, ("current", "currently", "now", "today", "presently")))
# What may stand between such a word and the number without telling of another time or another thing.
_OF_RESULTS = frozenset(
    map(
        stem,
        (
            "result",
            "value",
            "level",
            "reading",
            "measurement",
            "recorded",
            "measured",
            "known",
            "available",
            "test",
            "lab",
            "laboratory",
            "stands",
            "reads",
            "shows",
            "about",
            "around",
        ),
    )
)
# With these another number, or another time, is spoken of than the present one.
_AWAY = frozenset(
    map(
        stem,
        (
            "from",
            "than",
            "since",
            "but",
            "and",
            "then",
            "until",
            "before",
            "while",
            "when",
            "if",
            "other",
            "another",
        ),
    )
)
# The words of a sentence that limit which results it speaks of.
_LIMITS = frozenset(map(stem, ("before", "until", "prior", "preceding", "till")))


class Newest(NamedTuple):
    """The results of a measurement's newest day (ISO), and the entries that they stand in."""

    day: str
    values: tuple[Value, ...]
    entries: tuple[str, ...]


def newest_results(entries: Iterable[Entry], labs: Labs, as_of: Collection[date]) -> Mapping[str, Newest]:
    """Of each measurement of the patient (by its concept) the newest plausible results up to the last of these days."""
    last = max(as_of).isoformat()
    found: dict[str, Newest] = {}
    for entry in entries:
        day = entry.happened.day.isoformat() if entry.happened else ""
        if (
            entry.kind != "Observation"
            or not day
            or day > last
            or entry.subject != "patient"
            or entry.negated
        ):
            continue
        if {entry.status or "", entry.certainty} & LEXICON.void:
            continue
        for codes, text, digits, unit in (
            (entry.codes, entry.text, entry.value, entry.unit),
            *((part.codes, part.text, part.value, part.unit) for part in entry.components),
        ):
            lab = labs.find(codes, text) if digits else None
            amount = lab.canonical(digits, unit) if lab else None
            if lab is None or amount is None or not lab.plausible(digits, unit):
                continue
            known = found.get(lab.concept)
            if known is None or day > known.day:
                known = Newest(day, (), ())
            if day == known.day:
                value = Value(amount, unit_named(lab.unit), lab)
                found[lab.concept] = Newest(day, (*known.values, value), (*known.entries, entry.id))
    return found


def check_newest(case: Case, newest: Mapping[str, Newest]) -> None:
    """Hold against a statement a result that it tells as the newest, where the record has another of a later day."""
    tokens = case.parsed.tokens
    if any(token.key in _LIMITS for token in tokens):
        return
    for place, token in enumerate(tokens):
        if token.sort is not Sort.NUMBER or not _may_be_newest(tokens) or case.is_free(place):
            continue
        if case.tells_of_source(place):
            continue
        told = [one for one in case.about(place) if one.dates and _said_by(one, token)]
        # A number may be part of a name: that of "PHQ-9" is no result of it.
        parts = frozenset(digits for one in told for digits, _ in one.named_by)
        names = frozenset().union(parts, *(one.names for one in told))
        if not told or not is_told_as_newest(tokens, place, names):
            continue
        of = {concept for one in told for concept in _measured(one, token)}
        for known in (newest[concept] for concept in sorted(of) if concept in newest):
            days = {day for one in told for day in one.dates}
            if known.day not in days and not any(_is_said(value, token) for value in known.values):
                case.faults.append(Fault("result", token.text, token.start, token.end, True, known.entries))


def is_told_as_newest(
    tokens: Sequence[Token], place: int, names: Collection[str], *, by_tense: bool = True
) -> bool:
    """Whether a number is told as the present one; `names` are the stems of what it measures, and the numbers in its name.

    It is by a word for it, or (`by_tense`) by "is" where the sentence names no day.
    """
    dated = not by_tense or any(token.sort is Sort.DATE for token in tokens)
    for at in range(place - 1, -1, -1):
        if _is_of_now(tokens, at) or (tokens[at].key == "last" and tokens[at + 1].key in names):
            return True
        if tokens[at].key == "is" and not dated:
            return True
        if not _is_between(tokens[at], names):
            break
    for at in range(place + 1, len(tokens)):
        if _is_of_now(tokens, at):
            return not _leads_to_a_number(tokens, at, names)
        if not _is_between(tokens[at], names):
            break
    return False


def _may_be_newest(tokens: Sequence[Token]) -> bool:
    return any(_is_of_now(tokens, at) or one.key in ("last", "is") for at, one in enumerate(tokens))


def _is_of_now(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if token.sort is not Sort.WORD:
        return False
    if token.key in _SUPERLATIVE or token.key in _PRESENT:
        return True
    return token.key == "recent" and place > 0 and tokens[place - 1].key == "most"


def _is_between(token: Token, names: Collection[str]) -> bool:
    if token.sort is Sort.DATE:
        return True
    if token.sort is Sort.STOP:
        return token.key in ("(", ")", ":")
    if token.sort is Sort.NUMBER:
        return token.key in names
    if token.sort is not Sort.WORD or token.key in _AWAY:
        return False
    return token.key in names or token.key in LEXICON.small or token.key in _OF_RESULTS or token.key == "most"


def _leads_to_a_number(tokens: Sequence[Token], place: int, names: Collection[str]) -> bool:
    for token in tokens[place + 1 :]:
        if token.sort is Sort.NUMBER:
            return True
        if not _is_between(token, names):
            return False
    return False


def _said_by(support: Support, token: Token) -> bool:
    return support.holds(token.key, token.unit) or any(_is_said(value, token) for value in support.values)


def _is_said(value: Value, token: Token) -> bool:
    """Whether a number is that value; of a pair ("154/88") the first half is the systolic pressure."""
    return value.fits(token.key.partition("/")[0], token.unit)


def _measured(support: Support, token: Token) -> set[str]:
    if "/" in token.key:
        return {"systolic"} if support.holds(token.key, token.unit) else set()
    return {value.lab.concept for value in support.values if value.lab and value.fits(token.key, token.unit)}
