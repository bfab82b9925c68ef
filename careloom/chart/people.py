"""The people of a filed plan as FHIR resources: the patient, who signed, and the care team."""

import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from careloom.care.document import Action, Decision, Proposal
from careloom.care.record import PatientRecord

Resource = dict[str, Any]
SEXES = ("male", "female", "other", "unknown")
ROLE_TEXT = {
    "registered_nurse": "Registered nurse",
    "physician": "Physician",
    "care_coordinator": "Care coordinator",
    "pharmacist": "Pharmacist",
    "social_worker": "Social worker",
    "dietitian": "Dietitian",
}


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


def patient(record: PatientRecord) -> Resource:
    """The Patient: our id, every identifier, the names, birth date and sex that the sources gave."""
    known = record.demographics
    resource: Resource = {
        "resourceType": "Patient",
        "id": record.patient,
        "identifier": [
            {"system": uri(one.system), "value": one.value}
            for one in known.identifiers
            if one.system and one.value
        ]
        or [{"system": "urn:careloom:patient", "value": record.patient}],
        "name": [
            {
                key: value
                for key, value in (
                    ("family", name.family),
                    ("given", list(name.given)),
                    ("suffix", [name.suffix] if name.suffix else []),
                    ("text", name.full),
                )
                if value
            }
            for name in known.names
        ],
        "gender": known.sex if known.sex in SEXES else "unknown",
    }
    if known.birth_date:
        resource["birthDate"] = known.birth_date
    if not resource["name"]:
        del resource["name"]
    return resource


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
            "identifier": [{"system": "urn:careloom:user", "value": user}],
            "name": [{"text": name}],
        }
        for user, name in people.items()
    ]


def care_team(record: PatientRecord, people: list[Resource]) -> Resource:
    """The CareTeam: who signed, and whom the sources name."""
    return {
        "resourceType": "CareTeam",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:careloom:team:{record.patient}")),
        "status": "active",
        "subject": {"reference": f"urn:uuid:{record.patient}", "type": "Patient"},
        "participant": [
            {
                "role": [{"text": "Reviewer"}],
                "member": {"reference": f"urn:uuid:{person['id']}", "type": "Practitioner"},
            }
            for person in people
        ]
        + [
            {"role": [{"text": "Care team member"}], "member": {"display": member}}
            for member in record.care_team
        ],
    }
