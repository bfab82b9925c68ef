"""Methotrexate as if it were daily: what is taken once a week for joints and skin, ordered, filled or told of as taken every day.

Source   FDA label methotrexate tablets, sections 2.1 and 5.9, 2020 (errors of dosing have led to deaths; once a week but for cancers); ISMP, High-Alert
         Medications (oral methotrexate, nononcologic use). 3.6 mg a day, a week's 25 mg, and 31 days of a note are ours
Misses   a note in other words, and one that tells of both ways in one sentence; an injection; who takes another's
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge.dosing import daily_mg_at_most
from careloom.knowledge.signs import is_fresh, there
from careloom.knowledge.thoughts import MONTH

DRUG = "methotrexate"
_MOST = Decimal("3.6")
_NAMES = r"(?:methotrexate|metotrexato|mtx|trexall|rheumatrex)"
_DAILY = r"(?:every (?:single )?day|each day|daily|(?:once|twice) a day|todos los dias|cada dia|diario|diariamente|a diario)"
# Another drug or clause between the two leaves it open what is daily.
_OTHER = r"(?!(?:and|but|with|folic|folate|leucovorin|y|pero|con|acido)\b)"
_TOLD = re.compile(rf"\b{_NAMES}\b(?:\W+{_OTHER}[\w.]+){{0,6}}?\W+{_DAILY}\b|\bdaily {_NAMES}\b")
_WEEKLY = re.compile(r"\bweek|\bsemana|\bnever\b|\bnunca\b|\b(?:not|no|instead of|rather than)\b|n't\b")


def as_daily(record: PatientRecord) -> Iterator[Entry]:
    """The orders and fills of a current methotrexate that amount to more than a week's dose over seven days, and the fresh notes that tell
    of it as taken every day."""
    for drug in record.medications:
        for words, ids in drug.doses if drug.current and DRUG in drug.ingredients else ():
            amount = daily_mg_at_most(words)
            if amount is not None and amount > _MOST:
                yield from (record.by_id[one] for one in ids if one in record.by_id)
    yield from told_as_daily(record)


def told_as_daily(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 31 days that tell of methotrexate as taken every day now."""
    for entry in record.entries:
        if is_fresh(entry, record.as_of, MONTH) and there(entry.text, _TOLD, unless=_WEEKLY):
            yield entry
