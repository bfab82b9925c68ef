"""The people of a filed plan as FHIR resources: the patient, who signed, the care team, and the organisation that keeps the chart.

Source   US Core 6.1.0: Patient (us-core-6), Practitioner, CareTeam, Organization, "Missing Data" for what no source says;
         HL7 MCC eCare Plan 1.0.0 MCCCareTeam: the patient is a member of her team
"""

import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from careloom.care.document import Action, Decision, Proposal
from careloom.care.entry import SNOMED, HumanName
from careloom.care.record import PatientRecord
from careloom.text.language import code_of

Resource = dict[str, Any]
US_CORE = "http://hl7.org/fhir/us/core"
MCC = "http://hl7.org/fhir/us/mcc"
SDOH = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN: Resource = {"url": ABSENT, "valueCode": "unknown"}
SEXES = ("male", "female", "other", "unknown")
ROLE_TEXT = {
    "registered_nurse": "Registered nurse",
    "physician": "Physician",
    "care_coordinator": "Care coordinator",
    "pharmacist": "Pharmacist",
    "social_worker": "Social worker",
    "dietitian": "Dietitian",
}


@dataclass(frozen=True, slots=True)
class Custodian:
    """The organisation that keeps a chart: its key with us and the name that others read ("" and "": nothing is said of it)."""

    key: str = ""
    name: str = ""


