"""The report of a pilot: what a page and a PDF print of it. Tables and headings are in the reader's language; definitions, methods and findings in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.pilot import Arm, Pilot
from careloom.pipeline.trials import Found
from careloom.study.pilot import charts
from careloom.study.pilot.cases import CLOCK_RULE
from careloom.study.pilot.metrics import METRICS
from careloom.study.pilot.results import Results, Shares
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.minutes import Minutes
from careloom.study.statistics.subgroups import FEWEST as FEWEST_IN_GROUP
from careloom.web.present.pilots import ARMS, NAMES, RULES, Said, line_of, told
from careloom.web.present.report import Part, Picture, Table, report
from careloom.web.saying import later

DIMENSIONS: Mapping[str, str] = {
    "age": later("Age"),
    "sex": later("Sex"),
    "race": later("Race"),
    "ethnicity": later("Ethnicity"),
    "language": later("Language"),
    "payer": later("Payer"),
}
LIMITS = (
    "Nobody could be blinded to how a case was written; whoever says that a draft needed substantial revision is who revised it.",
    "The clock sees work at the desk. What is thought over on the way, or done in another system, is in no arm's minutes.",
    "The participants are few and chose to take part: the intervals are about them, not about everybody who could.",
    "Secondary metrics and groups are told without correction for their number: one of many may differ by chance.",
    "A record that says nothing of an appointment, a language or a group counts as missing, never as a no.",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart: the name in its address, its title, the picture, and what it shows in words."""

    name: str
    title: str
    svg: str
    words: str


def drawn(found: Found) -> tuple[Drawn, ...]:
    """The charts of a report; none where there is too little to draw."""
    words = charts.Words(gettext("Active minutes"), gettext("Place among the participant's cases"), ARMS)
    flow = found.flow
    top = [
        gettext("Looked at: {number}").format(number=flow.looked),
        gettext("not enrolled, by rule: {number}").format(number=flow.refused),
        gettext("enrolled and allocated: {number}").format(number=flow.enrolled),
    ]
    sides = {
        arm: [
            gettext("Allocated {arm}: {number}").format(arm=ARMS[arm], number=one.allocated),
            gettext("written so: {number}").format(number=one.as_allocated),
            gettext("the other way: {number}").format(number=one.other_way),
            gettext("not written: {number}").format(number=one.unwritten),
            gettext("finished: {number}").format(number=one.finished),
            gettext("minutes counted: {number}").format(number=one.counted),
        ]
        for arm, one in flow.arms.items()
    }
    every = [
        Drawn(
            "flow",
            gettext("Flow of the cases"),
            charts.flow(top, sides),
            "; ".join((*top, *(line for lines in sides.values() for line in lines))),
        ),
        Drawn(
            "arms",
            gettext("Minutes by arm"),
            charts.by_arm(found.rows, words),
            gettext("Each stroke is a case, the diamond is the median. The table has the numbers."),
        ),
        Drawn(
            "order",
            gettext("Minutes case after case"),
            charts.by_order(found.rows, words),
            gettext(
                "Each mark is a case, by its place among its participant's cases. The learning curve is said in words."
            ),
        ),
    ]
    # Of nobody there is nothing to draw.
    return tuple(one for one in every if one.svg) if flow.looked else ()


def parts(found: Found, people: Mapping[str, str], pictures: Sequence[Drawn]) -> tuple[Part, ...]:
    """Everything that a report prints, part by part."""
    by_name = {
        one.name: Picture(one.svg, f"{one.title}. {one.words}", one.title, one.name) for one in pictures
    }
    return (
        _flow(found, [by_name[name] for name in ("flow",) if name in by_name]),
        _minutes(found, [by_name[name] for name in ("arms", "order") if name in by_name]),
        *(_shares(one) for one in found.results.shares),
        _survey(found.results),
        _stops(found),
        _groups(found),
        Part(gettext("Limits"), items=[("", one) for one in LIMITS]),
        _protocol(found.pilot, people),
    )


