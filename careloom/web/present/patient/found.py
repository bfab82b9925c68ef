"""Search over everything of one patient: what was found, with its words marked, its source and its day.

Words are found from their beginning, whatever their accents and capitals; all of them must stand in one entry, line or message. Only what the
reader may read is given to it, so that no count tells of the rest.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.care.sending import Sending
from careloom.care.urgent import Reply
from careloom.web.present.evidence import kind_of
from careloom.web.present.kinds import named
from careloom.web.present.recorded import titled
from careloom.web.present.words import day, moment, source_name, unit

# What fits a page; whoever looks for more adds a word.
MOST = 50
AROUND = 110
# What is asked for at once.
WORDS, LEAST = 8, 2
_WORD = re.compile(r"\w+")
# Parts of an entry's detail that are codes of ours and no words.
_NO_WORDS = frozenset(
    {"language", "read_by", "machine_written", "adverse", "unit_assumed", "text_from", "empty"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the words around a hit; `hit` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: what it is, its words, its day and source. `entry` or `proposal` (with `line`) is what is opened."""

    kind: str
    title: str
    pieces: tuple[Piece, ...]
    day: str
    source: str
    entry: str = ""
    proposal: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the newest first; `more` is how many are not shown."""

    words: str
    hits: tuple[Hit, ...]
    more: int


@dataclass(frozen=True)
class Sought:
    """The words that are looked for."""

    words: str

    @property
    def each(self) -> tuple[str, ...]:
        """Each word, folded; one letter alone is none."""
        found = (one for one in _WORD.findall(fold(self.words)) if len(one) >= LEAST)
        return tuple(dict.fromkeys(found))[:WORDS]


def fold(text: str) -> str:
    """A text without accents and capitals."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def search(
    sought: Sought,
    entries: Iterable[Entry],
    documents: Iterable[Proposal],
    written: Iterable[Sending | Reply],
    now: datetime,
) -> Found:
    """Everything in which all the words stand, the newest first."""
    patterns = [re.compile(rf"(?<!\w){re.escape(one)}") for one in sought.each]
    if not patterns:
        return Found(sought.words, (), 0)
    told = [
        *_of_entries(entries, patterns),
        *_of_documents(documents, patterns, now),
        *_of_written(written, patterns, now),
    ]
    told.sort(key=lambda one: one[0], reverse=True)
    return Found(sought.words, tuple(hit for _, hit in told[:MOST]), max(len(told) - MOST, 0))


def _of_entries(entries: Iterable[Entry], patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[float, Hit]]:
    for entry in entries:
        if entry.kind == "Patient":
            continue
        text = _text(entry)
        if not _stands(text, patterns):
            continue
        at = entry.happened.latest.timestamp() if entry.happened else 0.0
        title = entry.detail.get("title", "note") if entry.kind == "DocumentReference" else titled(entry)
        yield (
            at,
            Hit(
                kind_of(entry),
                title,
                _around(text, patterns),
                day(entry.happened),
                source_name(entry.source.system),
                entry=entry.id,
            ),
        )


def _of_documents(
    documents: Iterable[Proposal], patterns: Sequence[re.Pattern[str]], now: datetime
) -> Iterator[tuple[float, Hit]]:
    for one in documents:
        kind = named(one.document.kind).title
        for line in one.document.statements:
            if _stands(line.text, patterns):
                yield (
                    one.created.timestamp(),
                    Hit(
                        gettext("line of a document"),
                        kind,
                        _around(line.text, patterns),
                        moment(one.created, now),
                        gettext("this site"),
                        proposal=one.id,
                        line=line.id,
                    ),
                )


def _of_written(
    written: Iterable[Sending | Reply], patterns: Sequence[re.Pattern[str]], now: datetime
) -> Iterator[tuple[float, Hit]]:
    for one in written:
        if not _stands(one.text, patterns):
            continue
        at, whose = (
            (one.at, gettext("the patient"))
            if isinstance(one, Reply)
            else (one.created, gettext("this site"))
        )
        title = gettext("From the patient") if isinstance(one, Reply) else gettext("To the patient")
        yield at.timestamp(), Hit("message", title, _around(one.text, patterns), moment(at, now), whose)


def _text(entry: Entry) -> str:
    """Everything that an entry says in words."""
    coded = (code.display for code in (*entry.codes, *entry.value_codes))
    parts = (f"{part.text} {part.value or ''}" for part in entry.components)
    dosage = (entry.dosage.text, entry.dosage.dose, entry.dosage.frequency) if entry.dosage else ()
    details = (words for key, words in entry.detail.items() if key not in _NO_WORDS)
    value = f"{entry.value}{unit(entry.unit)}" if entry.value is not None else ""
    said = (entry.text, value, *coded, *parts, *dosage, *details)
    return " · ".join(dict.fromkeys(one.strip() for one in said if one and one.strip()))


def _stands(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    folded = fold(text)
    return all(pattern.search(folded) for pattern in patterns)


def _around(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[Piece, ...]:
    """The words around the first hit, each hit marked to the end of its word."""
    folded, places = _placed(text)
    first = min(found.start() for pattern in patterns if (found := pattern.search(folded)))
    start, end = places[max(first - AROUND, 0)], places[min(first + AROUND, len(folded))]
    if start and (gap := text.find(" ", start, start + AROUND // 2)) > 0:
        start = gap + 1
    hits = sorted(
        {(places[one.start()], places[one.end()]) for pattern in patterns for one in pattern.finditer(folded)}
    )
    pieces, at = [Piece("…", False)] if start else [], start
    for begins, ends in hits:
        while ends < len(text) and (text[ends].isalnum() or unicodedata.combining(text[ends])):
            ends += 1
        if begins < at or begins >= end:
            continue
        pieces += [Piece(text[at:begins], False), Piece(text[begins:ends], True)]
        at = ends
    pieces.append(Piece(text[at : max(end, at)] + ("…" if end < len(text) else ""), False))
    return tuple(one for one in pieces if one.text)


def _placed(text: str) -> tuple[str, list[int]]:
    """A folded text, and for each place in it (and its end) the place in the text."""
    folded, places = [], []
    for number, letter in enumerate(text):
        plain = fold(letter)
        folded.append(plain)
        places += [number] * len(plain)
    return "".join(folded), [*places, len(text)]
