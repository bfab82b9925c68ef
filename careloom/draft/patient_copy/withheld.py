"""What stays out of a copy: sensitive matters that nobody released to this recipient.

Source   45 CFR 164.510(b)(2) (2024): somebody involved in care is told with the patient's agreement; 164.502(g)(3): minors;
         42 CFR 2.32: a programme's records travel with their consent, so no copy of ours has them
Misses   what several harmless lines tell together
"""

from collections.abc import Iterable

from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.agreed import must_have_agreed
from careloom.draft.patient_copy.plainly import Told
from careloom.errors import Refused
from careloom.knowledge import Knowledge
from careloom.knowledge.days import is_child

CAREGIVER, MINOR = "caregiver", "minor"


def must_be_for(record: PatientRecord, given: Given) -> None:
    """Raises Refused in words where this recipient gets no copy."""
    child = is_child(record.as_of, record.demographics.birth_date)
    if child and MINOR not in given.lines("release"):
        raise Refused("this patient is under 18: a copy goes to nobody unless somebody releases it (minor)")
    must_have_agreed(record, given, given.fields["recipient"] == CAREGIVER)


def kept_back(one: Told, cited: Iterable[Entry], given: Given, knowledge: Knowledge) -> frozenset[str]:
    """The matters that nobody released to this recipient; none for what may stand."""
    known, line = knowledge.sensitive, one.line
    said = one.text if one.cited else f"{line.text}\n{line.about.replace('_', ' ')}"
    found = known.of_text(said, knowledge.conditions, knowledge.drugs)
    found |= known.of_entries(cited, knowledge.conditions, knowledge.drugs)
    return found - set(given.lines("release"))
