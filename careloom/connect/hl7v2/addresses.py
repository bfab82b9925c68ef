"""Addresses: by which number of its sender a later message says something anew (docs/decisions/0014).

An address is a kind and a digest of the sender's own number, with what else must be equal for a later statement to be
about the same: an entry tells nobody the number of an order or a visit.

Source   HL7 v2.8.2: ORC-2, ORC-3, OBX-21, TXA-12, SCH-1, SCH-2, PV1-19, PRB-4, DG1-20, PR1-19, GOL-4, IAM-7, RF1-6
"""

import hashlib

from careloom.connect.hl7v2.segments import Composite, Segment

# What immunisation registries write where there is no order (CDC, HL7 2.5.1 Immunization Guide 1.5, ORC-3).
NO_ORDER = "9999"


def address(kind: str, number: str, *parts: str) -> str:
    """The address of what a number names; "" where there is none."""
    if not number:
        return ""
    said = "\x1f".join((number, *parts))
    return f"{kind}/{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def of_sender(address: str, sender: str) -> str:
    """An address as that of one sender among those of a source that the site has not named."""
    if not sender:
        return address
    kind, _, digest = address.partition("/")
    return f"{kind}/{hashlib.sha256(f'{sender}/{digest}'.encode()).hexdigest()[:32]}"


def number(one: Composite) -> str:
    """An identifier (EI) with the name of who gave it; "" where it is none."""
    value, giver = one[1] or one[3], one[2] or (one[3] if one[1] else "")
    return f"{value}^{giver}" if value else ""


def numbered(kind: str, segment: Segment, *fields: int) -> str:
    """The address by the first of some fields (EI) that holds a number; "" where none does."""
    return address(kind, next((found for field in fields if (found := number(segment.one(field)))), ""))


def of_visit(pv1: Segment) -> str:
    """The address of a visit by its number (PV1-19)."""
    one = pv1.one(19)
    return address("Encounter", one[1], one.sub(4, 1))


def placed(orc: Segment | None, obr: Segment | None = None) -> str:
    """An order's number: that of who placed it, else that of who fills it; "" where it has none."""
    return _order((2, 3), orc, obr)


def filled(orc: Segment | None, obr: Segment | None = None) -> str:
    """The same by who fills it first: whose results these are, and who corrects them."""
    return _order((3, 2), obr, orc)


def _order(fields: tuple[int, int], *segments: Segment | None) -> str:
    for field in fields:
        for segment in segments:
            if segment is not None and (found := number(segment.one(field))):
                return f"{field} {found}"
    return ""


def of_vaccine(orc: Segment | None, code: str) -> str:
    """The address of a vaccine by the number of who gave it (ORC-3) and its code."""
    given = number(orc.one(3)) if orc else ""
    return "" if given.split("^")[0] == NO_ORDER else address("Immunization", given, code)
