"""The JSON API's part about the audit log: events as FHIR R4 AuditEvents, and the accounting of disclosures."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.audited import Asked
from careloom.care.disclosure import Account, Disclosure
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.guard import of_patient, operation
from careloom.web.views.page import actor

router = Router()


class BundleOut(Schema):
    """A FHIR R4 Bundle of type collection; each entry has a fullUrl and an AuditEvent."""

    resourceType: str  # noqa: N815  # FHIR's name
    type: str
    entry: list[dict[str, Any]]


class DisclosureOut(Schema):
    """Something that left: the day, to whom, what, what for, and on which ground."""

    on: date
    to: str
    address: str
    what: str
    why: str
    ground: str
    source: str


class AccountOut(Schema):
    """The accounting of one patient's disclosures (45 CFR 164.528), and what a programme's consent let out (42 CFR 2.25)."""

    patient: str
    since: date
    until: date
    disclosures: list[DisclosureOut]
    part2: list[DisclosureOut]


@router.get("/audit", response=BundleOut)
@operation(Permission.AUDIT)
def events(
    request: HttpRequest,
    patient: str = "",
    person: str = "",
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Who did what, as FHIR R4 AuditEvents, the oldest first; of one patient, person, action or time."""
    accounting = deps.pipeline().accounting
    for at in (since, until):
        if at is not None and at.tzinfo is None:
            raise InputError("a time says its zone, such as 2026-11-23T00:00:00Z", where="since, until")
    asked = Asked(accounting.about(patient) if patient else (), person, action, since, until)
    return accounting.as_fhir(actor(request).user, asked)


@router.get("/patients/{patient_id}/disclosures", response=AccountOut)
@operation(Permission.AUDIT, of_patient)
def disclosures(request: HttpRequest, patient_id: str) -> dict[str, Any]:
    """What left about a patient in the last six years."""
    pipeline = deps.pipeline()
    try:
        known = pipeline.find(patient_id)
    except InputError:
        raise Http404 from None
    return shown(pipeline.accounting.disclosures(actor(request).user, known))


def shown(found: Account) -> dict[str, Any]:
    """An accounting as JSON."""
    return {
        "patient": found.patient,
        "since": found.since,
        "until": found.until,
        "disclosures": [_shown(one) for one in found.counted],
        "part2": [_shown(one) for one in found.part2],
    }


def _shown(one: Disclosure) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("on", "to", "address", "what", "why")}
    return {**told, "ground": one.ground.id, "source": one.ground.source}
