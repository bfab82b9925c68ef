"""What the rooms below the pages say in English, told in the reader's language.

Takes    an English sentence as it is kept, and the templates of which one made it
Gives    its pieces in the reader's language; what fills a hole (a name, a value, a list's own words) stays as it was written
Never    guesses: a sentence that no template made is told whole, in English, and marked as English
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from django.utils.translation import get_language

from careloom.web.present.words import sentence
from careloom.web.saying import in_english

# A hole whose name begins so holds a sentence of the same templates.
MORE = "more"
# A hole whose name begins with "iso" holds a day.
_ISO = r"\d{4}(?:-\d\d){0,2}"
# What stands between two parts.
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a sentence; `english` where it stands as it was written, whatever language the page is in."""

    words: str
    english: bool


Pieces = tuple[Said, ...]
# What fills a hole of some name, told by a way of its own: how that tells it.
Holes = Mapping[str, Callable[[str], Iterable[Said]]]
_NONE: Holes = {}


def told(message: str, templates: Sequence[str], holes: Holes = _NONE) -> tuple[Said, ...]:
    """The sentence, with a capital at its front and a full stop at its end."""
    if in_english_now():
        return (Said(sentence(message), True),)
    return _finished(_joined(_pieces(message, templates, holes)))


def in_parts(message: str, templates: Sequence[str], holes: Holes = _NONE) -> tuple[Said, ...]:
    """What is no sentence, but parts with a semicolon between, each told as one; nothing is added before or behind."""
    if in_english_now():
        return (Said(message, True),) if message else ()
    pieces: list[Said] = []
    for part in message.split(BETWEEN):
        pieces += [Said(BETWEEN, False)] if pieces else []
        pieces += _pieces(part, templates, holes)
    return tuple(one for one in _joined(pieces) if one.words)


def told_by(message: str, templates: Sequence[str], holes: Holes = _NONE) -> Pieces:
    """The pieces of a sentence that one of the templates made; () where none did, or whoever reads reads English."""
    if in_english_now() or not any(_pattern(in_english(one)).fullmatch(message) for one in templates):
        return ()
    return tuple(_joined(_pieces(message, templates, holes)))


def in_english_now() -> bool:
    """Whether whoever reads reads English."""
    return (get_language() or "en").startswith("en")


def as_words(message: str, templates: Sequence[str], holes: Holes = _NONE) -> str:
    """The same as one string, for places that can't mark what stays English."""
    return in_words(told(message, templates, holes))


def in_words(pieces: Iterable[Said]) -> str:
    """Pieces as one string."""
    return "".join(one.words for one in pieces)


def _pieces(message: str, templates: Sequence[str], holes: Holes) -> Iterator[Said]:
    for template in templates:
        if found := _pattern(in_english(template)).fullmatch(message):
            yield from _filled(str(template), found, templates, holes)
            return
    yield Said(message, True)


def _filled(spanish: str, found: re.Match[str], templates: Sequence[str], holes: Holes) -> Iterator[Said]:
    for words, hole, _, _ in Formatter().parse(spanish):
        if words:
            yield Said(words, False)
        if hole and hole.startswith(MORE):
            yield from _pieces(found[hole], templates, holes)
        elif hole:
            how = holes.get(hole.rstrip("0123456789"))
            yield from how(found[hole]) if how else (Said(found[hole], True),)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(words) + (f"(?P<{hole}>{_ISO if hole.startswith('iso') else '.+?'})" if hole else "")
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
