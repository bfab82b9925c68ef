"""What C-CDA's header requires beyond its templates: the US realm, the patient, the kind of document.

Source   HL7 C-CDA R1.1 and R2.1, US Realm Header, US Realm Patient Name (22.5.1), Address (22.5.2), Date and Time (22.5.3)
"""

from collections.abc import Iterator

from lxml import etree

from careloom.connect.ccda.conformance import vocabulary
from careloom.connect.ccda.conformance.rule import C_CDA
from careloom.connect.ccda.conformance.schema import Broken
from careloom.connect.ccda.element import V3, Element, attribute, every, is_null, name, one, said, templates

REALM = C_CDA + "22.1.1"
DOCUMENTS = frozenset(f"{C_CDA}22.1.{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15)) | {
    C_CDA + "29.1"
}
GENDERS = frozenset({"F", "M", "UN"})
GENDER_SYSTEM = "2.16.840.1.113883.5.1"
RACES = frozenset({"1002-5", "2028-9", "2054-5", "2076-8", "2106-3"})
ETHNICITIES = frozenset({"2135-2", "2186-5"})
RACE_SYSTEM = "2.16.840.1.113883.6.238"
MARITAL_STATUSES = frozenset("ACDILMPSTUW")
MARITAL_SYSTEM = "2.16.840.1.113883.5.2"
RELIGION_SYSTEM = "2.16.840.1.113883.5.1076"
CONFIDENTIALITIES = frozenset({"N", "R", "V", "U", "L", "M"})
CONFIDENTIALITY_SYSTEM = "2.16.840.1.113883.5.25"
DAY = 8
MOST_LINES = 4
ADDRESSED = frozenset({"recordTarget", "author", "custodian", "legalAuthenticator", "dataEnterer"})
PERSONS = ("assignedPerson", "associatedPerson", "guardianPerson", "relatedPerson", "informationRecipient")


def broken(root: Element) -> Iterator[Broken]:
    """What the header gets wrong, with the element."""
    roots = templates(root)
    is_new = any(attribute(each, "extension") for each in every(root, "templateId"))
    if REALM not in roots:
        yield "the document does not follow the US Realm Header (its templateId is missing or wrong)", root
        yield from _realm(root)
    # A document of the US Realm Header alone is open; one that names another template must name one of C-CDA's.
    if not DOCUMENTS & set(roots) and set(roots) - {REALM}:
        yield "the document follows no document template of C-CDA (its templateId is wrong)", root
    if len(attribute(one(root, "effectiveTime"), "value")) < DAY:
        yield "effectiveTime of the document is not precise to the day", root
    yield from _confidentiality(root)
    language = one(root, "languageCode")
    if (
        language is not None
        and not is_null(language)
        and not vocabulary.is_language(attribute(language, "code"))
    ):
        yield "languageCode is no language", language
    for target in every(root, "recordTarget"):
        yield from _patient(target, is_new=is_new)
    yield from _people(root)


def _realm(root: Element) -> Iterator[Broken]:
    """What every CDA document needs, where no template asks for it."""
    type_id = one(root, "typeId")
    if (
        attribute(type_id, "extension") != "POCD_HD000040"
        or attribute(type_id, "root") != "2.16.840.1.113883.1.3"
    ):
        yield "typeId is not that of CDA R2", root
    for child in (
        "id",
        "code",
        "effectiveTime",
        "confidentialityCode",
        "recordTarget",
        "author",
        "custodian",
    ):
        if one(root, child) is None:
            yield f"{child} is missing", root


def _confidentiality(root: Element) -> Iterator[Broken]:
    found = one(root, "confidentialityCode")
    if found is None or is_null(found):
        return
    if (
        attribute(found, "code") not in CONFIDENTIALITIES
        or attribute(found, "codeSystem") != CONFIDENTIALITY_SYSTEM
    ):
        yield "confidentialityCode is none of HL7's", found


def _people(root: Element) -> Iterator[Broken]:
    """Who wrote, keeps, signs or takes part: their names, addresses and times."""
    for author in every(root, "author"):
        time = one(author, "time")
        if time is not None and not is_null(time) and len(attribute(time, "value")) < DAY:
            yield "the author's time is not precise to the day", author
        role = one(author, "assignedAuthor")
        if role is not None and (one(role, "assignedPerson") is None) == (
            one(role, "assignedAuthoringDevice") is None
        ):
            yield "an author requires either an assignedPerson or an assignedAuthoringDevice", author
    for participant in every(root, "participant"):
        role = one(participant, "associatedEntity")
        if (
            role is not None
            and one(role, "associatedPerson") is None
            and one(role, "scopingOrganization") is None
        ):
            yield "a participant requires a person or an organization", participant
    for part in root.iterchildren(etree.Element):
        if name(part) == "component":
            continue
        if name(part) in ADDRESSED:
            for place in part.iterdescendants(V3 + "addr"):
                yield from _address(place)
        for kind in PERSONS:
            for person in part.iterdescendants(V3 + kind):
                yield from _person(person, kind)


