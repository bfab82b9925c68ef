"""Negation, status, direction and person agree: a resolved, refuted or family condition isn't the patient's.

Source   FHIR R4: clinicalStatus and verificationStatus of Condition and AllergyIntolerance, MedicationRequest.status
Misses   irony and doubt in quoted words; a status that no source states; two negations that mean one
"""

from collections.abc import Iterator, Mapping

from careloom.care.document import Document, Finding
from careloom.care.record import PatientRecord
from careloom.check.judging import faults_as_findings
from careloom.verify import Judgement

NAME = "polarity"
SAYS = {
    "negation": "It affirms what its sources deny, or denies what they affirm",
    "status": "A status, direction or comparison isn't what its sources say",
    "family": "It speaks of a relative's condition as the patient's own",
}


def rule(document: Document, record: PatientRecord, judged: Mapping[str, Judgement]) -> Iterator[Finding]:
    """One finding for each statement and kind of disagreement."""
    del record
    yield from faults_as_findings(NAME, SAYS, document, judged)
