"""Pilots as pages tell them: the form of a protocol, the protocol in words, and how a pilot stands."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext

from careloom.care.pilot import (
    Arm,
    Basis,
    Design,
    Determination,
    Enrolled,
    Expected,
    Inclusion,
    Pilot,
    PilotProtocol,
    Rule,
    Stage,
    Step,
    StopRules,
)
from careloom.errors import InputError
from careloom.study.pilot.allocating import last_day
from careloom.study.pilot.metrics import METRICS
from careloom.study.pilot.size import size_of
from careloom.web.saying import later

One = TypeVar("One", bound=StrEnum)
MOST_RULES = 6
DESIGNS: Mapping[Design, str] = {
    Design.RANDOMISED: later("Randomised case by case within each participant"),
    Design.BEFORE_AFTER: later("Before and after: by hand in the first half, by draft in the second"),
    Design.WAITING_LIST: later(
        "Waiting list: half of the participants begin with drafts, the others in the middle"
    ),
    Design.STEPPED_WEDGE: later("Stepped wedge: one participant after another begins with drafts"),
}
ARMS: Mapping[Arm, str] = {Arm.HAND: later("by hand"), Arm.DRAFT: later("from a draft")}
BASES: Mapping[Basis, str] = {
    Basis.IMPROVEMENT: later("Determined to be quality improvement"),
    Basis.EXEMPT: later("Exempted by an IRB"),
    Basis.APPROVED: later("Approved by an IRB"),
}
RULES: Mapping[Rule, str] = {
    Rule.AGE_FROM: later("At least so many years old"),
    Rule.AGE_TO: later("At most so many years old"),
    Rule.CONDITION: later("Has the active problem"),
    Rule.NOT_CONDITION: later("Does not have the active problem"),
    Rule.DRUGS_FROM: later("Takes at least so many drugs"),
    Rule.LANGUAGE: later("Speaks the language (en, es, …)"),
    Rule.PROGRAMME: later("Is in the programme called"),
}
STAGES: Mapping[Stage, str] = {
    Stage.WRITTEN: later("being written"),
    Stage.RUNNING: later("running"),
    Stage.HELD: later("held by a stop rule"),
    Stage.STOPPED: later("stopped"),
    Stage.ENDED: later("over"),
}
NAMES: Mapping[str, str] = {
    "minutes": later("Active minutes per case"),
    "revised": later("Drafts that needed substantial revision"),
    "marked": later("Drafts that the reviewer says needed substantial revision"),
    "again": later("Would go on using it"),
    "usability": later("System Usability Scale"),
    "appointments": later("Appointments kept"),
    "patients": later("Patients' satisfaction"),
    "events": later("Safety events"),
    "near_misses": later("Near misses"),
}
STEPS: Mapping[Step, str] = {
    Step.LOCK: later("Locked and started"),
    Step.AMEND: later("Amended"),
    Step.LEAVE: later("A participant left"),
    Step.LOOK: later("Looked at in between"),
    Step.HOLD: later("Held by a stop rule"),
    Step.RESUME: later("Goes on"),
    Step.STOP: later("Stopped"),
    Step.END: later("Ended"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list of pilots."""

    pilot: str
    title: str
    stage: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a protocol in words."""

    label: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a pilot: what, when, by whom, why, and the hash where it has one."""

    what: str
    at: str
    who: str
    why: str
    digest: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, its words, whether it is chosen."""

    value: str
    words: str
    on: bool


def line_of(pilot: Pilot) -> Line:
    """A pilot in a list."""
    protocol, number = pilot.protocol, len(pilot.enrolled)
    words = gettext("{number} of {planned} cases").format(number=number, planned=planned(protocol))
    title = protocol.title or gettext("Without a title")
    return Line(pilot.id, title, str(STAGES[pilot.stage]), words if pilot.began else "")


def planned(protocol: PilotProtocol) -> int:
    """How many cases there are to be."""
    return protocol.cases * len(protocol.participants)


def told(protocol: PilotProtocol, people: Mapping[str, str]) -> tuple[Said, ...]:
    """The whole protocol in words; `people` are names by user's id."""

    def name(user: str) -> str:
        return people.get(user, gettext("Somebody who left"))

    expected, stops, ground = protocol.expected, protocol.stops, protocol.determination
    size = gettext(
        "{minutes} minutes by hand, expected to fall by {fall} %; spread of log minutes {spread}, likeness within a participant (ICC) {alike}; "
        "alpha {alpha}, power {power}"
    ).format(
        minutes=f"{expected.minutes:g}",
        fall=f"{expected.fall:g}",
        spread=f"{expected.spread:g}",
        alike=f"{expected.alike:g}",
        alpha=f"{expected.alpha:g}",
        power=f"{expected.power:g}",
    )
    return (
        Said(gettext("Question"), (protocol.question,)),
        Said(gettext("Sites"), protocol.sites),
        Said(gettext("Coordinators and providers"), tuple(map(name, protocol.participants))),
        Said(gettext("Watches over it"), (name(protocol.monitor),) if protocol.monitor else ()),
        Said(gettext("Design"), (str(DESIGNS[protocol.design]),)),
        Said(
            gettext("How long and how many"),
            (
                gettext("{weeks} weeks, {cases} cases each").format(
                    weeks=protocol.weeks, cases=protocol.cases
                ),
            ),
        ),
        Said(
            gettext("Who is enrolled"),
            tuple(f"{RULES[one.rule]}: {_named(one)}" for one in protocol.inclusion),
        ),
        Said(gettext("Primary metric"), (str(NAMES.get(protocol.primary, protocol.primary)),)),
        Said(
            gettext("Secondary metrics"), tuple(str(NAMES[one]) for one in protocol.secondary if one in NAMES)
        ),
        Said(gettext("Sample size"), (size,)),
        Said(gettext("Stop rules"), stop_words(stops)),
        Said(
            gettext("Looked at in between"),
            (gettext("after {shares} % of the cases").format(shares=", ".join(map(str, protocol.looks))),)
            if protocol.looks
            else (),
        ),
        Said(
            gettext("Substantial revision"),
            (
                gettext(
                    "{share} % of the words or more, or a weighty line changed or struck, or sent back"
                ).format(share=f"{protocol.edited:g}"),
            ),
        ),
        Said(
            gettext("Ground"),
            tuple(
                filter(
                    None,
                    (
                        str(BASES[ground.basis]),
                        " · ".join(
                            filter(
                                None, (ground.by, ground.on.isoformat() if ground.on else "", ground.number)
                            )
                        ),
                        ground.text,
                    ),
                )
            ),
        ),
        Said(gettext("Analysis plan"), (protocol.plan,)),
    )


