"""Scrub: take out of a text what the record knows of a person, then what looks like an identifier.

Takes    a text, and what is known of the people whom it may be about
Gives    the text with a mark in each identifier's place, and where each stood in the text as it came
Never    changes a dose, a result or a year; keeps what it removed; says that the rest identifies nobody (docs/phi.md)
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from careloom.privacy.called import called
from careloom.privacy.coded import coded
from careloom.privacy.dated import dated
from careloom.privacy.kinds import Kind, Span
from careloom.privacy.known import Known
from careloom.privacy.lexicon import fold, tables
from careloom.privacy.naming import TITLED, named
from careloom.privacy.pasted import pasted
from careloom.privacy.patterns import looks
from careloom.privacy.placed import placed
from careloom.privacy.scanned import as_meant
from careloom.privacy.seldom import seldom
from careloom.privacy.tagging import tagged
from careloom.privacy.widened import widened

Spot: TypeAlias = Callable[[str], Iterable[Span]]
# What is left of a longer place beside something known says something where it has a digit or a capital.
SAYS = re.compile(r"\d|[A-ZÀ-Þ][^\W\d_]")
EDGES = " \t\n,;.-/()'’"
WORD = re.compile(r"[^\W_]+")
# Words of Spanish in small letters that are names, too.
SHE_OR_LIGHT = re.compile(
    r"\b(?:con|de|para|sin|por|que|en)[ \n]ella\Z|\b(?:la|sin|hay|tiene|tienen)[ \n]luz\Z"
)
AGO = 14
# "[1]" counts, and so does the letter of "A. Colon", "B) Skin".
NUMBERED = re.compile(r"\[\d{1,2}\]")
COUNTED = re.compile(r"(?:\A|[\n.;:]|[ ][ ]|\n[ ])[ ]?[A-H][.)][ ]\Z")
WORDS: dict[Kind, str] = {
    "mrn": "record number",
    "ssn": "social security number",
    "health_plan": "plan number",
    "ip": "IP address",
}


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text without identifiers; `spans` are places of the text as it came, in order, none over another."""

    text: str
    spans: tuple[Span, ...]


def scrub(
    text: str, known: Iterable[Known] = (), *, as_of: date | None = None, spot: Spot | None = None
) -> Scrubbed:
    """The text without what is known and what looks like an identifier; "[name]" and the like stand in its place.

    `as_of` tells which years of birth give an age over 89, `spot` is a third reader of names and places (`spotting`).
    """
    return written(text, spans_of(text, known, as_of=as_of, spot=spot), _mark)


def _mark(span: Span, _: str) -> str:
    return f"[{WORDS.get(span.kind, span.kind)}]"


def written(text: str, spans: tuple[Span, ...], put: Callable[[Span, str], str]) -> Scrubbed:
    """The text with what `put` gives for each span and its words in their place."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], put(span, text[span.start : span.end]))
        at = span.end
    return Scrubbed("".join((*parts, text[at:])), spans)


def spans_of(
    text: str, known: Iterable[Known] = (), *, as_of: date | None = None, spot: Spot | None = None
) -> tuple[Span, ...]:
    """Where the text holds identifiers, in order, none over another."""
    # What is known comes first: it says what kind a number is.
    first = _apart(span for one in known for span in one.find(text))
    found = told(text, as_of)
    if spot is not None:
        found = _apart((*found, *spot(text)))
    others = _apart((*found, *tagged(text, found)))
    if (meant := as_meant(text)) is not None:
        there = told(meant, as_of)
        others = _apart((*others, *there, *tagged(meant, there)))
    others = _somebodys(text, others)
    return _beside(text, first, _somebodys(text, _apart((*others, *widened(text, others)))))


def _somebodys(text: str, found: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(one for one in found if not _of_nobody(text, one))


def _of_nobody(text: str, span: Span) -> bool:
    """Whether a name, place or code is kin, a role, an abbreviation or a car by its words, and nothing before it calls somebody so."""
    said = text[span.start : span.end]
    words = WORD.findall(fold(said))
    if said.islower() and SHE_OR_LIGHT.search(text, max(0, span.start - AGO), span.end):
        return True
    if (
        said.islower()
        and len(words) == 1
        and words[0] in tables().spanish
        and span.kind in ("name", "geography")
    ):
        return not TITLED.search(text, max(0, span.start - AGO), span.start)
    if (
        span.kind == "name"
        and span.end - span.start == 1
        and COUNTED.search(text, max(0, span.start - 2), span.end + 2)
    ):
        return True
    if NUMBERED.fullmatch(text, max(0, span.start - 1), span.end + 1):
        return True
    return (
        span.kind in ("name", "geography", "other")
        and bool(words)
        and (
            all(one in tables().nobody for one in words)
            or (
                span.kind == "geography"
                and text[max(0, span.start - 4) : span.start] == "the "
                and all(one in tables().departments for one in words)
            )
        )
        and not TITLED.search(text, max(0, span.start - AGO), span.start)
    )


def told(text: str, as_of: date | None = None) -> tuple[Span, ...]:
    """What the patterns take, in order, none over another."""
    return _apart(
        (
            *looks(text),
            *dated(text, as_of),
            *placed(text),
            *pasted(text),
            *coded(text),
            *called(text),
            *seldom(text),
            *named(text),
        )
    )


def _beside(text: str, first: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """The first ones, and what of the others stands outside them and is no small word alone."""
    if not first:
        return others
    found = list(first)
    for span in others:
        at = span.start
        inside = [one for one in first if one.start < span.end and one.end > span.start]
        for cut in (*inside, Span(span.end, span.end, span.kind)):
            piece = text[at : cut.start]
            if not inside or SAYS.search(piece):
                start = at + len(piece) - len(piece.lstrip(EDGES)) if inside else at
                end = start + len(text[start : cut.start].rstrip(EDGES)) if inside else cut.start
                found.append(Span(start, end, span.kind))
            at = max(at, cut.end)
    return tuple(sorted(found, key=lambda one: one.start))


def _weight(span: Span) -> tuple[bool, int]:
    """What tells less than another kind gives way to it, then the shorter to the longer."""
    return span.kind != "other", span.end - span.start


def _apart(found: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; those that overlap are one, of the kind of the longest."""
    apart: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if span.start == span.end:
            continue
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
            continue
        last = apart[-1]
        longer = span if _weight(span) > _weight(last) else last
        apart[-1] = Span(last.start, max(last.end, span.end), longer.kind)
    return tuple(apart)
