"""The last year as a strip: stays as bars, emergency visits and other visits as strokes; fills as bars. Each has words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.visit import ended, setting, took_place
from careloom.web.present.patient.said import moment_of
from careloom.web.present.words import brief, count, day, source_name
from careloom.web.saying import both

WIDTH, DAYS = 720, 365
# A bar that is narrower can't be seen.
LEAST = 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the strip in its coordinates: `kind` is stay, emergency, visit or fill; `words` say what it is."""

    kind: str
    x: float
    width: float
    words: str
    entry: str


@dataclass(frozen=True, slots=True)
class Month:
    """Where a month begins, and its name."""

    x: float
    name: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A drawing WIDTH wide of the year up to a day; `words` say the same without the picture."""

    bars: tuple[Bar, ...]
    months: tuple[Month, ...]
    words: str
    told: tuple[Bar, ...]
    width: int = WIDTH


def year(record: PatientRecord) -> Strip:
    """The visits of the year up to the record's date."""
    found = []
    for entry in record.entries:
        if not took_place(entry) or entry.effective.start is None:
            continue
        kind = setting(entry)
        start = entry.effective.start.day
        last = entry.effective.end.day if entry.effective.end else start
        if kind == "stay" and not ended(entry):
            last = record.as_of
        if (bar := _bar(kind, start, last, record.as_of, _visit(entry, kind), entry.id)) is not None:
            found.append((start, bar))
    found.sort(key=lambda one: one[0], reverse=True)
    bars = tuple(bar for _, bar in found)
    numbers = [
        count(sum(bar.kind == kind for bar in bars), one, many)
        for kind, (one, many) in (
            ("stay", both("stay in hospital", "stays in hospital")),
            ("emergency", both("emergency visit", "emergency visits")),
            ("visit", both("other visit", "other visits")),
        )
    ]
    told = tuple(bar for bar in bars if bar.kind != "visit")
    words = gettext("In the year to {as_of}: {list}.").format(as_of=record.as_of, list=", ".join(numbers))
    return Strip(bars, _months(record.as_of), words, told)


def fills(entries: Sequence[Entry], record: PatientRecord) -> Strip | None:
    """The fills of a drug in the same year, each as long as its days' supply; None where no fill is in it."""
    found = []
    for entry in sorted(entries, key=moment_of):
        if entry.kind != "MedicationDispense" or entry.happened is None:
            continue
        supply = entry.detail.get("days_supply", "")
        length = int(supply) if supply.isdigit() else 0
        start = entry.happened.day
        words = f"{day(entry.happened)[:10]}, {count(length, 'day') if length else 'days not stated'}"
        end = start + timedelta(days=max(min(length, DAYS) - 1, 0))
        if (bar := _bar("fill", start, end, record.as_of, words, entry.id)) is not None:
            found.append(bar)
    if not found:
        return None
    words = (
        gettext("Fills seen in the year to {as_of}: ").format(as_of=record.as_of)
        + "; ".join(bar.words for bar in found)
        + "."
    )
    return Strip(tuple(found), (), words, ())


def _visit(entry: Entry, kind: str) -> str:
    what = {"stay": gettext("stay in hospital"), "emergency": gettext("emergency visit")}.get(
        kind, gettext("visit")
    )
    start, end = entry.effective.start, entry.effective.end
    days = day(start)[:10]
    if kind == "stay":
        days += (
            gettext(" to {day}").format(day=day(end)[:10])
            if end
            else gettext(", its end is not stated")
            if ended(entry)
            else gettext(", not ended")
        )
    why = entry.detail.get("reason", "")
    return ", ".join(filter(None, (what, days, why, source_name(entry.source.system))))


def _bar(kind: str, start: date, last: date, until: date, words: str, entry: str) -> Bar | None:
    """A bar from one day to another; None where it is not in the year."""
    first = until - timedelta(days=DAYS)
    if last < first or start > until:
        return None
    left = _x(max(start, first), first)
    right = _x(min(last, until) + timedelta(days=1), first)
    width = max(round(right - left, 1), LEAST)
    return Bar(kind, min(left, WIDTH - width), width, words, entry)


def _x(at: date, first: date) -> float:
    return round((at - first).days * WIDTH / (DAYS + 1), 1)


def _months(until: date) -> tuple[Month, ...]:
    first = until - timedelta(days=DAYS)
    days: Iterable[date] = (first + timedelta(days=number) for number in range(DAYS - 20))
    return tuple(Month(_x(at, first), brief(at).partition(" ")[2]) for at in days if at.day == 1)
