"""The ranking of use cases as a page prints it: a table, a drawing of how far each rank hangs on the weights, and one case on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.errors import InputError
from careloom.pipeline.ranking import Found, UseCase
from careloom.study.statistics.by_days import FEWEST_DAYS
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.time_study.ranking import Case, Ranked, Weights
from careloom.study.time_study.starter import benchmark
from careloom.web.present.report import Part, Table
from careloom.web.present.time_study import GRADES, label
from careloom.web.present.words import count, listed
from careloom.web.saying import later

# The drawing: so wide are labels and scale, so high each row.
LABEL, SCALE, ROW, TOP, MARGIN = 190, 330, 30, 24, 14
MOST_LETTERS = 28
LACKS: Mapping[str, str] = {
    "measured": later("minutes of a study"),
    "volume": later("how often a week"),
    "share": later("the share that software can take over"),
    "effort": later("set-up hours"),
}
WEIGHTS: Mapping[str, str] = {
    "outcome": later("Harm by a delay"),
    "satisfaction": later("Annoyance by a delay"),
    "effort": later("Set-up effort"),
    "weeks": later("Weeks over which the effort is spread"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A ranked activity."""

    activity: str
    rank: int
    label: str
    mean: str
    times: int
    week: str
    sure: str
    saved: str
    score: str
    between: str
    first: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the drawing: from the best to the worst rank, and the rank as weighed."""

    label: str
    y: int
    low: float
    high: float
    at: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing with its scale; `words` say it all."""

    width: int
    height: int
    ticks: tuple[tuple[float, int], ...]
    lines: tuple[Line, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One case on paper: what stands on top, and its parts."""

    title: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...]


def weights_of(asked: Mapping[str, str]) -> Weights:
    """The weights that an address says. Raises InputError for one that is no number."""
    named = {}
    for name in WEIGHTS:
        text = asked.get(name, "").strip().replace(",", ".")
        if not text:
            continue
        if not text.replace(".", "", 1).isdecimal() or len(text) > 8:
            raise InputError(gettext("a weight is a number"), where=name)
        named[name] = float(text)
    return Weights(**named)


def form(weights: Weights) -> tuple[tuple[str, str, str], ...]:
    """Name, words and value of each weight."""
    return tuple((name, str(words), f"{getattr(weights, name):g}") for name, words in WEIGHTS.items())


def rows(found: Found) -> tuple[Row, ...]:
    """What is ranked, the first first."""
    return tuple(_row(one) for one in found.ranking.ranked)


def _row(one: Ranked) -> Row:
    case = one.case
    return Row(
        case.activity.id,
        one.rank,
        label(case.activity),
        f"{case.mean:.1f}",
        case.times,
        f"{case.week:.0f}",
        _sure(case),
        f"{case.saved:.0f}",
        f"{one.score:.0f}",
        _between(one),
        f"{one.first:.0%}",
    )


def _sure(case: Case) -> str:
    """The interval of the minutes a week, or that there are too few days for one."""
    if case.week_between is None:
        days = case.once.have if isinstance(case.once, NotSaid) else 0
        return gettext("{days}: too few for an interval").format(days=count(days, "day", "days"))
    low, high = case.week_between
    return gettext("{low}–{high}").format(low=f"{low:.0f}", high=f"{high:.0f}")


def _between(one: Ranked) -> str:
    return str(one.best) if one.best == one.worst else f"{one.best}–{one.worst}"


def unranked(found: Found) -> tuple[tuple[str, str, str], ...]:
    """What isn't: its label, what lacks of it, and what others published of it."""
    made = []
    for one, lacks in found.ranking.unranked:
        known = benchmark(one.id)
        said = (
            gettext("elsewhere {low}–{high} minutes, not measured here").format(
                low=known.low, high=known.high
            )
            if known
            else ""
        )
        made.append((label(one), listed([str(LACKS[lack]) for lack in lacks]), said))
    return tuple(made)


def drawing(found: Found) -> Drawing | None:
    """The ranks that 95 of 100 draws lie between; None for fewer than two activities."""
    ranked = found.ranking.ranked
    if len(ranked) < 2:
        return None
    step = (SCALE - 2 * MARGIN) / (len(ranked) - 1)

    def place(rank: int) -> float:
        return round(LABEL + MARGIN + (rank - 1) * step, 1)

    lines = tuple(
        Line(
            _short(label(one.case.activity)),
            TOP + ROW * number + ROW // 2,
            place(one.best),
            place(one.worst),
            place(one.rank),
        )
        for number, one in enumerate(ranked)
    )
    words = "; ".join(f"{label(one.case.activity)}: {one.rank} ({_between(one)})" for one in ranked)
    ticks = tuple((place(rank), rank) for rank in range(1, len(ranked) + 1))
    return Drawing(LABEL + SCALE, TOP + ROW * len(ranked), ticks, lines, words)


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1]}…"


