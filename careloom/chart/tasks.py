"""A signed activity's Task (FHIR R4): what became of the ServiceRequest that it is about.

Source   FHIR R4 Task (status, focus, for, restriction.period, statusReason); US Core has no profile of it; HL7 SDOH Clinical Care
         tracks referrals so.
"""

from collections.abc import Mapping

from careloom.care.document import Statement
from careloom.care.task import TaskSaid
from careloom.chart.people import Resource

# FHIR RequestStatus of the ServiceRequest whose Task has this status; any other is active.
REQUEST_STATUS: Mapping[str, str] = {"completed": "completed", "cancelled": "revoked"}


def task(ident: str, line: Statement, said: TaskSaid, request: Resource, person: Resource) -> Resource:
    """The Task of a signed activity; `request` is its ServiceRequest, `person` a reference to the patient."""
    about = {"reference": f"urn:uuid:{request['id']}", "type": "ServiceRequest"}
    found: Resource = {
        "resourceType": "Task",
        "id": ident,
        "basedOn": [about],
        "status": said.status,
        "intent": "order",
        "description": line.text,
        "focus": about,
        "for": person,
        "authoredOn": request["authoredOn"],
        "lastModified": said.at.isoformat(timespec="seconds"),
    }
    if said.why:
        found["statusReason"] = {"text": said.why}
    if line.activity:
        found["performerType"] = [{"text": line.activity.owner.replace("_", " ")}]
        if line.activity.due:
            found["restriction"] = {"period": {"end": line.activity.due}}
    return found
