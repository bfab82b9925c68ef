"""TXA and its OBX as DocumentReference: a note arrives whole, with its source, its author and its standing.

Source   HL7 v2-to-FHIR, TXA and OBX[DocumentReference]; HL7 v2.8.2, chapter 9 (events T01 to T11, tables 0271, 0273)
"""

import base64
import binascii

from careloom.care.entry import Entry, Period
from careloom.connect.hl7v2.addresses import numbered
from careloom.connect.hl7v2.charset import decode
from careloom.connect.hl7v2.coded import all_codes, coded, comments, join, texts
from careloom.connect.hl7v2.names import providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.scan import layers
from careloom.errors import InputError
from careloom.text.markup import plain

# Events that replace what stood before, and that take a document back.
CANCELLED = frozenset({"T11"})
ADDED = frozenset({"T05", "T06"})
REPLACING = frozenset({"T09", "T10"})
# 0271, completion of a document, as FHIR's docStatus: what somebody has authenticated is final.
COMPLETION = {
    "DI": "preliminary", "DO": "preliminary", "IP": "preliminary", "IN": "preliminary", "PA": "preliminary",
    "AU": "final", "LA": "final",
}  # fmt: skip
# The ordinal of the entry that says of another document that it is superseded.
REPLACED = 1_000
# 0273: what is no longer available for care.
OUTDATED = frozenset({"OB"})
WITHDRAWN = frozenset({"CA"})
TEXTS = frozenset({"TEXT", "PLAIN", "TXT", "TEXT/PLAIN", "FT", "X-HL7-TEXT"})
MARKUP = frozenset({"HTML", "HTM", "TEXT/HTML", "XHTML", "SGML"})
PAGES = frozenset({"PDF", "APPLICATION/PDF", "X-PDF"})
# Types of OBX that stand for a text of their own in a document; the others are facts beside it.
SPEAKING = frozenset({"TX", "FT", "ST", "ED", ""})


def document(txa: Segment, obxs: list[Segment], visit: tuple[str, ...], ordinal: int, sent: Sent) -> Entry:
    """A document: `text` is the whole of its OBX, line by line; "" where it lies elsewhere or is no text."""
    source = sent.message.source
    kind = coded(txa, 2, source, "0270")
    written = sent.beside(txa, 6) or sent.beside(txa, 4)
    held = sent.beside(txa, 4) or written
    lines: list[str] = []
    where = ""
    for obx in obxs:
        said = text_of(obx, sent)
        if said:
            lines.append(said)
            where = where or f"{obx.where}-5"
    title = txa.whole(25) or next((word for word in (kind.words,) if kind.text or word), "")
    return Entry(
        id=sent.id(txa, "DocumentReference", ordinal),
        kind="DocumentReference",
        source=sent.source(txa, numbered("DocumentReference", txa, 12)),
        codes=all_codes([kind, *(coded(obx, 3, source) for obx in obxs if obx.used)]),
        text="\n".join(lines),
        category=_category(txa),
        effective=Period(held),
        recorded=written,
        status=_status(txa, sent),
        detail=texts(
            title=title or _named(obxs, sent),
            author=providers(txa, 9) or providers(txa, 5),
            note=join([_standing(txa, sent), comments(txa), txa.whole(21)]),
            text_from=where,
            completion=COMPLETION.get(txa.text(17).upper()),
        ),
        references=visit,
    )


def replaced(txa: Segment, sent: Sent) -> Entry | None:
    """That the document which this one replaces (TXA-13) is superseded; None where none is named."""
    parent = numbered("DocumentReference", txa, 13)
    own = numbered("DocumentReference", txa, 12)
    if sent.event not in REPLACING or not sent.since or parent in ("", own):
        return None
    return Entry(
        id=sent.id(txa, "DocumentReference", REPLACED),
        kind="DocumentReference",
        source=sent.source(txa, parent),
        recorded=sent.beside(txa, 6),
        status="superseded",
        detail={"note": "replaced by another document"},
    )


def _category(txa: Segment) -> tuple[str, ...]:
    """TXA-24, what the folder is in which it lies."""
    return tuple(one[1] or one[2] for one in txa.all(24))


