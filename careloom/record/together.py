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


def with_their_fills(
    readings: Sequence[tuple[Dose, tuple[str, ...]]], most: int
) -> tuple[tuple[Dose, tuple[str, ...]], ...]:
    """The readings, each citing at most `most` entries; where more than two stand beside each other a fill with the order that it is counted out for.

    80 mg, 60 for 30 days, is what "80 mg twice daily" orders: against a third reading the two say one thing.
    """
    if len(readings) < 3:
        return tuple(readings)
    kept: list[tuple[Dose, tuple[str, ...]]] = []
    for dose, ids in readings:
        place = next((place for place, (other, _) in enumerate(kept) if _is_counted_out(dose, other)), None)
        if place is None:
            kept.append((dose, ids))
        else:
            kept[place] = (kept[place][0], (*kept[place][1], *ids)[:most])
    return tuple(kept)


def _is_counted_out(fill: Dose, order: Dose) -> bool:
    """Whether a fill is the amount a day, and the strength, of what is ordered."""
    return (
        fill.dispensed
        and not order.dispensed
        and bool(fill.daily)
        and (fill.daily, fill.unit, fill.strength) == (order.daily, order.unit, order.strength)
        and not disagree(fill, order)
    )
