"""Scrub: take out of a text what the record knows of a person, then what looks like an identifier.

Takes    a text, and what is known of the people whom it may be about
Gives    the text with a mark in each identifier's place, and where each stood in the text as it came
Never    changes a dose, a result or a year; keeps what it removed; says that the rest identifies nobody (docs/phi.md)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.known import Known
from careloom.privacy.patterns import looks

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


def scrub(text: str, known: Iterable[Known] = ()) -> Scrubbed:
    """The text without what is known and what looks like an identifier; "[name]" and the like stand in its place."""
    found = [span for one in known for span in one.find(text)]
    # What is known comes first: it says what kind a number is.
    spans = _apart([*found, *looks(text)])
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], f"[{WORDS.get(span.kind, span.kind)}]")
        at = span.end
    return Scrubbed("".join((*parts, text[at:])), spans)


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
        longer = span if span.end - span.start > last.end - last.start else last
        apart[-1] = Span(last.start, max(last.end, span.end), longer.kind)
    return tuple(apart)
