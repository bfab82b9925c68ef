"""Parallel runs as pages tell them: the form of a plan, the plan in words, how a run and its cases stand, and what a judge sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext

from careloom import draft
from careloom.care.parallel import (
    Case,
    CaseStage,
    Choice,
    Criteria,
    Grave,
    Happened,
    Judged,
    Right,
    Run,
    RunPlan,
    RunStage,
    RunStep,
    Side,
)
from careloom.errors import InputError
from careloom.pipeline.comparing import Sheet
from careloom.pipeline.paralleling import last_day
from careloom.study.parallel.blinded import Shown
from careloom.study.parallel.matched import Facet
from careloom.web.present.kinds import named
from careloom.web.present.pilots import Choice as Option
from careloom.web.present.pilots import Event, Line, Said
from careloom.web.present.words import sentence
from careloom.web.saying import later

STAGES: Mapping[RunStage, str] = {
    RunStage.WRITTEN: later("being written"),
    RunStage.RUNNING: later("running"),
    RunStage.ENDED: later("over"),
}
CASES: Mapping[CaseStage, str] = {
    CaseStage.OPEN: later("being written"),
    CaseStage.COMPARED: later("waits to be judged"),
    CaseStage.JUDGED: later("judged"),
    CaseStage.DROPPED: later("left the comparison"),
}
CHOICES: Mapping[Choice, str] = {
    Choice.EVERY: later("Everybody who comes, until there are enough"),
    Choice.DRAWN: later("A share of those who come, drawn by the run's seed"),
}
STEPS: Mapping[RunStep, str] = {
    RunStep.LOCK: later("Locked and started"),
    RunStep.AMEND: later("Amended"),
    RunStep.LEAVE: later("Somebody left"),
    RunStep.END: later("Ended"),
}
FACETS: Mapping[Facet, str] = {
    Facet.DOSE: later("another dose"),
    Facet.VALUE: later("another value"),
    Facet.DIRECTION: later("the other way round"),
    Facet.DATE: later("another date"),
    Facet.OWNER: later("somebody else's to do"),
}
RIGHTS: Mapping[Right, str] = {
    Right.A: later("A"),
    Right.B: later("B"),
    Right.BOTH: later("both will do"),
    Right.NEITHER: later("neither"),
}
GRAVES: Mapping[Grave, str] = {
    Grave.NONE: later("wording alone"),
    Grave.MINOR: later("minor"),
    Grave.SERIOUS: later("serious: it could harm, or delay what is needed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A difference to judge: its number, the part, what A and B say, in what they are against each other, and what was chosen so far."""

    id: str
    number: int
    section: str
    a: str
    b: str
    against: str
    rights: Sequence[Option]
    graves: Sequence[Option]
    why: str
    done: bool


def line_of(run: Run) -> Line:
    """A run in a list."""
    title, number = run.plan.title or gettext("Without a title"), len(run.cases)
    words = gettext("{number} of {planned} cases").format(number=number, planned=run.plan.criteria.cases)
    return Line(run.id, title, str(STAGES[run.stage]), words if run.began else "")


def days(run: Run) -> str:
    """From when to when cases begin; "" before it starts."""
    last = last_day(run)
    if run.began is None or last is None:
        return ""
    return gettext("{first} to {last}").format(first=run.began.isoformat(), last=last.isoformat())


def case_line(case: Case) -> str:
    """A case in a list: its number, what is written, how it stands."""
    return gettext("case {number}, {kind}, {stage}").format(
        number=case.number, kind=named(case.kind).title, stage=CASES[case.stage]
    )


def told(plan: RunPlan, people: Mapping[str, str]) -> tuple[Said, ...]:
    """The whole plan in words; `people` are names by user's id."""

    def names(users: Iterable[str]) -> list[str]:
        return [people.get(one, gettext("Somebody who left")) for one in users]

    chosen = str(CHOICES[plan.choice])
    if plan.choice is Choice.DRAWN:
        chosen = gettext("{choice}: {share} %").format(choice=chosen, share=f"{plan.share:g}")
    second = gettext("{share} % of the cases, drawn").format(share=f"{plan.second:g}")
    return (
        Said(gettext("What it is to find out"), (plan.question,) if plan.question else ()),
        Said(gettext("Kinds of document"), [named(one).title for one in plan.kinds]),
        Said(gettext("Who writes by hand and reviews drafts"), names(plan.participants)),
        Said(gettext("Who judges"), names(plan.adjudicators)),
        Said(gettext("Judged by two"), (second,)),
        Said(gettext("Weeks"), (str(plan.weeks),)),
        Said(gettext("How cases are chosen"), (chosen,)),
        Said(
            gettext("What is filed"),
            (gettext("What is written by hand; the draft is kept for the comparison and never filed."),),
        ),
        Said(gettext("Ready to switch when"), criteria_words(plan.criteria)),
    )


def criteria_words(said: Criteria) -> tuple[str, ...]:
    """The criteria in words."""
    return (
        gettext("{number} cases or more are judged").format(number=said.cases),
        gettext(
            "a draft was seriously wrong in at most {limit} % of the cases (upper end of the 95 % interval)"
        ).format(limit=f"{said.serious:g}"),
        gettext(
            "a draft left out what belonged there in at most {limit} % of the cases (upper end of the 95 % interval)"
        ).format(limit=f"{said.omitted:g}"),
        gettext(
            "the positive agreement of lines is {limit} % or more (lower end of the 95 % interval)"
        ).format(limit=f"{said.agreement:g}"),
        gettext(
            "a case takes at most {limit} % of the active minutes by hand (upper end of the 95 % interval)"
        ).format(limit=f"{said.minutes:g}"),
        gettext("of fewer than {number} cases nothing is said").format(number=said.fewest),
    )