def _named(one: Inclusion) -> str:
    """What a rule asks for, as people write it."""
    return one.value.replace("_", " ") if one.rule in (Rule.CONDITION, Rule.NOT_CONDITION) else one.value


def size_words(protocol: PilotProtocol) -> str:
    """What the planned cases can show of minutes, in a sentence."""
    size = size_of(protocol)
    if size.power is None:
        return size.why
    said = gettext("{cases} cases in all have {power} % power for the expected fall of {fall} %").format(
        cases=size.cases, power=f"{100 * size.power:.0f}", fall=f"{protocol.expected.fall:g}"
    )
    if size.needed is not None:
        said += gettext("; {needed} are needed for the power that is wanted").format(needed=size.needed)
    if size.detects is not None:
        said += gettext("; they detect a fall of {detects} % or more").format(detects=f"{size.detects:.0f}")
    return f"{said}. {size.why}".strip()


def stop_words(stops: StopRules) -> tuple[str, ...]:
    """The stop rules in words."""
    found = [
        gettext("{number} serious safety event or more that may have to do with a draft: at once").format(
            number=stops.serious
        ),
    ]
    if stops.floor:
        found.append(
            gettext("fewer than {floor} % of the drafts without substantial revision").format(
                floor=f"{stops.floor:g}"
            )
        )
    if stops.slower:
        found.append(gettext("a median time with drafts above the median by hand"))
    found.append(gettext("the last ones from {fewest} cases on").format(fewest=stops.fewest))
    return tuple(found)


def events(pilot: Pilot, people: Mapping[str, str]) -> tuple[Event, ...]:
    """What happened to it as a whole, the newest first."""
    return tuple(
        Event(
            str(STEPS[one.what]),
            f"{one.at:%Y-%m-%d %H:%M}",
            people.get(one.who, one.who),
            one.why,
            one.digest,
        )
        for one in reversed(pilot.steps)
        if one.what in STEPS
    )


def days(pilot: Pilot) -> str:
    """From when to when cases are enrolled; "" before it starts."""
    if pilot.began is None:
        return ""
    return gettext("{first} to {last}").format(
        first=pilot.began.isoformat(), last=last_day(pilot.protocol, pilot.began).isoformat()
    )


