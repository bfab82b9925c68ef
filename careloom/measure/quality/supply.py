"""How long an order of a drug lasts. Source: CumulativeMedicationDuration 4.1 (2025) and 6.0 (2026), medicationRequestPeriod."""

from collections.abc import Mapping
from dataclasses import dataclass

from careloom.care.entry import Entry
from careloom.measure.quality.bounds import Interval, Point, days, point, told
from careloom.measure.quality.noun import DAY, MAX

# Hours of the periods by which a frequency is told (ToDaily), months of 30 days and years of 365.
HOURS: Mapping[str, float] = {
    "s": 1 / 3600, "min": 1 / 60, "h": 1, "d": 24, "wk": 168, "mo": 720, "a": 8760,
    "second": 1 / 3600, "minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760,
    "seconds": 1 / 3600, "minutes": 1 / 60, "hours": 1, "days": 24, "weeks": 168, "months": 720, "years": 8760,
}  # fmt: skip
# Days of a supply's unit (UCUM: a year has 365.25 days, a month a twelfth of them).
DAYS: Mapping[str, float] = {
    "d": 1, "day": 1, "days": 1, "wk": 7, "week": 7, "weeks": 7, "h": 1 / 24, "mo": 30.4375, "month": 30.4375,
    "months": 30.4375, "a": 365.25, "year": 365.25, "years": 365.25,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supply:
    """What an order says of how much and how long; what it does not say is None."""

    days: float | None
    quantity: float | None
    quantity_unit: str | None
    refills: float
    dose: float | None
    dose_unit: str | None
    per_day: float
    bounds: Interval | None
    period: Interval | None


def number(text: str | None) -> float | None:
    """The number that digits are; None where they are none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def supply(entry: Entry) -> Supply:
    """How long an order or a fill lasts, as the source's own parts give it."""
    said = entry.elements
    dose, quantity = said.get("dose", ()), said.get("quantity", ())
    bounds = _bounds(said)
    lasting = said.get("supply", ())
    known = DAYS.get(lasting[1] or "d") if lasting else None
    found = number(lasting[0]) if lasting else None
    told_days = found * known if found is not None and known else number(entry.detail.get("days_supply"))
    held = Supply(
        days=told_days,
        quantity=number(quantity[0])
        if quantity
        else number(entry.detail.get("quantity", "").partition(" ")[0]),
        quantity_unit=(quantity[1] or None) if quantity else None,
        refills=number(entry.detail.get("refills")) or 0,
        dose=number(dose[0]) if dose else None,
        dose_unit=(dose[1] or None) if dose else None,
        per_day=_per_day(said),
        bounds=bounds,
        period=None,
    )
    return Supply(
        held.days, held.quantity, held.quantity_unit, held.refills, held.dose, held.dose_unit, held.per_day,
        bounds, _period(entry, held, bounds),
    )  # fmt: skip


def _per_day(said: Mapping[str, tuple[str, ...]]) -> float:
    often, every = said.get("often", ()), said.get("every", ())
    times, length = number(often[0]) if often else None, number(every[0]) if every else None
    hours = HOURS.get(every[1]) if every else None
    if times is not None and length and hours:
        return times * 24 / (length * hours)
    # CQL counts the times of day that are named: none is 0, and no supply follows from it.
    return float(len(said.get("clock", ())))


def _bounds(said: Mapping[str, tuple[str, ...]]) -> Interval | None:
    if "bounds" not in said:
        return None
    start = told(said["bounds_start"][0]) if "bounds_start" in said else None
    end = told(said["bounds_end"][0]) if "bounds_end" in said else None
    if start is None:
        return None if end is None else (end[0], end[0], *end)
    return (*start, *(end or (MAX, MAX)))


def _period(entry: Entry, held: Supply, bounds: Interval | None) -> Interval | None:
    start = _start(entry, bounds)
    if start is None:
        return None
    total = held.days
    if total is None and held.quantity is not None and held.dose and held.per_day:
        total = held.quantity / (held.dose * held.per_day)
    if total is not None:
        lasts = int(total * (1 + held.refills) - 1) * DAY
        return (*start, start[0] + lasts, start[1] + lasts)
    if bounds is not None and bounds[3] < MAX:
        return (*start, *days((bounds[2], bounds[3])))
    return None


def _start(entry: Entry, bounds: Interval | None) -> Point | None:
    if bounds is not None and "bounds_start" in entry.elements:
        return days((bounds[0], bounds[1]))
    if entry.recorded is not None:
        return days(point(entry.recorded))
    valid = entry.elements.get("valid", ("",))[0]
    found = told(valid) if valid else None
    return days(found) if found else None
