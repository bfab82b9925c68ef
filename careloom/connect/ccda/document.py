"""A message's bytes as a tree: encoding, DTD, namespaces and root are looked at before anything is believed.

No entity is expanded, no DTD, schema, stylesheet or XInclude is followed, nothing is fetched.
"""

import codecs
import re
from dataclasses import dataclass, field

from lxml import etree

from careloom.care.entry import Rejection
from careloom.connect.ccda.element import V3, Element, name
from careloom.errors import InputError

# How a start is told from the bytes: a byte-order mark, else the XML declaration, else UTF-8 (XML 1.0, appendix F).
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(r"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:\-]{1,40})["']""")
DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,300}\?>")
# What sender's names for an encoding mean; others are refused.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
}
WIDE = frozenset({"utf-16", "utf-16le", "utf-16be", "unicode"})
# What may stand before the root: comments, processing instructions, space.
_BEFORE = r"(?:\s+|<!--.*?-->|<\?.*?\?>)*+"
DOCTYPE = re.compile(_BEFORE + r"<!DOCTYPE", re.DOTALL | re.IGNORECASE)
ROOT = re.compile(_BEFORE + r"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)", re.DOTALL)
# Not a character that XML 1.0 allows.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Parts of a CDA document that people share as examples; each names nobody.
FRAGMENTS = frozenset(
    [
        "section",
        "entry",
        "component",
        "act",
        "observation",
        "organizer",
        "procedure",
        "substanceAdministration",
        "supply",
        "encounter",
        "author",
        "participant",
        "performer",
        "informant",
        "recordTarget",
        "patientRole",
        "custodian",
        "documentationOf",
        "componentOf",
        "inFulfillmentOf",
        "manufacturedProduct",
        "participantRole",
        "informationRecipient",
        "authenticator",
        "legalAuthenticator",
        "dataEnterer",
        "relatedDocument",
        "structuredBody",
        "entryRelationship",
        "consumable",
        "templateId",
        "code",
        "value",
        "effectiveTime",
        "text",
        "externalDocument",
        "relatedSubject",
        "assignedAuthor",
        "assignedEntity",
        "associatedEntity",
        "serviceEvent",
        "encounterParticipant",
        "authorization",
        "addr",
        "telecom",
    ]
)
# Prefixes that senders use without declaring them, and what they always mean.
PREFIXES = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "sdtc": "urn:hl7-org:sdtc",
    "voc": "urn:hl7-org:v3/voc",
}
ROOT_TAG = re.compile(r"<ClinicalDocument\b([^>]*)>")


@dataclass(frozen=True, slots=True)
class Document:
    """A ClinicalDocument's root, and what was wrong with it that did not keep it from being read."""

    root: Element
    faults: tuple[Rejection, ...] = field(default=())


def is_ours(head: bytes) -> bool:
    """Whether a message's first bytes show a CDA document, or a part of one."""
    wide = [codec for mark, codec in MARKS if head.startswith(mark)]
    codec = wide[0] if wide else _unmarked(head)
    text = head.decode(codec, errors="replace").removeprefix("\ufeff")
    found = ROOT.match(text)
    if found is None:
        return text.lstrip()[:1] == "<" and ("<ClinicalDocument" in text or "urn:hl7-org:v3" in text)
    return found[2] == "ClinicalDocument" or "urn:hl7-org:v3" in text or found[2] in FRAGMENTS


def opened(data: bytes) -> Document:
    """The tree of a CDA document.

    Raises InputError with line and column, never with content, where the bytes are not what they declare, are not
    well-formed XML, declare a DTD, or are no ClinicalDocument.
    """
    text, faults = _decoded(data)
    if DOCTYPE.match(text):
        raise InputError("declares a DTD: entities and DTDs are refused, a C-CDA needs none", "line 1")
    starts = ROOT.match(text)
    if starts and starts[2] in FRAGMENTS:
        raise InputError(_fragment(starts[2]), f"/{starts[2]}")
    root, undeclared = _parsed(text)
    faults += undeclared
    if name(root) != "ClinicalDocument":
        raise InputError(_not_a_document(root), f"/{name(root)}")
    if not str(root.tag).startswith("{"):
        faults.append(_fault("/ClinicalDocument", "has no namespace; CDA's is urn:hl7-org:v3"))
        for element in root.iter(etree.Element):
            if isinstance(element.tag, str) and not element.tag.startswith("{"):
                element.tag = V3 + element.tag
    elif root.tag != V3 + "ClinicalDocument":
        raise InputError(
            "is a ClinicalDocument of another namespace than urn:hl7-org:v3", "/ClinicalDocument"
        )
    return Document(root, tuple(faults))


