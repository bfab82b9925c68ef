"""Booked visits: the one that a message is about."""

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.errors import InputError, Refused
from careloom.verify.filling import local

SHORTEST = 6
_OFF = frozenset({"cancelled", "noshow", "entered-in-error"})
_WHY_NOT = {
    "cancelled": "is cancelled",
    "noshow": "was missed",
    "fulfilled": "has been kept",
    "arrived": "has begun",
    "checked-in": "has begun",
    "entered-in-error": "was entered in error",
    "proposed": "is only proposed, not booked",
    "pending": "is not confirmed yet",
    "waitlist": "is on a waiting list, not booked",
}


def booked(record: PatientRecord, site: Site, named: str = "") -> Entry:
    """The visit named by its entry's id (or at least its first six signs), else the next one that is booked.

    Raises InputError for an id that there isn't, Refused in words where there is no visit, or the one named is past, cancelled,
    declined, or cancelled by another source.
    """
    visits = [one for one in record.entries if one.kind == "Appointment"]
    if named:
        return _named(visits, record, site, named)
    ahead = [one for one in visits if not _why_not(one, visits, record, site)]
    if not ahead:
        raise Refused("no booked appointment lies ahead in this record")
    return min(ahead, key=lambda one: (one.effective.start.earliest if one.effective.start else 0, one.id))


def _named(visits: list[Entry], record: PatientRecord, site: Site, named: str) -> Entry:
    found = [
        one for one in visits if one.id == named or (len(named) >= SHORTEST and one.id.startswith(named))
    ]
    if len(found) != 1:
        raise InputError("no appointment of this record has that id", where="appointment")
    if why := _why_not(found[0], visits, record, site):
        raise Refused(f"this appointment {why}; nobody is reminded of it")
    return found[0]


def _why_not(visit: Entry, visits: list[Entry], record: PatientRecord, site: Site) -> str:
    """Why nobody is reminded of a visit; "" where somebody is."""
    start = visit.effective.start
    if visit.status != "booked" or visit.negated:
        return _WHY_NOT.get(visit.status or "", "is not said to be booked")
    if visit.detail.get("answer") == "declined":
        return "was declined by the patient"
    if start is None:
        return "has no day"
    if local(start, site).date() < record.as_of:
        return "is past"
    same = (one for one in visits if one.effective.start and one.effective.start.earliest == start.earliest)
    return (
        "is cancelled by one source and booked by another" if any(one.status in _OFF for one in same) else ""
    )
