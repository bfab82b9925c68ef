"""What moved, in the reader's language: each signal with its picture and table, and by cause every series with a small line and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.watched import Cause, DayCount
from careloom.monitor import Moved, Signal, Watched
from careloom.monitor.series import SCALES, about_of, kind_of
from careloom.monitor.signals import Shift
from careloom.monitor.told import from_to, percent
from careloom.study.drawing import as_svg, over
from careloom.web.saying import later

# As `monitor.told.WHAT` has them, for the catalogue.
WHAT: Mapping[str, str] = {
    "shown": later("messages of {one} that show {other}"),
    "whole": later("messages of {one} with {other} that have its {third}"),
    "units": later("units of {other} in messages of {one}"),
    "delay": later("hours from what happened to the message of {one}"),
    "messages": later("messages of {one} a day"),
    "age": later("ages of those of whom something came"),
    "sex": later("sex of those of whom something came"),
    "language": later("languages of those of whom something came"),
    "payer": later("payers of those of whom something came"),
    "conditions": later("conditions of those of whom something came"),
    "fired": later("drafts in which the rule {one} finds something"),
    "overridden": later("findings of the rule {one} that are signed over"),
    "edited": later("documents ({one}) that are changed before they are signed"),
    "sent_back": later("documents ({one}) that are sent back or rejected"),
    "reasons": later("reasons why documents are sent back"),
    "measure": later("measure {one}"),
    "fallbacks": later("lines of the model that fail verification and are replaced by the template"),
    "trouble": later("drafts in which something of the model went wrong"),
    "seconds": later("seconds that an answer of the model takes"),
    "tokens": later("tokens of the model's answers"),
    "findings": later("findings for each draft"),
    "read": later("findings that each reviewer opens a day"),
    "overdue": later("waiting documents that are over due"),
    "waiting": later("hours that documents have waited"),
    "version": later("version that {one} names"),
    "knowledge": later("version of our knowledge: {one}"),
    "model": later("the model"),
}
CAUSES: Mapping[Cause, tuple[str, str]] = {
    Cause.DATA: (later("Data"), later("what sources send: fields, codes, units, delay, messages")),
    Cause.POPULATION: (later("Population"), later("whom something comes about")),
    Cause.PRACTICE: (
        later("Practice"),
        later("what rules find, what people sign over, change and send back, and measures"),
    ),
    Cause.MODEL: (later("Model"), later("what the model's answers come to")),
    Cause.LOAD: (later("Load"), later("how much is asked of people, and what waits")),
}
FIRST: Mapping[Cause, str] = {
    Cause.DATA: later(
        "Ask whoever runs the source what changed that day; the page Data shows which field lacks where."
    ),
    Cause.POPULATION: later(
        "Ask who came newly (a clinic, a payer, a programme); look whether protocols and staffing fit them."
    ),
    Cause.PRACTICE: later(
        "Read some of the changed drafts with who signed them; look at the rule or protocol that changed then."
    ),
    Cause.MODEL: later("Look at the model's version and its endpoint; drafts stand on templates meanwhile."),
    Cause.LOAD: later("Look at who is away and at the rules that find most; assign what is over due."),
}
# The words of an alarm, as `monitor.told.SENTENCE` has them.
ALARM = later(
    "{what}: from {before} to {after} since about {since} (between {earliest} and {latest}; {cases} cases since). {first}"
)
LINE, SIGNAL = "#0b6b6b", "#8a5a00"
WIDTH, HEIGHT, MARGIN, WEEKS = 120, 28, 3, 26


@dataclass(frozen=True, slots=True)
class Row:
    """A series in a table: what it counts, its last weeks as points of a small line and in words, and where it stands."""

    what: str
    points: str
    words: str
    now: str
    standing: str
    judged: bool
    moved: str


@dataclass(frozen=True, slots=True)
class Told:
    """A signal: its cause, its sentence, its picture, what moved with it, what changed its name about then, and what to look at first."""

    cause: str
    raised: date
    sentence: str
    within: str
    picture: str
    alt: str
    moved: tuple[tuple[str, str, str, str], ...]
    marks: tuple[str, ...]
    first: str


@dataclass(frozen=True, slots=True)
class Group:
    """A cause with its series."""

    title: str
    said: str
    rows: tuple[Row, ...]
    judged: int
    ready: date | None


def what_of(series: str) -> str:
    """What a series counts, in words."""
    kind, about = series.partition("|")[0], (*about_of(series), "", "", "")
    words = str(WHAT.get(kind, kind))
    return words.format(one=about[0], other=about[1].replace("_", " "), third=about[2])


def told(one: Signal) -> Told:
    """A signal in words."""
    leads = one.leads
    before, after = from_to(leads)
    sentence = gettext(
        "{what}: from {before} to {after} since about {since} (between {earliest} and {latest}; {cases} cases since)."
    ).format(
        what=what_of(leads.series),
        before=before,
        after=after,
        since=one.since,
        earliest=one.earliest,
        latest=one.latest,
        cases=f"{leads.shift.cases:,.0f}",
    )
    within = {
        True: gettext("It moved among drafts that are alike in data and illness, too."),
        False: gettext(
            "Among drafts that are alike in data and illness it did not move: what drafts are about did."
        ),
        None: "",
    }[one.within]
    return Told(
        cause=str(CAUSES[one.cause][0]),
        raised=one.raised,
        sentence=sentence[:1].upper() + sentence[1:],
        within=within,
        picture=urlencode({"series": leads.series, "since": one.since.isoformat()}),
        alt=gettext("{what}, by week; {since} is marked.").format(
            what=what_of(leads.series), since=one.since
        ),
        moved=tuple(_moved(each) for each in one.moved),
        marks=tuple(
            gettext("{day}: {what} became {name}").format(day=m.day, what=what_of(m.series), name=m.name)
            for m in one.marks
        ),
        first=str(FIRST[one.cause]),
    )


def _moved(one: Moved) -> tuple[str, str, str, str]:
    before, after = from_to(one)
    why = gettext("too much for chance by itself") if one.alarm else gettext("moved at the same time")
    return what_of(one.series), before, after, why


def groups(watched: Watched, days: Mapping[str, Sequence[DayCount]]) -> tuple[Group, ...]:
    """Each cause with its series, those that moved first."""
    found = []
    for cause, (title, said) in CAUSES.items():
        names = [name for name in watched.rows if (kind := kind_of(name)) is not None and kind.cause is cause]
        rows = sorted(
            (_row(name, watched, days.get(name, ())) for name in names),
            key=lambda one: (not one.moved, not one.judged, one.what),
        )
        ready = [when for name in names if (when := watched.rows[name].standing.ready)]
        judged = sum(one.judged for one in rows)
        found.append(Group(str(title), str(said), tuple(rows), judged, min(ready, default=None)))
    return tuple(found)


def _row(name: str, watched: Watched, days: Sequence[DayCount]) -> Row:
    row = watched.rows[name]
    weeks = by_week(name, days)[-WEEKS:]
    standing = row.standing
    if standing.judged:
        said = gettext("judged")
    elif standing.ready:
        said = gettext("not enough yet: {cases} of {fewest} cases, from {day} on").format(
            cases=f"{standing.cases:,.0f}", fewest=standing.fewest, day=standing.ready
        )
    else:
        said = gettext("not enough yet: {cases} of {fewest} cases").format(
            cases=f"{standing.cases:,.0f}", fewest=standing.fewest
        )
    last: Shift | None = row.shifts[-1] if row.shifts else None
    return Row(
        what=what_of(name),
        points=_points([value for _, value in weeks]),
        words=_words(name, weeks),
        now=_said(name, weeks[-1][1]) if weeks else "",
        standing=said,
        judged=standing.judged,
        moved=gettext("moved about {day}").format(day=last.since) if last else "",
    )


def by_week(series: str, days: Sequence[DayCount]) -> list[tuple[date, float]]:
    """Each week's share or rate; of a scale the share above its middle steps, of a mix that of its most frequent category."""
    kind = kind_of(series)
    held: dict[date, list[float]] = {}
    chosen = _chosen(series, days)
    for one in days:
        week = held.setdefault(one.day - timedelta(one.day.weekday()), [0.0, 0.0])
        if kind is not None and kind.shape in ("mix", "spread"):
            week[0] += sum(one.bins.values())
            week[1] += sum(number for name, number in one.bins.items() if name in chosen)
        else:
            week[0] += one.number
            week[1] += one.hits
    return [(day, hits / number) for day, (number, hits) in sorted(held.items()) if number]


