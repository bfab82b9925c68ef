"""Sections: which they are, by LOINC code or template, and what became of each of their entries.

Source   HL7 C-CDA R2.1, volume 2, section templates; LOINC document and section codes
"""

from collections.abc import Mapping
from dataclasses import replace

from careloom.care.entry import Rejection, Tally
from careloom.connect.ccda import people, statement
from careloom.connect.ccda.element import Element, attribute, every, name, one, said, templates, xpath
from careloom.connect.ccda.note import Written, section_text
from careloom.connect.ccda.sheet import STATEMENTS, Section, Sheet
from careloom.errors import InputError

NAMES: Mapping[str, str] = {
    "48765-2": "allergies",
    "11450-4": "problems",
    "11348-0": "past illness",
    "10160-0": "medications",
    "10183-2": "discharge medications",
    "75311-1": "discharge medications",
    "42346-7": "admission medications",
    "29549-3": "medications administered",
    "11369-6": "immunizations",
    "30954-2": "results",
    "8716-3": "vital signs",
    "29762-2": "social history",
    "10157-6": "family history",
    "47519-4": "procedures",
    "46240-8": "encounters",
    "47420-5": "functional status",
    "10190-7": "mental status",
    "46264-8": "medical equipment",
    "48768-6": "payers",
    "42348-3": "advance directives",
    "18776-5": "plan of treatment",
    "51847-2": "assessment and plan",
    "51848-0": "assessment",
    "61146-7": "goals",
    "75310-3": "health concerns",
    "62387-6": "interventions",
    "11383-7": "health status and outcomes",
    "42349-1": "reason for referral",
    "8648-8": "hospital course",
    "8653-8": "discharge instructions",
    "69730-0": "instructions",
    "11535-2": "discharge diagnosis",
    "46241-6": "admission diagnosis",
    "42347-5": "admission diagnosis",
    "11493-4": "discharge studies",
    "10184-0": "discharge physical",
    "42344-2": "discharge diet",
    "18841-7": "consultations",
    "61144-2": "nutrition",
    "29545-1": "physical exam",
    "10210-3": "general status",
    "10187-3": "review of systems",
    "10164-2": "history of present illness",
    "10154-3": "chief complaint",
    "29299-5": "reason for visit",
    "46239-0": "chief complaint and reason for visit",
    "11329-0": "history",
    "61149-1": "objective",
    "61150-9": "subjective",
    "85847-2": "care teams",
    "8709-8": "skin",
    "55109-3": "complications",
    "59774-0": "anesthesia",
    "59772-4": "planned procedure",
    "59768-2": "procedure indications",
    "59775-7": "procedure disposition",
    "59770-8": "blood loss",
    "59776-5": "procedure findings",
    "59771-6": "procedure implants",
    "59773-2": "procedure specimens",
    "29554-3": "procedure description",
    "59769-0": "postprocedure diagnosis",
    "10218-6": "postoperative diagnosis",
    "10219-4": "preoperative diagnosis",
    "10216-0": "operative fluids",
    "10223-6": "surgical procedure",
    "11537-8": "surgical drains",
    "34109-9": "notes",
    "11488-4": "consultation note",
    "11506-3": "progress note",
    "34117-2": "history and physical note",
    "28570-0": "procedure note",
    "18842-5": "discharge summary",
    "11502-2": "laboratory report",
    "18748-4": "imaging report",
    "11526-1": "pathology report",
    "34133-9": "summary of episode",
}
SECTION = "2.16.840.1.113883.10.20.22.2."
# The same by templateId, for sections whose code is missing or another.
BY_TEMPLATE: Mapping[str, str] = {
    SECTION + number: named
    for number, named in {
        "6": "allergies", "6.1": "allergies", "5": "problems", "5.1": "problems", "1": "medications", "1.1": "medications",
        "11": "discharge medications", "11.1": "discharge medications", "44": "admission medications",
        "38": "medications administered", "2": "immunizations", "2.1": "immunizations", "3": "results", "3.1": "results",
        "4": "vital signs", "4.1": "vital signs", "17": "social history", "15": "family history", "7": "procedures",
        "7.1": "procedures", "22": "encounters", "22.1": "encounters", "14": "functional status", "56": "mental status",
        "23": "medical equipment", "18": "payers", "21": "advance directives", "21.1": "advance directives",
        "10": "plan of treatment", "60": "goals", "58": "health concerns", "61": "health status and outcomes",
        "20": "past illness", "24": "discharge diagnosis", "43": "admission diagnosis", "57": "nutrition", "500": "care teams",
        "65": "notes", "45": "instructions", "8": "assessment", "9": "assessment and plan", "41": "discharge instructions",
    }.items()
}  # fmt: skip
DEEPEST = 40


