"""The future: what is said to have happened after its message came. It is kept as said, and somebody looks at it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from careloom.care.entry import Entry, Rejection

# Clocks and zones differ by less.
A_DAY = timedelta(days=1)
FUTURE = "is dated after the message came: kept as said"
# What is said of these is past; what is planned, ordered, due or insured may lie ahead.
PAST = frozenset(
    {
        "AllergyIntolerance",
        "Condition",
        "DiagnosticReport",
        "DocumentReference",
        "Immunization",
        "MedicationAdministration",
        "MedicationDispense",
        "Observation",
    }
)
DONE = {"Procedure": "completed", "Encounter": "finished"}


def ahead(entries: Iterable[Entry], received: datetime | None) -> Iterator[Rejection]:
    """Where an entry says that something happened, or was recorded, more than a day after its message came."""
    if received is None:
        return
    latest = received + A_DAY
    for entry in entries:
        past = entry.kind in PAST or entry.status == DONE.get(entry.kind, " ")
        start = entry.effective.start if past else None
        if any(one and one.earliest > latest for one in (start, entry.recorded)):
            yield Rejection(entry.source.where, FUTURE, "InputError")
