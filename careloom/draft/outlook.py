"""Whether comfort comes first for a patient, so that nothing is asked for on schedule: hospice, palliative care, a short outlook."""

from datetime import timedelta

from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge

COMFORT_FIRST = ("hospice_care", "palliative_care", "limited_life_expectancy")
_HOSPICE = timedelta(days=365)


def comfort_first(record: PatientRecord, knowledge: Knowledge) -> str:
    """What of the record says so, in words; "" where nothing does."""
    concepts = {one.concept for one in record.problems if one.status == "active"}
    kinds = knowledge.conditions
    if found := next((two for two in COMFORT_FIRST for one in concepts if kinds.is_a(one, two)), ""):
        return f"the record has {kinds.label(found)}"
    began = record.as_of - _HOSPICE
    for entry in record.entries:
        recent = entry.happened is not None and began <= entry.happened.day <= record.as_of
        if recent and "hospice" in knowledge.sightings.shown_by(entry):
            return "the record shows hospice care"
    return ""
