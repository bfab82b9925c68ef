"""What holds everywhere in a CDA document: null flavours, code strings, identifiers, names, units, element names.

Source   HL7 CDA R2 (2005), schema and datatypes; HL7 v3 Datatypes R1
"""

from collections.abc import Iterator

from lxml import etree

from careloom.connect.ccda.conformance import schema, vocabulary
from careloom.connect.ccda.conformance.schema import Broken
from careloom.connect.ccda.element import V3, Element, name, type_of

# Elements of type CS: a code alone, without its system.
CODE_STRINGS = frozenset({"realmCode", "statusCode", "languageCode", "signatureCode"})
ONLY_CODE = frozenset({"code", "nullFlavor"})
NAME_PARTS = frozenset({"given", "family", "suffix", "prefix"})
NARRATIVE = V3 + "text"
TYPES = frozenset(
    [
        "ANY",
        "BL",
        "BN",
        "ED",
        "ST",
        "CD",
        "CE",
        "CV",
        "CO",
        "CS",
        "SC",
        "II",
        "AD",
        "EN",
        "PN",
        "ON",
        "TN",
        "TEL",
        "TS",
        "URL",
        "INT",
        "REAL",
        "PQ",
        "MO",
        "IVL_TS",
        "IVL_PQ",
        "IVL_INT",
        "IVL_REAL",
        "IVL_MO",
        "PIVL_TS",
        "EIVL_TS",
        "SXPR_TS",
        "SXCM_TS",
        "SXCM_PQ",
        "RTO",
        "RTO_PQ_PQ",
        "RTO_MO_PQ",
        "RTO_QTY_QTY",
        "GLIST_TS",
        "GLIST_PQ",
        "SLIST_TS",
        "SLIST_PQ",
        "BIN",
        "CR",
        "BXIT_CD",
        "BXIT_IVL_PQ",
        "HXIT_CE",
        "HXIT_PQ",
        "PPD_PQ",
        "PPD_TS",
        "UVP_TS",
        "IVXB_TS",
        "IVXB_PQ",
        "thumbnail",
        "StrucDoc.Text",
    ]
)


def broken(root: Element) -> Iterator[Broken]:
    """What the document's elements get wrong, with the element: walks every element outside the narrative once."""
    for element in outside_narrative(root):
        null = element.get("nullFlavor")
        if null is not None and null not in vocabulary.NULL_FLAVORS:
            yield "a nullFlavor that HL7 does not have", element
        named = name(element)
        if named in CODE_STRINGS and any(key not in ONLY_CODE for key in element.attrib):
            yield f"{named} is a code string: it has a code and nothing else", element
        elif named in NAME_PARTS:
            yield from _name_part(element, named)
        elif named in ("id", "templateId") and not vocabulary.IDENTIFIER.fullmatch(element.get("root", "0")):
            yield f"the root of {named} is neither an OID nor a UUID", element
        yield from _code(element)
        yield from schema.broken(element)
        kind = type_of(element)
        if kind and kind not in TYPES:
            yield "an xsi:type that CDA does not have", element
        unit = element.get("unit")
        if unit is not None and not vocabulary.is_unit_form(unit):
            yield "a unit that is not UCUM", element


def outside_narrative(root: Element) -> Iterator[Element]:
    """Every element but those inside the text of a section."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        parent = element.getparent()
        if element.tag == NARRATIVE and parent is not None and name(parent) == "section":
            continue
        waiting.extend(child for child in element.iterchildren(etree.Element))


def _name_part(element: Element, named: str) -> Iterator[Broken]:
    """A part of a name is a text or a nullFlavor, never both and never neither."""
    has_text = bool((element.text or "").strip())
    if has_text == (element.get("nullFlavor") is not None):
        yield f"{named} holds neither a text nor a nullFlavor, or both", element


def _code(element: Element) -> Iterator[Broken]:
    code = element.get("code")
    if code is None:
        return
    code = code.strip()
    if not code or any(sign.isspace() for sign in code):
        yield "a code that is empty or holds a space", element
        return
    system = element.get("codeSystem", "").strip()
    if not vocabulary.can_have(system, code):
        yield "a code that its code system cannot have", element
    if system and not vocabulary.is_named(system, element.get("codeSystemName", "")):
        yield "codeSystemName names another code system than codeSystem", element
