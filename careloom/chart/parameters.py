"""Search parameters: by which elements each type of a served chart is searched.

Source   FHIR R4 (4.0.1) search parameters of each type; US Core 6.1 for those that a server must have. Provenance's `patient` means the
         chart in which it is, since what our Provenances are of is never the Patient itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """How a parameter is compared (FHIR R4 search parameter types)."""

    TOKEN = "token"  # noqa: S105
    REFERENCE = "reference"
    DATE = "date"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter: its type, the elements that it reads (dots lead inwards), and what it may refer to."""

    by: By
    paths: tuple[str, ...]
    target: str = ""


_ID = {"_id": Parameter(By.TOKEN, ("id",)), "_lastUpdated": Parameter(By.DATE, ("meta.lastUpdated",))}
_SUBJECT = {
    "patient": Parameter(By.REFERENCE, ("subject",), "Patient"),
    "subject": Parameter(By.REFERENCE, ("subject",), "Patient"),
}
_IDENTIFIER = {"identifier": Parameter(By.TOKEN, ("identifier",))}


def _token(*paths: str) -> Parameter:
    return Parameter(By.TOKEN, paths)


def _date(*paths: str) -> Parameter:
    return Parameter(By.DATE, paths)


def _patient(path: str) -> Mapping[str, Parameter]:
    return {"patient": Parameter(By.REFERENCE, (path,), "Patient")}


PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    "Patient": {
        **_ID,
        **_IDENTIFIER,
        "name": Parameter(
            By.STRING, ("name.family", "name.given", "name.prefix", "name.suffix", "name.text")
        ),
        "family": Parameter(By.STRING, ("name.family",)),
        "given": Parameter(By.STRING, ("name.given",)),
        "birthdate": _date("birthDate"),
        "death-date": _date("deceasedDateTime"),
        "gender": _token("gender"),
    },
    "CarePlan": {
        **_ID,
        **_SUBJECT,
        **_IDENTIFIER,
        "category": _token("category"),
        "date": _date("period"),
        "status": _token("status"),
        "goal": Parameter(By.REFERENCE, ("goal",), "Goal"),
        "condition": Parameter(By.REFERENCE, ("addresses",), "Condition"),
        "care-team": Parameter(By.REFERENCE, ("careTeam",), "CareTeam"),
        "activity-reference": Parameter(By.REFERENCE, ("activity.reference",), "ServiceRequest"),
        "replaces": Parameter(By.REFERENCE, ("replaces",), "CarePlan"),
    },
    "Goal": {
        **_ID,
        **_SUBJECT,
        "lifecycle-status": _token("lifecycleStatus"),
        "achievement-status": _token("achievementStatus"),
        "category": _token("category"),
        "description": _token("description"),
        "target-date": _date("target.dueDate"),
        "start-date": _date("startDate"),
    },
    "Task": {
        **_ID,
        **_patient("for"),
        "subject": Parameter(By.REFERENCE, ("for",), "Patient"),
        "status": _token("status"),
        "intent": _token("intent"),
        "code": _token("code"),
        "owner": Parameter(By.REFERENCE, ("owner",), "Practitioner"),
        "focus": Parameter(By.REFERENCE, ("focus",), "ServiceRequest"),
        "based-on": Parameter(By.REFERENCE, ("basedOn",), "ServiceRequest"),
        "authored-on": _date("authoredOn"),
        "modified": _date("lastModified"),
    },
    "DocumentReference": {
        **_ID,
        **_SUBJECT,
        **_IDENTIFIER,
        "type": _token("type"),
        "category": _token("category"),
        "date": _date("date"),
        "period": _date("context.period"),
        "status": _token("status"),
    },
    "Provenance": {
        **_ID,
        "patient": Parameter(By.REFERENCE, (), "Patient"),
        "target": Parameter(By.REFERENCE, ("target",)),
        "recorded": _date("recorded"),
    },
    "Condition": {
        **_ID,
        **_SUBJECT,
        "category": _token("category"),
        "clinical-status": _token("clinicalStatus"),
        "verification-status": _token("verificationStatus"),
        "code": _token("code"),
        "onset-date": _date("onsetDateTime"),
        "recorded-date": _date("recordedDate"),
    },
    "ServiceRequest": {
        **_ID,
        **_SUBJECT,
        "status": _token("status"),
        "intent": _token("intent"),
        "category": _token("category"),
        "code": _token("code"),
        "requester": Parameter(By.REFERENCE, ("requester",), "Practitioner"),
        "authored": _date("authoredOn"),
        "occurrence": _date("occurrencePeriod"),
    },
    "CareTeam": {
        **_ID,
        **_SUBJECT,
        "status": _token("status"),
        "role": _token("participant.role"),
        "participant": Parameter(By.REFERENCE, ("participant.member",)),
    },
    "DetectedIssue": {**_ID, **_patient("patient"), "code": _token("code")},
    "MedicationStatement": {
        **_ID,
        **_SUBJECT,
        "status": _token("status"),
        "code": _token("medicationCodeableConcept"),
    },
    "AllergyIntolerance": {
        **_ID,
        **_patient("patient"),
        "clinical-status": _token("clinicalStatus"),
        "code": _token("code"),
    },
    "Practitioner": {
        **_ID,
        **_IDENTIFIER,
        "name": Parameter(By.STRING, ("name.family", "name.given", "name.text")),
    },
    "PractitionerRole": {
        **_ID,
        "practitioner": Parameter(By.REFERENCE, ("practitioner",), "Practitioner"),
        "specialty": _token("specialty"),
    },
    "Organization": {
        **_ID,
        **_IDENTIFIER,
        "name": Parameter(By.STRING, ("name",)),
        "address": Parameter(
            By.STRING,
            ("address.text", "address.line", "address.city", "address.state", "address.postalCode"),
        ),
    },
    "Coverage": {**_ID, **_IDENTIFIER, **_patient("beneficiary")},
    "Claim": {**_ID, **_IDENTIFIER, **_patient("patient"), "status": _token("status")},
    "AuditEvent": {
        **_ID,
        "date": _date("recorded"),
        **_patient("entity.what"),
        "entity": Parameter(By.REFERENCE, ("entity.what",)),
        "agent": Parameter(By.REFERENCE, ("agent.who",), "Practitioner"),
        "action": _token("action"),
        "type": _token("type"),
        "subtype": _token("subtype"),
        "outcome": _token("outcome"),
    },
}
# Whom a search of the other types is about: without one of these it would be about everybody.
WHOSE = ("patient", "subject", "_id", "target")
# The elements that stay whatever `_elements` names and `_summary` is: FHIR's mandatory ones, by type.
MANDATORY: Mapping[str, frozenset[str]] = {
    "CarePlan": frozenset({"status", "intent", "subject"}),
    "Goal": frozenset({"lifecycleStatus", "description", "subject"}),
    "Task": frozenset({"status", "intent"}),
    "DocumentReference": frozenset({"status", "content"}),
    "Provenance": frozenset({"target", "recorded", "agent"}),
    "Condition": frozenset({"subject"}),
    "ServiceRequest": frozenset({"status", "intent", "subject"}),
    "DetectedIssue": frozenset({"status"}),
    "MedicationStatement": frozenset({"status", "medicationCodeableConcept", "subject"}),
    "AllergyIntolerance": frozenset({"patient"}),
    "Coverage": frozenset({"status", "beneficiary", "payor"}),
    "Claim": frozenset({"status", "type", "use", "patient", "created", "provider", "priority", "insurance"}),
    "AuditEvent": frozenset({"type", "recorded", "agent", "source"}),
}
# The elements that FHIR R4 marks as a summary (`isSummary`, of choices those that we have), by type, beside the mandatory ones.
SUMMARY: Mapping[str, str] = {
    "Patient": "identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address managingOrganization link",
    "CarePlan": "identifier instantiatesCanonical instantiatesUri basedOn replaces partOf category title description encounter period "
    "created author addresses",
    "Goal": "achievementStatus category priority startDate statusDate expressedBy",
    "Task": "instantiatesCanonical instantiatesUri basedOn groupIdentifier partOf statusReason businessStatus code description focus "
    "for encounter executionPeriod lastModified requester owner location",
    "DocumentReference": "masterIdentifier identifier docStatus type category subject date author relatesTo description securityLabel "
    "context",
    "Provenance": "",
    "Condition": "identifier clinicalStatus verificationStatus code bodySite encounter onsetDateTime recordedDate recorder asserter",
    "ServiceRequest": "identifier instantiatesCanonical instantiatesUri basedOn replaces requisition category priority doNotPerform code "
    "orderDetail encounter occurrencePeriod authoredOn requester performerType performer locationCode locationReference reasonCode "
    "reasonReference specimen bodySite patientInstruction",
    "CareTeam": "identifier status category name subject encounter period managingOrganization",
    "DetectedIssue": "identifier code severity patient identifiedDateTime author implicated",
    "MedicationStatement": "identifier basedOn partOf category context effectiveDateTime dateAsserted",
    "AllergyIntolerance": "identifier clinicalStatus verificationStatus type category criticality code asserter",
    "Practitioner": "identifier active name telecom address gender birthDate",
    "PractitionerRole": "identifier active period practitioner organization code specialty location telecom",
    "Organization": "identifier active type name partOf",
    "Coverage": "identifier type policyHolder subscriber subscriberId dependent period order network",
    "Claim": "billablePeriod insurer",
    "AuditEvent": "subtype action outcome outcomeDesc purposeOfEvent",
}
