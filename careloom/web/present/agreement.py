"""How far readers agree, as a page tells it: a table, a drawing of it, and the same as rows for a spreadsheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, ngettext

from careloom.care.agreed import LINES, WHOLE, Over
from careloom.errors import InputError
from careloom.measure.agreement import FEWEST
from careloom.pipeline.agreeing import SAID, Agreed, Row
from careloom.web.present.kinds import named
from careloom.web.present.second import SAID as WORDS
from careloom.web.present.words import count
from careloom.web.saying import later

# The drawing: so wide are labels and scale, so high each row; the scale begins here at the latest.
LABEL, SCALE, ROW, TOP, MARGIN = 150, 270, 28, 22, 12
BEGINS = -0.2
SPANS = ((30, later("30 days")), (90, later("90 days")), (365, later("A year")))
OF = {WHOLE: later("Whole documents"), LINES: later("Lines")}
TITLES = {"all": later("All"), "kind": later("Kind"), "tier": later("Tier"), "readers": later("Readers")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table; `said` tells how often each reader said what. Where the pairs are too few the numbers are ""."""

    what: str
    number: int
    observed: str
    kappa: str
    interval: str
    ac1: str
    said: str
    few: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Whole documents, or lines."""

    title: str
    rows: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Whisker:
    """A row of the drawing: label, and where kappa, its interval and AC1 stand (None where there is none)."""

    label: str
    y: int
    kappa: float | None
    low: float | None
    high: float | None
    ac1: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing, with the same in words; `ticks` are places and words of the scale."""

    width: int
    height: int
    whiskers: tuple[Whisker, ...]
    ticks: tuple[tuple[float, str], ...]
    words: str
    label: int = LABEL


@dataclass(frozen=True, slots=True)
class Page:
    """The page: from when to when, of whom, in one sentence, with the parts and the drawing."""

    first: str
    last: str
    words: str
    own: bool
    parts: tuple[Part, ...]
    drawing: Drawing | None
    spans: tuple[tuple[str, str], ...]
    query: str
    fewest: int = FEWEST


def over_of(asked: Mapping[str, str], today: date) -> Over:
    """From which day to which an address asks; the last 90 days where it says nothing. Raises InputError for what is no day."""
    try:
        last = date.fromisoformat(asked["to"]) if asked.get("to") else today
        first = date.fromisoformat(asked["from"]) if asked.get("from") else last - timedelta(days=89)
    except (ValueError, OverflowError):
        raise InputError(gettext("a day looks like 2026-11-23")) from None
    return Over(first, last)


def page_of(found: Agreed, today: date) -> Page:
    """The page of an answer."""
    parts = tuple(
        Part(title, tuple(_shown(row) for row in found.rows if row.group.of == of))
        for of, title in OF.items()
    )
    own = bool(found.over.user)
    whose = gettext(" of yours, as first or as second reader,") if own else ""
    words = ngettext(
        "{many}{whose} was read a second time and compared.",
        "{many}{whose} were read a second time and compared.",
        found.documents,
    ).format(many=count(found.documents, "document"), whose=whose)
    spans = tuple(
        (
            text,
            f"from={today - timedelta(days=days - 1)}&to={today}",
        )
        for days, text in SPANS
    )
    query = f"from={found.over.first}&to={found.over.last}"
    return Page(
        found.over.first.isoformat(), found.over.last.isoformat(), words, own,
        tuple(part for part in parts if part.rows), _drawing(found), spans, query,
    )  # fmt: skip


def _called(row: Row) -> str:
    group = row.group
    if group.by == "kind":
        return named(group.which[0]).title
    if group.by == "tier":
        return {
            "nurse": gettext("A nurse's"),
            "physician": gettext("A physician's"),
            "auto": gettext("Automatic"),
        }.get(group.which[0], group.which[0])
    if group.by == "readers":
        return gettext("Pair {number}").format(number=int(group.which[0]))
    return gettext("All")


