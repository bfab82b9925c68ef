"""Units: a result in a unit that its measurement can't be converted from. It is kept as said, and somebody looks at it."""

from collections.abc import Iterable, Iterator

from careloom.care.entry import Entry, Rejection
from careloom.knowledge.labs import Labs, number

UNCONVERTED = "its unit can't be converted to what this measurement is known in: kept as said"


def unconverted(entries: Iterable[Entry], labs: Labs) -> Iterator[Rejection]:
    """Where a measurement that we know has a number in a unit of which we can make nothing."""
    for entry in entries:
        if entry.kind != "Observation":
            continue
        measured = (
            (entry.codes, entry.value, entry.unit),
            *((p.codes, p.value, p.unit) for p in entry.components),
        )
        for codes, value, unit in measured:
            lab = labs.find(codes) if unit and number(value) is not None else None
            if lab is not None and lab.canonical(value, unit) is None:
                yield Rejection(entry.source.where, UNCONVERTED, "InputError")
                break