def case_words(case: Enrolled, today: date) -> str:
    """A case in a list: its number, how it is written, since when."""
    return gettext("case {number}, {arm}, enrolled on {day}").format(
        number=case.number,
        arm=ARMS[case.arm],
        day=case.day.isoformat() if case.day != today else gettext("today"),
    )


# ── the form ────────────────────────────────────────────────────────────────────────────────────


def form_of(
    protocol: PilotProtocol, people: Iterable[tuple[str, str, bool]], conditions: Iterable[str]
) -> dict[str, object]:
    """What the form of a protocol shows; `people` are users with name and whether they write documents."""
    known = list(people)
    rules = [*protocol.inclusion, *[Inclusion(Rule.AGE_FROM, "")] * MOST_RULES][:MOST_RULES]
    return {
        "protocol": protocol,
        "designs": [Choice(one.value, str(words), one is protocol.design) for one, words in DESIGNS.items()],
        "participants": [
            Choice(user, name, user in protocol.participants) for user, name, able in known if able
        ],
        "monitors": [Choice(user, name, user == protocol.monitor) for user, name, _ in known],
        "rules": [
            (
                [
                    Choice(one.value, str(words), bool(asked.value) and one is asked.rule)
                    for one, words in RULES.items()
                ],
                asked.value,
            )
            for asked in rules
        ],
        "conditions": sorted(conditions),
        "primaries": [Choice(name, str(words), name == protocol.primary) for name, words in NAMES.items()],
        "secondaries": [
            Choice(name, str(words), name in protocol.secondary) for name, words in NAMES.items()
        ],
        "bases": [
            Choice(one.value, str(words), one is protocol.determination.basis) for one, words in BASES.items()
        ],
        "sites": "\n".join(protocol.sites),
        "looks": ", ".join(map(str, protocol.looks)),
        "on": protocol.determination.on.isoformat() if protocol.determination.on else "",
    }


def protocol_of(asked: QueryDict) -> PilotProtocol:
    """The protocol that a form says. Raises InputError where a number is none or a choice isn't one of the list."""
    rules = [
        Inclusion(_one(Rule, rule, "inclusion"), " ".join(value.split()))
        for rule, value in zip(asked.getlist("rule"), asked.getlist("value"), strict=False)
        if rule and value.strip()
    ]
    on = None
    with suppress(ValueError):
        on = date.fromisoformat(asked.get("on", ""))
    return PilotProtocol(
        title=_text(asked, "title"),
        question=_text(asked, "question"),
        sites=tuple(" ".join(one.split()) for one in asked.get("sites", "").splitlines() if one.strip()),
        participants=tuple(dict.fromkeys(asked.getlist("participants"))),
        monitor=_text(asked, "monitor"),
        design=_one(Design, asked.get("design", ""), "design"),
        weeks=int(_number(asked, "weeks")),
        cases=int(_number(asked, "cases")),
        inclusion=tuple(rules),
        primary=_text(asked, "primary"),
        secondary=tuple(
            one for one in METRICS if one in asked.getlist("secondary") and one != asked.get("primary", "")
        ),
        expected=Expected(
            **{one: _number(asked, one) for one in ("minutes", "fall", "spread", "alike", "alpha", "power")}
        ),
        stops=StopRules(
            serious=int(_number(asked, "serious")),
            floor=_number(asked, "floor"),
            slower=bool(asked.get("slower")),
            fewest=int(_number(asked, "fewest")),
        ),
        looks=tuple(
            int(_as_number(one, "looks")) for one in asked.get("looks", "").replace(",", " ").split()
        ),
        edited=_number(asked, "edited"),
        determination=Determination(
            basis=_one(Basis, asked.get("basis", ""), "determination"),
            by=_text(asked, "by"),
            on=on,
            number=_text(asked, "number"),
            text=_text(asked, "text"),
        ),
        plan=_text(asked, "plan"),
    )


def _text(asked: QueryDict, name: str) -> str:
    return " ".join(asked.get(name, "").split())[:4000]


def _number(asked: QueryDict, name: str) -> float:
    return _as_number(asked.get(name, ""), name)


def _as_number(text: str, where: str) -> float:
    try:
        found = float(text.strip())
    except ValueError:
        raise InputError(gettext("a number is missing or none"), where=where) from None
    if not -1e9 < found < 1e9:
        raise InputError(gettext("a number is missing or none"), where=where)
    return found


def _one(kinds: type[One], value: str, where: str) -> One:
    try:
        return kinds(value)
    except ValueError:
        raise InputError(gettext("choose one of the list"), where=where) from None
