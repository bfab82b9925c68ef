"""What all documents of a chart share: what was filed, ids and references, AI labels, findings and Provenance.

Source   HL7 AI Transparency on FHIR 1.0.0-ballot for the security labels.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from careloom.care.document import Decision, Finding, Proposal, Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.task import TaskSaid
from careloom.care.unfiled import Unfiled
from careloom.chart.people import NOBODY, Custodian, claims, cosigners, kept_by, whose
from careloom.chart.people import Resource as Resource

LABELS = {
    "AIAST": (
        "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
        "Artificial Intelligence asserted",
    ),
    "CLINAST_AIRPT": (
        "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AddedProvenanceCS",
        "Clinician Asserted from AI Reported",
    ),
}
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


@dataclass(frozen=True, slots=True)
class FiledAs:
    """What a document that is no care plan is filed as: its kind's title and code (LOINC, "" for none), and its sections' titles by
    id in their order ("" where none is to be read). One that `claims` asks a payer for something: a Claim goes with it.
    """

    title: str
    code: str
    sections: Mapping[str, str]
    claims: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A proposal that was filed: what was signed, by which decisions, on which record, when (ISO instant), and what became of those
    of its activities that no newer plan has, by statement. `form` is what it is filed as, None for a care plan; `back` what was said
    when it was taken back, None for what stands; `custodian` the organisation that keeps the chart."""

    proposal: Proposal
    decisions: tuple[Decision, ...]
    record: PatientRecord
    at: str
    tasks: Mapping[str, TaskSaid] = field(default_factory=dict)
    form: FiledAs | None = None
    back: Unfiled | None = None
    custodian: Custodian = NOBODY


def ident(*parts: str) -> str:
    """A stable UUID for a resource that we write, from what it is about."""
    return _named("urn:careloom:" + "\x1f".join(parts))


@lru_cache(maxsize=4_000)
def _named(name: str) -> str:
    """The UUID of a name: each is asked for several times while one document is written."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def refer(resource: Resource) -> Resource:
    """A reference to another resource of the same Bundle."""
    return {"reference": f"urn:uuid:{resource['id']}", "type": resource["resourceType"]}


def labelled(lines: Iterable[Statement], *, signed: bool = True) -> Resource:
    """meta with the AI label: software drafted it and a licensed person `signed`, or nobody had to; none on a person's own words."""
    drafted = any(line.written_by != "person" for line in lines)
    return {"security": [label("CLINAST_AIRPT" if signed else "AIAST")]} if drafted else {}


def label(code: str) -> Resource:
    """One of LABELS as a Coding."""
    system, display = LABELS[code]
    return {"system": system, "code": code, "display": display}


def supporting(entry: Entry) -> Resource:
    """A reference to a cited entry by its id, since its resource is the source's."""
    display = entry.name if entry.kind not in ("Patient", "DocumentReference") else entry.kind
    return {
        "identifier": {"system": "urn:careloom:entry", "value": entry.id},
        "display": display[:200] or entry.kind,
    }


def issue(proposal: Proposal, finding: Finding, record: PatientRecord) -> Resource:
    """A finding as a DetectedIssue with its evidence."""
    issue: Resource = {
        "resourceType": "DetectedIssue",
        "id": ident("DetectedIssue", proposal.id, finding.rule, finding.message, finding.statement or ""),
        "status": "final",
        "severity": finding.severity.value,
        "patient": whose(record),
        "code": {"text": finding.rule.replace("_", " ")},
        "detail": finding.message,
    }
    evidence = [supporting(record.by_id[one]) for one in finding.evidence if one in record.by_id]
    if evidence:
        issue["evidence"] = [{"detail": evidence}]
    return issue


def _assisted(filed: Filed, people: list[Resource]) -> Resource:
    """The AI label of what was drafted; none where people wrote every line."""
    if filed.proposal.document.by_hand:
        return {}
    return {"security": [label("AIAST"), *([label("CLINAST_AIRPT")] if people else [])]}


def behalf(custodian: Custodian) -> Resource:
    """Of a Provenance's agent the organisation for which it acted (US Core 6.1.0 Provenance, provenance-1); {} where none is named."""
    kept = kept_by(custodian)
    return {"onBehalfOf": kept} if kept else {}


def accounted(custodian: Custodian) -> dict[str, list[str]]:
    """`meta` of a Provenance: US Core's profile where an organisation stands behind each agent."""
    return claims("us-core-provenance") if custodian.name else {}


def provenance(filed: Filed, targets: list[Resource], people: list[Resource]) -> Resource:
    """Who made `targets`: the software that drafted, whoever signed (`people`) or co-signed, and the messages that it rests on."""
    participant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    drafted = filed.proposal.document.model_that_wrote
    software = f"Careloom with the language model {drafted}" if drafted else "Careloom"
    beside = cosigners(filed.proposal, filed.decisions)
    messages = dict.fromkeys(
        filed.record.by_id[citation].source.message
        for line in filed.proposal.document.statements
        if line.id in filed.proposal.released
        for citation in line.citations
        if citation in filed.record.by_id
    )
    acted = behalf(filed.custodian)
    found: Resource = {
        "resourceType": "Provenance",
        "id": ident("Provenance", filed.proposal.id),
        "meta": {**accounted(filed.custodian), **_assisted(filed, people)},
        "target": [refer(target) for target in targets],
        "recorded": filed.at,
        "agent": [
            {
                "type": {"coding": [{"system": participant, "code": "assembler"}]},
                "who": {"type": "Device", "display": software},
                **acted,
            },
            *(
                {
                    "type": {"coding": [{"system": participant, "code": "verifier"}]},
                    "who": refer(person),
                    **acted,
                }
                for person in people
            ),
            *(
                {
                    "type": {"coding": [{"system": participant, "code": "verifier"}]},
                    "role": [{"text": f"{role}, co-signed her lines"}],
                    "who": refer(person),
                    **acted,
                }
                for role, others in beside.items()
                for person in others
            ),
        ],
        "entity": [
            {
                "role": "source",
                "what": {"identifier": {"system": "urn:careloom:message", "value": message}},
            }
            for message in messages
        ],
    }
    return {key: value for key, value in found.items() if value}


def beside(filed: Filed, people: list[Resource]) -> list[Resource]:
    """The Practitioners who co-signed and are none of `people`, each once."""
    known = {person["id"] for person in people}
    found = {
        person["id"]: person
        for others in cosigners(filed.proposal, filed.decisions).values()
        for person in others
    }
    return [person for ident_of, person in found.items() if ident_of not in known]
