"""Somebody strangled, or held by the throat, of which a fresh note tells, is never a need among others.

Source   Glass and others, Non-fatal strangulation is an important risk factor for homicide of women, J Emerg Med 2008;35:329 (with the Danger Assessment of
         Campbell, which asks for it): the odds of being killed are seven times as high. The same day, the month of a note, and what is asked are ours
Misses   it in other words; a note without a day; somebody else who was strangled; whether a clinician has looked already
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import told_by
from careloom.knowledge.alarms import strangled
from careloom.knowledge.facts import Facts

NAME = "strangulation"
SOURCE = "Glass and others, J Emerg Med 35:329, with the Danger Assessment, 2008"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last month (31 days) that tells of it."""
    del document
    for entry in strangled(facts.record):
        message = (
            f"A note ({told_by(entry)}) tells of strangulation or of being held by the throat: speak with the patient alone today, "
            f"ask about breath, voice, swallowing and headache, and have a clinician look; it foretells killing ({SOURCE})"
        )
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))
