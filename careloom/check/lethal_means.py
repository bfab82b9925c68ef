"""A firearm, or medicines that are put away or put by, told of somebody with thoughts of suicide is asked about the same day.

Source   VA/DoD Clinical Practice Guideline for the Assessment and Management of Patients at Risk for Suicide, recommendation 21 (Lethal Means
         Safety: less access to firearms and to medication lowers the risk), 2019 (the 2024 edition was not read); that it is asked the same day,
         and that the note is one of the last 31 days, is ours
Misses   other means; a firearm that no note tells of; where it is kept now; whether somebody has asked already
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import told_by
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import means

NAME = "lethal_means"
SOURCE = "VA/DoD Clinical Practice Guideline for Patients at Risk for Suicide, recommendation 21, lethal means safety, 2019"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last month that tells of such means as of now, where thoughts of suicide are told by whatever source."""
    del document
    for entry in means(facts.record):
        message = (
            f"A note ({told_by(entry)}) tells of a firearm, or of medicines put away or put by, and thoughts of suicide are told: ask today how they are "
            f"kept out of reach, away from the home or locked by somebody else ({SOURCE})"
        )
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))