def paper(one: UseCase) -> Paper:
    """One case as it is printed: what was measured, what the site says, what follows, and what isn't known."""
    case, made = one.case, one.found.ranking
    assert one.found.study is not None
    title = gettext("Use case: {activity}").format(activity=label(case.activity))
    lead = (
        gettext("Rank {rank} of {number}; {score} weighted minutes a week.").format(
            rank=one.rank, number=len(made.ranked), score=f"{case.score(made.weights):.0f}"
        ),
        _payback(case),
    )
    return Paper(title, lead, (_measured(one), _said(case), _follows(one), _sensitivity(one), _limits(one)))


def _payback(case: Case) -> str:
    if not case.set_up:
        return gettext("Nothing has to be paid back: the site says that setting it up takes no time.")
    if case.pays_after is None or not case.weeks_to_pay:
        return gettext("It never pays back: nothing of it can be taken over, or it doesn't come up.")
    return gettext("It pays back after {times} times, {weeks} weeks at {volume} times a week.").format(
        times=f"{case.pays_after:.0f}", weeks=f"{case.weeks_to_pay:.1f}", volume=f"{case.activity.volume:g}"
    )


def _measured(one: UseCase) -> Part:
    case = one.case
    study = one.found.study
    said = gettext(
        "In the time study “{study}” it was seen {times} and took {minutes} minutes each time on average."
    )
    assert study is not None
    return Part(
        gettext("Measured here"),
        (
            said.format(
                study=study.title, times=count(case.times, "time", "times"), minutes=f"{case.mean:.1f}"
            ),
            _interval(case),
        ),
    )


def _interval(case: Case) -> str:
    """How sure the average is, with its method, in a sentence."""
    if not isinstance(case.once, Estimate):
        days = case.once.have if case.once else 0
        few = gettext("Seen on {days}: how sure that is can't be told from fewer than {fewest}.")
        return few.format(days=count(days, "day", "days"), fewest=FEWEST_DAYS)
    said = gettext(
        "95 % interval {low} to {high} minutes, by what {days} differ in (jackknife over days, log scale); at the site's volume {least} to {most} minutes a week."
    )
    least, most = case.week_between or (0.0, 0.0)
    return said.format(
        low=f"{case.once.low:.1f}",
        high=f"{case.once.high:.1f}",
        days=count(case.once.number, "day", "days"),
        least=f"{least:.0f}",
        most=f"{most:.0f}",
    )


def _said(case: Case) -> Part:
    activity = case.activity
    marks = (
        gettext("repetitive") if activity.repetitive else "",
        gettext("information-intensive") if activity.informed else "",
        gettext("billable") if activity.billable else gettext("not billable"),
    )
    return Part(
        gettext("Said by the site, not measured"),
        items=[
            (gettext("It is:"), listed([one for one in marks if one])),
            (gettext("Times a week:"), f"{activity.volume:g}"),
            (gettext("Software can take over:"), f"{(activity.automatable or 0) * 100:g} %"),
            (gettext("Set-up hours:"), f"{activity.setup_hours:g}"),
            (gettext("Harm by a delay:"), str(GRADES[activity.outcome])),
            (gettext("Annoyance by a delay:"), str(GRADES[activity.satisfaction])),
        ],
    )


def _follows(one: UseCase) -> Part:
    case, weights = one.case, one.found.ranking.weights
    said = gettext(
        "{week} minutes a week × {share} = {saved} minutes a week that software could take over; × {multiplier} for what a delay does, − {effort} for setting it up = {score}."
    )
    return Part(
        gettext("What follows"),
        (
            said.format(
                week=f"{case.week:.0f}",
                share=f"{case.activity.automatable or 0:.0%}",
                saved=f"{case.saved:.0f}",
                multiplier=f"{case.multiplier(weights):.2f}",
                effort=f"{weights.effort * case.set_up / weights.weeks:.0f}",
                score=f"{case.score(weights):.0f}",
            ),
        ),
    )


def _sensitivity(one: UseCase) -> Part:
    made = one.found.ranking
    mine = next(row for row in made.ranked if row.case is one.case)
    drawn = gettext(
        "Where every weight is drawn between half and twice what was said ({draws} draws, seed “{seed}”), 95 of 100 ranks lie in {between} and it comes first in {first}."
    ).format(draws=made.draws, seed=made.seed, between=_between(mine), first=f"{mine.first:.0%}")
    head = (gettext("Weight"), gettext("Said"), gettext("Score at half"), gettext("Score at twice"))
    table = [
        (
            str(WEIGHTS[swing.weight]),
            f"{getattr(made.weights, swing.weight):g}",
            f"{swing.low:.0f}",
            f"{swing.high:.0f}",
        )
        for swing in one.swings
    ]
    return Part(gettext("How far it hangs on the weights"), (drawn,), (Table(head, table),))


def _limits(one: UseCase) -> Part:
    said = [
        gettext(
            "The average hides how much one time differs from another, and the times seen may not be like the others."
        ),
        gettext(
            "How much software takes over, how often it comes up and what setting it up takes are the site's estimates until a pilot measures them."
        ),
    ]
    if one.benchmark:
        elsewhere = gettext("Published elsewhere, and in no number above: {low}–{high} minutes ({source}).")
        said.append(
            elsewhere.format(low=one.benchmark.low, high=one.benchmark.high, source=one.benchmark.source)
        )
    return Part(gettext("What isn't known"), said)
