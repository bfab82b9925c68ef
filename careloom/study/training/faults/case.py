"""What a planter is given: a draft of an invented person, and what its sources say in words that can be looked for."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from careloom.care.document import Document, Statement
from careloom.care.drill import Level
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.study.training.draws import Draws

DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d|-\d)")
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Case:
    """A draft with its record, and the drafts of other invented people; `knowledge` tells drugs by name."""

    record: PatientRecord
    document: Document
    others: Sequence[tuple[PatientRecord, Document]]
    knowledge: Knowledge

    def cited(self, line: Statement) -> list[Entry]:
        """The entries that a line rests on."""
        return [self.record.by_id[one] for one in line.citations if one in self.record.by_id]

    def said(self, line: Statement) -> str:
        """Everything that the sources of a line say, its guideline's words included."""
        rule = line.guideline
        words = (rule.says, rule.due, rule.source) if rule else ()
        return " ".join((*(in_words(one) for one in self.cited(line)), *words))

    @cached_property
    def everything(self) -> str:
        """Everything that this person's sources say, in small letters."""
        return " ".join(in_words(one) for one in self.record.entries).lower()

    def knows(self, words: str) -> bool:
        """Whether a word of these stands anywhere in this person's record."""
        return any(one in self.everything for one in _WORD.findall(words.lower()))


# From a line and its case to the line with the fault, None where it doesn't fit; the chance is seeded.
Planter = Callable[[Statement, Case, Level, Draws], Statement | None]


def in_words(entry: Entry) -> str:
    """An entry as its source says it: name, value, unit, day, dose, and what only its kind has."""
    times = (entry.effective.start, entry.effective.end, entry.recorded)
    days = [one.day.isoformat() for one in times if one is not None]
    dose = entry.dosage.text if entry.dosage else ""
    parts = (entry.name, entry.text, entry.value, entry.unit, *days, dose, *entry.detail.values())
    return " ".join(part for part in parts if part)


def swapped(text: str, start: int, end: int, new: str) -> str:
    """A text with other words in one place."""
    return text[:start] + new + text[end:]
