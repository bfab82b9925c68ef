"""Alarms as their pages tell them: what, since when, whose, and what happened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.alarm import Alarm, AlarmStep, AlarmStepKind, Owner
from careloom.care.document import Severity
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

KINDS: Mapping[str, str] = {
    "data": later("Data: what a source sends has changed"),
    "population": later("Population: the patients have changed"),
    "practice": later("Practice: how care is given or reviewed has changed"),
    "model": later("Model: how a model writes has changed"),
    "burden": later("Alerts for each reviewer"),
    "queue": later("Age of what waits"),
    "safety": later("Safety"),
    "release": later("A version that is rolled out"),
    "programme": later("A report of the calendar"),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.HIGH: later("high"),
    Severity.MODERATE: later("moderate"),
    Severity.LOW: later("low"),
}
STATES: Mapping[str, tuple[str, str, str]] = {
    "raised": ("act", "■", later("nobody has acknowledged it")),
    "acknowledged": ("look", "◆", later("acknowledged; it still stands")),
    "ended": ("ok", "✓", later("ended")),
}
STEPS: Mapping[AlarmStepKind, str] = {
    AlarmStepKind.TOLD: later("{who} was told in Careloom"),
    AlarmStepKind.MAILED: later("an e-mail went to {who}"),
    AlarmStepKind.FAILED: later("the e-mail to {who} could not be sent; it is tried again"),
    AlarmStepKind.AGAIN: later("new evidence: {evidence}"),
    AlarmStepKind.ESCALATED: later("nobody had acknowledged it in time: the lead is told"),
    AlarmStepKind.ACKNOWLEDGED: later("{who} acknowledged it"),
    AlarmStepKind.NOTED: later("{who} wrote: {words}"),
    AlarmStepKind.ENDED: later("{who} ended it: {words}"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An alarm of the list."""

    id: str
    title: str
    words: str
    severity: str
    high: bool
    since: str
    owner: str
    mark: tuple[str, str]
    state: str
    due: str
    note: str


def rows(
    alarms: Iterable[Alarm],
    owners: Mapping[str, Owner],
    people: Mapping[str, str],
    now: datetime,
    due: Callable[[Alarm], datetime],
) -> list[Row]:
    """The list's rows, in the order given."""
    return [_row(one, owners, people, now, due) for one in alarms]


def _row(
    one: Alarm,
    owners: Mapping[str, Owner],
    people: Mapping[str, str],
    now: datetime,
    due: Callable[[Alarm], datetime],
) -> Row:
    tone, shape, words = STATES[one.state]
    until = ""
    if one.state == "raised":
        by = due(one)
        until = (
            gettext("to be acknowledged by {time}").format(time=moment(by, now))
            if by > now
            else gettext("overdue: the lead is told at the next round")
        )
    owner = owners.get(f"alarm:{one.kind}")
    return Row(
        one.id,
        str(KINDS[one.kind]),
        words_of(one),
        str(SEVERITIES[one.severity]),
        one.severity is Severity.HIGH,
        moment(one.at, now),
        owner_words(owner, people) if owner else "",
        (tone, shape),
        str(words),
        until,
        one.ended.words if one.ended else "",
    )


def words_of(one: Alarm) -> str:
    """What went wrong, in the reader's language where there are words for it."""
    words = gettext(one.words) if one.words else str(KINDS[one.kind])
    try:
        return words.format(**one.values)
    except (KeyError, IndexError, ValueError):
        return words


def owner_words(owner: Owner, people: Mapping[str, str]) -> str:
    """Who answers for something: a person, or a role; a person who has left is said."""
    role = str(ROLES.get(owner.role, owner.role))
    if owner.left:
        return gettext("{role} (whoever was named has left or changed roles)").format(role=role)
    return people.get(owner.user, role) if owner.user else role


def history(one: Alarm, people: Mapping[str, str], now: datetime) -> list[tuple[str, str]]:
    """What happened to it, the newest first: when, and what."""
    raised = gettext("raised: {evidence}").format(evidence=one.evidence)
    told = [(moment(step.at, now), _step(step, people)) for step in one.steps]
    return [*reversed(told), (moment(one.at, now), raised)]


def _step(step: AlarmStep, people: Mapping[str, str]) -> str:
    who = people.get(step.who, gettext("Somebody who left"))
    return str(STEPS[step.what]).format(who=who, words=step.words, evidence=step.evidence)


def choices(
    owner: Owner, people: Iterable[tuple[str, str]], roles: Iterable[str]
) -> list[tuple[str, str, bool]]:
    """Whom an administrator may name: value, words, whether it is so now."""
    now = owner.user if owner.user and not owner.left else f"role:{owner.role}"
    found = [
        (f"role:{role}", gettext("everybody with the role {role}").format(role=ROLES[role])) for role in roles
    ]
    found += list(people)
    return [(value, words, value == now) for value, words in found]
