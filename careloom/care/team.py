"""Who cares for a patient, and who opened a record from outside the care team."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a care team (a user's id), who said so, when, and why."""

    user: str
    by: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A record opened in an emergency: by whom (a user's id), from when until when, why, and who looked at it afterwards ("" for nobody yet)."""

    id: str
    patient: str
    who: str
    at: datetime
    until: datetime
    why: str
    looked_at_by: str = ""
