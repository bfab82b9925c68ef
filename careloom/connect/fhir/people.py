"""People, organisations and places that other resources refer to, and the names they give."""

from msgspec import field

from careloom.care.entry import Entry, HumanName
from careloom.connect.fhir.datatypes import (
    Concept,
    Reference,
    Resource,
    WireName,
    WirePeriod,
)
from careloom.connect.fhir.place import Place, tail
from careloom.connect.fhir.words import all_codes, join, words

USES = ("official", "usual", None, "nickname", "anonymous", "temp", "maiden", "old")


class Practitioner(Resource, tag="Practitioner"):
    """A person who gives care."""

    name: list[WireName] = []


class Organization(Resource, tag="Organization"):
    """An organisation."""

    name: str | None = None


class Location(Resource, tag="Location"):
    """A place."""

    name: str | None = None


class PractitionerRole(Resource, tag="PractitionerRole"):
    """Somebody in a role at an organisation."""

    practitioner: Reference | None = None
    organization: Reference | None = None
    code: list[Concept] = []
    specialty: list[Concept] = []


class RelatedPerson(Resource, tag="RelatedPerson"):
    """Somebody around the patient."""

    subject: Reference | None = field(name="patient", default=None)
    active: bool | None = None
    relationship: list[Concept] = []
    name: list[WireName] = []
    period: WirePeriod | None = None


def human_name(name: WireName) -> HumanName:
    """A HumanName as our noun."""
    return HumanName(
        family=name.family or "",
        given=tuple(part for part in name.given if part),
        suffix=" ".join(part for part in name.suffix if part),
        text=name.text or "",
    )


def by_use(names: list[WireName]) -> list[WireName]:
    """Names with the one to use first, old and maiden names last."""
    return sorted(names, key=lambda name: USES.index(name.use) if name.use in USES else len(USES))


def full_name(names: list[WireName]) -> str:
    """The name to use, in reading order."""
    return human_name(by_use(names)[0]).full if names else ""


def who(reference: Reference | None, at: Place) -> str:
    """The name of the person, organisation or place that a reference leads to, as the source gives it.

    The patient is "patient": no name of theirs stands in an entry.
    """
    if reference is None:
        return ""
    target = reference.reference or ""
    if reference.type == "Patient" or tail(target).startswith("Patient/"):
        return "patient"
    found = at.follow(reference)
    named = name_of(found, at) if found is not None else ""
    return named or reference.display or ""


def name_of(found: Resource, at: Place) -> str:
    """The name that a resource gives itself; "" where it is neither person, organisation nor place."""
    if isinstance(found, Practitioner):
        return full_name(found.name)
    if isinstance(found, Organization | Location):
        return found.name or ""
    if isinstance(found, RelatedPerson):
        relation = words(found.relationship[0]) if found.relationship else ""
        return f"{full_name(found.name)} ({relation})" if relation else full_name(found.name)
    if isinstance(found, PractitionerRole):
        name = _one_step(found.practitioner, at) or _one_step(found.organization, at)
        role = join(words(concept) for concept in (found.code or found.specialty)[:1])
        return f"{name} ({role})" if name and role else name or role
    return "patient" if found.__struct_config__.tag == "Patient" else ""


def _one_step(reference: Reference | None, at: Place) -> str:
    """The name behind a role's own reference; never a further role, so that no circle is followed."""
    if reference is None:
        return ""
    found = at.follow(reference)
    named = "" if found is None or isinstance(found, PractitionerRole) else name_of(found, at)
    return named or reference.display or ""


def practice(reference: Reference | None, at: Place) -> str:
    """The organisation at which somebody acts, where a reference leads to a role that names it; "" elsewhere."""
    found = at.follow(reference) if reference is not None else None
    return _one_step(found.organization, at) if isinstance(found, PractitionerRole) else ""


def is_place(reference: Reference | None, at: Place) -> bool:
    """Whether a reference leads to a Location."""
    if reference is None:
        return False
    named = reference.type == "Location" or tail(reference.reference or "").startswith("Location/")
    return named or isinstance(at.follow(reference), Location)


def everyone(references: list[Reference], at: Place) -> str:
    """The names of several, separated by '; '."""
    return join(who(one, at) for one in references)


def related_person(it: RelatedPerson, at: Place) -> Entry:
    """Somebody around the patient: relation in `codes`, "relation: name" in `text`."""
    relation = join(words(concept) for concept in it.relationship)
    name = full_name(it.name)
    return Entry(
        id=at.id,
        kind="RelatedPerson",
        source=at.source,
        codes=all_codes(it.relationship),
        text=f"{relation}: {name}" if relation and name else relation or name,
        effective=at.period(it.period, "period"),
        status=None if it.active is None else "active" if it.active else "inactive",
        subject="other",
        detail={"relation": relation} if relation else {},
    )
