"""Methotrexate that a fresh note tells of as taken every day is never left to the note.

Source   FDA label methotrexate tablets, sections 2.1 and 5.9, 2020; ISMP, High-Alert Medications (oral methotrexate, nononcologic use);
         what an order or a fill amounts to is told as a circumstance (`circumstances.csv`, dose-methotrexate-daily)
Misses   as knowledge/weekly.py has it; a cancer of which no source has a code or a name
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import told_by
from careloom.check.taken import entries_of, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.weekly import DRUG, told_as_daily

NAME = "weekly"
_ONCOLOGY = ("cancer", "leukemia", "lymphoma")


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each such note, whether or not methotrexate is on a list; none with a cancer, where it may be meant."""
    del document
    if any(name in facts.problems for name in _ONCOLOGY):
        return
    drugs = [one for one in taken(facts.record, facts.knowledge) if one.drug.name == DRUG]
    for entry in told_as_daily(facts.record):
        yield Finding(
            NAME,
            Severity.HIGH,
            f"A note ({told_by(entry)}) tells of methotrexate as taken every day: for joints and skin it is taken once a "
            "week, and every day it has killed: call the patient and the prescriber today, about a blood count and creatinine too "
            "(FDA label methotrexate tablets, sections 2.1 and 5.9, 2020)",
            (entry.id, *entries_of(*drugs)),
        )
