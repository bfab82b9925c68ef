"""A note as sentences, each with its place (code points), its section and its paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from careloom.text.sections import heading, is_over

# Words before whose full stop no sentence ends.
_ABBREVIATIONS = (
    "dr dra mr mrs ms sr sra srta jr st no pt pts vs approx e.g i.e etc fig inc dept ext tel hx dx "
    "tx rx sx fx appt wk wks mo mos yr yrs hr hrs min mins vol resp temp prof lic ing gral aprox ej "
    "p.ej ud uds vd "
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
STOP = re.compile(r"[.!?]+[\"')\]”’]*(?=\s|$)")
BULLET = re.compile(r"^[ \t]*(?:[-*•·–—]|#{1,2}|#?\d{1,2}(?=[ \t]+[A-Z])|\d{1,2}[.)]|[a-z][.)])[ \t]+")
BOX = re.compile(r"^[ \t]*\[[ xX]?\]")
# A line at least this long that does not end a sentence was wrapped: the next goes on with it.
WRAPPED = 60
# A sentence is cut before it grows beyond this: a text without full stops is no sentence, and takes no longer to read.
LONGEST = 1_200
# In these sections a line is an item, unless the one before it ends or it begins so.
LISTS = frozenset(
    {"medications", "stopped_medications", "held_medications", "untaken_medications", "allergies"}
)
UNDONE = re.compile(
    r"(?:[,(/&-]|\b(?:and|or|with|of|for|by|to|in|the|a|before|after|every|take|as|y|o|con|de|por|para|cada))\s*$",
    re.IGNORECASE,
)
REST = re.compile(
    r"\s*(?:\(|\d*\s?(?:mg|mcg|g|ml|units?|tab(?:let)?s?|cap(?:sule)?s?|puffs?)\b|(?:by|with|for|at|in|on|and|or|as|every|once|twice|daily|"
    r"before|after|while|until|when|if|because|due|to|of|from|the|a|per|con|por|para|cada|al|de|en|dos|una|y|si)\b)"
)
NEXT = re.compile(r"\S")
UNIT = re.compile(r"\d ?°? ?[A-Za-z]$")
# No word before a full stop, and nothing before the text of a line, is as long as that.
NEAR, FAR = 40, 120


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `text` is the note's own from `start` to `end`.

    `section` is the heading above it, `kind` the kind of that section, `paragraph` counts blocks of lines that
    no blank line or heading parts.
    """

    start: int
    end: int
    text: str
    section: str = ""
    kind: str = ""
    paragraph: int = 0


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    begins: bool
    section: str
    kind: str
    paragraph: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a note in order. Headings are no sentences; bullets are not part of theirs."""
    return tuple(sentence for block in _blocks(text) for sentence in _split(text, block))


def _blocks(text: str) -> Iterator[_Line]:
    """Runs of lines that belong together."""
    current: _Line | None = None
    for line in _lines(text):
        if current is not None and _goes_on(text, current, line):
            current.end = line.end
            continue
        if current is not None:
            yield current
        current = line
    if current is not None:
        yield current


def _lines(text: str) -> Iterator[_Line]:
    """Lines with something to say; a heading sets the section of those below it."""
    start, paragraph, section, kind = 0, 0, "", ""
    inline = listed = False
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        if not line.strip():
            paragraph += 1
            start += len(raw)
            # A list of allergies may be over behind a blank line too.
            inline = inline or (kind == "allergies" and listed)
            continue
        found = heading(line)
        offset = 0
        if found is not None:
            section, kind, offset = found.words, found.kind, found.end
            inline = listed = bool(line[offset:].strip())
            paragraph += 1
        elif inline and is_over(kind, line):
            section, kind, inline = "", "", False
            paragraph += 1
        if found is None and (bullet := BULLET.match(line)):
            offset = bullet.end()
        begins = found is not None or offset > 0 or BOX.match(line) is not None
        listed = listed or found is None
        if line[offset:].strip():
            yield _Line(start + offset, start + len(line), begins, section, kind, paragraph)
        start += len(raw)


def _goes_on(text: str, before: _Line, line: _Line) -> bool:
    """Whether a line goes on with the sentence of the line before it."""
    if line.begins or line.paragraph != before.paragraph:
        return False
    if line.end - before.start > LONGEST:
        return False
    if text[before.start : before.end].rstrip()[-1:] in ".!?:;":
        return False
    if line.kind in LISTS and not _is_wrapped(text, before, line):
        return False
    first = text[line.start : line.end].lstrip()[:1]
    return first.islower() or before.end - text.rfind("\n", max(0, before.start - FAR), before.end) > WRAPPED


def _is_wrapped(text: str, before: _Line, line: _Line) -> bool:
    """Whether, where each line is an item of a list ("glipizide 5 mg daily"), a line is only the rest of the last one."""
    return bool(UNDONE.search(text[before.start : before.end]) or REST.match(text[line.start : line.end]))


def _split(text: str, block: _Line) -> Iterator[Sentence]:
    start = block.start
    for stop in STOP.finditer(text, block.start, block.end):
        if _ends(text, start, stop, block.end):
            yield from _trimmed(text, start, stop.end(), block)
            start = stop.end()
    yield from _trimmed(text, start, block.end, block)


def _ends(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a full stop ends its sentence."""
    following = NEXT.search(text, stop.end(), end)
    if following is None:
        return True
    first = following.group()
    if not stop.group().startswith("."):
        return not first.islower()
    word = text[max(start, stop.start() - NEAR) : stop.start()].rsplit(maxsplit=1)[-1:] or [""]
    last = word[0].lstrip("([\"'").lower()
    if last in ABBREVIATIONS:
        return False
    if len(last) == 1 and last.isalpha() and first.isupper():
        # An initial ("John F. Miller"), unless it is a unit ("38.6 C. She is well").
        return bool(UNIT.search(text, max(start, stop.start() - NEAR), stop.start()))
    return not first.islower()


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in parts that are not too long, cut between words where there are any."""
    while end - start > LONGEST:
        place = start + LONGEST
        gap = max(text.rfind(between, start + 1, place) for between in (" ", "\n", "\t"))
        place = gap if gap > 0 else place
        yield start, place
        start = place
    yield start, end


def _trimmed(text: str, begin: int, until: int, block: _Line) -> Iterator[Sentence]:
    for start, end in _cut(text, begin, until):
        said = text[start:end]
        first = start + len(said) - len(said.lstrip())
        last = start + len(said.rstrip())
        if first < last:
            yield Sentence(first, last, text[first:last], block.section, block.kind, block.paragraph)
