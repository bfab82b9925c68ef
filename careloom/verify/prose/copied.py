"""Is a sentence one of the record's own notes, or such a sentence with a word changed?

Misses   a sentence that was put in other words
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line

_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*%?")
_LIKE = 0.75
_FEWEST = 5
_DENIALS = LEXICON.forward | LEXICON.whole


def is_copied(line: Line, held: Held) -> bool:
    """Whether a note of the record has this very sentence."""
    return _words(line) in held.noted_words


def changed(line: Line, held: Held) -> Iterator[Fault]:
    """The words in which a sentence differs from the one of a note that is otherwise the same.

    Where the text copies a note, that is the sentence that stands in its place there.
    """
    said = list(_WORD.finditer(line.text))
    keys = [word.group().lower() for word in said]
    found = _alike(keys, held) if len(keys) >= _FEWEST else None
    told, entry = found or _in_its_place(line, held)
    if not told:
        return
    for what, first, last, start, end in SequenceMatcher(None, told, keys, autojunk=False).get_opcodes():
        other = what == "replace" and _tells(told[first:last]) and _tells(keys[start:end])
        if what != "equal" and (other or _denies(told[first:last]) != _denies(keys[start:end])):
            left = said[min(start, len(said) - 1)]
            right = said[max(end - 1, min(start, len(said) - 1))]
            span = (left.start(), right.end())
            yield Fault("copied", line.text[span[0] : span[1]], *span, contradicts=True, evidence=(entry,))


def _denies(words: Sequence[str]) -> bool:
    return any(stem(word) in _DENIALS for word in words)


def _alike(keys: Sequence[str], held: Held) -> tuple[Sequence[str], str] | None:
    for told, entry in held.noted:
        if 2 * len({*keys} & {*told}) < len(keys):
            continue
        if SequenceMatcher(None, told, keys, autojunk=False).ratio() >= _LIKE:
            return told, entry
    return None


def _in_its_place(line: Line, held: Held) -> tuple[Sequence[str], str]:
    """The sentence of a note between the copies of the two around a line; nothing where they don't stand that near."""
    at = next(place for place, one in enumerate(held.lines) if one is line)
    before = _words(held.lines[at - 1]) if at else None
    after = _words(held.lines[at + 1]) if at + 1 < len(held.lines) else None
    for place, (told, entry) in enumerate(held.noted):
        near = held.noted[place - 1] if place else None
        following = held.noted[place + 1] if place + 1 < len(held.noted) else None
        follows = before is not None and near is not None and near == (before, entry)
        leads = after is not None and following is not None and following == (after, entry)
        ends = (follows or (at == 0 and _begins(held, place))) and (
            leads or (after is None and _closes(held, place))
        )
        if ends and (follows or leads) and told != _words(line):
            return told, entry
    return (), ""


def _begins(held: Held, place: int) -> bool:
    return place == 0 or held.noted[place - 1][1] != held.noted[place][1]


def _closes(held: Held, place: int) -> bool:
    return place + 1 == len(held.noted) or held.noted[place + 1][1] != held.noted[place][1]


def _words(line: Line) -> tuple[str, ...]:
    return tuple(_WORD.findall(line.text.lower()))


def _tells(words: Sequence[str]) -> bool:
    return any(stem(word) not in LEXICON.small for word in words)
