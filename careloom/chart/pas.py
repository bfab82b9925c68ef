"""The request that a prior authorization letter stands behind: a Claim of use preauthorization with its Coverage, payer and requester.

Source   HL7 Da Vinci Prior Authorization Support (PAS) 2.0.1: profile-claim, profile-coverage, profile-insurer, profile-practitionerrole,
         CodeSystem PASTempCodes
Misses   the X12 codes that only a payer's own table gives (service type 1365, unless it was told); the payer's identifier, and the
         requester's, unless it was told. What is missing stands as absent, and the Claim is then a draft without the profile's name.
         PAS 2.2.1 wants the member's number, the relation to the subscriber and the place of each item besides
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from careloom.care.document import Statement
from careloom.care.entry import ICD10, NDC, Code, Entry
from careloom.chart.parts import Filed, Resource, ident, refer
from careloom.chart.people import ABSENT, claims, printed, whose
from careloom.verify.policy import REQUEST, is_payer

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition"
TEMP_CODES = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes"
SERVICE_TYPES = "https://codesystem.x12.org/005010/1365"
ABSENT_CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CPT = "http://www.ama-assn.org/go/cpt"
NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_CODES = (
    (NDC, re.compile(r"\b(?:NDC[:\s]*)?(?P<code>\d{4,5}-\d{3,4}-\d{1,2}|(?<=NDC )\d{11})\b", re.IGNORECASE)),
    (CPT, re.compile(r"\bCPT[:\s]*(?P<code>\d{5}|\d{4}[FTU])\b", re.IGNORECASE)),
    (HCPCS, re.compile(r"\b(?P<code>[A-V]\d{4})\b")),
)


def claim(filed: Filed, lines: Sequence[Statement], letter: Resource) -> list[Resource]:
    """The Claim of a filed letter, then what it refers to: its Coverage, payer and requester where the record names them."""
    given, record = filed.proposal.document.given, filed.record
    cited = _cited(lines, filed)
    who = whose(record)
    payer = _payer(given.get("payer", ""), cited, filed)
    cover = _coverage(cited, payer, who, filed)
    ordered = _cited([line for line in lines if line.section == REQUEST], filed)
    requester = _requester(ordered, filed, given.get("requester_npi", ""))
    found: Resource = {
        "resourceType": "Claim",
        "id": ident("Claim", filed.proposal.id),
        "identifier": [{"system": "urn:careloom:proposal", "value": filed.proposal.id}],
        "status": "draft",
        "type": {"coding": [{"system": f"{_TERMINOLOGY}/claim-type", "code": _type(given)}]},
        "use": "preauthorization",
        "patient": who,
        "created": filed.at,
        "insurer": refer(payer) if payer else _absent(),
        "provider": refer(requester[0]) if requester else _absent(),
        "priority": {"coding": [{"system": f"{_TERMINOLOGY}/processpriority", "code": "normal"}]},
        "supportingInfo": _supporting(letter),
        "insurance": [{"sequence": 1, "focal": True, "coverage": refer(cover) if cover else _absent()}],
        "item": [_item(given)],
    }
    if diagnoses := _diagnoses(cited):
        found["diagnosis"] = diagnoses
        found["item"][0]["diagnosisSequence"] = [one["sequence"] for one in diagnoses]
    if payer and cover and len(requester) > 1 and "identifier" in requester[1] and given.get("service_type"):
        found["status"] = "active"
        found["meta"] = {"profile": [f"{PAS}/profile-claim"]}
    return [found, *(one for one in (cover, payer) if one), *requester]


def _cited(lines: Iterable[Statement], filed: Filed) -> list[Entry]:
    known = filed.record.by_id
    return [known[one] for line in lines for one in line.citations if one in known]


def _absent() -> Resource:
    """A reference that FHIR demands to what no source names."""
    return {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}


def _payer(told: str, cited: Iterable[Entry], filed: Filed) -> Resource | None:
    """Who pays, as a cited Coverage names it; where several are cited, the one that was told."""
    names = list(
        dict.fromkeys(
            one.detail["payer"] for one in cited if one.kind == "Coverage" and one.detail.get("payer")
        )
    )
    # Any is the payer's where nobody told which.
    chosen = [one for one in names if is_payer(told, one)][:1]
    if not chosen:
        return None
    return {
        "resourceType": "Organization",
        "id": ident("Organization", filed.proposal.id, chosen[0]),
        "meta": claims(f"{PAS}/profile-insurer", "us-core-organization"),
        "active": True,
        "type": [{"coding": [{"system": f"{_TERMINOLOGY}/organization-type", "code": "pay"}]}],
        "name": chosen[0],
    }


def _coverage(cited: Iterable[Entry], payer: Resource | None, who: Resource, filed: Filed) -> Resource | None:
    entry = next(
        (
            one
            for one in cited
            if payer and one.kind == "Coverage" and one.detail.get("payer") == payer["name"]
        ),
        None,
    )
    if entry is None or payer is None:
        return None
    return {
        "resourceType": "Coverage",
        "id": ident("Coverage", filed.proposal.id, entry.id),
        "meta": claims(f"{PAS}/profile-coverage"),
        "identifier": [{"system": "urn:careloom:entry", "value": entry.id}],
        "status": "active",
        "beneficiary": who,
        "payor": [refer(payer)],
    }


def _requester(ordered: Iterable[Entry], filed: Filed, npi: str) -> list[Resource]:
    """Who ordered what is asked for, as the order that the request itself cites names them: a PractitionerRole and its Practitioner; []
    where none does. Whoever prescribed what was tried before asks for nothing.
    """
    name = next(
        (
            one.detail["prescriber"]
            for one in ordered
            if one.kind == "MedicationRequest" and one.detail.get("prescriber")
        ),
        "",
    )
    if not name:
        return []
    person: Resource = {
        "resourceType": "Practitioner",
        "id": ident("Practitioner", filed.proposal.id, name),
        "name": [printed(name)],
    }
    if npi:
        person["meta"] = claims("us-core-practitioner")
        person["identifier"] = [{"system": NPI_SYSTEM, "value": npi}]
    role: Resource = {
        "resourceType": "PractitionerRole",
        "id": ident("PractitionerRole", filed.proposal.id, name),
        "meta": claims(f"{PAS}/profile-practitionerrole"),
        "practitioner": refer(person),
    }
    return [role, person]


def _type(given: Mapping[str, str]) -> str:
    """What sort of claim it is, by the code of the service."""
    return (
        "pharmacy" if any(code.system == NDC for code in _codes(given.get("service", ""))) else "professional"
    )


def _supporting(letter: Resource) -> list[Resource]:
    """The letter itself: it is what the payer reads beside the request."""
    category = {"coding": [{"system": TEMP_CODES, "code": "additionalInformation"}]}
    return [{"sequence": 1, "category": category, "valueReference": refer(letter)}]


def _item(given: Mapping[str, str]) -> Resource:
    service, kind = given.get("service", ""), given.get("service_type", "")
    codes = [{"system": one.system, "code": one.code} for one in _codes(service)]
    # The value set has this code for an item without one of its own.
    none = {"system": ABSENT_CODES, "code": "not-applicable"}
    return {
        "sequence": 1,
        "category": {"coding": [{"system": SERVICE_TYPES, "code": kind}]} if kind else _absent(),
        "productOrService": {"coding": codes or [none], "text": service},
    }


def _codes(service: str) -> list[Code]:
    """The codes that whoever asks wrote beside the service: NDC, CPT, HCPCS."""
    found = [(system, one["code"].upper()) for system, pattern in _CODES for one in pattern.finditer(service)]
    return [Code(system, code) for system, code in dict.fromkeys(found)]


def _diagnoses(cited: Iterable[Entry]) -> list[Resource]:
    """The ICD-10-CM codes of the diagnoses that the signed lines cite, each once, in their order."""
    codes = [
        code
        for one in cited
        if one.kind == "Condition" and not one.negated
        for code in one.codes
        if code.system == ICD10
    ]
    unique = {code.code: code for code in codes}
    return [
        {
            "sequence": place,
            "diagnosisCodeableConcept": {
                "coding": [
                    {"system": ICD10, "code": code.code} | ({"display": code.display} if code.display else {})
                ]
            },
        }
        for place, code in enumerate(unique.values(), start=1)
    ]
