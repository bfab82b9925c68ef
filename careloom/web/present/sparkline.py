"""A trend as a small line with its reference band: coordinates for SVG, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.care.record import Trend
from careloom.web.present.words import day, unit

WIDTH, HEIGHT, MARGIN = 200, 52, 6


@dataclass(frozen=True, slots=True)
class Dot:
    """One value in the drawing's coordinates, with its words."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A drawing of WIDTH by HEIGHT; `first` and `last` are in `unit`. The band is None where no range was given."""

    label: str
    dots: tuple[Dot, ...]
    points: str
    band_y: float | None
    band_height: float
    band_words: str
    unit: str
    first: str
    first_day: str
    last: str
    last_day: str
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(trend: Trend, entries: Sequence[Entry]) -> Sparkline | None:
    """The trend's values over time; None where fewer than two of them are numbers with a date. `entries` are those of the trend."""
    return drawn(trend.label, f"{trend.label}, {trend.direction}", entries)


def drawn(label: str, words: str, entries: Sequence[Entry]) -> Sparkline | None:
    """The values of entries in one unit over time, called `label`; None where fewer than two of them are numbers with a date.

    The text equivalent begins with `words` and names every value with its unit and date.
    """
    dated = [
        (entry.happened.earliest.timestamp(), number, entry)
        for entry in entries
        if entry.happened is not None and (number := _number(entry.value)) is not None
    ]
    told = sorted(dated, key=lambda one: one[:2])
    if len(told) < 2:
        return None
    values = [number for _, number, _ in told]
    band = _band([entry for _, _, entry in told], values)
    scale = _Scale(told[0][0], told[-1][0], min(values + band.edges), max(values + band.edges))
    dots = tuple(Dot(scale.x(at), scale.y(number), _said(entry)) for at, number, entry in told)
    upper = scale.y(band.high) if band.high is not None else 0.0
    lower = scale.y(band.low) if band.low is not None else float(HEIGHT)
    first, last = told[0][2], told[-1][2]
    return Sparkline(
        label=label,
        dots=dots,
        points=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        band_y=upper if band.edges else None,
        band_height=round(max(lower - upper, 0.0), 1),
        band_words=band.words,
        unit=unit(last.unit).strip(),
        first=f"{first.value}",
        first_day=day(first.happened)[:10],
        last=f"{last.value}",
        last_day=day(last.happened)[:10],
        words=f"{words}: " + "; ".join(dot.words for dot in dots),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: float
    end: float
    bottom: float
    top: float

    def x(self, at: float) -> float:
        share = (at - self.start) / (self.end - self.start) if self.end > self.start else 0.5
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom) if self.top > self.bottom else 0.5
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)


@dataclass(frozen=True, slots=True)
class _Band:
    low: float | None = None
    high: float | None = None
    words: str = ""

    @property
    def edges(self) -> list[float]:
        return [edge for edge in (self.low, self.high) if edge is not None]


def _band(entries: Sequence[Entry], values: Sequence[float]) -> _Band:
    """The newest range that a source gave; without edges where drawing it would flatten the line."""
    spread = max(values) - min(values) or abs(values[0]) or 1.0
    for entry in reversed(entries):
        if entry.range is not None and range_words(entry):
            band = _Band(_number(entry.range.low), _number(entry.range.high), range_words(entry))
            near = all(min(values) - 2 * spread <= edge <= max(values) + 2 * spread for edge in band.edges)
            return band if near else _Band(words=band.words)
    return _Band()


def _said(entry: Entry) -> str:
    return gettext("{value}{unit} on {day}").format(
        value=entry.value, unit=unit(entry.unit), day=day(entry.happened)
    )


def _number(value: str | None) -> float | None:
    try:
        return float(value or "")
    except ValueError:
        return None


def range_words(entry: Entry, said: str | None = None) -> str:
    """The reference range as the source gives it, with the value's unit unless another word is given; "" for none."""
    if entry.range is None:
        return ""
    low, high = entry.range.low, entry.range.high
    said = unit(entry.unit) if said is None else said
    if low is not None and high is not None:
        return gettext("reference {low}–{high}{said}").format(low=low, high=high, said=said)
    if low is not None:
        return gettext("reference at least {low}{said}").format(low=low, said=said)
    if high is not None:
        return gettext("reference at most {high}{said}").format(high=high, said=said)
    return gettext("reference {text}").format(text=entry.range.text) if entry.range.text else ""
