"""What moved, in the reader's language: each signal with its picture and table, and by cause every series with a small line and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.alarm import Alarm
from careloom.care.watched import Cause, DayCount
from careloom.monitor import Moved, Signal, Watched
from careloom.monitor.series import SCALES, about_of, kind_of
from careloom.monitor.signals import Mark, Shift
from careloom.monitor.told import from_to, is_name, percent
from careloom.study.drawing import INK, as_svg, over
from careloom.web.saying import later

# As `monitor.told.WHAT` has them, for the catalogue.
WHAT: Mapping[str, str] = {
    "shown": later("messages of {one} that show {other}"),
    "whole": later("messages of {one} with {other} that have its {third}"),
    "coding": later("coding systems of {other} in messages of {one}"),
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
    "unverified": later("answers of the model that fail verification"),
    "refused": later("answers in which the model refuses"),
    "fallbacks": later("lines that the model was to write and that are the template's"),
    "trouble": later("drafts in which something of the model went wrong"),
    "seconds": later("seconds that an answer of the model takes"),
    "tokens": later("tokens of the model's answers"),
    "findings": later("findings for each draft"),
    "burden": later("findings that each reviewer has before her a day"),
    "read": later("findings that each reviewer opens a day"),
    "overdue": later("waiting documents that are over due"),
    "waiting": later("hours that documents have waited"),
    "decided": later("hours from a draft to what somebody decides"),
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
    Cause.LOAD: (later("Load"), later("how much is asked of each reviewer")),
    Cause.QUEUE: (later("Queue"), later("what waits, and for how long")),
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
    Cause.LOAD: later("Look at who is away and at the rules that find most."),
    Cause.QUEUE: later("Assign what is over due; look at who is away and at what comes more than before."),
}
# The words of an alarm, as `monitor.told.SENTENCE` has them.
ALARM = later(
    "{what}: from {before} to {after} since about {since} (between {earliest} and {latest}; {cases} cases since). {first}"
)
ALARM_OF_A_NAME = later(
    "{what}: {after} since {since}, before {before}. Nothing that is counted moved with it so far. {first}"
)
LINE, SIGNAL = "#0b6b6b", "#8a5a00"
WIDTH, HEIGHT, MARGIN, WEEKS, HIGH = 120, 28, 3, 26, 170


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
    owner: str
    alarm: str
    stands: str


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


def told(one: Signal, owner: str, alarm: Alarm | None) -> Told:
    """A signal in words; `owner` is who answers for its kind of alarm, `alarm` the newest that was raised of it."""
    leads = one.leads
    before, after = from_to(leads)
    words = (
        gettext(
            "{what}: {after} since {since}, before {before}. Nothing that is counted moved with it so far."
        )
        if is_name(one)
        else gettext(
            "{what}: from {before} to {after} since about {since} (between {earliest} and {latest}; {cases} cases since)."
        )
    )
    sentence = words.format(
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
        picture="" if is_name(one) else urlencode({"series": leads.series, "since": one.since.isoformat()}),
        alt=gettext(
            "{what}, by week: {before} before {since}, the day about which it moved (dashed), {after} after it."
        ).format(what=what_of(leads.series), since=one.since, before=before, after=after),
        moved=tuple(_moved(each) for each in one.moved),
        marks=tuple(mark(each) for each in one.marks),
        first=str(FIRST[one.cause]),
        owner=owner,
        alarm=alarm.id if alarm else "",
        stands=_stands(alarm),
    )


def mark(one: Mark) -> str:
    """A change of name, or names side by side, in words."""
    return gettext("{day}: {what} became {name}").format(day=one.day, what=what_of(one.series), name=one.name)


def side_by_side(one: Mark) -> str:
    """Names that one series tells on the same days, in words."""
    return gettext("{what}: {names}, since {day}").format(
        what=what_of(one.series), names=one.name, day=one.day
    )


def _stands(alarm: Alarm | None) -> str:
    if alarm is None:
        return gettext("It was found long after it began, and alarmed nobody.")
    if alarm.ended:
        return gettext("Its alarm has ended, with a note.")
    if alarm.acknowledged:
        return gettext("Its alarm is acknowledged and stands.")
    return gettext("Nobody has acknowledged its alarm yet.")


def _moved(one: Moved) -> tuple[str, str, str, str]:
    before, after = from_to(one)
    kind = kind_of(one.series)
    if kind is not None and kind.shape == "mark":
        why = gettext("another name is told")
    else:
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
    elif standing.ready and standing.cases >= standing.fewest:
        said = gettext("not enough days yet, from {day} on")
    elif standing.ready:
        said = gettext("not enough yet: {cases} of {fewest} cases, from {day} on")
    else:
        said = gettext("not enough yet: {cases} of {fewest} cases")
    last: Shift | None = row.shifts[-1] if row.shifts else None
    return Row(
        what=what_of(name),
        points=_points([value for _, value in weeks]),
        words=_words(name, weeks),
        now=f"{_said(name, weeks[-1][1])} {_of_what(name, days)}".strip() if weeks else "",
        standing=said.format(cases=f"{standing.cases:,.0f}", fewest=standing.fewest, day=standing.ready),
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


def _of_what(series: str, days: Sequence[DayCount]) -> str:
    """Of which categories of a mix, or steps of a scale, the line is."""
    kind, chosen = kind_of(series), _chosen(series, days)
    if kind is None or kind.shape not in ("mix", "spread") or not chosen:
        return ""
    order = SCALES.get(series.partition("|")[0])
    if order is None:
        return next(iter(chosen))
    first = order.index(min(chosen, key=order.index))
    if series == "age":
        return ", ".join(one for one in order if one in chosen)
    return gettext("more than {step}").format(step=order[first - 1]) if first else order[-1]


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
    layers = []
    sides = _sides(weeks, since)
    if sides:
        # What it was on average before and after, as two level bands behind the line.
        levels = over(sides).mark_rule(strokeWidth=10, opacity=0.25)
        layers.append(
            levels.encode(
                x="from:T",
                x2="to:T",
                y="level:Q",
                color=alt.Color(
                    "side:N", scale=alt.Scale(domain=["before", "after"], range=[LINE, SIGNAL]), legend=None
                ),
            )
        )
        ends = over(sides).mark_text(align="left", dx=3, dy=-10, fontSize=11, fontWeight="bold", color=INK)
        layers.append(ends.encode(x="from:T", y="level:Q", text="words:N"))
    layers.append(line)
    if since is not None:
        mark: list[dict[str, Any]] = [{"week": since.isoformat(), "word": since.isoformat()}]
        layers.append(over(mark).mark_rule(color=SIGNAL, strokeDash=[4, 3]).encode(x="week:T"))
        rose = len(sides) == 2 and sides[1]["level"] > sides[0]["level"]
        layers.append(
            over(mark)
            .mark_text(color=SIGNAL, align="left", dx=4, dy=8)
            .encode(x="week:T", y=alt.value(HIGH - 18 if rose else 0), text="word:N")
        )
    return as_svg(alt.layer(*layers).resolve_scale(color="independent").properties(width=620, height=HIGH))


def _sides(weeks: Sequence[tuple[date, float]], since: date | None) -> list[dict[str, Any]]:
    """The level before and after a day, of the weeks that lie wholly on one side of it."""
    if since is None:
        return []
    before = [one for one in weeks if one[0] + timedelta(7) <= since]
    after = [one for one in weeks if one[0] >= since] or [
        one for one in weeks if one[0] + timedelta(7) > since
    ]
    if not before or not after:
        return []
    found: list[dict[str, Any]] = []
    for side, word, some in (("before", gettext("before"), before), ("after", gettext("after"), after)):
        level = sum(value for _, value in some) / len(some)
        until = since if side == "before" else some[-1][0] + timedelta(7)
        first = some[0][0] if side == "before" else since
        words = f"{word} {percent(level) if level <= 1 else f'{level:.3g}'}"
        found.append({"from": first.isoformat(), "to": until.isoformat(), "level": level, "side": side, "words": words})  # fmt: skip
    return found
