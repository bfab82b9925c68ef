"""Every number, unit, date, drug and word of a statement stands in what it cites, beside what it is said of.

Source   the product's first promise: no source, no sentence (docs/safety.md)
Misses   a true number beside the wrong one of two things of the same name; a word that a source uses in another
         sense; a rounding that changes the meaning; what two cited entries say only together
"""

from collections.abc import Iterator, Mapping

from careloom.care.document import Document, Finding
from careloom.care.record import PatientRecord
from careloom.check.judging import faults_as_findings
from careloom.verify import Judgement

NAME = "grounding"
SAYS = {
    "citation": "It speaks of nothing that it cites",
    "number": "A number stands in nothing that this statement cites",
    "unit": "A unit isn't that of the cited value",
    "date": "A date stands in nothing that this statement cites",
    "drug": "A drug stands in nothing that this statement cites",
    "word": "Words stand in nothing that this statement cites",
    "quotation": "A quotation isn't in the cited text",
    "guideline": "The guideline isn't one of ours, or isn't as we have it",
    "owner": "Its task isn't that of whom it or its guideline names",
    "person": "Its person isn't of the patient's age or sex",
    "side": "The record has it on the other side",
    "often": "The record has it another number of times",
    "result": "The record has another result",
    "named": "The record has something else in this place",
    "copied": "A note of the record has this sentence in other words",
    "unlisted": "The record doesn't have what it names",
    "silent": "The record doesn't speak of this",
}


def rule(document: Document, record: PatientRecord, judged: Mapping[str, Judgement]) -> Iterator[Finding]:
    """One finding for each statement and kind of fault: high where a source says otherwise, else moderate."""
    del record
    yield from faults_as_findings(NAME, SAYS, document, judged)
