"""C-CDA R1.1, R2.1 and R3: clinical documents, straight from XML to entries.

Takes    a Message and its bytes (XML; one ClinicalDocument)
Gives    one reading: the patient, an entry for every statement, a note for every text without statements, what was
         rejected, what was not understood, how many entries each section had, and where the document breaks its guide
Never    expands an entity, fetches anything, merges two people, changes a digit, or drops a statement without a count
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from careloom.care.entry import Message, Reading, Rejection
from careloom.connect.ccda import conformance, header, narrative, note, people, sections
from careloom.connect.ccda.document import is_ours, opened
from careloom.connect.ccda.element import Element, every, one, said
from careloom.connect.ccda.sheet import Sheet
from careloom.errors import InputError

__all__ = ["is_ours", "read"]

MOST_ALIKE = 20


def read(message: Message, body: BinaryIO, *, max_mb: int) -> Iterator[Reading]:
    """The reading of a C-CDA document.

    Raises InputError with a place, never with content, where it is larger than `max_mb`, not what it declares, not
    well-formed, declares a DTD, is no document or names no patient; PatientMismatch where it is about two patients.
    """
    data = body.read((max_mb << 20) + 1)
    if len(data) > max_mb << 20:
        raise InputError(f"is larger than {max_mb} MB, the most that one document may have", "line 1")
    found = opened(data)
    del data
    try:
        reading = _reading(found.root, message)
        told = {one.where for one in reading.rejected}
        times = conformance.times(found.root, message.zone, told)
        broken = (*found.faults, *conformance.faults(found.root), *times)
        yield replace(reading, rejected=(*reading.rejected, *broken))
    except RecursionError:
        raise InputError("is nested too deeply", "/ClinicalDocument") from None


def _reading(root: Element, message: Message) -> Reading:
    sheet = Sheet(message, narrative.ids(root), people.known(root))
    whose = header.person(root, sheet)
    about = header.written(root, sheet)
    sheet.written = about.period.start
    header.document(root, sheet, about)
    header.patient(root, sheet, whose)
    header.around(root, sheet)
    tallies = sections.read(root, sheet, about)
    header.stays(root, sheet)
    for other in every(root, "component", "nonXMLBody"):
        note.file_body(other, sheet, about, said(one(root, "title")) or about.kind.words)
    return Reading(
        whose,
        sheet.linked(),
        rejected=_summed(sheet.rejected),
        unknown=dict(sheet.unknown),
        looked_up=dict(sheet.looked_up),
        sections=tallies,
    )


def _summed(rejected: list[Rejection]) -> tuple[Rejection, ...]:
    """Rejections, one reason at most MOST_ALIKE times: a sender that writes every time wrongly is told so once more."""
    counts = Counter(each.reason for each in rejected)
    seen: Counter[str] = Counter()
    kept = []
    for each in rejected:
        seen[each.reason] += 1
        more = counts[each.reason] - MOST_ALIKE
        if seen[each.reason] < MOST_ALIKE or more <= 0:
            kept.append(each)
        elif seen[each.reason] == MOST_ALIKE:
            kept.append(replace(each, reason=f"{each.reason} (and at {more} more places)"))
    return tuple(kept)