def _unmarked(data: bytes) -> str:
    """The encoding of bytes without a mark: UTF-16 shows by the zeros of its first "<"."""
    if data[:2] == b"<\x00":
        return "utf-16-le"
    return "utf-16-be" if data[:2] == b"\x00<" else "utf-8"


def _decoded(data: bytes) -> tuple[str, list[Rejection]]:
    """The text that the bytes stand for, and what was wrong with what they declare."""
    faults: list[Rejection] = []
    mark, codec = next(((mark, codec) for mark, codec in MARKS if data.startswith(mark)), (b"", ""))
    codec = codec or _unmarked(data)
    if codec == "utf-8" and not mark:
        declared = DECLARED.match(data[:400].decode("latin-1"))
        named = declared[1].lower() if declared else "utf-8"
        if named in WIDE:
            # Common where a program wrote a string with its own encoding's name into a UTF-8 file.
            faults.append(_fault("line 1", "declares UTF-16 but is not; it was read as UTF-8"))
        elif named not in ENCODINGS:
            raise InputError("declares a character set that is not read; send UTF-8", "line 1")
        else:
            codec = ENCODINGS[named]
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"is not {'UTF-8' if codec == 'utf-8' else 'in the character set that it declares'}",
            f"line {line}, byte {error.start + 1}",
        ) from None
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError("holds a character that XML does not allow (a NUL or a control)", f"line {line}")
    return text, faults


def _parsed(text: str) -> tuple[Element, list[Rejection]]:
    """The root, and a fault where a well-known prefix had to be declared for the sender."""
    if not text.strip():
        raise InputError("is empty", "line 1")
    body = DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1).lstrip("\ufeff")
    try:
        return _tree(body), []
    except etree.XMLSyntaxError as error:
        mended = _declared(body) if "Namespace prefix" in (error.msg or "") else body
        if mended == body:
            raise _broken(error) from None
    try:
        root = _tree(mended)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    return root, [
        _fault("/ClinicalDocument", "uses a namespace prefix (sdtc or xsi) that it does not declare")
    ]


def _tree(body: str) -> Element:
    """The root. The parser is given UTF-8 whatever came, so that no declaration can lead it astray."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
    )
    return etree.fromstring(body.encode("utf-8"), parser)


def _declared(body: str) -> str:
    """The text with the well-known prefixes declared that its root does not declare, on the same line."""
    found = ROOT_TAG.search(body)
    if found is None:
        return body
    missing = [
        f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items() if f"xmlns:{prefix}" not in found[1]
    ]
    at = found.start() + len("<ClinicalDocument")
    return body[:at] + "".join(missing) + body[at:]


def _broken(error: etree.XMLSyntaxError) -> InputError:
    line, column = error.position or (1, 1)
    return InputError(f"is not well-formed XML ({_plain(error.msg or '')})", f"line {line}, column {column}")


def _plain(reason: str) -> str:
    """A parser's reason without anything that it may quote from the document."""
    for sign, words in (
        ("Premature end", "cut short"),
        ("EndTag", "an element is not closed"),
        ("tag mismatch", "an element is closed by another's end tag"),
        ("Namespace prefix", "a namespace prefix is not declared"),
        ("Entity", "an entity that is not declared"),
        ("Extra content", "something stands after the root element"),
        ("attributes construct error", "an attribute is not written as XML has it"),
        ("Attribute", "an attribute is not written as XML has it"),
        ("StartTag", "a tag is not written as XML has it"),
        ("Start tag", "cut short or not XML"),
        ("find end of Start Tag", "a tag is not closed"),
        ("depth", "nested too deeply"),
        ("xmlParseEntityRef", "an & that begins no entity"),
        ("EntityRef", "an & that begins no entity"),
        ("Comment", "a comment is not closed"),
        ("CData", "a CDATA section is not closed"),
    ):
        if sign in reason:
            return words
    return "see the place"


def _fragment(named: str) -> str:
    return f"is a fragment of a C-CDA ({named}) and not a document: it names no patient"


def _not_a_document(root: Element) -> str:
    """What the root is, in words that help its sender; never a name from a stranger's XML."""
    named = name(root)
    if named.lower() == "html":
        return "is a web page; send the C-CDA itself"
    if str(root.tag).startswith(V3):
        return "is an HL7 v3 message and not a CDA document (its root is no ClinicalDocument)"
    return "is XML of another kind; send a C-CDA (its root is ClinicalDocument)"


def _fault(where: str, reason: str) -> Rejection:
    return Rejection(where, reason, "ConformanceFault")
