"""A patient's chart as a FHIR R4 Bundle: care plans as CarePlans, every other document as a DocumentReference."""

from collections.abc import Iterable

from careloom.care.record import PatientRecord
from careloom.chart.document import document
from careloom.chart.fhir import plan
from careloom.chart.parts import Filed, Resource
from careloom.chart.people import patient
from careloom.chart.settled import settled


def bundle(
    patient_record: PatientRecord, filed: Iterable[Filed], now: PatientRecord | None = None
) -> Resource:
    """A Bundle of type collection with everything in this patient's chart, and what stands settled in the record as it is `now`;
    references resolve inside it.

    An empty chart gives a Bundle with the Patient alone.
    """
    resources: list[Resource] = [patient(patient_record)]
    for one in filed:
        resources += plan(one) if one.form is None else document(one, one.form)
    resources += settled(now) if now is not None else ()
    unique = {f"{resource['resourceType']}/{resource['id']}": resource for resource in resources}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in unique.values()
        ],
    }
