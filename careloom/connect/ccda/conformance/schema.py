"""Attributes whose form CDA's schema fixes: numbers, booleans, times, statuses, relations and uses.

Source   HL7 CDA R2 (2005), schema: datatypes-base.xsd and voc.xsd (ActStatus, x_ActRelationshipEntry,
         x_ActRelationshipEntryRelationship, EntityNameUse, PostalAddressUse, TelecommunicationAddressUse); Datatypes R1
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from careloom.connect.ccda.element import Element, attribute, name, type_of
from careloom.connect.ccda.times import moment
from careloom.errors import InputError

Broken: TypeAlias = tuple[str, Element]
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
BOOLEANS = frozenset({"true", "false"})
INDICATORS = ("negationInd", "inversionInd", "contextConductionInd", "independentInd")
STATUSES = frozenset(
    {
        "aborted",
        "active",
        "cancelled",
        "completed",
        "held",
        "new",
        "normal",
        "nullified",
        "obsolete",
        "suspended",
    }
)
RELATIONS: Mapping[str, frozenset[str]] = {
    "entry": frozenset({"COMP", "DRIV"}),
    "entryRelationship": frozenset(
        {"XCRPT", "COMP", "CAUS", "GEVL", "MFST", "REFR", "RSON", "SAS", "SPRT", "SUBJ"}
    ),
}
POSTAL = frozenset(
    {
        "ABC",
        "BAD",
        "CONF",
        "DIR",
        "H",
        "HP",
        "HV",
        "IDE",
        "PHYS",
        "PST",
        "PUB",
        "SNDX",
        "SRCH",
        "SYL",
        "TMP",
        "WP",
    }
)
USES: Mapping[str, frozenset[str]] = {
    "addr": POSTAL,
    "telecom": frozenset({"AS", "BAD", "DIR", "EC", "H", "HP", "HV", "MC", "PG", "PUB", "TMP", "WP"}),
    "name": frozenset(
        {"A", "ABC", "ASGN", "C", "I", "IDE", "L", "OR", "P", "PHON", "R", "SNDX", "SRCH", "SYL"}
    ),
}
# Elements that hold a quantity or number of themselves, and types that do.
QUANTITIES = frozenset(
    {"doseQuantity", "rateQuantity", "maxDoseQuantity", "quantity", "repeatNumber", "versionNumber", "period"}
)
NUMERIC = frozenset(
    {"PQ", "INT", "REAL", "MO", "IVL_PQ", "IVL_INT", "IVL_REAL", "IVL_MO", "RTO_PQ_PQ", "RTO"}
)
BOUNDS = frozenset({"low", "high", "center", "width", "numerator", "denominator"})
TIMES = frozenset({"effectiveTime", "time", "birthTime", "deceasedTime"})
TIMED = frozenset({"TS", "IVL_TS", "SXCM_TS", "PIVL_TS"})


def broken(element: Element) -> Iterator[Broken]:
    """What is wrong with the attributes of one element, times left out."""
    for indicator in INDICATORS:
        said = element.get(indicator)
        if said is not None and said not in BOOLEANS:
            yield f"{indicator} is neither true nor false", element
    found = CHECKS.get(name(element))
    if found is not None:
        yield from found(element)
    if (
        _is_number(element)
        and (said := element.get("value")) is not None
        and not NUMBER.fullmatch(said.strip())
    ):
        yield "a quantity whose value is no number", element


def has_no_time(element: Element, zone: str) -> bool:
    """Whether an element that should hold a time holds something that HL7 does not allow as one."""
    said = attribute(element, "value")
    if not said or not _is_time(element):
        return False
    try:
        moment(said, zone)
    except InputError:
        return True
    return False


def _is_number(element: Element) -> bool:
    if type_of(element) in NUMERIC or name(element) in QUANTITIES:
        return True
    parent = element.getparent()
    if parent is None or name(element) not in BOUNDS:
        return False
    return (
        type_of(parent) in NUMERIC
        or name(parent) in QUANTITIES
        or name(element) in ("width", "numerator", "denominator")
    )


def _is_time(element: Element) -> bool:
    if name(element) in TIMES or type_of(element) in TIMED:
        return True
    parent = element.getparent()
    return (
        name(element) in ("low", "high", "center")
        and parent is not None
        and (name(parent) in TIMES or type_of(parent) in TIMED)
    )


def _status(element: Element) -> Iterator[Broken]:
    code = attribute(element, "code")
    if code and code not in STATUSES:
        yield "statusCode is no status of an act", element


def _relation(element: Element) -> Iterator[Broken]:
    kind = attribute(element, "typeCode")
    if kind and kind not in RELATIONS[name(element)]:
        yield f"typeCode of {name(element)} is none of CDA's", element


def _use(element: Element) -> Iterator[Broken]:
    if any(use not in USES[name(element)] for use in attribute(element, "use").split()):
        yield f"a use of {name(element)} that HL7 does not have", element


def _preference(element: Element) -> Iterator[Broken]:
    said = attribute(element, "value")
    if said and said not in BOOLEANS:
        yield "preferenceInd is neither true nor false", element


CHECKS: Mapping[str, Callable[[Element], Iterator[Broken]]] = {
    "statusCode": _status,
    "entry": _relation,
    "entryRelationship": _relation,
    "addr": _use,
    "telecom": _use,
    "name": _use,
    "preferenceInd": _preference,
}