def _chosen(series: str, days: Sequence[DayCount]) -> frozenset[str]:
    total: dict[str, int] = {}
    for one in days:
        for name, number in one.bins.items():
            total[name] = total.get(name, 0) + number
    order = SCALES.get(series.partition("|")[0])
    if order is None or not total:
        return frozenset([max(total, key=lambda name: (total[name], name))] if total else [])
    whole, reached = sum(total.values()), 0
    for place, name in enumerate(order):
        reached += total.get(name, 0)
        if 2 * reached >= whole:
            return frozenset(order[place + 1 :]) or frozenset(order[-1:])
    return frozenset(order[-1:])


def _points(values: Sequence[float]) -> str:
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    return " ".join(
        f"{MARGIN + step * n:.1f},{HEIGHT - MARGIN - (one - low) / span * (HEIGHT - 2 * MARGIN):.1f}"
        for n, one in enumerate(values)
    )


def _words(series: str, weeks: Sequence[tuple[date, float]]) -> str:
    if len(weeks) < 2:
        return ""
    values = [value for _, value in weeks]
    return gettext("{weeks} weeks, between {low} and {high}").format(
        weeks=len(weeks), low=_said(series, min(values)), high=_said(series, max(values))
    )


def _said(series: str, value: float) -> str:
    kind = kind_of(series)
    return f"{value:.3g}" if kind is not None and kind.shape == "rate" else percent(value)