NOBODY = Custodian()
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)
_DEGREE = re.compile(r"(?:[A-Z]\.?){2,}(?:-[A-Z]+)*|Jr\.?|Sr\.?|I{1,3}|PharmD|PhD|Dr\.?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SpokenName:
    """The parts of a professional's name as it is printed ("L. Osei, MD")."""

    family: str
    given: str = ""
    degree: str = ""


def spoken_name(text: str) -> SpokenName:
    """A name as its source has it, in parts: the family name is what stands before "Osei, Lena", or the last word before degrees."""
    first, *rest = [part.strip() for part in text.split(",")]
    is_turned = bool(rest) and not _DEGREE.fullmatch(rest[0])
    words = [word for word in first.split() if not _DEGREE.fullmatch(word)]
    family = first if is_turned else words[-1] if words else first
    given = rest[0] if is_turned else " ".join(words[:-1])
    after = [*(word for word in first.split() if word not in words), *rest[1 if is_turned else 0 :]]
    return SpokenName(family, given, " ".join(after))


def uri(system: str) -> str:
    """A source's name of a code system as a URI: what none may hold (a space, a quote) is percent-encoded."""
    return quote(system, safe="%/:?#[]@!$&'()*+,;=~")


def claims(*profiles: str) -> dict[str, list[str]]:
    """What `meta` says of the profiles that a resource keeps; `profiles` are their ids, of US Core or of another guide by address."""
    every = (one if "/" in one else f"{US_CORE}/StructureDefinition/{one}" for one in profiles)
    return {"profile": list(every)}


def whose(record: PatientRecord) -> Resource:
    """A reference to the Patient."""
    return {"reference": f"urn:uuid:{record.patient}", "type": "Patient"}


def patient(record: PatientRecord) -> Resource:
    """The Patient: our id, every identifier, the names, birth date, sex and language that the sources gave."""
    known = record.demographics
    resource: Resource = {
        "resourceType": "Patient",
        "id": record.patient,
        "meta": claims("us-core-patient"),
        "identifier": [
            {"system": uri(one.system), "value": one.value}
            for one in known.identifiers
            if one.system and one.value
        ]
        or [{"system": "urn:careloom:patient", "value": record.patient}],
        "name": [_name(name) for name in known.names] or [{"extension": [UNKNOWN]}],
        "gender": known.sex if known.sex in SEXES else "unknown",
    }
    if known.birth_date:
        resource["birthDate"] = known.birth_date
    if known.deceased == "true":
        resource["deceasedBoolean"] = True
    elif known.deceased:
        resource["deceasedDateTime"] = known.deceased
    if known.language and code_of(known.language):
        resource["communication"] = [{"language": _language(known.language)}]
    return resource


def _name(name: HumanName) -> Resource:
    said = {
        "family": name.family,
        "given": list(name.given),
        "suffix": [name.suffix] if name.suffix else [],
        "text": name.full,
    }
    unsaid = [] if name.family or name.given else [UNKNOWN]
    return {key: value for key, value in {**said, "extension": unsaid}.items() if value}


def _language(said: str) -> Resource:
    """A language by its BCP 47 code, where a source's word is one or means English or Spanish, and in the source's word."""
    known = said if _LANGUAGE.fullmatch(said) else code_of(said)
    coding = [{"system": "urn:ietf:bcp:47", "code": known}] if _LANGUAGE.fullmatch(known) else []
    return {**({"coding": coding} if coding else {}), "text": said}


def organization(custodian: Custodian) -> list[Resource]:
    """The Organization that keeps the chart; [] where none is named."""
    if not custodian.name:
        return []
    return [
        {
            "resourceType": "Organization",
            "id": _of_custodian(custodian),
            "meta": claims("us-core-organization"),
            "identifier": [{"system": "urn:careloom:organisation", "value": custodian.key}],
            "active": True,
            "name": custodian.name,
        }
    ]


def kept_by(custodian: Custodian) -> Resource | None:
    """A reference to that Organization; None where none is named."""
    if not custodian.name:
        return None
    return {"reference": f"urn:uuid:{_of_custodian(custodian)}", "type": "Organization"}


def _of_custodian(custodian: Custodian) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:careloom:organisation:{custodian.key}"))


def signers(proposal: Proposal, decisions: tuple[Decision, ...]) -> list[Resource]:
    """A Practitioner for each person who signed a line, in the order of their decisions."""
    return _practitioners(set(proposal.released.values()), decisions)


def cosigners(proposal: Proposal, decisions: tuple[Decision, ...]) -> dict[str, list[Resource]]:
    """By profession, a Practitioner for each person who stands beside the signature of a line that was released."""
    beside = {user for line, user in proposal.cosigned.items() if line in proposal.released}
    roles = {one.role for one in decisions if one.action is Action.COSIGN and one.reviewer in beside}
    return {
        ROLE_TEXT.get(role, role): _practitioners(
            beside, tuple(one for one in decisions if one.action is Action.COSIGN and one.role == role)
        )
        for role in sorted(roles)
    }


def _practitioners(users: set[str], decisions: tuple[Decision, ...]) -> list[Resource]:
    people = {
        decision.reviewer: decision.name or decision.reviewer
        for decision in decisions
        if decision.reviewer in users
    }
    return [
        {
            "resourceType": "Practitioner",
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:careloom:user:{user}")),
            "meta": claims("us-core-practitioner"),
            "identifier": [{"system": "urn:careloom:user", "value": user}],
            "name": [printed(name)],
        }
        for user, name in people.items()
    ]


def printed(name: str) -> Resource:
    """A professional's name as it is printed, with its parts."""
    parts = spoken_name(name)
    said = {
        "text": name,
        "family": parts.family,
        "given": [parts.given] if parts.given else [],
        "suffix": [parts.degree] if parts.degree else [],
    }
    return {key: value for key, value in said.items() if value}


def care_team(record: PatientRecord, people: list[Resource], custodian: Custodian) -> Resource:
    """The CareTeam: who signed, the patient herself, and whom the sources name."""
    herself = {"coding": [{"system": SNOMED, "code": "116154003", "display": "Patient (person)"}]}
    kept = kept_by(custodian)
    return {
        "resourceType": "CareTeam",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:careloom:team:{record.patient}")),
        "meta": claims("us-core-careteam", f"{MCC}/StructureDefinition/MCCCareTeam"),
        "status": "active",
        "subject": whose(record),
        "participant": [
            *(
                {
                    "role": [{"text": "Reviewer"}],
                    "member": {"reference": f"urn:uuid:{person['id']}", "type": "Practitioner"},
                }
                for person in people
            ),
            {"role": [herself], "member": whose(record)},
            *(
                {"role": [{"text": "Care team member"}], "member": {"display": member}}
                for member in record.care_team
            ),
        ],
        **({"managingOrganization": [kept]} if kept else {}),
    }
