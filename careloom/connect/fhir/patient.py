"""Patient: who a message is about, and the entry that says so."""

from collections.abc import Iterator

from careloom.care.entry import Entry, HumanName, Identifier, Person
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Concept,
    ContactPoint,
    Extension,
    Reference,
    Resource,
    Wire,
    WireAddress,
    WireIdentifier,
    WireName,
)
from careloom.connect.fhir.people import by_use, everyone, full_name, human_name
from careloom.connect.fhir.place import Place, tail
from careloom.connect.fhir.words import join, words
from careloom.errors import InputError

NEEDS_INTERPRETER = (
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
)
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
YES = {"373066001": "true", "373067005": "false", "Y": "true", "N": "false"}
# FHIR R4, Patient.link.type: the words that say that one of two records gave way to the other.
REPLACES = frozenset({"replaces", "replaced-by"})
# v3-RoleCode: who may decide for the patient.
PROXIES = frozenset({"HPOWATT", "DPOWATT", "POWATT", "GUARD"})


class Communication(Wire):
    """A language of the patient."""

    language: Concept | None = None
    preferred: bool | None = None


class Contact(Wire):
    """Somebody to contact."""

    relationship: list[Concept] = []
    name: WireName | None = None


class Link(Wire):
    """Another Patient resource about the same person; `type` says which of them is in use."""

    other: Reference | None = None
    type: str | None = None


class Patient(Resource, tag="Patient"):
    """The person that the message is about."""

    identifier: list[WireIdentifier] = []
    name: list[WireName] = []
    telecom: list[ContactPoint] = []
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    address: list[WireAddress] = []
    contact: list[Contact] = []
    communication: list[Communication] = []
    general_practitioner: list[Reference] = []
    link: list[Link] = []
    extension: list[Extension] = []

    @property
    def subject(self) -> Reference | None:
        """A Patient resource is about itself."""
        return None


def patient(it: Patient, at: Place) -> Entry:
    """What a source says of who the patient is. Names, identifiers and addresses stay in `Person`."""
    at.when(it.birth_date, "birthDate")
    if it.birth_date and len(it.birth_date) > 10:
        raise InputError("not a date", at.path("birthDate"))
    at.when(it.deceased_date_time, "deceasedDateTime")
    found = {
        "birth_date": it.birth_date or "",
        "sex": it.gender or "",
        "deceased": deceased(it) or "",
        "language": _language(it),
        "interpreter": _interpreter(it),
        "proxy": join(_proxies(it)),
        "general_practitioner": everyone(_people(it.general_practitioner), at),
    }
    return Entry(
        id=at.id,
        kind="Patient",
        source=at.source,
        detail={key: value for key, value in found.items() if value},
        elements=measured.elements(it, race=_us_core(it, "race"), ethnicity=_us_core(it, "ethnicity")),
    )


def _us_core(it: Patient, name: str) -> list[str]:
    """The codes of US Core's extension for race or ethnicity: categories of OMB, and those in detail."""
    told = (one for one in it.extension if one.url == f"{US_CORE}{name}")
    return [
        code
        for one in told
        for part in one.extension
        if part.url in ("ombCategory", "detailed")
        for code in measured.one_code(part.value_coding)
    ]


def person(it: Patient, source: str, server_id: str, at: Place | None = None) -> Person:
    """Who a Patient resource says the patient is.

    `server_id` is "Patient/<id>" or the full URL where two servers' ids clash; "" where it has none. With
    `at`, a birth date that is no date is left out (the Patient entry is then rejected, naming it).
    """
    identifiers = [identifier(one, source) for one in it.identifier if one.value]
    if server_id:
        identifiers.append(Identifier(f"urn:careloom:source:{source}", server_id))
    return Person(
        identifiers=tuple(dict.fromkeys(identifiers)),
        names=tuple(name for name in map(human_name, by_use(it.name)) if name != HumanName()),
        birth_date=_date(it.birth_date, at),
        sex=it.gender,
        addresses=tuple(said for said in map(_address, it.address) if said),
        telecoms=tuple(dict.fromkeys(point.value for point in it.telecom if point.value)),
        deceased=deceased(it),
        uses=tuple(
            dict.fromkeys((point.value, use) for point in it.telecom if point.value and (use := _use(point)))
        ),
    )


def _use(point: ContactPoint) -> str:
    """What a number or address is for; "old" and what is no telephone or e-mail come before all else."""
    if point.use == "old" or point.system in (None, "phone", "sms", "email"):
        return point.use or ("mobile" if point.system == "sms" else "")
    return point.system


def deceased(it: Patient) -> str | None:
    """The date of death as the source wrote it, 'true' where it only says so, None for the living."""
    return it.deceased_date_time or ("true" if it.deceased_boolean else None)


def identifier(one: WireIdentifier, source: str) -> Identifier:
    """An identifier; where no system is named, a system of this source and the identifier's type."""
    kind = next((coding.code for coding in one.type.coding if coding.code), None) if one.type else None
    system = one.system or f"urn:careloom:source:{source}:{kind or 'identifier'}"
    return Identifier(system, one.value or "")


def _date(text: str | None, at: Place | None) -> str | None:
    if not text or at is None:
        return text or None
    try:
        at.when(text, "birthDate")
    except InputError:
        return None
    return text if len(text) <= 10 else None


def _address(one: WireAddress) -> str:
    if one.text:
        return one.text
    parts = (*one.line, one.city, one.state, one.postal_code, one.country)
    return ", ".join(part for part in parts if part)


def _language(it: Patient) -> str:
    spoken = [one for one in it.communication if one.language]
    chosen = next((one for one in spoken if one.preferred), spoken[0] if len(spoken) == 1 else None)
    if chosen is None or chosen.language is None:
        return ""
    return next((one.code for one in chosen.language.coding if one.code), "") or words(chosen.language)


def _interpreter(it: Patient) -> str:
    for extension in it.extension:
        if extension.url in NEEDS_INTERPRETER:
            if extension.value_boolean is not None:
                return "true" if extension.value_boolean else "false"
            if extension.value_coding is not None:
                return YES.get(extension.value_coding.code or "", "")
    return ""


def _people(providers: list[Reference]) -> list[Reference]:
    """Of those who give primary care the people: a practice is nobody's name."""
    return [
        one
        for one in providers
        if "Organization" not in (one.type, tail(one.reference or "").partition("/")[0])
    ]


def _proxies(it: Patient) -> Iterator[str]:
    for contact in it.contact:
        for relation in contact.relationship:
            if any(coding.code in PROXIES for coding in relation.coding):
                name = full_name([contact.name]) if contact.name else ""
                yield f"{name} ({words(relation)})" if name else words(relation)