def _named(obxs: list[Segment], sent: Sent) -> str:
    return next((said for obx in obxs if (said := coded(obx, 3, sent.message.source).words)), "")


def _status(txa: Segment, sent: Sent) -> str:
    """FHIR's word: an obsolete document is superseded, one that was cancelled is entered in error."""
    available = txa.text(19).upper()
    if sent.event in CANCELLED or available in WITHDRAWN:
        return "entered-in-error"
    return "superseded" if available in OUTDATED else "current"


def _standing(txa: Segment, sent: Sent) -> str:
    """What the event says of its relation to another document."""
    if not txa.raw(13):
        return ""
    if sent.event in ADDED:
        return "addendum to an earlier document"
    return "replaces an earlier document" if sent.event in REPLACING else ""


def text_of(obx: Segment, sent: Sent) -> str:
    """The text that an OBX of a document holds; "" for what is no text (a picture, a pointer).

    Raises InputError where encoded data are not what they are said to be.
    """
    kind = obx.text(2).upper()
    if kind not in SPEAKING:
        return ""
    obx.used = True
    if kind == "ED":
        return _encapsulated(obx, sent)
    return obx.whole(5)


def _encapsulated(obx: Segment, sent: Sent) -> str:
    one = obx.one(5)
    named = {one[2].upper(), one[3].upper()}
    data = one.parts[4] if len(one.parts) > 4 else ""
    encoding = one[4].upper()
    where = sent.where(obx, 5)
    if named & PAGES:
        return _layers(encoding, data, obx, sent)
    if not named & (TEXTS | MARKUP):
        sent.unknown["a file that is no text"] += 1
        return ""
    if encoding in ("A", ""):
        said = obx.delimiters.plain(data)
    else:
        try:
            said = decode(_bytes(encoding, data, obx, where), obx.delimiters.charset)
        except UnicodeDecodeError:
            raise InputError("is not what its encoding says", where) from None
        if "\x00" in said:
            raise InputError("holds a NUL character", where)
    return plain(said) if named & MARKUP else said.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(encoding: str, data: str, obx: Segment, where: str) -> bytes:
    """ED.5, decoded. Raises InputError."""
    try:
        if encoding == "BASE64":
            return base64.b64decode("".join(obx.delimiters.plain(data).split()), validate=True)
        if encoding == "HEX":
            return bytes.fromhex(data)
    except (binascii.Error, ValueError):
        raise InputError("is not what its encoding says", where) from None
    raise InputError("is encoded in a way that is not read", where)


def _layers(encoding: str, data: str, obx: Segment, sent: Sent) -> str:
    """The text of a PDF's pages; a page that is an image is counted and not read, a PDF that is none is rejected."""
    where = sent.where(obx, 5)
    try:
        pages = list(layers(_bytes(encoding, data, obx, where)))
    except InputError as error:
        sent.reject(InputError(error.reason, where))
        return ""
    sent.unknown["a page of a PDF without a text layer"] += sum(not page.strip() for page in pages)
    return "\n\n".join(page.strip("\n") for page in pages if page.strip())


def attached(obx: Segment, owner: tuple[str, ...], sent: Sent) -> Entry | None:
    """A file inside a result (OBX of type ED) or elsewhere (RP): a document of its own, with its text where it is one."""
    inside = obx.text(2).upper() == "ED"
    if not inside and not obx.text(5):
        return None
    source = sent.message.source
    named = coded(obx, 3, source)
    said = _encapsulated(obx, sent) if inside else ""
    taken = sent.when(obx, 14)
    return Entry(
        id=sent.id(obx, "DocumentReference"),
        kind="DocumentReference",
        source=sent.source(obx),
        codes=named.codes,
        text=said,
        effective=Period(taken),
        recorded=taken,
        status="entered-in-error" if obx.text(11) in ("D", "W") else "current",
        detail=texts(
            title=named.words,
            author=providers(obx, 16),
            text_from=f"{obx.where}-5" if said else "",
            note="" if inside else f"kept at {obx.text(5)}",
        ),
        references=owner,
    )
