"""What the medication checks looked at and what not, so that silence never passes for "nothing harms"."""

from careloom.care.document import Coverage
from careloom.care.record import PatientRecord
from careloom.check.taken import unrecognised
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import is_supply


def coverage(record: PatientRecord, knowledge: Knowledge) -> Coverage:
    """How many of the current drugs are known, the names of the others, and the lists in force. What is no drug counts as none."""
    unknown = tuple(dict.fromkeys(one.name for one in unrecognised(record, knowledge)))
    drugs = {one.name for one in record.medications if one.current and not is_supply(one.name)}
    lists = tuple(one.words for one in knowledge.interactions.lists)
    return Coverage(len(drugs) - len(unknown), len(drugs), unknown, lists)
