"""A signed activity's Task (FHIR R4): what became of the ServiceRequest that it is about.

Source   FHIR R4 Task (status, code, focus, for, restriction.period, statusReason); US Core has no profile of it; HL7 SDOH Clinical Care
         2.3.0 tracks referrals so (SDOHCC Task for Referral Management: intent order, code fulfill, who requests it).
"""

from collections.abc import Mapping

from careloom.care.document import Statement
from careloom.care.task import TaskSaid
from careloom.chart.parts import Filed, labelled
from careloom.chart.people import Resource, kept_by, whose

# FHIR RequestStatus of the ServiceRequest whose Task has this status; any other is active.
REQUEST_STATUS: Mapping[str, str] = {"completed": "completed", "cancelled": "revoked"}


FULFIL: Resource = {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]}


def task(ident: str, line: Statement, said: TaskSaid, request: Resource, filed: Filed) -> Resource:
    """The Task of a signed activity of a filed plan; `request` is its ServiceRequest."""
    about = {"reference": f"urn:uuid:{request['id']}", "type": "ServiceRequest"}
    found: Resource = {
        "resourceType": "Task",
        "id": ident,
        "basedOn": [about],
        "status": said.status,
        "intent": "order",
        "code": FULFIL,
        "description": line.text,
        "focus": about,
        "for": whose(filed.record),
        "authoredOn": request["authoredOn"],
        "lastModified": said.at.isoformat(timespec="seconds"),
    }
    if kept := kept_by(filed.custodian):
        found["requester"] = kept
    if label := labelled([line]):
        found["meta"] = label
    if said.why:
        found["statusReason"] = {"text": said.why}
    if line.activity:
        found["performerType"] = [{"text": line.activity.owner.replace("_", " ")}]
        if line.activity.due:
            found["restriction"] = {"period": {"end": line.activity.due}}
    return found