def few(found: Found) -> str:
    """One plain sentence where there are too few cases for any comparison; "" where there aren't."""
    if not found.flow.enrolled:
        return gettext("Nobody was enrolled yet: there is nothing to tell.")
    if not isinstance(found.results.timed.found, NotSaid):
        return ""
    number = sum(one.finished is not None for one in found.rows)
    return gettext(
        "{number} finished cases: too few to compare, so no comparison and no p-value is given."
    ).format(number=number)


def of_pilot(found: Found, people: Mapping[str, str]) -> dict[str, object]:
    """The report for paper."""
    line = line_of(found.pilot)
    lead = filter(None, (f"{line.stage} · {line.words}", few(found)))
    return report(
        gettext("Pilot: {title}").format(title=line.title), lead, parts(found, people, drawn(found))
    )


def _flow(found: Found, pictures: Sequence[Picture]) -> Part:
    flow = found.flow
    rows = [
        (
            str(ARMS[arm]),
            *map(
                str,
                (
                    one.allocated,
                    one.as_allocated,
                    one.other_way,
                    one.unwritten,
                    one.finished,
                    one.counted,
                    one.left_out,
                    one.no_clock,
                ),
            ),
        )
        for arm, one in flow.arms.items()
    ]
    head = (
        gettext("Arm"),
        gettext("Allocated"),
        gettext("Written so"),
        gettext("The other way"),
        gettext("Not written"),
        gettext("Finished"),
        gettext("Minutes counted"),
        gettext("Clock not believed"),
        gettext("No clock"),
    )
    said = [
        gettext(
            "{looked} looked at, {refused} not enrolled by rule, {enrolled} enrolled; participants who left: {left}."
        ).format(looked=flow.looked, refused=flow.refused, enrolled=flow.enrolled, left=flow.left)
    ]
    if flow.why:
        reasons = {
            str(words): flow.why[rule.value] for rule, words in RULES.items() if flow.why.get(rule.value)
        }
        said.append("; ".join(f"{words}: {number}" for words, number in reasons.items()))
    return Part(
        gettext("Flow of the cases"), said, [Table(head, rows)], [("", CLOCK_RULE)], pictures=pictures
    )


def _minutes(found: Found, pictures: Sequence[Picture]) -> Part:
    timed = found.results.timed
    head = (gettext("Arm"), gettext("Cases"), gettext("Median minutes"))
    rows = [
        (
            str(ARMS[arm]),
            str(timed.number[arm]),
            f"{timed.medians[arm]:.1f}" if timed.medians[arm] is not None else gettext("too few"),
        )
        for arm in Arm
    ]
    said = [timed.found.words]
    items = [(gettext("Definition."), METRICS["minutes"].defined)]
    if isinstance(timed.found, Minutes):
        said += _compared(timed.found)
        items += [
            (gettext("Method."), f"{timed.found.method}: {timed.found.reason}."),
            *(("", one) for one in timed.found.caveats),
        ]
        again = timed.adhered
        words = again.words
        items.append((gettext("Only cases written as allocated."), words))
    items.append((gettext("Learning."), timed.curve.words))
    return Part(str(NAMES["minutes"]), said, [Table(head, rows)], items, pictures=pictures)


def _compared(one: Minutes) -> list[str]:
    said = [f"p = {one.p:.3f}" if one.p >= 0.001 else "p < 0.001"]
    if one.p_chance is not None:
        said.append(f"by re-allocating: p = {one.p_chance:.3f}")
    if one.saved is not None:
        saved = gettext("Minutes saved a case: {value} ({low} to {high})")
        said.append(
            saved.format(
                value=f"{one.saved.value:.1f}", low=f"{one.saved.low:.1f}", high=f"{one.saved.high:.1f}"
            )
        )
    return ["; ".join(said)]


