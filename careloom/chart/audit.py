"""Audit events as FHIR R4 AuditEvents.

Source   FHIR R4 AuditEvent; IHE Basic Audit Log Patterns 1.1.4 (Patient Read, Privacy Disclosure at Source: the shape of agents,
         source and entities); DICOM PS3.16 CID 400, 401, 402 for what happened
Misses   no profile of IHE is claimed: they ask for the machine names of both ends, which we don't know
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from uuid import UUID

from careloom.care.audited import AuditedEvent, Outcome, Purpose
from careloom.chart.parts import Resource

DCM = "http://dicom.nema.org/resources/ontology/DCM"
LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
ACTION = "urn:careloom:action"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an action is: its event (DICOM), more exactly (system, code), CRUDE, and what whoever did it is (IRCP: who asked, AUT)."""

    code: str
    display: str
    crude: str
    sub: tuple[str, str, str] | None = None
    user: str = "AUT"


_SEEN = Kind("110110", "Patient Record", "R", user="IRCP")
_ASKED = Kind("110112", "Query", "E", user="IRCP")
_CHANGED = Kind("110110", "Patient Record", "U")
_MADE = Kind("110110", "Patient Record", "C")
_CAME = Kind("110107", "Import", "C")
_LEFT = Kind("110106", "Export", "R", (LIFECYCLE, "disclose", "Disclose Record Lifecycle Event"), "INF")
_ACCOUNT = Kind("110113", "Security Alert", "U", (DCM, "110137", "User security Attributes Changed"))
_OTHER = Kind("110100", "Application Activity", "E")

KINDS: Mapping[str, Kind] = {
    "read": _SEEN,
    "read reply": _SEEN,
    "open": _SEEN,
    "compare": _SEEN,
    "search": _ASKED,
    "list": _ASKED,
    "connect": _CAME,
    "pull": _CAME,
    "draft": _MADE,
    "file": _MADE,
    "document contact": _MADE,
    "queue message": _MADE,
    "send message": _LEFT,
    "write back": _LEFT,
    "take back writing": _LEFT,
    "disclose": _LEFT,
    "told in an emergency": _LEFT,
    "export": _LEFT,
    "break glass": Kind("110113", "Security Alert", "E", (DCM, "110127", "Emergency Override Started")),
    "sign-in": Kind("110114", "User Authentication", "E", (DCM, "110122", "Login"), "IRCP"),
    "sign-out": Kind("110114", "User Authentication", "E", (DCM, "110123", "Logout"), "IRCP"),
    "ehr launch": Kind("110114", "User Authentication", "E", (DCM, "110122", "Login"), "IRCP"),
    "user add": _ACCOUNT,
    "user first-admin": _ACCOUNT,
    "user link": _ACCOUNT,
    "user deactivate": _ACCOUNT,
    "user activate": _ACCOUNT,
    "user reset-factor": _ACCOUNT,
    "user unbind": _ACCOUNT,
    "user ehr": _ACCOUNT,
    "user ehr forget": _ACCOUNT,
    "account end": _ACCOUNT,
    "account reset": _ACCOUNT,
    "account close": _ACCOUNT,
    "account open": _ACCOUNT,
    "session end": _ACCOUNT,
    "password": _ACCOUNT,
    "factor add": _ACCOUNT,
    "factor remove": _ACCOUNT,
    "factor recovery": _ACCOUNT,
    "token": _ACCOUNT,
    "token add": _ACCOUNT,
    "token revoke": _ACCOUNT,
}


def audit_events(events: Iterable[AuditedEvent], organisation: str) -> Resource:
    """A Bundle of type collection with an AuditEvent for each of these events; ids alone, no person's name."""
    resources = [audit_event(one, organisation) for one in events]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def audit_event(event: AuditedEvent, organisation: str) -> Resource:
    """One event."""
    kind = KINDS.get(event.action) or (_CHANGED if event.patient else _OTHER)
    subtype = [{"system": ACTION, "code": event.action.replace(" ", "-"), "display": event.action}]
    if kind.sub:
        system, code, display = kind.sub
        subtype.insert(0, {"system": system, "code": code, "display": display})
    resource: Resource = {
        "resourceType": "AuditEvent",
        "id": str(UUID(event.id)),
        "type": {"system": DCM, "code": kind.code, "display": kind.display},
        "subtype": subtype,
        "action": kind.crude,
        "recorded": event.at.isoformat(),
        "outcome": event.outcome.value,
        "agent": [_user(event, kind)],
        "source": {
            "site": organisation,
            "observer": {"display": "Careloom"},
            "type": [{"system": SOURCE_TYPE, "code": "4", "display": "Application Server"}],
        },
    }
    if event.outcome is not Outcome.DONE:
        resource["outcomeDesc"] = event.what or event.action
    if event.whence.purpose is not Purpose.UNSAID:
        resource["purposeOfEvent"] = [
            {"coding": [{"system": REASON, "code": event.whence.purpose.value}]},
        ]
    if entities := list(_entities(event)):
        resource["entity"] = entities
    return resource


def _user(event: AuditedEvent, kind: Kind) -> Resource:
    agent: Resource = {
        "type": {"coding": [{"system": PARTICIPATION, "code": kind.user}]},
        "who": {"identifier": {"system": "urn:careloom:user", "value": event.actor}},
        "requestor": True,
    }
    if event.whence.through:
        agent["altId"] = event.whence.through
    if event.whence.address:
        agent["network"] = {
            "address": event.whence.address,
            "type": "2" if _is_ip(event.whence.address) else "1",
        }
    return agent


def _entities(event: AuditedEvent) -> Iterable[Resource]:
    if event.patient:
        yield {
            "what": {
                "reference": f"Patient/{UUID(event.patient)}",
                "type": "Patient",
                "identifier": {"system": "urn:careloom:patient", "value": event.patient},
            },
            "type": {"system": ENTITY_TYPE, "code": "1", "display": "Person"},
            "role": {"system": ROLE, "code": "1", "display": "Patient"},
        }
    if event.what:
        yield {
            "what": {"identifier": {"system": "urn:careloom:what", "value": event.what}},
            "type": {"system": ENTITY_TYPE, "code": "2", "display": "System Object"},
            "role": {"system": ROLE, "code": "4", "display": "Domain Resource"},
        }


def _is_ip(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
