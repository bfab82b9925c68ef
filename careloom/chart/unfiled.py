"""A document that was taken back, as the chart goes on showing it: never deleted, and in the status in which nothing builds on it.

Takes    the resources that it was filed as, and which of them a document that stands has too
Gives    the same as entered in error, or as ended where something newer takes their place; and a Provenance: who, when and why
Never    changes what another document stands on, or a Task, which tells what was done

Source   HL7 FHIR R4 (4.0.1). RequestStatus (CarePlan, ServiceRequest): "entered-in-error" for what should never have existed, but
         "revoked" where something was done upon it. Goal (GoalLifecycleStatus): entered-in-error, cancelled. DocumentReference
         (DocumentReferenceStatus): entered-in-error, superseded; its docStatus (CompositionStatus) entered-in-error. Claim (fm-status):
         entered-in-error, cancelled. Task (TaskStatus): cancelled with its statusReason. Provenance has no status: the taking back is one
         of its own, its activity of v3-DataOperation (nullify, obsolete).
"""

import html
from collections.abc import Collection, Iterable

from careloom.care.unfiled import SUPERSEDED, Unfiled
from careloom.chart.parts import Filed, Resource, accounted, behalf, ident, refer
from careloom.chart.people import ROLE_TEXT

OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
# By type: the element that says it, and its word where it never should have been and where something newer takes its place.
SAID = {
    "CarePlan": ("status", "entered-in-error", "revoked"),
    "ServiceRequest": ("status", "entered-in-error", "revoked"),
    "Goal": ("lifecycleStatus", "entered-in-error", "cancelled"),
    "DocumentReference": ("status", "entered-in-error", "superseded"),
    "Claim": ("status", "entered-in-error", "cancelled"),
}
DONE = frozenset({"in-progress", "completed"})


def taken_back(
    made: Iterable[Resource], filed: Filed, said: Unfiled, standing: Collection[tuple[str, str]]
) -> list[Resource]:
    """The resources of a document (`made`) as it stands taken back; `standing` are (type, id) of what other documents have."""
    every = [one for one in made if (one["resourceType"], one["id"]) not in standing]
    done = {one["focus"]["reference"] for one in every if _was_done(one)}
    found = [_said(one, said, done) for one in every]
    targets = [one for one in found if one["resourceType"] in SAID]
    return [*found, _provenance(filed, said, targets)]


def _was_done(one: Resource) -> bool:
    return one["resourceType"] == "Task" and one["status"] in DONE


def _said(one: Resource, said: Unfiled, done: Collection[str]) -> Resource:
    kind = one["resourceType"]
    if kind not in SAID:
        return one
    element, in_error, ended = SAID[kind]
    acted_upon = (kind == "CarePlan" and bool(done)) or f"urn:uuid:{one['id']}" in done
    newer = said.why == SUPERSEDED
    now = {**one, element: ended if newer or acted_upon else in_error}
    if kind == "ServiceRequest" and one["status"] == "completed":
        return one
    if kind == "DocumentReference" and not newer:
        now["docStatus"] = "entered-in-error"
    if kind == "Goal":
        now.pop("achievementStatus", None)
        now["statusReason"] = f"taken back: {said.reason}"
    if kind == "CarePlan":
        div = one["text"]["div"]
        words = html.escape(f"Taken back on {said.at.date().isoformat()}: {said.reason}")
        start = div.index(">") + 1
        now["text"] = {**one["text"], "div": f"{div[:start]}<p><b>{words}</b></p>{div[start:]}"}
    return now


def _provenance(filed: Filed, said: Unfiled, targets: Iterable[Resource]) -> Resource:
    code, display = ("OBSOLETE", "obsolete") if said.why == SUPERSEDED else ("NULLIFY", "nullify")
    meta = accounted(filed.custodian)
    return {
        "resourceType": "Provenance",
        "id": ident("Provenance", filed.proposal.id, "taken back"),
        **({"meta": meta} if meta else {}),
        "target": [refer(one) for one in targets],
        "recorded": said.at.isoformat(timespec="seconds"),
        "reason": [{"text": said.reason}],
        "activity": {"coding": [{"system": OPERATION, "code": code, "display": display}]},
        "agent": [
            {
                "type": {"coding": [{"system": PARTICIPANT, "code": "author"}]},
                "role": [{"text": ROLE_TEXT.get(said.role, said.role.replace("_", " "))}],
                "who": {"display": said.name or said.who},
                **behalf(filed.custodian),
            }
        ],
    }