def read(root: Element, sheet: Sheet, about: Written) -> dict[str, Tally]:
    """Read every section of the body, nested ones too; what became of the entries of each, by its name.

    Raises InputError where sections are nested too deeply.
    """
    tallies: dict[str, Tally] = {}
    for section in every(root, "component", "structuredBody", "component", "section"):
        _section(section, sheet, about, tallies, 0)
    return tallies


def named(section: Element) -> str:
    """Our name for a section, by its code, else its template, else by the code itself; nothing that its sender typed."""
    code = attribute(one(section, "code"), "code")
    if code in NAMES:
        return NAMES[code]
    found = next((BY_TEMPLATE[root] for root in templates(section) if root in BY_TEMPLATE), "")
    plain = code if code and len(code) <= 20 and code.replace("-", "").isalnum() and code.isascii() else ""
    return found or (f"section {plain}" if plain else "section without a code")


def _section(section: Element, sheet: Sheet, about: Written, tallies: dict[str, Tally], depth: int) -> None:
    if depth > DEEPEST:
        raise InputError("sections are nested too deeply", xpath(section))
    before = len(sheet.entries)
    sheet.section = _as_section(section, sheet)
    tally = tallies.get(sheet.section.name, Tally())
    for holder in every(section, "entry"):
        tally = _entry(holder, sheet, tally)
    written = replace(about, kind=sheet.concept(section, "code"))
    section_text(section, sheet, written, before)
    if tally != Tally():
        tallies[sheet.section.name] = tally
    for inner in every(section, "component", "section"):
        _section(inner, sheet, about, tallies, depth + 1)


def _as_section(section: Element, sheet: Sheet) -> Section:
    title = said(one(section, "title"))
    authors = people.authors(section, sheet.known)
    whom = one(section, "subject", "relatedSubject")
    return Section(
        name=named(section),
        title=title,
        code=attribute(one(section, "code"), "code"),
        author=authors[-1][0] if authors else "",
        subject="patient" if whom is None else "family",
    )


def _entry(holder: Element, sheet: Sheet, tally: Tally) -> Tally:
    """Read one entry: it gives entries, or it was not understood, or it was rejected."""
    statements = [child for child in holder if name(child) in STATEMENTS]
    entries, unknown, rejected = len(sheet.entries), sum(sheet.unknown.values()), len(sheet.rejected)
    if not statements:
        sheet.unknown[f"{sheet.section.name}: entry without a statement"] += 1
        return replace(tally, entries=tally.entries + 1, unknown=tally.unknown + 1)
    for each in statements:
        try:
            statement.read(each, sheet)
        except InputError as error:
            sheet.rejected.append(Rejection(error.where or xpath(each), error.reason, type(error).__name__))
    tally = replace(tally, entries=tally.entries + 1)
    if len(sheet.entries) > entries:
        return replace(tally, read=tally.read + 1)
    if len(sheet.rejected) > rejected:
        return replace(tally, rejected=tally.rejected + 1)
    if sum(sheet.unknown.values()) > unknown:
        return replace(tally, unknown=tally.unknown + 1)
    return replace(tally, pointers=tally.pointers + 1)
