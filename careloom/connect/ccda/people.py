"""People and organisations that a document names: names, addresses, telecoms, and who wrote or did something."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from careloom.care.entry import HumanName
from careloom.connect.ccda.concept import join
from careloom.connect.ccda.element import V3, Element, attribute, every, is_null, one, said

# v3 EntityNameUse, the name to use first; what a person was called before comes last.
USES = ("L", "OR", "C", "", "P", "I", "A", "SRCH", "ASGN")
BIRTH = frozenset({"BR", "SP"})
# v3 TelecommunicationAddressUse as FHIR's ContactPoint has it; what rings in a pocket before what rings in a house.
TELECOM_USES = {
    "MC": "mobile",
    "PG": "pager",
    "WP": "work",
    "DIR": "work",
    "PUB": "work",
    "TMP": "temp",
    "HV": "temp",
    "HP": "home",
    "H": "home",
}
Ids: TypeAlias = tuple[str, str]


def human_name(element: Element) -> HumanName:
    """An EN or PN as our noun: in parts, else the whole text."""
    given = tuple(part for each in every(element, "given") if (part := said(each)))
    family = " ".join(part for each in every(element, "family") if (part := said(each)))
    suffix = " ".join(part for each in every(element, "suffix") if (part := said(each)))
    text = "" if given or family else said(element)
    return HumanName(family, given, suffix, text)


def names(owner: Element | None) -> tuple[HumanName, ...]:
    """The names that a person has, the one to use first, earlier ones last, empty ones left out."""
    found = [(_rank(each), human_name(each)) for each in every(owner, "name") if not is_null(each)]
    found.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(one for _, one in found if one != HumanName()))


def _rank(element: Element) -> tuple[bool, int]:
    uses = attribute(element, "use").split() or [""]
    earlier = any(
        BIRTH.intersection(attribute(part, "qualifier").split())
        for part in (*every(element, "family"), *every(element, "given"))
    )
    return earlier, min(USES.index(use) if use in USES else len(USES) for use in uses)


def full_name(owner: Element | None) -> str:
    """The name to use, in reading order; "" where there is none."""
    found = names(owner)
    return found[0].full if found else ""


def address(element: Element) -> str:
    """An AD on one line: street, city, state, postal code, country; its text where it has no parts."""
    if is_null(element):
        return ""
    parts = [
        said(part)
        for kind in (
            "streetAddressLine",
            "houseNumber",
            "streetName",
            "city",
            "state",
            "postalCode",
            "country",
        )
        for part in every(element, kind)
        if not is_null(part)
    ]
    return ", ".join(part for part in parts if part) or (said(element) if len(element) == 0 else "")


def telecom(element: Element) -> str:
    """A TEL without its scheme: "tel:+1(555)555-1000" is "+1(555)555-1000"."""
    if is_null(element):
        return ""
    found = attribute(element, "value")
    for scheme in ("tel:", "mailto:", "fax:", "sms:"):
        found = found[len(scheme) :] if found.lower().startswith(scheme) else found
    return found.strip()


def telecom_use(element: Element) -> str:
    """What it is for, as FHIR's ContactPoint has it; "" where the document doesn't say. What is old or no telephone comes first."""
    said = frozenset(attribute(element, "use").upper().split())
    scheme = attribute(element, "value").partition(":")[0].lower()
    if "BAD" in said:
        return "old"
    if scheme in ("fax", "sms"):
        return "fax" if scheme == "fax" else "mobile"
    return next((use for code, use in TELECOM_USES.items() if code in said), "")


def keys(owner: Element | None) -> Iterator[Ids]:
    """The ids (root and extension) under which something is known, those that name it alone."""
    for each in every(owner, "id"):
        root = attribute(each, "root")
        if root and not each.get("nullFlavor"):
            yield root, attribute(each, "extension")


def known(root: Element) -> dict[Ids, str]:
    """The names of the people and devices that the document names somewhere, by their ids.

    Many authors are named once and only referred to by id after that.
    """
    found: dict[Ids, str] = {}
    for kind in ("assignedAuthor", "assignedEntity"):
        for each in root.iter(V3 + kind):
            called = _own_name(each)
            if called:
                for key in keys(each):
                    found.setdefault(key, called)
    return found


def called(role: Element | None, people: Mapping[Ids, str]) -> str:
    """Who an assignedAuthor, assignedEntity, relatedEntity, … is: a person, else an organisation or a device."""
    if role is None:
        return ""
    return (
        _own_name(role)
        or next((people[key] for key in keys(role) if key in people), "")
        or _organisation(role)
    )


def _own_name(role: Element) -> str:
    for kind in (
        "assignedPerson",
        "relatedPerson",
        "associatedPerson",
        "informationRecipient",
        "playingEntity",
    ):
        if found := full_name(one(role, kind)):
            return found
    device = one(role, "assignedAuthoringDevice")
    return said(one(device, "softwareName")) or said(one(device, "manufacturerModelName"))


def _organisation(role: Element) -> str:
    for kind in ("representedOrganization", "scopingOrganization", "receivedOrganization", "scopingEntity"):
        found = full_name(one(role, kind)) or said(one(role, kind, "desc"))
        if found:
            return found
    return ""


def authors(element: Element, people: Mapping[Ids, str]) -> list[tuple[str, Element]]:
    """The authors of a statement that say who they are, in order, with their elements."""
    found = [(called(one(each, "assignedAuthor"), people), each) for each in every(element, "author")]
    return [(who, each) for who, each in found if who]


def informants(element: Element, people: Mapping[Ids, str]) -> str:
    """Who told of a statement: a name, else the relation to the patient."""
    found = []
    for each in every(element, "informant"):
        related = one(each, "relatedEntity")
        relation = one(related, "code")
        found.append(
            called(one(each, "assignedEntity"), people)
            or called(related, people)
            or attribute(relation, "displayName")
            or attribute(relation, "code")
        )
    return join(found)


def is_machine(author: Element) -> bool:
    """Whether an author is a device alone: software wrote it, nobody stands for it."""
    role = one(author, "assignedAuthor")
    return one(role, "assignedAuthoringDevice") is not None and one(role, "assignedPerson") is None


def performers(element: Element, people: Mapping[Ids, str]) -> str:
    """Who did it, separated by '; '."""
    return join(called(one(each, "assignedEntity"), people) for each in every(element, "performer"))


def place_name(element: Element) -> str:
    """Where it was done: the name of the service delivery location, else of the organisation that runs it."""
    for participant in every(element, "participant"):
        if attribute(participant, "typeCode") == "LOC":
            role = one(participant, "participantRole")
            found = full_name(one(role, "playingEntity")) or full_name(one(role, "scopingEntity"))
            if found:
                return found
    return ""
