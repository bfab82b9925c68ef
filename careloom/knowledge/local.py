"""Whether a medication acts where it is put, by all that its sources say of it and of its route."""

from careloom.care.record import Medication, PatientRecord
from careloom.knowledge.drugs import Ingredient, is_local


def local(medication: Medication, record: PatientRecord, drug: Ingredient) -> bool:
    """Whether every source says so of this ingredient: a nasal steroid, a gel, eye drops; never where nothing is said."""
    entries = [record.by_id[entry] for entry in medication.entries if entry in record.by_id]
    return bool(entries) and all(
        is_local(
            " ".join(
                (
                    entry.text,
                    *(code.display for code in entry.codes),
                    *((entry.dosage.route, entry.dosage.text) if entry.dosage else ()),
                )
            ),
            drug,
        )
        for entry in entries
    )
