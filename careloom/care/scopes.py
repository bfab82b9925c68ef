"""What a token for a machine may be given: a scope for each resource and for reading or writing it, and the operations behind it.

An operation of the API that stands behind no scope can't be reached with a token.
"""

from collections.abc import Mapping

# What the FHIR facade serves, by SMART App Launch 2's names: read and search of a type.
SERVED = (
    "Patient",
    "CarePlan",
    "Goal",
    "Task",
    "DocumentReference",
    "Provenance",
    "Condition",
    "ServiceRequest",
    "CareTeam",
    "DetectedIssue",
    "MedicationStatement",
    "AllergyIntolerance",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Coverage",
    "Claim",
    "AuditEvent",
)
SCOPES: Mapping[str, tuple[str, ...]] = {
    "read:queue": ("GET /queue",),
    "read:proposals": (
        "GET /proposals/{proposal_id}",
        "GET /proposals/{proposal_id}/pdf",
        "GET /proposals/{proposal_id}/entries",
    ),
    "read:kinds": ("GET /kinds",),
    "read:patients": ("GET /patients", "POST /patients/find"),
    "read:questionnaires": ("GET /patients/{patient_id}/questionnaire",),
    "read:messages": ("GET /messages", "GET /proposals/{proposal_id}/messages"),
    # Not taking one, or writing what was done: nobody else is told then, so a person does it who signs in.
    "read:pages": ("GET /pages",),
    "read:charts": ("GET /charts", "GET /proposals/{proposal_id}/charts"),
    "read:tasks": ("GET /tasks",),
    "read:agreement": ("GET /agreement",),
    "read:second-readings": ("GET /second-readings",),
    "read:questions": ("GET /questions",),
    "read:time-studies": ("GET /time-studies",),
    "read:alarms": ("GET /alarms",),
    "read:programme": ("GET /programme",),
    "read:failures": ("GET /failures", "GET /rules"),
    "read:stops": ("GET /stops",),
    "read:audit": ("GET /audit",),
    "read:webhooks": ("GET /webhooks", "GET /webhooks/{name}/missed"),
    # Whoever holds it must run the site; a notification holds ids alone.
    "write:webhooks": (
        "POST /webhooks",
        "DELETE /webhooks/{name}",
        *(f"POST /webhooks/{{name}}/{what}" for what in ("rotate", "on", "off", "test", "replay")),
    ),
    "read:disclosures": ("GET /patients/{patient_id}/disclosures",),
    "read:disputes": ("GET /patients/{patient_id}/disputes",),
    # Not settling one: that is proved by the physician herself, who signs in.
    "write:questions": ("POST /patients/{patient_id}/disputes/{dispute_id}/ask",),
    "write:drafts": ("POST /patients/{patient_id}/drafts",),
    # Amending a line of it, sending it back and returning the whole are decisions, as of any document; signing needs a person.
    "write:lines": (
        "POST /patients/{patient_id}/by-hand",
        "POST /proposals/{proposal_id}/lines",
        "POST /proposals/{proposal_id}/lines/{line_id}/move",
        "POST /proposals/{proposal_id}/lines/{line_id}/take-out",
        "POST /proposals/{proposal_id}/check-again",
    ),
    # Not what a person must do with her own eyes: opening findings, answering an uncertain line.
    "write:decisions": (
        "POST /proposals/{proposal_id}/decide",
        "POST /proposals/{proposal_id}/undo",
        # As an approval it asks for the person's own password or code.
        "POST /proposals/{proposal_id}/take-back",
    ),
    "write:messages": (
        "POST /proposals/{proposal_id}/messages",
        "POST /messages/{message_id}/cancel",
        "POST /messages/{message_id}/settle",
    ),
    "write:charts": (
        "POST /charts/{writing_id}/again",
        "POST /charts/{writing_id}/give-up",
        "POST /charts/{writing_id}/undo",
    ),
    "write:tasks": ("POST /tasks/{task_id}",),
    "write:observations": ("POST /time-studies/{study_id}/taps",),
    "write:answers": ("POST /questions/{question_id}",),
    **{
        f"system/{kind}.rs": (f"GET /fhir/{kind}/{{id}}", f"GET /fhir/{kind}", f"POST /fhir/{kind}/_search")
        for kind in SERVED
    },
}


def scope_of(operation: str) -> str:
    """The scope behind which an operation stands ("GET /queue"); "" where there is none."""
    return next((scope for scope, operations in SCOPES.items() if operation in operations), "")
