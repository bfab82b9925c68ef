"""Who a message is about, and who signed, in HL7 v2: PID with the numbers that the receiver gave, XCN and PPN.

Source   HL7 v2.5.1, chapter 3 (PID) and chapter 2A (CX, HD, XPN, XCN, PPN); tables 0001, 0203
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from careloom.care.entry import HumanName, Identifier, Person
from careloom.chart.people import spoken_name
from careloom.chart.v2 import component, composed, moment, numbered, plain, repeated, sub

SEXES = {"male": "M", "female": "F", "other": "O"}
_OURS = "urn:careloom:source:"
# What isn't a number by which a receiver finds a patient: the account of a visit, and what names a person to the state.
_NOT_SENT = ("urn:careloom:number:", "http://hl7.org/fhir/sid/us-ssn")
_KINDS = {"MR": "MR", "PT": "PT", "PI": "PI"}


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who signed: our id, the name as the chart prints it, and when."""

    user: str
    name: str
    at: datetime


def numbers(who: Person, authority: str = "") -> tuple[str, ...]:
    """The numbers (CX) that a system's own message gave a patient, with its assigning authority as it wrote it.

    `authority` (HD: "MERCY" or "MERCY&1.2.3&ISO") stands where that message named none. Account numbers, social security numbers and
    licences are left out.
    """
    found = (_number(one, authority) for one in who.identifiers)
    return tuple(dict.fromkeys(one for one in found if one))


def _number(one: Identifier, authority: str) -> str:
    if one.system.startswith(_NOT_SENT) or not one.value.strip():
        return ""
    if one.system.startswith(_OURS):
        own = one.system.removeprefix(_OURS).partition(":")[2]
        name, _, kind = own.partition(":")
        if not own or name == "message" or name == "DL":
            return ""
        if name in _KINDS and not kind:
            return composed(plain(one.value), "", "", _authority(authority), _KINDS[name])
        # The type of an account, an insurance or a licence is none of a patient's own number.
        return "" if kind else composed(plain(one.value), "", "", sub(name), "MR")
    return composed(plain(one.value), "", "", _universal(one.system), "MR")


def _authority(said: str) -> str:
    return sub(*said.split("&"))


def _universal(system: str) -> str:
    if system.startswith("urn:oid:"):
        return sub("", system.removeprefix("urn:oid:"), "ISO")
    if system.startswith("urn:uuid:"):
        return sub("", system.removeprefix("urn:uuid:"), "UUID")
    return sub("", system, "URI")


def pid(who: Person, known: tuple[str, ...]) -> str:
    """The segment PID: the numbers, the name, the birth date and the sex as the receiver itself has them."""
    born = re.sub(r"\D", "", who.birth_date or "")
    fields = {
        1: "1",
        3: repeated(known),
        5: repeated(_name(one) for one in who.names[:1]),
        7: born if len(born) in (4, 6, 8) else "",
        8: SEXES.get(who.sex or "", "U"),
    }
    return numbered("PID", fields)


def _name(one: HumanName) -> str:
    first, *more = one.given or ("",)
    family = one.family or (one.text if not one.given else "")
    return component(family, first, " ".join(more), one.suffix, "", "", "L")


def person(one: Signed, authority: str) -> str:
    """Somebody of ours as XCN, under the authority that our numbers have."""
    return composed(*_parts(one, authority))


def stamped(one: Signed, authority: str) -> str:
    """The same as PPN, with when she signed."""
    parts = [*_parts(one, authority), *[""] * 15]
    return composed(*parts[:14], moment(one.at))


def _parts(one: Signed, authority: str) -> Iterator[str]:
    said = spoken_name(one.name)
    yield from map(plain, (one.user, said.family, said.given, "", "", "", said.degree, ""))
    yield _authority(authority)
