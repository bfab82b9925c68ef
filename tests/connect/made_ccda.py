"""Invented C-CDA documents about Marta Quill, and short ways to read them."""

import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import ccda

CCD = (Path(__file__).parent / "ccda" / "ccd.xml").read_text("utf-8")
NEVER_IN_ERRORS = ("Quill", "Marta", "1949", "Q-778", "penicillin", "Mill Lane")
HEAD, _, _REST = CCD.partition("  <component>\n    <structuredBody>")
T = "2.16.840.1.113883.10.20.22.4."
SNOMED = 'codeSystem="2.16.840.1.113883.6.96"'
LOINC = 'codeSystem="2.16.840.1.113883.6.1"'
RXNORM = 'codeSystem="2.16.840.1.113883.6.88"'


def reading(document: str | bytes, zone: str = "America/New_York") -> Reading:
    """The one reading of a document."""
    data = document.encode() if isinstance(document, str) else document
    message = Message(hashlib.sha256(data).hexdigest(), "riverside", "ccda", "ccd.xml", zone)
    (found,) = ccda.read(message, io.BytesIO(data), max_mb=8)
    return found


def with_section(code: str, entries: str = "", text: str = "", title: str = "Section", more: str = "") -> str:
    """Marta's document with one section of a LOINC code."""
    narrative = f"<text>{text}</text>" if text else ""
    return (
        f"{HEAD}<component><structuredBody><component><section><code code='{code}' {LOINC}/><title>{title}</title>"
        f"{narrative}{entries}{more}</section></component></structuredBody></component></ClinicalDocument>"
    )


def told(code: str, entry: str, kind: str, text: str = "<paragraph/>") -> Entry:
    """The only entry of a kind that one entry of a section gives."""
    (found,) = every(code, entry, kind, text)
    return found


def every(code: str, entry: str, kind: str, text: str = "<paragraph/>") -> list[Entry]:
    """All entries of a kind that one entry of a section gives; those of the header left out."""
    found = reading(with_section(code, f"<entry>{entry}</entry>", text))
    return [one for one in found.entries if one.kind == kind and "structuredBody" in one.source.where]


def without(document: str, *patterns: str) -> str:
    """The document without what the patterns match; each must match once at least."""
    for pattern in patterns:
        document, count = re.subn(pattern, "", document, flags=re.DOTALL)
        assert count, pattern
    return document


def old(document: str) -> str:
    """The document as R1.1 had it: templates without editions."""
    return re.sub(r'<templateId root="[^"]*" extension="20[^"]*"/>\s*', "", document)


def reasons(found: Reading) -> list[str]:
    """Why parts of a document were rejected or found at fault."""
    return [one.reason for one in found.rejected]


def kinds(entries: Iterable[Entry]) -> list[str]:
    """The kinds of entries, in their order."""
    return [one.kind for one in entries]


def of_ccd(kind: str) -> Entry:
    """The first entry of a kind in the body of Marta's document."""
    return next(
        one for one in reading(CCD).entries if one.kind == kind and "structuredBody" in one.source.where
    )


def problem(value: str, time: str = "", more: str = "", negated: str = "", status: str = "active") -> str:
    """A problem inside its concern."""
    return f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}3"/><code code="CONC"/><statusCode code="{status}"/>
      <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {negated}><templateId root="{T}4"/>
      <effectiveTime>{time}</effectiveTime>{value}{more}</observation></entryRelationship></act>"""


GOUT = f'<value xsi:type="CD" code="90560007" {SNOMED} displayName="Gout"/>'
