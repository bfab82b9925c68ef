"""Quality measures as pages print them: rates with their definitions, and charts with a table under each.

Definitions stand in English, as their sources have them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.quality import (
    COUNTED,
    GAP,
    ROLLING,
    Counting,
    MeasureCounted,
    QualityCount,
    QualityLine,
)
from careloom.measure.quality import MEASURES
from careloom.measure.quality.noun import Measure
from careloom.study.dashboard import charts
from careloom.study.dashboard.told import (
    FEWEST_PEOPLE,
    Group,
    Trend,
    funnel_of,
    groups_of,
    hidden_of,
    signals_at,
    trend_of,
)
from careloom.study.statistics.charts import Chart
from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.funnel import Funnel
from careloom.web.present.pilot_report import DIMENSIONS, Drawn
from careloom.web.present.report import Table
from careloom.web.present.words import moment
from careloom.web.saying import later

POPULATIONS: Mapping[str, str] = {
    GAP: later("care is due"),
    "numerator": later("numerator"),
    COUNTED: later("counted in the rate"),
    "denominator": later("denominator"),
    "denominator-exclusion": later("excluded"),
    "denominator-exception": later("excepted"),
    "initial-population": later("initial population"),
}
BETTER: Mapping[str, str] = {
    "increase": later("higher is better"),
    "decrease": later("lower is better"),
}
DEFINED: tuple[tuple[str, str], ...] = (
    (later("Initial population"), "initial_population"),
    (later("Denominator"), "denominator"),
    (later("Exclusions"), "denominator_exclusion"),
    (later("Exceptions"), "denominator_exception"),
    (later("Numerator"), "numerator"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A rate of a measure: `share` with `hits` of `number`, who is left out, how many are due; `said` stands instead where there is no rate."""

    measure: Measure
    key: str
    title: str
    share: str
    hits: int
    number: int
    excluded: int
    excepted: int
    due: int
    better: str
    edition: str
    said: str = ""
    lack: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart with its table: the name in its address, what it is, the picture ("" for none), and sentences about it."""

    name: str
    title: str
    svg: str
    alt: str
    table: Table
    said: tuple[str, ...]


def period_words(period: str, now: datetime) -> str:
    """A period in words."""
    if period == ROLLING:
        return gettext("the last twelve months")
    return gettext("{year} so far").format(year=period) if period == str(now.year) else period


def row_of(measure: Measure, counted: MeasureCounted, line: QualityLine | None) -> Row:
    """A line of the overview."""
    better = str(BETTER[measure.improvement])
    if line is None:
        said = gettext("not counted: value sets are missing")
        return Row(measure, "", "", "", 0, 0, 0, 0, 0, better, counted.edition, said, counted.missing)
    met, counts = line.met, line.counts
    due = met.hits if measure.improvement == "decrease" else met.number - met.hits
    said = "" if met.number else gettext("nobody is counted: there is no rate")
    title = line.title or (gettext("all groups together") if line.key == "all" else "")
    return Row(
        measure,
        line.key,
        title,
        percent(met.hits / met.number) if met.number else "",
        met.hits,
        met.number,
        counts.get("denominator-exclusion", 0),
        counts.get("denominator-exception", 0),
        due,
        better,
        counted.edition,
        said,
        (),
        counted.without,
        counts.get("denominator", 0),
    )


def rows_of(count: QualityCount, period: str) -> list[Row]:
    """The overview of a period; every measure stands in it, counted or not."""
    found = []
    for measure in MEASURES:
        counted = count.of(measure.name, period)
        if counted is None:
            continue
        found += [row_of(measure, counted, line) for line in counted.lines or (None,)]
    return found


def as_table(count: QualityCount, rows: Sequence[Row], period: str) -> list[tuple[str, ...]]:
    """The same for a spreadsheet."""
    head = (
        "measure",
        "title",
        "group",
        "period",
        "edition",
        "better",
        "rate",
        "numerator",
        "denominator_left",
    )
    body = [
        (
            *(row.measure.name, row.measure.title, row.title, period, row.edition, row.measure.improvement),
            *(
                row.share.replace("\u00a0", " "),
                "" if row.said else str(row.hits),
                "" if row.said else str(row.number),
            ),
            *(str(row.excluded), str(row.excepted), f"{count.at:%Y-%m-%d %H:%M}"),
            *(row.said, "; ".join(row.lack or row.without)),
        )
        for row in rows
    ]
    return [(*head, "exclusions", "exceptions", "counted", "note", "value_sets"), *body]


def missing(count: QualityCount, period: str) -> list[str]:
    """Each value set that keeps a measure from being counted, once, with its measures."""
    by_set: dict[str, list[str]] = {}
    for one in count.measures:
        if one.period == period:
            for name in one.missing:
                by_set.setdefault(name, []).append(one.name)
    return [f"{name}: {', '.join(measures)}" for name, measures in sorted(by_set.items())]


def counting_words(counting: Counting, now: datetime) -> str:
    """How far a count is."""
    return gettext("A worker counts: {done} of {total} records read, begun {when}.").format(
        done=counting.done, total=counting.total, when=moment(counting.begun, now)
    )


def percent(share: float) -> str:
    """A share with one digit."""
    return f"{100 * share:.1f}\u00a0%"


# ── charts ──────────────────────────────────────────────────────────────────────────────────────


def shown(
    measure: Measure, line: QualityLine, trend: Sequence[QualityCount], names: Mapping[str, str]
) -> tuple[Shown, ...]:
    """The trend, the funnel of leads, and the shares by group of a line."""
    return (over_time(measure, line, trend), _leads(line, names), *_groups(line))


def _words() -> charts.Words:
    return charts.Words(gettext("Rate"), gettext("Count of month"), gettext("Number"))


def over_time(measure: Measure, line: QualityLine, trend: Sequence[QualityCount]) -> Shown:
    """The trend of a line over kept counts."""
    periods = [
        (f"{one.at:%Y-%m}", found.met)
        for one in trend
        if (counted := one.of(measure.name, ROLLING)) and (found := counted.line(line.key))
    ]
    told = trend_of(periods)
    head = (
        gettext("Count of month"),
        gettext("Rate"),
        gettext("Number"),
        gettext("Limits"),
        gettext("Signal"),
    )
    said = [_chart_words(told)]
    if isinstance(told.chart, Chart):
        said.append(
            gettext(
                "Each count looks back twelve months, so that neighbours share most of their cases: a run or a trend is a reason to look, no proof."
            )
        )
    return Shown(
        "trend",
        gettext("Over time"),
        charts.trend(told, _words()),
        gettext(
            "The rate of each count with its centre line and control limits; a diamond completes a signal."
        ),
        Table(head, [_point(told, place) for place in range(len(periods))]),
        tuple(said),
    )


def _chart_words(told: Trend) -> str:
    if isinstance(told.chart, NotSaid):
        so_far = gettext("Counts so far, one a month: {number}; a control chart takes ten.").format(
            number=sum(one.number > 0 for one in told.counts)
        )
        return so_far if told.chart.why == "too_few" else f"{so_far} {told.chart.words}"
    number = len(told.chart.signals)
    return (
        ngettext("{number} signal.", "{number} signals.", number).format(number=number)
        if number
        else gettext("No signal: the rate varies as by chance.")
    )


def _point(told: Trend, place: int) -> tuple[str, ...]:
    count, chart = told.counts[place], told.chart
    share = percent(count.hits / count.number) if count.number else gettext("nobody")
    limits, signal = "", ""
    if isinstance(chart, Chart):
        low, high = chart.low[place], chart.high[place]
        limits = f"{percent(low)} – {percent(high)}" if low is not None and high is not None else ""
        signal = "; ".join(signals_at(chart, place))
    return told.periods[place], share, f"{count.hits} / {count.number}", limits, signal


def _leads(line: QualityLine, names: Mapping[str, str]) -> Shown:
    found, hidden = funnel_of(line.leads), hidden_of(line.leads, whole=True)
    named = {lead: names.get(lead, "") or gettext("no care team") for lead in line.leads}
    head = (gettext("Lead of the care team"), gettext("Rate"), gettext("Number"), gettext("Against chance"))
    rows = [
        _lead(named[lead], lead in hidden, line, lead, found)
        for lead in sorted(line.leads, key=lambda one: named[one])
    ]
    if isinstance(found, Funnel):
        said = gettext(
            "Between the broken lines 95 of 100 lie by chance alone, between the whole ones 998 of 1000; the spread is {spread} times what chance gives. Nothing is adjusted for how ill people are: who lies outside is looked at, not judged."
        ).format(spread=f"{found.spread:.1f}")
    else:
        said = found.words
    few = gettext("Leads of fewer than {few} people, and what would give them away, are not told.").format(
        few=FEWEST_PEOPLE
    )
    return Shown(
        "leads",
        gettext("By lead of the care team"),
        charts.leads(found, named, _words()) if isinstance(found, Funnel) else "",
        gettext("Each lead's rate by the number of people, between what chance alone gives."),
        Table(head, rows),
        (said, few),
    )


def _lead(name: str, hidden: bool, line: QualityLine, lead: str, found: Funnel | NotSaid) -> tuple[str, ...]:
    if hidden:
        return name, gettext("few"), "", ""
    met = line.leads[lead]
    place = found.places.get(lead) if isinstance(found, Funnel) else None
    words = {
        0: gettext("as by chance"),
        1: gettext("outside 95 of 100"),
        2: gettext("outside 998 of 1000"),
    }
    return (
        name,
        percent(met.hits / met.number),
        f"{met.hits} / {met.number}",
        words[place.outside] if place else "",
    )


def _groups(line: QualityLine) -> tuple[Shown, ...]:
    told = {name: groups_of(line.groups[name]) for name in DIMENSIONS if line.groups.get(name)}
    if not told:
        return ()
    every = [(f"{DIMENSIONS[name]}: {one.name}", one) for name, groups in told.items() for one in groups]
    rows: list[tuple[str, ...]] = []
    for name, groups in told.items():
        rows.append((str(DIMENSIONS[name]),))
        rows += [_group(one) for one in groups]
    head = (gettext("Group"), gettext("Rate (95 %)"), gettext("Number"))
    said = gettext(
        "Groups of fewer than {few} people, or met by so few or not, are not told, nor what would give them away. Groups aren't tested against each other."
    ).format(few=FEWEST_PEOPLE)
    return (
        Shown(
            "groups",
            gettext("For whom"),
            charts.shares(every, _words()),
            gettext("The rate of each group with its interval."),
            Table(head, rows),
            (said,),
        ),
    )


def _group(one: Group) -> tuple[str, ...]:
    if one.met is None or one.share is None:
        return one.name, gettext("few"), ""
    low, high = percent(one.share.low), percent(one.share.high)
    return one.name, f"{percent(one.share.value)} ({low} – {high})", f"{one.met.hits} / {one.met.number}"


def drawn(found: Sequence[Shown]) -> tuple[Drawn, ...]:
    """The pictures of it."""
    return tuple(Drawn(one.name, one.title, one.svg, one.alt) for one in found if one.svg)
