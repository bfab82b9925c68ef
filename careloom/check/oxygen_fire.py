"""Smoking told beside oxygen at home is never left to the note: oxygen feeds a fire.

Source   American Thoracic Society, Home Oxygen Therapy for Adults with Chronic Lung Disease, Education and safety (best-practice statement), 2020; that
         a note counts for 12 months is ours
Misses   somebody else who smokes in the home; oxygen or smoking that only codes tell; a stove, candles
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import oxygen_smoked

NAME = "oxygen_fire"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Moderate, once, where the notes of the last 12 months tell of smoking as of now and of oxygen at home."""
    del document
    notes = tuple(oxygen_smoked(facts.record))
    if notes:
        message = (
            f"Smoking is told (note of {notes[0].dated}) beside oxygen at home: fire; speak with the patient and household, and tell the physician "
            "(American Thoracic Society, Home Oxygen Therapy, 2020)"
        )
        yield Finding(NAME, Severity.MODERATE, message, tuple(one.id for one in notes))
