"""Safety events as their pages tell them: the scales in words, a row of the list, one event's history, and what its forms take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from careloom.care.safety_event import HARM_FROM, MERP, ActionTaken, SafetyEvent, SafetyStep, SafetyStepKind
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

REPORTS: Mapping[str, str] = {
    "incident": later("it reached a patient, with or without harm"),
    "near_miss": later("a near miss: it was caught before it reached a patient"),
    "unsafe_condition": later("something that makes harm more likely; nothing happened yet"),
}
CATEGORIES: Mapping[str, str] = {
    "A": later("something that could lead to an error; none happened"),
    "B": later("an error that did not reach the patient"),
    "C": later("it reached the patient and did no harm"),
    "D": later("it reached the patient, and it took watching or an act to be sure of no harm"),
    "E": later("it may have added to passing harm that needed an act"),
    "F": later("it may have added to passing harm, with a hospital stay or a longer one"),
    "G": later("it may have added to lasting harm"),
    "H": later("an act was needed to keep the patient alive"),
    "I": later("it may have added to the patient's death"),
}
HARMS: Mapping[str, str] = {
    "death": later("death"),
    "severe": later("severe: injury that greatly limits what she can do or how she lives"),
    "moderate": later("moderate: injury that limits it, and less than severely"),
    "mild": later("mild: slight symptoms or loss, or more treatment, watching or days of stay alone"),
    "none": later("none that anybody sees"),
    "unknown": later("not known"),
}
FACTORS: Mapping[str, str] = {
    "communication": later("communication: what was not told, or not where it was needed"),
    "training": later("training: what people were not taught, or too late"),
    "fatigue": later("fatigue and schedules: too few people, too long, too much at once"),
    "environment": later("environment and equipment: the room, the device, the software"),
    "rules": later("rules and procedures: lacking, unclear, not followed"),
    "barriers": later("barriers: what should have stopped it, and did not"),
}
STRENGTHS: Mapping[str, str] = {
    "stronger": later(
        "stronger: it can't happen any more (a forcing function, a simpler way, a device that stops it)"
    ),
    "intermediate": later(
        "intermediate: it is less likely (a check by software, fewer interruptions, a checklist)"
    ),
    "weaker": later("weaker: people are asked to take more care (training, a warning, a new policy)"),
}
STATES: Mapping[str, str] = {
    "reported": later("nobody has looked into it yet"),
    "judged": later("judged; its causes are not written"),
    "cause": later("its causes are written"),
    "closed": later("closed"),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "reported": ("act", "●"),
    "judged": ("look", "◆"),
    "cause": ("look", "◐"),
    "closed": ("ok", "✓"),
}
STEPS: Mapping[SafetyStepKind, str] = {
    SafetyStepKind.TOLD: later("the safety lead was told"),
    SafetyStepKind.JUDGED: later("judged how severe it was"),
    SafetyStepKind.CAUSE: later("wrote its causes"),
    SafetyStepKind.ACTION: later("added an action"),
    SafetyStepKind.WORKED: later("said whether an action worked"),
    SafetyStepKind.LINKED: later("linked it"),
    SafetyStepKind.CLOSED: later("closed it"),
    SafetyStepKind.REOPENED: later("opened it again"),
}
WORKED: Mapping[str, str] = {"yes": later("it worked"), "no": later("it did not work")}
LINKS: Mapping[str, tuple[str, str]] = {
    "failure": (later("a failure"), "failure"),
    "rule": (later("a rule"), "site_rule"),
    "stop": (later("a stop"), ""),
    "event": (later("another event"), "safety_event"),
}


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in the list: what it was, how severe, what it concerns, where it stands, and how many of its actions are late."""

    id: str
    title: str
    category: str
    meaning: str
    harmed: bool
    concerns: str
    state: str
    mark: tuple[str, str]
    on: str
    late: int


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of an event's root-cause record."""

    number: str
    words: str
    strength: str
    owner: str
    due: str
    measure: str
    worked: str
    found: str
    late: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """What an event is linked to: in words, with the name of its page ("" for none)."""

    words: str
    page: str
    id: str


def row_of(one: SafetyEvent, now: datetime) -> EventRow:
    """An event as the list has it."""
    return EventRow(
        id=one.id,
        title=str(REPORTS[one.reported.report]),
        category=one.category,
        meaning=str(CATEGORIES[one.category]),
        harmed=one.category >= HARM_FROM,
        concerns=concerns(one),
        state=str(STATES[one.state]),
        mark=MARKS[one.state],
        on=moment(one.at, now),
        late=sum(two.late(now.date()) for two in one.actions),
    )


def concerns(one: SafetyEvent) -> str:
    """What an event concerns, as far as whoever reported it knew."""
    said = one.reported
    found = [named(said.kind).title if said.kind else ""]
    found += [gettext("the model {name}").format(name=said.model)] if said.model else []
    found += [gettext("the rule {name}").format(name=said.rule)] if said.rule else []
    return ", ".join(filter(None, found))


def by_category(every: Iterable[SafetyEvent]) -> list[tuple[str, str, int]]:
    """How many events there are of each category that has any, with its meaning."""
    counted = dict.fromkeys(MERP, 0)
    for one in every:
        counted[one.category] += 1
    return [(letter, str(CATEGORIES[letter]), number) for letter, number in counted.items() if number]


def actions(found: Sequence[ActionTaken], people: Mapping[str, str], today: date) -> list[ActionRow]:
    """The actions of an event, in order."""
    return [
        ActionRow(
            number=one.number,
            words=one.words,
            strength=one.strength,
            owner=people.get(one.owner) or gettext("Somebody who left"),
            due=one.due.isoformat(),
            measure=one.measure,
            worked=str(WORKED[one.worked]) if one.worked else "",
            found=one.found,
            late=one.late(today),
        )
        for one in found
    ]


def history(one: SafetyEvent, people: Mapping[str, str], now: datetime) -> list[tuple[str, str, str]]:
    """What was said of it, the newest first: when, by whom, and what."""
    rows = [(moment(step.at, now), _who(step, people), _said(step)) for step in reversed(one.steps)]
    reporter = people.get(one.who) or gettext("Somebody who left")
    said = gettext("reported it: category {letter}").format(letter=one.reported.category)
    return [*rows, (moment(one.at, now), f"{reporter} ({ROLES.get(one.role, one.role)})", said)]


def _who(step: SafetyStep, people: Mapping[str, str]) -> str:
    if step.who == "careloom":
        return "Careloom"
    return people.get(step.who) or gettext("Somebody who left")


def _said(step: SafetyStep) -> str:
    said, words = step.said, str(STEPS[step.what])
    if step.what is SafetyStepKind.TOLD:
        return (
            f"{words}: {said['whom']}"
            if said["whom"]
            else gettext("nobody could be told: no safety lead was reached")
        )
    if step.what is SafetyStepKind.JUDGED:
        words = f"{words}: {said['category']}, {said['harm']}"
    if step.what is SafetyStepKind.WORKED:
        words = f"{words}: {WORKED[said['worked']]}"
    if step.what in (SafetyStepKind.JUDGED, SafetyStepKind.CLOSED, SafetyStepKind.REOPENED) and said.get(
        "why"
    ):
        words = f"{words} ({said['why']})"
    return words


def links(one: SafetyEvent) -> list[Linked]:
    """What it is linked to."""
    found = [step.said for step in one.steps if step.what is SafetyStepKind.LINKED]
    return [Linked(str(LINKS[said["what"]][0]), LINKS[said["what"]][1], said["id"]) for said in found]