def _person(person: Element, kind: str) -> Iterator[Broken]:
    """A person has a name, with given and family or as a text (US Realm Person Name, 22.5.1.1)."""
    if is_null(person):
        return
    if one(person, "name") is None:
        yield f"{kind} requires a name", person
    for called in every(person, "name"):
        fielded = one(called, "given") is not None and one(called, "family") is not None
        if not (is_null(called) or fielded or (len(called) == 0 and said(called))):
            yield f"the name of {kind} requires given and family, or is a text", called


def _patient(target: Element, *, is_new: bool) -> Iterator[Broken]:
    patient = one(target, "patientRole", "patient")
    if patient is None:
        return
    if one(patient, "name") is None:
        yield "the patient has no name", patient
    for called in every(patient, "name"):
        yield from _name(called)
    gender = one(patient, "administrativeGenderCode")
    stated = (attribute(gender, "code"), attribute(gender, "codeSystem"))
    if (
        gender is not None
        and not is_null(gender)
        and (stated[0] not in GENDERS or stated[1] != GENDER_SYSTEM)
    ):
        yield "administrativeGenderCode is none of F, M, UN", gender
    born = one(patient, "birthTime")
    if born is not None and not is_null(born) and len(attribute(born, "value")) < 4:
        yield "birthTime is not precise to the year", born
    yield from _origin(patient, is_new=is_new)
    yield from _marriage_and_religion(patient)
    for spoken in every(patient, "languageCommunication", "languageCode"):
        if not is_null(spoken) and not vocabulary.is_language(attribute(spoken, "code")):
            yield "languageCode of the patient is no language", spoken


def _marriage_and_religion(patient: Element) -> Iterator[Broken]:
    """Marital status and religious affiliation are of HL7's systems (CONF:1198-5303, 5317)."""
    married = one(patient, "maritalStatusCode")
    if married is not None and not is_null(married):
        code, system = attribute(married, "code"), attribute(married, "codeSystem")
        if code not in MARITAL_STATUSES or system != MARITAL_SYSTEM:
            yield "maritalStatusCode is none of its value set", married
    believes = one(patient, "religiousAffiliationCode")
    if (
        believes is not None
        and not is_null(believes)
        and attribute(believes, "codeSystem") != RELIGION_SYSTEM
    ):
        yield "religiousAffiliationCode is none of its value set", believes


def _name(called: Element) -> Iterator[Broken]:
    """A patient's name has one family name and a given name, unless it is unknown or a text of its own."""
    if is_null(called):
        return
    families = sum(1 for _ in every(called, "family"))
    given = sum(1 for _ in every(called, "given"))
    if not families and not given and said(called):
        return
    if families != 1:
        yield "the patient's name requires exactly one family", called
    if not given:
        yield "the patient's name requires a given", called


def _address(place: Element) -> Iterator[Broken]:
    """A US Realm Address: one to four lines and a city; in the US a state and a postal code (US Realm Address, 22.5.2)."""
    parent = place.getparent()
    if is_null(place) or (parent is not None and name(parent) == "place"):
        return  # Of the place of birth the country alone may be known.
    lines = sum(1 for _ in every(place, "streetAddressLine"))
    if not 1 <= lines <= MOST_LINES or sum(1 for _ in every(place, "city")) != 1:
        yield "an address requires one to four streetAddressLine and a city", place
    in_us = said(one(place, "country")) in ("US", "USA")
    if in_us and (one(place, "state") is None or one(place, "postalCode") is None):
        yield "an address in the US requires state and postalCode", place


def _origin(patient: Element, *, is_new: bool) -> Iterator[Broken]:
    """Race and ethnicity: the categories of R2.1; any code of CDC's before."""
    for kind, allowed in (("raceCode", RACES), ("ethnicGroupCode", ETHNICITIES)):
        for found in every(patient, kind):
            if is_null(found):
                continue
            code, system = attribute(found, "code"), attribute(found, "codeSystem")
            strict = is_new or kind == "ethnicGroupCode"
            if system != RACE_SYSTEM or (strict and code not in allowed) or not vocabulary.is_race(code):
                yield f"{kind} is none of its value set", found
