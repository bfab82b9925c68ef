"""What the audit log tells: an event, how it ended, and for what purpose it was done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from careloom.care.access import CLINICAL_ROLES


class Purpose(StrEnum):
    """Why something was done with a record (HL7 v3 ActReason, value set PurposeOfUse); UNSAID where nobody said it."""

    UNSAID = ""
    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    PAYMENT = "HPAYMT"
    OPERATIONS = "HOPERAT"
    ADMINISTRATION = "HSYSADMIN"
    PUBLIC_HEALTH = "PUBHLTH"
    LEGAL = "HLEGAL"
    RESEARCH = "HRESCH"
    REQUESTED = "PATRQT"


def purpose_of(role: str, *, emergency: bool = False) -> Purpose:
    """For what somebody of this role looks at a record, where she says nothing else."""
    if emergency:
        return Purpose.EMERGENCY
    if role in CLINICAL_ROLES:
        return Purpose.TREATMENT
    return Purpose.ADMINISTRATION if role == "administrator" else Purpose.OPERATIONS


class Outcome(StrEnum):
    """How it ended (http://terminology.hl7.org/CodeSystem/audit-event-outcome, which is DICOM's and RFC 3881's)."""

    DONE = "0"
    FAILED = "4"  # a wrong password: whoever it was may try again
    REFUSED = "8"  # a rule said no, or an account is locked: nothing was done


@dataclass(frozen=True, slots=True)
class Whence:
    """From where: the caller's address, and through what (a mark of the session, a token's id, a command, a worker)."""

    address: str = ""
    through: str = ""
    purpose: Purpose = Purpose.UNSAID


@dataclass(frozen=True, slots=True)
class AuditedEvent:
    """An event of the log: `what` holds ids and codes alone, `why` a person's own words."""

    id: str
    at: datetime
    actor: str
    action: str
    patient: str
    what: str
    why: str
    whence: Whence
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: of these patients (one person's records), of this person, of this action, in this time."""

    patients: tuple[str, ...] = ()
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
