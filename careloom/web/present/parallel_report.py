"""What a parallel run comes to, as a page and a PDF print it."""

from collections.abc import Mapping

from django.utils.translation import gettext

from careloom.care.parallel import CaseStage, Grave, Run, Side
from careloom.measure.agreement import FEWEST
from careloom.pipeline.paralleled import SAID, Results
from careloom.study.parallel import charts
from careloom.study.parallel.matched import Kind
from careloom.study.parallel.readiness import Criterion, Name, State
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.web.present.parallels import CASES, FACETS, days
from careloom.web.present.report import Part, Picture, Table, report
from careloom.web.saying import later

KINDS: Mapping[Kind, str] = {
    Kind.ONLY_HAND: later("Only by hand"),
    Kind.ONLY_DRAFT: later("Only in the draft"),
    Kind.AGAINST: later("Against each other"),
}
WHO: Mapping[str, str] = {
    "hand": later("by hand was right"),
    "draft": later("the draft was right"),
    "both": later("both will do"),
    "neither": later("neither was right"),
}
STATES: Mapping[State, str] = {
    State.MET: later("✓ met"),
    State.NOT_MET: later("▲ not met"),
    State.OPEN: later("■ can't be said yet"),
}
NAMES: Mapping[Name, str] = {
    Name.CASES: later("Cases that are judged"),
    Name.SERIOUS: later("Cases in which the draft was seriously wrong"),
    Name.OMITTED: later("Cases in which the draft left out what belonged there"),
    Name.AGREEMENT: later("Positive agreement of lines"),
    Name.MINUTES: later("Minutes with a draft, of those by hand"),
}
SIDES: Mapping[Side, str] = {Side.HAND: later("By hand"), Side.DRAFT: later("By draft")}


def parts(run: Run, found: Results) -> tuple[Part, ...]:
    """The report in its parts: whether the site is ready, what differed, over time, minutes, how it was judged, and what it can't tell."""
    return (
        _ready(found),
        _differences(found),
        _weeks(found),
        Part(gettext("Minutes"), (_minutes(found.minutes),)),
        _judging(found),
        _cases(run, found),
        Part(gettext("What this can't tell"), items=[("", one) for one in limits()]),
    )


def of_run(run: Run, found: Results) -> dict[str, object]:
    """The same as a PDF."""
    title = gettext("Parallel run: {title}").format(title=run.plan.title)
    lead = (" · ".join(filter(None, (days(run), gettext("plan {digest}").format(digest=run.digest[:16])))),)
    return report(title, lead, parts(run, found))


def limits() -> tuple[str, ...]:
    """What a parallel run can't tell, in sentences."""
    return (
        gettext(
            "The judges see A and B without names, times and sources, in lines of one order; the words themselves, how many there are and how evenly they are built can still give a draft away."
        ),
        gettext(
            "What is written by hand is filed, as it is the standard of care: a judge who looks into the chart can tell which one it is."
        ),
        gettext(
            "Lines are paired by rules (docs/parallel.md). What one document says in two lines and the other in one stands as a difference; a judge then says that both will do."
        ),
        gettext(
            "A draft is compared as its reviewer left it: what she mended is no error here, and what it cost is in her minutes."
        ),
        gettext("The clock sees work at the desk. Time elsewhere is in nobody's minutes."),
        gettext(
            "Cases of one writer, reviewer or patient are alike; with few people the intervals are narrower than they should be."
        ),
    )


def _ready(found: Results) -> Part:
    verdict = (
        gettext(
            "Every criterion that was stated before the run is met. Whether the site switches is for people to decide."
        )
        if found.ready
        else gettext(
            "Not every criterion that was stated before the run is met: by them the site isn't ready to switch."
        )
    )
    head = (
        gettext("Criterion"),
        gettext("How it stands"),
        gettext("Found (95 % interval)"),
        gettext("Limit"),
        gettext("Cases"),
    )
    rows = [
        (str(NAMES[one.name]), str(STATES[one.state]), _found(one), _limit(one), _of(one))
        for one in found.criteria
    ]
    return Part(gettext("Ready to switch?"), (verdict,), (Table(head, rows, sentences=True),))


def _found(one: Criterion) -> str:
    if one.name is Name.CASES:
        return str(one.have)
    if one.estimate is None:
        return gettext("too few cases")
    return f"{_percent(one.estimate.value)} ({_percent(one.estimate.low)} – {_percent(one.estimate.high)})"


def _limit(one: Criterion) -> str:
    if one.name is Name.CASES:
        return gettext("at least {limit}").format(limit=f"{one.limit:g}")
    words = gettext("at least {limit} %") if one.name is Name.AGREEMENT else gettext("at most {limit} %")
    return words.format(limit=f"{one.limit:g}")


def _of(one: Criterion) -> str:
    if one.have >= one.need:
        return str(one.have)
    return gettext("{have}; it takes {need}").format(have=one.have, need=one.need)


