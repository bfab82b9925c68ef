"""A patient's chart as a FHIR R4 Bundle: care plans as CarePlans, every other document as a DocumentReference."""

from collections.abc import Iterable

from careloom.care.record import PatientRecord
from careloom.chart.document import document
from careloom.chart.fhir import plan
from careloom.chart.parts import Filed, Resource, ident, refer
from careloom.chart.people import NOBODY, Custodian, organization, patient
from careloom.chart.settled import settled
from careloom.chart.unfiled import taken_back

GONE = "not in the plan that was signed after it"


def bundle(
    patient_record: PatientRecord,
    filed: Iterable[Filed],
    now: PatientRecord | None = None,
    custodian: Custodian = NOBODY,
) -> Resource:
    """A Bundle of type collection with everything in this patient's chart, and what stands settled in the record as it is `now`;
    references resolve inside it. What was taken back is there as such, and nothing else is judged by it. `custodian` keeps the chart.

    An empty chart gives a Bundle with the Patient alone.
    """
    resources: list[Resource] = [patient(patient_record)]
    plans: list[tuple[Filed, Resource]] = []
    every = list(filed)
    for one in (one for one in every if one.back is None):
        made = _made(one)
        if one.form is None:
            resources = [*_before(resources, plans, one), *made]
            if plans:
                made[0]["replaces"] = [refer(plans[-1][1])]
            plans.append((one, made[0]))
        else:
            resources += made
    rulings = list(settled(now, custodian)) if now is not None else []
    resources += [*rulings, *(organization(custodian) if rulings else ())]
    standing = {(one["resourceType"], one["id"]) for one in resources}
    for one in every:
        if one.back is not None:
            resources += taken_back(_made(one), one, one.back, standing)
    unique = {f"{resource['resourceType']}/{resource['id']}": resource for resource in resources}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in unique.values()
        ],
    }


def _made(filed: Filed) -> list[Resource]:
    return plan(filed) if filed.form is None else document(filed, filed.form)


def _before(resources: list[Resource], plans: list[tuple[Filed, Resource]], newer: Filed) -> list[Resource]:
    """What was there as it stands beside a newer plan, which takes the place of the last one: a goal that the newer one no longer has is
    sought no more; one whose line was left folded there still is.
    """
    if not plans:
        return resources
    last, replaced = plans[-1]
    document = newer.proposal.document
    lines = {one.id for one in document.statements} - set(newer.proposal.struck)
    dropped = {
        ident("Goal", newer.record.patient, one.id)
        for one in last.proposal.document.statements
        if one.kind == "goal" and one.id not in lines
    }
    said = {"lifecycleStatus": "cancelled", "statusReason": GONE}

    def now(one: Resource) -> Resource:
        if one["resourceType"] == "CarePlan" and one["id"] == replaced["id"]:
            return one | {"status": "revoked"}
        is_dropped = one["resourceType"] == "Goal" and one["id"] in dropped
        return (
            {key: value for key, value in one.items() if key != "achievementStatus"} | said
            if is_dropped
            else one
        )

    return [now(one) for one in resources]