def table(series: str, days: Sequence[DayCount]) -> list[tuple[str, ...]]:
    """A series by week, for a spreadsheet."""
    rows = [(day.isoformat(), f"{value:.5g}") for day, value in by_week(series, days)]
    return [(gettext("Week from"), what_of(series)), *rows]


def picture(series: str, days: Sequence[DayCount], since: date | None) -> str:
    """A series by week as SVG, with the day about which it moved; "" without two weeks."""
    weeks = by_week(series, days)
    if len(weeks) < 2:
        return ""
    import altair as alt

    kind = kind_of(series)
    share = kind is None or kind.shape != "rate"
    rows: list[dict[str, Any]] = [{"week": day.isoformat(), "value": value} for day, value in weeks]
    axis = alt.Axis(format=".0%") if share else alt.Axis()
    x = alt.X("week:T", title=gettext("Week"))
    y = alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=False))
    line = over(rows).mark_line(color=LINE, point=alt.OverlayMarkDef(color=LINE, size=18)).encode(x=x, y=y)
    layers = [line]
    if since is not None:
        mark: list[dict[str, Any]] = [{"week": since.isoformat(), "word": since.isoformat()}]
        layers.append(over(mark).mark_rule(color=SIGNAL, strokeDash=[4, 3]).encode(x="week:T"))
        layers.append(
            over(mark)
            .mark_text(color=SIGNAL, align="left", dx=4, dy=8)
            .encode(x="week:T", y=alt.value(0), text="word:N")
        )
    return as_svg(alt.layer(*layers).properties(width=520, height=140))
