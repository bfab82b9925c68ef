"""Scans: PDF, TIFF, PNG and JPEG as they come by fax and mail: the text layer first, else optical recognition.

Takes    a Message and its bytes
Gives    readings of one person: the document's text by pages, what a machine read off an image marked as such
Never    founds a patient from what a machine read off an image, or lets an image fill the memory
"""

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from careloom.care.entry import Entry, Message, Period, Person, Reading, Rejection, Source, entry_id, when
from careloom.connect.scan.page import Page, is_ours
from careloom.connect.scan.whose import labelled, whose
from careloom.errors import InputError

# pypdfium2 and Pillow take 5 MB, and most messages are no scan: pages.py, which needs them, is imported with the first.
__all__ = ["count", "is_ours", "layers", "picture", "read"]

MOST_BYTES = 64 << 20


def read(message: Message, body: BinaryIO) -> Iterator[Reading]:
    """The one reading of a scan: a DocumentReference for each run of pages that were read in one way.

    One that names nobody for certain is nobody's (the empty Person) until a person says whose it is. Raises InputError
    where it is damaged, encrypted or too large, where none of it can be read, and where it names two people.
    """
    from careloom.connect.scan.pages import pages

    data = body.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f"is larger than a scan can be ({MOST_BYTES >> 20} MB)", "page 1")
    read_pages: list[Page] = []
    rejected: list[Rejection] = []
    for page in pages(data):
        if isinstance(page, Rejection):
            rejected.append(page)
        else:
            read_pages.append(page)
    told = [page for page in read_pages if page.text.strip()]
    if not told:
        raise _unread(rejected)
    recognised = any(page.recognised for page in told)
    person = whose([page.text for page in told], message, recognised=recognised)
    entries = tuple(
        _document(message, list(run)) for _, run in groupby(told, key=lambda page: page.recognised)
    )
    yield Reading(person, entries, tuple(rejected), founds=not recognised and person != Person())


def layers(data: bytes) -> Iterator[str]:
    """The text layer of each page of a PDF, "" where it has none but what a machine made: such a page is an image.

    Raises InputError where the PDF is damaged.
    """
    from careloom.connect.scan import pages

    return pages.layers(data)


def count(data: bytes) -> int:
    """How many pages there are; 0 where the file can't be opened."""
    from careloom.connect.scan import pages

    return pages.count(data)


def picture(data: bytes, number: int) -> bytes:
    """The picture of a page (PNG), as wide as a screen shows it. Raises InputError where there is none."""
    from careloom.connect.scan import pages

    return pages.picture(data, number)


def _unread(rejected: list[Rejection]) -> InputError:
    """Why nothing of a scan could be read."""
    if rejected:
        return InputError(rejected[0].reason, rejected[0].where)
    return InputError("shows no text, neither in its text layer nor to optical recognition", "page 1")


def _document(message: Message, run: list[Page]) -> Entry:
    first, last = run[0].number, run[-1].number
    where = f"page {first}" if first == last else f"pages {first}-{last}"
    text = "\n\n".join(page.text.strip("\n") for page in run)
    dated = labelled(text, "date")
    written = when(dated, message.zone) if dated else None
    detail = {
        "title": labelled(text, "title") or "",
        "author": labelled(text, "author") or "",
        "read_by": "ocr" if run[0].recognised else "",
    }
    return Entry(
        id=entry_id(message.sha256, where, "DocumentReference"),
        kind="DocumentReference",
        source=Source(message.sha256, where, message.source),
        text=text,
        effective=Period(written),
        recorded=written,
        status="current",
        detail={key: value for key, value in detail.items() if value},
    )
