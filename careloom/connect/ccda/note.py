"""Notes: note activities, sections that are text alone, what a section's text says beside its entries, and bodies that are files."""

import base64
import binascii
import re
from dataclasses import dataclass

from lxml import etree

from careloom.care.entry import Period
from careloom.connect.ccda import narrative, people, quantity
from careloom.connect.ccda.concept import Concept, detail
from careloom.connect.ccda.element import Element, attribute, every, one
from careloom.connect.ccda.sheet import Sheet
from careloom.connect.scan import layers
from careloom.errors import InputError
from careloom.text.markup import plain

NOTE_CODE = "34109-9"
MEDIA_TYPE = re.compile(r"(?:application|image|text|audio|video|multipart)/[a-z0-9.+\-]{1,40}")
READABLE = quantity.TEXTS
PDF = "application/pdf"
# A name of fewer letters says of no line that it is about that entry.
SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Written:
    """When and by whom a text was written, and what kind of text it is."""

    period: Period
    author: str
    kind: Concept


def activity(element: Element, sheet: Sheet) -> None:
    """A note activity: its whole text, typed, embedded or in the narrative."""
    text = one(element, "text")
    said = _said(text, sheet) if text is not None else ""
    coded = sheet.concept(element, "code")
    # What kind of note it is stands before the code that every note has.
    kinds = tuple(sorted(coded.codes, key=lambda code: code.code == NOTE_CODE))
    held = sheet.period(one(element, "effectiveTime"))
    recorded = sheet.recorded(element)
    authors = list(every(element, "author"))
    if not said and text is not None and attribute(text, "mediaType") not in READABLE:
        sheet.unknown[f"{sheet.section.name}: note of a type that is not read"] += 1
    sheet.add(
        element,
        "DocumentReference",
        codes=kinds,
        text=said,
        category=("clinical-note",),
        effective=held if held != Period() else Period(recorded),
        recorded=recorded,
        status="current",
        detail=detail(
            title=coded.text or (kinds[0].display if kinds else "") or sheet.section.title,
            author=sheet.author(element),
            text_from="text" if said else "",
            machine_written="true" if authors and all(people.is_machine(each) for each in authors) else "",
        ),
    )


def _said(text: Element, sheet: Sheet) -> str:
    """What a note activity's text says: embedded, else in the narrative that it points at, else typed."""
    is_pdf = _is_pdf(text)
    said = _pages(text, sheet) if is_pdf else quantity.embedded(text)
    if said:
        return said
    reference = one(text, "reference")
    pointed = (
        sheet.ids.get(attribute(reference, "value").removeprefix("#")) if reference is not None else None
    )
    if pointed is not None:
        return narrative.plain(pointed)
    return "" if is_pdf else narrative.plain(text)


def section_text(section: Element, sheet: Sheet, written: Written, entries_from: int) -> None:
    """A section's text as a note: whole where the section has no entries, else what they don't say."""
    text = one(section, "text")
    if text is None:
        return
    if any(True for _ in every(section, "entry")):
        said = _beside(section, text, sheet, entries_from)
        title = f"{sheet.section.title or sheet.section.name} (text beside the entries)"
    else:
        said = narrative.plain(text)
        title = sheet.section.title or sheet.section.name
    if not said:
        return
    sheet.add(
        text,
        "DocumentReference",
        codes=written.kind.codes,
        text=said,
        category=("clinical-note",),
        effective=written.period,
        recorded=written.period.start,
        status="current",
        detail=detail(
            title=title,
            author=sheet.section.author or written.author,
        ),
    )


def _beside(section: Element, text: Element, sheet: Sheet, entries_from: int) -> str:
    """The lines to which no entry points and that name none of the section's entries.

    Entries that say that they were derived from the whole text (DRIV) leave nothing beside them (CDA R2, 4.3.4.2).
    """
    holders = list(every(section, "entry"))
    if all(attribute(each, "typeCode") == "DRIV" for each in holders):
        return ""
    spoken = {
        attribute(reference, "value").removeprefix("#")
        for holder in holders
        for reference in holder.iter("{urn:hl7-org:v3}reference")
        if attribute(reference, "value")
    }
    names = {
        narrative.key(word)
        for entry in sheet.entries[entries_from:]
        for word in (entry.name, *(code.display for code in entry.codes))
        if len(word) >= SHORTEST_NAME and entry.kind != "DocumentReference"
    }
    return narrative.unspoken(text, frozenset(spoken), frozenset(names))


def file_body(body: Element, sheet: Sheet, written: Written, title: str) -> None:
    """A body that is a file: its text, or the text layer of a PDF; an image or a file elsewhere is counted."""
    text = one(body, "text")
    kind = _kind(text) if text is not None else ""
    said = ""
    is_pdf = text is not None and _is_pdf(text)
    if text is not None and is_pdf:
        said = _pages(text, sheet)
    elif text is not None:
        is_base64 = attribute(text, "representation") == "B64"
        said = quantity.embedded(text) if is_base64 else _inline(text, kind)
        if is_base64 and not said and kind in READABLE:
            sheet.reject(text, "a body that is not base64 or not UTF-8")
    if not said and not is_pdf:
        outside = one(text, "reference") is not None
        named = "a file elsewhere" if outside else kind if kind.isascii() else "a file"
        sheet.unknown[f"body: {named}"] += 1
    sheet.add(
        body,
        "DocumentReference",
        codes=written.kind.codes,
        text=said,
        category=("clinical-note",),
        effective=written.period,
        recorded=written.period.start,
        status="current",
        detail=detail(title=title, author=written.author, text_from="text" if said else ""),
    )


def _kind(text: Element) -> str:
    return attribute(text, "mediaType").partition(";")[0].strip().lower()


def _is_pdf(text: Element) -> bool:
    return _kind(text) == PDF and attribute(text, "representation") == "B64"


def _pages(text: Element, sheet: Sheet) -> str:
    """The text layer of an embedded PDF. A page without one is counted and not read; a PDF that is none is rejected."""
    try:
        pages = list(layers(base64.b64decode("".join((text.text or "").split()), validate=True)))
    except (binascii.Error, ValueError):
        sheet.reject(text, "a PDF that is not base64")
        return ""
    except InputError as error:
        sheet.reject(text, error.reason)
        return ""
    if without := sum(not page.strip() for page in pages):
        sheet.unknown["a page of a PDF without a text layer"] += without
    return "\n\n".join(page.strip("\n") for page in pages if page.strip())


def _inline(text: Element, kind: str) -> str:
    """Text that stands in the body as it is; markup of its own is read as a reader would see it."""
    if len(text) and one(text, "reference") is None:
        return narrative.plain(text)
    said = "".join(map(str, text.itertext(etree.Element))).strip()
    if kind in quantity.MARKUP:
        return plain(said)
    return said if kind in READABLE else ""
