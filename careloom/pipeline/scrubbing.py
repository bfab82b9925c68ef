"""Scrubbing: what the record knows of a patient and of the people around, to be taken out of a text."""

from careloom.care.record import PatientRecord
from careloom.privacy.known import Known, known
from careloom.store import Store

# Entries whose text, and what of a Patient entry, names somebody around the patient.
AROUND = "RelatedPerson"


def known_of(store: Store, patient: str, record: PatientRecord) -> Known:
    """The names, numbers, days and places that messages gave of a patient, with the names of relatives and proxies."""
    around = [entry.text for entry in record.entries if entry.kind == AROUND]
    around += [entry.detail.get("proxy", "") for entry in record.entries if entry.kind == "Patient"]
    return known(store.patients.persons(patient), others=[name for name in around if name])
