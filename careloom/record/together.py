"""Orders of one drug that belong together: for two moments of one day, or one of them for when it is needed."""

from collections.abc import Mapping, Sequence
from datetime import date

from careloom.care.entry import Entry
from careloom.knowledge.frequency import moments
from careloom.record.doses import Dose, disagree

_AS_NEEDED = frozenset({"as needed"})
_ANY_TIME = frozenset({"any time"})


def ordered_together(
    doses: Sequence[tuple[Dose, tuple[str, ...]]], by_id: Mapping[str, Entry]
) -> frozenset[int]:
    """Places of readings that one system ordered on one day for different moments of it, or one of them for when it is
    needed: parts of one regimen."""
    parts: dict[tuple[str, date], list[tuple[int, frozenset[str]]]] = {}
    for place, (dose, ids) in enumerate(doses):
        entry = by_id[ids[0]]
        if entry.kind == "MedicationRequest" and entry.dosage and entry.happened:
            named = moments(f"{entry.dosage.text} {entry.dosage.frequency}")
            when = _AS_NEEDED if dose.prn else named or _ANY_TIME
            parts.setdefault((entry.source.system, entry.happened.day), []).append((place, when))
    return frozenset(
        place
        for found in parts.values()
        for place, when in found
        if len(found) > 1 and all(_apart(when, other) for there, other in found if there != place)
    )


def _apart(when: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two orders of one day are for two times: one as needed, or each for moments of its own."""
    if _ANY_TIME in (when, other):
        return _AS_NEEDED in (when, other)
    return when.isdisjoint(other)


def is_one_regimen(
    place: int, beside: int, doses: Sequence[tuple[Dose, tuple[str, ...]]], together: frozenset[int]
) -> bool:
    """Whether two readings are parts ordered together, or a fill beside them of what one of the parts orders."""
    if place in together and beside in together:
        return True
    one, other = doses[place][0], doses[beside][0]
    fill, part = (one, beside) if one.dispensed else (other, place)
    if not fill.dispensed or part not in together:
        return False
    return any(not disagree(fill, doses[known][0]) for known in together)
