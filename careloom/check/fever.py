"""A fever with sickle cell disease, or with few neutrophils, is an emergency and never left to a note or a table of vital signs.

Source   NHLBI, Evidence-Based Management of Sickle Cell Disease, Expert Panel Report, Fever, 2014: with 38.5 degrees Celsius (101.3 Fahrenheit) or more a person with
         the disease is evaluated immediately. ASCO and IDSA, Outpatient Management of Fever and Neutropenia, 2018: 38.3 degrees or more with fewer than 1.0
         neutrophils (10*3/uL). A fever that a note tells without a number counts, and the week of a fever and the 14 days of a count are ours
Misses   a fever in other words; a fever that was treated already; the trait alone, which is none of it; neutrophils of which only a note tells
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.knowledge.alarms import HIGH_FEVER, fever, neutropenic
from careloom.knowledge.facts import Facts

NAME = "fever"
SICKLE = "sickle_cell_disease"
_FAHRENHEIT = frozenset({"[degF]", "degF", "°F", "F"})


@dataclass(frozen=True, slots=True)
class Danger:
    """What makes a fever dangerous, as an urgent page calls it, the finding's message, the entries that tell of the fever, and the ids of all that shows it."""

    beside: str
    message: str
    hot: tuple[Entry, ...]
    evidence: tuple[str, ...]


def dangerous(facts: Facts) -> Iterator[Danger]:
    """With what a fever is dangerous: the disease, and the neutrophils; nothing where it isn't, or there is none."""
    sick = facts.problems.get(SICKLE, [])
    if sick and (hot := tuple(fever(facts, HIGH_FEVER))):
        message = (
            f"{_told(hot)}, with sickle cell disease: an emergency: reach the family now, and see that an emergency department looks at once "
            "(NHLBI, Sickle Cell Disease Expert Panel Report, Fever, 2014)"
        )
        shown = (*dict.fromkeys(one.id for one in hot), *sick[0].entries[:1])
        yield Danger("sickle cell disease", message, hot, shown)
    if few := tuple(neutropenic(facts)):
        count = facts.labs["neutrophils"][0]
        message = (
            f"{_told(few[1:])}, with neutrophils {count.value} {facts.knowledge.labs.plain(count.unit)}: an emergency: reach the family now, and see that an "
            "emergency department looks at once "
            "(ASCO/IDSA, Outpatient Management of Fever and Neutropenia, 2018)"
        )
        yield Danger("few neutrophils", message, few[1:], tuple(dict.fromkeys(one.id for one in few)))


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High, once for the disease and once for the neutrophils."""
    del document
    for one in dangerous(facts):
        yield Finding(NAME, Severity.HIGH, one.message, one.evidence)


def _told(hot: Sequence[Entry]) -> str:
    """What tells of the fever: a temperature with its day where one is measured, else the note."""
    measured = next((one for one in hot if one.kind == "Observation"), None)
    first = measured or hot[0]
    if measured:
        unit = "°F" if measured.unit in _FAHRENHEIT else "°C"
        return f"Body temperature was {measured.value} {unit} ({first.dated})"
    return f"A note ({told_by(first)}) tells of a fever"
