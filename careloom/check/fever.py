"""A fever with sickle cell disease, or with few neutrophils, is an emergency and never left to a note or a table of vital signs.

Source   NHLBI, Evidence-Based Management of Sickle Cell Disease, Expert Panel Report, Fever, 2014: with 38.5 degrees Celsius (101.3 Fahrenheit) or more a person with
         the disease is evaluated immediately. ASCO and IDSA, Outpatient Management of Fever and Neutropenia, 2018: 38.3 degrees or more with fewer than 1.0
         neutrophils (10*3/uL). A fever that a note tells without a number counts, and the week of a fever and the 14 days of a count are ours
Misses   a fever in other words; a fever that was treated already; the trait alone, which is none of it; neutrophils of which only a note tells
"""

from collections.abc import Iterator, Sequence

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import source_name
from careloom.knowledge.alarms import HIGH_FEVER, fever, neutropenic
from careloom.knowledge.facts import Facts

NAME = "fever"
SICKLE = "sickle_cell_disease"
_FAHRENHEIT = frozenset({"[degF]", "degF", "°F", "F"})


def dangerous(facts: Facts) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """With what a fever is dangerous, and the entries that tell of the fever; nothing where it isn't, or there is none."""
    if facts.problems.get(SICKLE) and (hot := tuple(fever(facts, HIGH_FEVER))):
        yield "sickle cell disease", hot
    if few := tuple(neutropenic(facts)):
        yield "few neutrophils", few[1:]


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High, once for the disease and once for the neutrophils."""
    del document
    sick = facts.problems.get(SICKLE, [])
    hot = tuple(fever(facts, HIGH_FEVER)) if sick else ()
    if hot:
        message = (
            f"{_told(hot)}, with sickle cell disease: an emergency: reach the family now, and see that an emergency department looks at once "
            "(NHLBI, Sickle Cell Disease Expert Panel Report, Fever, 2014)"
        )
        yield Finding(
            NAME, Severity.HIGH, message, (*dict.fromkeys(one.id for one in hot), *sick[0].entries[:1])
        )
    if few := tuple(neutropenic(facts)):
        count = facts.labs["neutrophils"][0]
        message = (
            f"{_told(few[1:])}, with neutrophils {count.value} {facts.knowledge.labs.plain(count.unit)}: an emergency: reach the family now, and see that an "
            "emergency department looks at once "
            "(ASCO/IDSA, Outpatient Management of Fever and Neutropenia, 2018)"
        )
        yield Finding(NAME, Severity.HIGH, message, tuple(dict.fromkeys(one.id for one in few)))


def _told(hot: Sequence[Entry]) -> str:
    """What tells of the fever: a temperature with its day where one is measured, else the note."""
    measured = next((one for one in hot if one.kind == "Observation"), None)
    first = measured or hot[0]
    day = first.happened.text[:10] if first.happened else ""
    if measured:
        unit = "°F" if measured.unit in _FAHRENHEIT else "°C"
        return f"Body temperature was {measured.value} {unit} ({day})"
    return f"A note ({source_name(first.source.system)}, {day}) tells of a fever"