def events(run: Run, people: Mapping[str, str]) -> tuple[Event, ...]:
    """What happened to it as a whole, the newest first."""
    return tuple(
        Event(
            str(STEPS[one.what]),
            f"{one.at:%Y-%m-%d %H:%M}",
            people.get(one.who, one.who),
            _left(one, people) if one.what is RunStep.LEAVE else one.why,
            one.digest,
        )
        for one in reversed(run.steps)
        if one.what in STEPS
    )


def _left(one: Happened, people: Mapping[str, str]) -> str:
    """Who left and why, and what became of her cases."""
    said = gettext("{who}: {why} Left the comparison: {dropped}; judged by others: {passed}.")
    return said.format(
        who=people.get(one.said["user"], one.said["user"]),
        why=sentence(one.why),
        dropped=one.said["dropped"],
        passed=one.said["passed"],
    )


def rows(sheet: Sheet, typed: Mapping[str, Judged]) -> tuple[Row, ...]:
    """What a judge fills in: what she said so far, and what she typed just now."""
    kind = named(sheet.case.kind)
    return tuple(
        _row(number, one, kind.section(one.section), typed.get(one.id) or sheet.said.get(one.id), one.id in sheet.said)
        for number, one in enumerate(sheet.differences, start=1)
    )  # fmt: skip


def _row(number: int, one: Shown, section: str, said: Judged | None, done: bool) -> Row:
    return Row(
        one.id,
        number,
        section,
        one.a,
        one.b,
        ", ".join(str(FACETS[facet]) for facet in one.facets),
        [Option(right.value, str(words), bool(said) and said is not None and said.right is right) for right, words in RIGHTS.items()],
        [Option(grave.value, str(words), said is not None and said.grave is grave) for grave, words in GRAVES.items()],
        said.why if said else "",
        done,
    )  # fmt: skip


def judged_in(asked: QueryDict, sheet: Sheet) -> dict[str, Judged]:
    """What a judge sent of the differences; those without an answer are left out. Raises InputError for half an answer."""
    found = {}
    for one in sheet.differences:
        right, grave = asked.get(f"right-{one.id}", ""), asked.get(f"grave-{one.id}", "")
        why = asked.get(f"why-{one.id}", "").strip()
        if not right and not grave and not why:
            continue
        try:
            found[one.id] = Judged(Right(right), Grave(grave), why)
        except ValueError:
            number = 1 + sheet.differences.index(one)
            words = gettext("difference {number}: say who was right, and how serious it is").format(
                number=number
            )
            raise InputError(words) from None
    return found


# ── the form ────────────────────────────────────────────────────────────────────────────────────


def form_of(plan: RunPlan, people: Iterable[tuple[str, str]], kinds: Iterable[str]) -> dict[str, object]:
    """What the form of a plan shows; `people` are users with name who decide on documents."""
    known = list(people)
    return {
        "plan": plan,
        "participants": [Option(user, name, user in plan.participants) for user, name in known],
        "adjudicators": [Option(user, name, user in plan.adjudicators) for user, name in known],
        "kinds": [Option(one, named(one).title, one in plan.kinds) for one in kinds],
        "choices": [Option(one.value, str(words), one is plan.choice) for one, words in CHOICES.items()],
    }


def plan_of(asked: QueryDict) -> RunPlan:
    """The plan that a form sent. Raises InputError for what is no number."""
    try:
        choice = Choice(asked.get("choice", ""))
    except ValueError:
        raise InputError(gettext("choose one of the list"), where="choice") from None
    return RunPlan(
        title=_text(asked, "title"),
        question=_text(asked, "question"),
        participants=tuple(asked.getlist("participants")),
        adjudicators=tuple(asked.getlist("adjudicators")),
        kinds=tuple(one for one in asked.getlist("kinds") if one in draft.KINDS),
        weeks=int(_number(asked, "weeks")),
        choice=choice,
        share=_number(asked, "share"),
        second=_number(asked, "second"),
        criteria=Criteria(
            cases=int(_number(asked, "cases")),
            serious=_number(asked, "serious"),
            omitted=_number(asked, "omitted"),
            agreement=_number(asked, "agreement"),
            minutes=_number(asked, "minutes"),
            fewest=int(_number(asked, "fewest")),
        ),
    )


def _text(asked: QueryDict, name: str) -> str:
    return " ".join(asked.get(name, "").split())[:4000]


def _number(asked: QueryDict, name: str) -> float:
    try:
        found = float(asked.get(name, "").strip())
    except ValueError:
        raise InputError(gettext("a number is missing or none"), where=name) from None
    if not 0 <= found < 1e6:
        raise InputError(gettext("a number is missing or none"), where=name)
    return found


__all__ = [
    "Row",
    "Side",
    "case_line",
    "days",
    "events",
    "form_of",
    "judged_in",
    "line_of",
    "plan_of",
    "rows",
    "told",
]
