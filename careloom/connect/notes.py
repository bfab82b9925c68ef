"""Notes: a plain text with a short header, such as a social service, a visiting nurse or a clinic sends.

Header lines are "Key: value" (Patient, Birth date, Sex, MRN, MRN system, Author, Role, Date, Type, Written by:
person or software), then a blank line, then the text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from careloom.care.entry import (
    Entry,
    Identifier,
    Message,
    Period,
    Person,
    Reading,
    Source,
    entry_id,
    when,
)
from careloom.connect import encoding
from careloom.connect.names import person_name
from careloom.errors import InputError

KEYS = (
    "patient",
    "birth date",
    "sex",
    "mrn",
    "mrn system",
    "author",
    "role",
    "date",
    "type",
    "written by",
)
HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z ]{0,30}?)[ \t]*:[ \t]*(.*)")
SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "u": "unknown", "unknown": "unknown"}
MOST_BYTES = 6 << 20
WHERE = "note"


def read(message: Message, body: BinaryIO) -> Iterator[Reading]:
    """The one reading of a note: its DocumentReference, text whole.

    Raises InputError where it is not UTF-8, or its header can't be read or names nobody.
    """
    data = body.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError("is larger than a note can be (6 MB)", "line 1")
    encoding.check(data, json=False)
    whole = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    header, text = split(whole)
    if not text.strip():
        raise InputError("has no text under its header", f"line {len(header) + 1}")
    # By no name: a line that looks like a header may hold anything, and what is counted stands in clear.
    strange = sum(key not in KEYS for key in header)
    unknown = {"header that is not read": strange} if strange else {}
    yield Reading(_person(header, message), (_document(header, text, message),), unknown=unknown)


def is_ours(head: bytes) -> bool:
    """Whether a text starts with the header of a note: a line with a key that names the patient."""
    for line in head.decode("utf-8", errors="replace").removeprefix("\ufeff").lstrip().splitlines():
        found = HEADER_LINE.fullmatch(line.strip())
        if found is None:
            return False
        if found.group(1).lower() in ("patient", "mrn"):
            return True
    return False


def split(whole: str) -> tuple[dict[str, str], str]:
    """Header (keys in lower case) and text. Raises InputError naming the line that is no header line."""
    header: dict[str, str] = {}
    head, _, text = whole.partition("\n\n")
    for number, line in enumerate(head.split("\n"), start=1):
        found = HEADER_LINE.fullmatch(line.strip())
        if found is None:
            raise InputError(
                'is not a header line ("Key: value"), and no blank line ends the header', f"line {number}"
            )
        key = " ".join(found.group(1).lower().split())
        if key in header:
            raise InputError("says a header key twice", f"line {number}")
        header[key] = found.group(2).strip()
    return header, text.strip("\n")


def _person(header: Mapping[str, str], message: Message) -> Person:
    sex = header.get("sex", "").lower()
    if sex and sex not in SEXES:
        raise InputError("Sex is none of female, male, unknown", _line(header, "sex"))
    if not header.get("patient") and not header.get("mrn"):
        raise InputError("names no patient (Patient or MRN)", "line 1")
    own = f"urn:careloom:source:{message.source}"
    if header.get("mrn"):
        identifier = Identifier(header.get("mrn system") or f"{own}:MR", header["mrn"])
    else:
        identifier = Identifier(own, f"note {message.sha256[:32]}")
    return Person(
        identifiers=(identifier,),
        names=(person_name(header["patient"]),) if header.get("patient") else (),
        birth_date=_date(header, "birth date", message, day=True),
        sex=SEXES.get(sex),
    )


def _document(header: Mapping[str, str], text: str, message: Message) -> Entry:
    writer = header.get("written by", "person").lower()
    if writer not in ("person", "software"):
        raise InputError("Written by is neither person nor software", _line(header, "written by"))
    date = _date(header, "date", message)
    written = when(date, message.zone) if date else None
    detail = {
        "title": header.get("type", ""),
        "author": ", ".join(part for part in (header.get("author"), header.get("role")) if part),
        "machine_written": "true" if writer == "software" else "",
    }
    return Entry(
        id=entry_id(message.sha256, WHERE, "DocumentReference"),
        kind="DocumentReference",
        source=Source(message.sha256, WHERE, message.source),
        text=text,
        effective=Period(written),
        recorded=written,
        status="current",
        detail={key: value for key, value in detail.items() if value},
    )


def _date(header: Mapping[str, str], key: str, message: Message, *, day: bool = False) -> str | None:
    said = header.get(key)
    if not said:
        return None
    try:
        when(said, message.zone)
    except InputError:
        raise InputError(f"{key.capitalize()} is not a date (YYYY-MM-DD)", _line(header, key)) from None
    if day and len(said) != 10:
        raise InputError(f"{key.capitalize()} is not a day (YYYY-MM-DD)", _line(header, key))
    return said


def _line(header: Mapping[str, str], key: str) -> str:
    return f"line {list(header).index(key) + 1}"
