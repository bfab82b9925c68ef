"""Prose: does what somebody else wrote agree with the record?

Takes    the sentences of a text that cites nothing (a note, a letter), each with the kind of its section, and a record's index
Gives    a judgement of each: contradicted where the record has it otherwise, supported where every word stands in the record,
         else not addressed, with what it names that the record doesn't have
Never    holds against a text that the record is silent on what it tells
"""

from collections.abc import Callable, Iterator, Sequence

from careloom.verify.case import Fault
from careloom.verify.index import Index
from careloom.verify.prose.allergies import allergies
from careloom.verify.prose.assays import assays
from careloom.verify.prose.copied import changed, is_copied
from careloom.verify.prose.dates import dates
from careloom.verify.prose.drugs import drugs
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line, lines
from careloom.verify.prose.person import person
from careloom.verify.prose.problems import problems
from careloom.verify.prose.procedures import procedures
from careloom.verify.prose.results import results
from careloom.verify.prose.sides import sides
from careloom.verify.prose.strict import kept
from careloom.verify.prose.ways import ways

__all__ = ["RULES", "faults_of", "kept"]

Rule = Callable[[Line, Held], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    person,
    problems,
    drugs,
    results,
    assays,
    sides,
    allergies,
    procedures,
    dates,
    ways,
    changed,
)


def faults_of(index: Index, parts: Sequence[tuple[str, str]]) -> Iterator[tuple[Fault, ...]]:
    """For each sentence what the record has otherwise, and what it names that the record doesn't have."""
    held = Held(index, lines(index, parts))
    for line in held.lines:
        found = () if is_copied(line, held) else (fault for rule in RULES for fault in rule(line, held))
        yield tuple(dict.fromkeys(found))