def _shares(one: Shares) -> Part:
    head = (gettext("Arm"), gettext("Number"), gettext("Share (95 %)"))
    rows = [
        (str(ARMS[arm]), f"{count.hits} / {count.number}", _percent(one.shares[arm]))
        for arm, count in one.counts.items()
    ]
    said = []
    if isinstance(one.apart, Estimate):
        said.append(
            gettext("Difference, from a draft less by hand: {percent} ({method})").format(
                percent=_percent(one.apart), method=one.apart.method
            )
        )
    elif one.apart is not None:
        said.append(one.apart.words)
    return Part(
        str(NAMES[one.metric]),
        said,
        [Table(head, rows)],
        [(gettext("Definition."), METRICS[one.metric].defined)],
    )


def _survey(found: Results) -> Part:
    survey = found.survey
    said = [
        gettext("{answered} of {of} participants answered.").format(answered=survey.answered, of=survey.of)
    ]
    rows = []
    if survey.mean is not None:
        rows.append(
            (
                gettext("Would go on using it: yes, unsure, no"),
                ", ".join(str(survey.again[one]) for one in ("yes", "unsure", "no")),
            )
        )
        rows.append((gettext("Mean score of the System Usability Scale (0 to 100)"), f"{survey.mean:.1f}"))
    else:
        said.append(gettext("Of fewer than two the sum would be one person's answer: nothing is told."))
    agree = found.agree
    if sum(agree.values()):
        rows.append(
            (
                gettext(
                    "Drafts that rule and reviewer call substantially revised: both, the rule alone, the reviewer alone, neither"
                ),
                ", ".join(str(agree[one]) for one in ("both", "rule", "reviewer", "neither")),
            )
        )
    tables = [Table((gettext("What"), gettext("Number")), rows)] if rows else []
    items = [(gettext("Definition."), METRICS[name].defined) for name in ("again", "usability")]
    return Part(
        gettext("What participants say"), said, tables, [*items, *(("", f"“{one}”") for one in survey.words)]
    )


def _stops(found: Found) -> Part:
    rows = [(gettext("holds") if one.holds else gettext("does not hold"), one.words) for one in found.asked]
    return Part(
        gettext("Stop rules"),
        tables=[Table((gettext("Stands"), gettext("What was seen")), rows, sentences=True)],
    )


def _groups(found: Found) -> Part:
    head = (
        gettext("Group"),
        gettext("By hand"),
        gettext("From a draft"),
        gettext("Minutes by hand"),
        gettext("Minutes from a draft"),
        gettext("Substantially revised (95 %)"),
    )
    rows: list[tuple[str, ...]] = []
    before = ""
    for one in found.groups:
        if one.dimension != before:
            rows.append((str(DIMENSIONS[one.dimension]),))
            before = one.dimension
        if one.unsaid:
            rows.append((one.name, gettext("few"), gettext("few"), "", "", ""))
            continue
        rows.append(
            (
                one.name,
                str(one.hand),
                str(one.draft),
                f"{one.minutes_by_hand:.1f}" if one.minutes_by_hand is not None else "",
                f"{one.minutes_by_draft:.1f}" if one.minutes_by_draft is not None else "",
                _percent(one.revised) if one.revised is not None else "",
            )
        )
    said = gettext(
        "Finished cases by group, minutes as geometric means. Groups of fewer than {few} cases in an arm are not told, nor what would give them away; groups aren't tested against each other."
    ).format(few=FEWEST_IN_GROUP)
    return Part(gettext("For whom it did as well"), [said], [Table(head, rows)] if rows else [])


def _protocol(pilot: Pilot, people: Mapping[str, str]) -> Part:
    said: Sequence[Said] = told(pilot.protocol, people)
    items = [(f"{one.label}.", " · ".join(one.words)) for one in said if one.words]
    amended = [
        (gettext("Amended {at}.").format(at=f"{one.at:%Y-%m-%d %H:%M}"), f"{one.why} ({one.digest[:16]}…)")
        for one in pilot.steps
        if one.what.value == "amend"
    ]
    return Part(gettext("Protocol"), [f"SHA-256 {pilot.digest}"], items=[*items, *amended])


def _percent(one: Estimate | NotSaid) -> str:
    if isinstance(one, NotSaid):
        return "–"
    return f"{100 * one.value:.0f} % ({100 * one.low:.0f} – {100 * one.high:.0f})"
