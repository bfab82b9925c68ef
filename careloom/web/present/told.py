"""What the rooms below the pages say in English, told in the reader's language.

Takes    an English sentence as it is kept, and the templates of which one made it
Gives    its pieces in the reader's language; what fills a hole (a name, a value, a list's own words) stays as it was written
Never    guesses: a sentence that no template made is told whole, in English, and marked as English
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from django.utils.translation import get_language

from careloom.web.present.words import sentence
from careloom.web.saying import in_english

# A hole whose name begins so holds a sentence of the same templates.
MORE = "more"


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a sentence; `english` where it stands as it was written, whatever language the page is in."""

    words: str
    english: bool


def told(message: str, templates: Sequence[str]) -> tuple[Said, ...]:
    """The sentence, with a capital at its front and a full stop at its end."""
    if (get_language() or "en").startswith("en"):
        return (Said(sentence(message), True),)
    return _finished(_joined(_pieces(message, templates)))


def as_words(message: str, templates: Sequence[str]) -> str:
    """The same as one string, for places that can't mark what stays English."""
    return "".join(one.words for one in told(message, templates))


def _pieces(message: str, templates: Sequence[str]) -> Iterator[Said]:
    for template in templates:
        if found := _pattern(in_english(template)).fullmatch(message):
            yield from _filled(str(template), found, templates)
            return
    yield Said(message, True)


def _filled(spanish: str, found: re.Match[str], templates: Sequence[str]) -> Iterator[Said]:
    for words, hole, _, _ in Formatter().parse(spanish):
        if words:
            yield Said(words, False)
        if hole and hole.startswith(MORE):
            yield from _pieces(found[hole], templates)
        elif hole:
            yield Said(found[hole], True)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(words) + (f"(?P<{hole}>.+?)" if hole else "")
        for words, hole, _, _ in Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)


def _joined(pieces: Iterable[Said]) -> Iterator[Said]:
    """Neighbours of one language together."""
    last: Said | None = None
    for one in pieces:
        if last is not None and last.english == one.english:
            last = Said(last.words + one.words, one.english)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _finished(pieces: Iterable[Said]) -> tuple[Said, ...]:
    """The pieces as one sentence: a capital at the front, a full stop at the end."""
    found = [one for one in pieces if one.words]
    if not found:
        return ()
    head, tail = found[0], found[-1].words
    found[0] = Said(f"{head.words[:1].upper()}{head.words[1:]}", head.english)
    if not tail.rstrip().endswith((".", "!", "?")):
        found.append(Said(".", found[-1].english))
    return tuple(_joined(found))
