"""The text of an inline attachment, base64-encoded: plain, HTML, XHTML, or the text layer of a PDF."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from careloom.connect.fhir.datatypes import Attachment, Reference, Resource
from careloom.connect.fhir.place import Place
from careloom.connect.scan import layers
from careloom.errors import InputError
from careloom.text.markup import plain

MARKUP = frozenset({"text/html", "application/xhtml", "application/xhtml+xml"})
PLAIN = frozenset({"text/plain", "text/markdown", "text"})
PAGES = frozenset({"application/pdf"})
CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:\-]+)", re.IGNORECASE)


class Binary(Resource, tag="Binary"):
    """A file that an attachment's `url` leads to."""

    content_type: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Inline:
    """A text, the field it stands in ("content[0].attachment"), and what of it was not read."""

    text: str
    place: str
    unread: str = ""


def inline(attachments: Sequence[Attachment | None], name: str, at: Place) -> Inline | None:
    """The first attachment that holds a text, itself or in a Binary of the same message; plain text before HTML, a PDF last.

    `name` is the field's, with {} where its number goes. Raises InputError where the data isn't what
    the attachment says it is.
    """
    held = [_held(one, at) for one in attachments]
    for kinds in (PLAIN, MARKUP, PAGES):
        for number, one in enumerate(held):
            if one is not None and one.data and _kind(one) in kinds:
                place = name.format(number) if "{}" in name else f"{name}[{number}]"
                if kinds is PAGES:
                    return _paged(one, place, at)
                said = _decoded(one, f"{place}.data", at)
                return Inline(plain(said) if kinds is MARKUP else said, place)
    return None


def _held(one: Attachment | None, at: Place) -> Attachment | None:
    """The attachment, with the data of the Binary that its url leads to where it has none of its own."""
    if one is None or one.data or not one.url:
        return one
    found = at.follow(Reference(reference=one.url.removeprefix("/")))
    if not isinstance(found, Binary):
        return one
    return Attachment(one.content_type or found.content_type, found.data, one.url, one.title)


def _kind(one: Attachment) -> str:
    return (one.content_type or "text/plain").partition(";")[0].strip().lower()


def _paged(one: Attachment, place: str, at: Place) -> Inline:
    """The text layers of a PDF's pages; which pages are images, whose words a machine would have to read, is told."""
    data = _raw(one, f"{place}.data", at)
    try:
        pages = [page.strip() for page in layers(data)]
    except InputError as error:
        # What the document is stays known without its pages.
        return Inline("", place, f"its PDF {error.reason}: not read")
    images = [str(number) for number, page in enumerate(pages, start=1) if not page]
    listed = f"page{'s' if len(images) > 1 else ''} {', '.join(images)}"
    unread = f"{listed} of its PDF: an image, not read" if images else ""
    return Inline("\n\n".join(filter(None, pages)), place, unread)


def _raw(one: Attachment, name: str, at: Place) -> bytes:
    try:
        return base64.b64decode("".join((one.data or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("is not base64", at.path(name)) from None


def _decoded(one: Attachment, name: str, at: Place) -> str:
    raw = _raw(one, name, at)
    found = CHARSET.search(one.content_type or "")
    try:
        said = raw.decode(found.group(1) if found else "utf-8")
    except (UnicodeError, LookupError):
        raise InputError("is not in the character set that it names", at.path(name)) from None
    if "\x00" in said:
        raise InputError("holds a NUL character", at.path(name))
    return said.removeprefix("\ufeff")
