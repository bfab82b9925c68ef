"""Elements: what is wrong with the values of one segment, by its guide; the values themselves are never told.

Source: X12.6, 3.5 (data element types) and 3.6.3 (syntax notes); the guides' code lists.
"""

import re
from collections.abc import Iterator

from careloom.connect.x12.grammar import Element, Note, Use
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import is_date, is_span, is_time

ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")
# A segment whose elements are parted by another mark than its interchange's.
MARKED = re.compile(r"[A-Z][A-Z0-9]{1,2}[^A-Za-z0-9\s]")
WHOLE = re.compile(r"-?\d+", re.ASCII)
DECIMAL = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:E-?\d+)?", re.ASCII)
# X12 element 1250 says of which form element 1251 is.
FORM, PERIOD = "1250", "1251"

Said = tuple[str, str, str]


def faults(use: Use, segment: Segment) -> Iterator[Said]:
    """Every fault of a segment's elements: its place ("-03", "-05-1"), words and code."""
    said = segment.elements
    given = len(said) - 1
    if given == 0:
        yield "", "an empty segment", "IK3 8"
        return
    if given > len(use.elements) and any(said[len(use.elements) + 1 :]):
        yield "", f"has {given} elements, at most {len(use.elements)} are defined", "IK4 3"
    elif said[-1] == "":
        yield f"-{given:02}", "ends with empty elements: a separator stands before the terminator", "IK3 8"
    form = ""
    for place, defined in enumerate(use.elements, start=1):
        value = said[place] if place <= given else ""
        if not value:
            if defined.usage == "R":
                yield f"-{place:02}", "must be there and is missing", "IK4 1"
        elif defined.parts:
            yield from _composite(defined, value, segment, f"-{place:02}")
        else:
            yield from _repeated(defined, value, segment, f"-{place:02}", form)
        form = value if defined.number == FORM else ""
    for note in use.notes:
        # Every kind but R says nothing where its elements are not there, C and L where the first is not.
        first = note.places[0]
        if note.kind == "R" or (first <= given and said[first]) or note.kind in "PE":
            yield from _noted(note, segment)


def _repeated(defined: Element, value: str, segment: Segment, place: str, form: str) -> Iterator[Said]:
    mark = segment.marks.repetition
    if mark and mark in value:
        values = value.split(mark)
        if len(values) > defined.repeat > 1:
            yield place, f"is repeated more than {defined.repeat} times", "IK4 12"
        for one in filter(None, values):
            yield from _simple(defined, one, place, form)
        return
    yield from _simple(defined, value, place, form)


def _composite(defined: Element, value: str, segment: Segment, place: str) -> Iterator[Said]:
    mark = segment.marks.repetition
    for one in value.split(mark) if mark else [value]:
        parts = one.split(segment.marks.component)
        if len(parts) > len(defined.parts) and any(parts[len(defined.parts) :]):
            yield place, f"has {len(parts)} components, at most {len(defined.parts)} are defined", "IK4 13"
        elif len(parts) > 1 and not parts[-1]:
            yield place, "ends with empty components", "IK4 13"
        form = ""
        for number, part in enumerate(defined.parts, start=1):
            said = parts[number - 1] if number <= len(parts) else ""
            if said:
                yield from _simple(part, said, f"{place}-{number}", form)
            elif part.usage == "R":
                yield f"{place}-{number}", "must be there and is missing", "IK4 1"
            form = said if part.number == FORM else ""


def _simple(defined: Element, value: str, place: str, form: str) -> Iterator[Said]:
    kind = defined.kind
    numeric = kind == "R" or kind[0] == "N"
    size = len(value.replace("-", "").replace(".", "")) if numeric else len(value)
    if size > defined.high:
        yield place, f"has {size} characters, at most {defined.high} are allowed", "IK4 5"
    elif size < defined.low:
        yield place, f"has {size} characters, at least {defined.low} are needed", "IK4 4"
    if defined.codes and value not in defined.codes:
        yield place, "is none of the guide's codes", "IK4 7"
    elif numeric and not (DECIMAL if kind == "R" else WHOLE).fullmatch(value):
        yield place, "is no number", "IK4 6"
    elif kind == "DT" and not is_date(value):
        yield place, "is no date", "IK4 8"
    elif kind == "TM" and not is_time(value):
        yield place, "is no time", "IK4 9"
    elif defined.number == PERIOD and form and not is_span(form, value):
        yield (
            (place, "is no time", "IK4 9")
            if form == "TM"
            else (place, "is no date of its qualifier's form", "IK4 8")
        )
    elif value[-1] == " " and len(value.rstrip()) >= defined.low and not numeric:
        yield place, "ends with spaces", "IK4 6"


def _noted(note: Note, segment: Segment) -> Iterator[Said]:
    """A syntax note that a segment breaks."""
    there = [bool(segment.get(place)) for place in note.places]
    names = [f"-{place:02}" for place in note.places]
    both = f"{names[0]} and {', '.join(names[1:])}"
    if note.kind == "P" and any(there) and not all(there):
        yield names[there.index(False)], f"is missing: {both} come together", "IK4 2"
    elif note.kind == "R" and not any(there):
        yield names[0], f"is missing: one of {', '.join(names)} must be there", "IK4 2"
    elif note.kind == "E" and sum(there) > 1:
        yield names[there.index(True)], f"is excluded: only one of {', '.join(names)} may be there", "IK4 10"
    elif note.kind == "C" and there[0] and not all(there):
        yield names[there.index(False)], f"is missing, since {names[0]} is there", "IK4 2"
    elif note.kind == "L" and there[0] and not any(there[1:]):
        yield names[1], f"is missing: with {names[0]} one of {', '.join(names[1:])} must be there", "IK4 2"