def _percent(value: float) -> str:
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %"


def _differences(found: Results) -> Part:
    head = (
        gettext("Difference"),
        gettext("Number"),
        *(str(words) for words in WHO.values()),
        gettext("serious"),
    )
    rows = [
        (
            str(words),
            str(found.kinds.get(kind, 0)),
            *(str(found.right.get((kind, said), 0)) for said in SAID),
            str(found.grave.get((kind, Grave.SERIOUS), 0)),
        )
        for kind, words in KINDS.items()
    ]
    told = [
        f"{SIDES[side]}: "
        + gettext("seriously wrong in {wrong} judged cases, something left out in {omitted}").format(
            wrong=found.wrong[side], omitted=found.omitted[side]
        )
        for side in Side
    ]
    facets = ", ".join(f"{FACETS[one]} {number}" for one, number in sorted(found.facets.items()))
    if facets:
        told.append(gettext("Against each other by: {facets}").format(facets=facets))
    grave = gettext("Serious is what could harm, or delay what is needed.")
    return Part(gettext("Where the two differ"), (*told, grave), (Table(head, rows, sentences=True),))


def _weeks(found: Results) -> Part:
    head = (
        gettext("Week"),
        gettext("Cases"),
        gettext("Lines in both"),
        *(str(words) for words in KINDS.values()),
        gettext("Positive agreement (95 % interval)"),
    )
    rows = [
        (
            str(one.number),
            str(one.cases),
            str(one.both),
            str(one.only_hand),
            str(one.only_draft),
            str(one.against),
            _share(one.agreement),
        )
        for one in found.weeks
    ]
    overall = gettext("Over all weeks: {agreement}").format(agreement=_share(found.agreement))
    if not rows:
        return Part(gettext("Agreement over time"), (gettext("No case is compared yet."),))
    drawn = (picture,) if (picture := by_week(found)).svg else ()
    return Part(
        gettext("Agreement over time"), (overall,), (Table(head, rows, sentences=True),), pictures=drawn
    )


def by_week(found: Results) -> Picture:
    """What the two documents have in common and what they don't, drawn by week; no SVG where nothing is compared yet."""
    words = charts.Words(
        gettext("Week"),
        gettext("Lines"),
        {
            "both": gettext("Lines in both"),
            "only_hand": str(KINDS[Kind.ONLY_HAND]),
            "only_draft": str(KINDS[Kind.ONLY_DRAFT]),
            "against": str(KINDS[Kind.AGAINST]),
        },
    )
    told = gettext(
        "By week, the lines that stand in both documents, in one alone, and against each other. The table has the numbers."
    )
    return Picture(charts.by_week(found.weeks, words), told, gettext("Agreement over time"), "weeks")


def _share(found: Estimate | NotSaid) -> str:
    if isinstance(found, NotSaid):
        return gettext("too few cases to tell ({have}; it takes {need})").format(
            have=found.have, need=found.need
        )
    return f"{_percent(100 * found.value)} ({_percent(100 * found.low)} – {_percent(100 * found.high)})"


def _minutes(found: Estimate | NotSaid) -> str:
    if isinstance(found, NotSaid):
        return gettext("Too few cases have both times by the clock ({have}; it takes {need}).").format(
            have=found.have, need=found.need
        )
    return gettext(
        "A case took {share} of the active minutes by hand with a draft, its review included (geometric mean of {number} pairs)."
    ).format(share=_share(found), number=found.number)


def _judging(found: Results) -> Part:
    one = found.judges
    if one is None:
        words = gettext(
            "Two judges said who was right of {number} differences: how far they agree is told from {fewest} on."
        )
        return Part(gettext("How it was judged"), (words.format(number=found.twice, fewest=FEWEST),))
    kappa = f"{one.kappa:.2f}" if one.kappa is not None else gettext("not defined")
    if one.low is not None and one.high is not None:
        kappa = f"{kappa} ({one.low:.2f} – {one.high:.2f})"
    words = gettext(
        "Two judges said the same of {same} of {number} differences: kappa {kappa}, AC1 {ac1}. What either of them holds against a document counts."
    )
    told = words.format(
        same=_percent(100 * one.observed), number=one.number, kappa=kappa, ac1=f"{one.ac1:.2f}"
    )
    return Part(gettext("How it was judged"), (told,))


def _cases(run: Run, found: Results) -> Part:
    counted = "; ".join(f"{words}: {found.stages.get(stage, 0)}" for stage, words in CASES.items())
    more = gettext("Not drawn: {number}. Documents made anew against a newer record: {anew}.").format(
        number=found.not_drawn, anew=found.anew
    )
    whys = [one.dropped.why for one in run.cases if one.stage is CaseStage.DROPPED and one.dropped]
    return Part(gettext("Cases"), (f"{counted}.", more), items=[(gettext("Left:"), one) for one in whys])