def _shown(row: Row) -> Shown:
    found, what = row.agreement, _called(row)
    if found is None:
        return Shown(what, row.number, "", "", "", "", "", True)
    said = "; ".join(
        gettext("{said} {first} / {second} (both {both})").format(
            said=WORDS[word],
            first=found.first.get(word, 0),
            second=found.second.get(word, 0),
            both=found.same.get(word, 0),
        )
        for word in SAID[row.group.of]
        if found.first.get(word) or found.second.get(word)
    )
    interval = (
        gettext("{low} to {high}").format(low=f"{found.low:.2f}", high=f"{found.high:.2f}")
        if found.low is not None and found.high is not None
        else gettext("one of the two only ever said one thing")
    )
    return Shown(
        what,
        row.number,
        f"{100 * found.observed:.0f} %",
        f"{found.kappa:.2f}" if found.kappa is not None else gettext("not defined"),
        interval,
        f"{found.ac1:.2f}",
        said,
        False,
    )


def _drawing(found: Agreed) -> Drawing | None:
    """Kappa with its interval, and AC1, of all lines, each kind and tier, and each month; None where nothing can be drawn."""
    rows = [(_called(row), row) for row in found.rows if row.group.of == LINES and row.group.by != "readers"]
    rows += [(month, row) for month, row in found.months] if len(found.months) > 1 else []
    known = [(label, row.agreement) for label, row in rows if row.agreement is not None]
    if not known:
        return None
    lows = [one.low for _, one in known if one.low is not None]
    begins = min([BEGINS, *lows, *(one.ac1 for _, one in known)])

    def at(value: float) -> float:
        return round(LABEL + MARGIN + (value - begins) / (1 - begins) * SCALE, 1)

    whiskers = tuple(
        Whisker(
            label,
            TOP + place * ROW + ROW // 2,
            at(one.kappa) if one.kappa is not None else None,
            at(one.low) if one.low is not None else None,
            at(one.high) if one.high is not None else None,
            at(one.ac1),
        )
        for place, (label, one) in enumerate(known)
    )
    told = "; ".join(
        gettext("{label}: kappa {defined}, AC1 {ac1}, {number} lines").format(
            label=label,
            defined=f"{one.kappa:.2f}" if one.kappa is not None else gettext("not defined"),
            ac1=f"{one.ac1:.2f}",
            number=one.number,
        )
        for label, one in known
    )
    ticks = tuple((at(value), f"{value:g}") for value in (0.0, 0.25, 0.5, 0.75, 1.0))
    width, height = LABEL + SCALE + 2 * MARGIN, TOP + len(known) * ROW + MARGIN
    return Drawing(width, height, whiskers, ticks, gettext("Agreement over lines. {told}.").format(told=told))


HEAD = (
    "of", "by", "which", "pairs", "observed agreement", "kappa (Cohen 1960)", "95 % from", "95 % to", "AC1 (Gwet 2008)",
)  # fmt: skip


def table(found: Agreed) -> Iterator[tuple[str, ...]]:
    """The same for a spreadsheet; numbers of too few pairs stay empty, and so do their counts."""
    said = [(of, word) for of, words in SAID.items() for word in words]
    yield (*HEAD, *(f"{who} {of} {word}" for of, word in said for who in ("first", "second", "both")))
    for row in found.rows:
        one, group = row.agreement, row.group
        start = (
            OF[group.of],
            TITLES[group.by],
            _called(row),
            str(row.number) if one else gettext("fewer than {more}").format(more=FEWEST),
        )
        if one is None:
            yield (*start, *[""] * (len(HEAD) - len(start) + 3 * len(said)))
            continue
        numbers = (one.observed, one.kappa, one.low, one.high, one.ac1)
        counts = [
            str(side.get(word, 0)) if of == group.of else ""
            for of, word in said
            for side in (one.first, one.second, one.same)
        ]
        # A spreadsheet would take a minus at the front for a formula; the sheet makes such a cell text.
        yield (*start, *(f"{number:.4f}" if number is not None else "" for number in numbers), *counts)
