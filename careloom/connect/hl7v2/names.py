"""Names of people and organisations (XPN, XCN, NDL, XON), addresses (XAD) and telephone numbers (XTN)."""

import re
from collections.abc import Iterator

from careloom.care.entry import HumanName
from careloom.connect.hl7v2.coded import join
from careloom.connect.hl7v2.segments import Composite, Segment
from careloom.connect.hl7v2.tables import NAME_USES, USES

LETTER = re.compile(r"[^\W\d_]")
ELECTRONIC = frozenset({"INTERNET", "X.400", "NET"})
# Tables 0202 (what it is) and 0201 (what it is for) as FHIR's ContactPoint has them; the first counts before the second.
EQUIPMENT = {"CP": "mobile", "FX": "fax", "BP": "pager"}
PURPOSES = {"PRN": "home", "ORN": "home", "WPN": "work", "VHN": "temp", "BPN": "pager"}


def person_names(segment: Segment, *fields: int) -> tuple[HumanName, ...]:
    """The names in some fields (XPN), the one to use first, maiden and old ones last.

    A name by which somebody is called (XPN.15) is a name of its own.
    """
    found: list[tuple[int, HumanName]] = []
    for field in fields:
        for one in segment.all(field):
            name = person_name(one)
            if name != HumanName():
                found.append((USES.index(NAME_USES.get(one[7], "")), name))
            if one[15]:
                found.append((USES.index("nickname"), HumanName(name.family, (one[15],), name.suffix)))
    found.sort(key=lambda ranked: ranked[0])
    return tuple(dict.fromkeys(name for _, name in found))


def person_name(one: Composite) -> HumanName:
    """An XPN: family name (the surname of an FN), given names, and suffix with degree and professional suffix."""
    given = tuple(part for part in (one[2], one[3]) if part)
    suffix = " ".join(dict.fromkeys(part for part in (one[4], one[6], one[14]) if part))
    return HumanName(one.sub(1, 1), given, suffix)


def full_name(one: Composite) -> str:
    """An XPN in reading order."""
    return person_name(one).full


def provider(one: Composite) -> str:
    """An XCN in reading order; without a name, words that stand in the number's place."""
    parts = [one[3], one[4], one.sub(2, 1), one[5]]
    said = " ".join(part for part in parts if part)
    return said or (one[1] if " " in one[1] and LETTER.search(one[1]) else "")


def interpreter(one: Composite) -> str:
    """An NDL: its name (a CNN) stands in subcomponents."""
    name = one.inner(1)
    said = " ".join(part for part in (name[3], name[4], name[2], name[5]) if part)
    return said or (one[1] if " " in one[1] else "")


def providers(segment: Segment, *fields: int) -> str:
    """The people in some fields (XCN), separated by '; '."""
    return join(provider(one) for field in fields for one in segment.all(field))


def organisation(segment: Segment, field: int) -> str:
    """The name of the organisation in a field (XON, or a CE in older versions)."""
    one = segment.one(field)
    return one[1] if LETTER.search(one[1]) else one[2]


def address(one: Composite) -> str:
    """An XAD in one line; the street's own parts (SAD) stand in subcomponents."""
    street = one.inner(1)
    line = " ".join(part for part in (street[1], street[2], street[3]) if part)
    return ", ".join(part for part in (line, one[2], one[19], one[3], one[4], one[5], one[6]) if part)


def telecoms(segment: Segment, *fields: int) -> Iterator[str]:
    """The numbers and addresses in some fields (XTN), as HL7 v2-to-FHIR builds them."""
    for field in fields:
        for one in segment.all(field):
            if said := telecom(one):
                yield said


def telecom_uses(segment: Segment, *fields: int, unsaid: str = "") -> Iterator[tuple[str, str]]:
    """What each number of some fields is for, where the sender says so (XTN.2, XTN.3); else `unsaid`, where the field itself does."""
    for field in fields:
        for one in segment.all(field):
            use = EQUIPMENT.get(one[3].upper()) or PURPOSES.get(one[2].upper()) or unsaid
            if use and (said := telecom(one)) and "@" not in said:
                yield said, use


def telecom(one: Composite) -> str:
    """One XTN: an e-mail address, a number in one piece, or its parts."""
    if one[3].upper() in ELECTRONIC or (not one[3] and one[4]):
        return one[4] or one[1]
    if one[12]:
        return one[12]
    if one[7]:
        country = f"+{one[5].removeprefix('+')}" if one[5] else ""
        extension = f"X{one[8]}" if one[8] else ""
        return " ".join(part for part in (country, one[6], one[7], extension) if part)
    return one[1] or one[4]
