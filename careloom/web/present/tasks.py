"""What the page Tasks prints: what is late, what is due this week, what comes later, each with whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from careloom.care.document import ROLES
from careloom.care.task import Task
from careloom.web.present.words import brief, owner_words
from careloom.web.saying import later

# Whose activities a person sees first, by the role with which she signs in.
OWNERS: Mapping[str, str] = {
    "registered_nurse": "nurse",
    "care_coordinator": "coordinator",
    "physician": "physician",
    "pharmacist": "pharmacist",
    "social_worker": "social_worker",
    "dietitian": "dietitian",
}
SOON = timedelta(days=7)
GROUPS = (
    later("Late"),
    later("Within seven days"),
    later("Later"),
    later("Without a day"),
    later("Done or closed"),
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: `patient` is whose by id, `name` by name, `when` says by which day, `stands` what was said of it, `open` whether something can be said."""

    id: str
    proposal: str
    statement: str
    patient: str
    name: str
    who: str
    text: str
    owner: str
    when: str
    stands: str
    open: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks under one heading."""

    title: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of whose tasks are shown; "" for everybody's."""

    owner: str
    name: str
    number: int
    chosen: bool


def filters(tasks: Iterable[Task], chosen: str) -> tuple[Filter, ...]:
    """Everybody's, and those of each role that has any."""
    counted: dict[str, int] = {}
    for task in tasks:
        counted[task.owner] = counted.get(task.owner, 0) + 1
    named = [Filter("", gettext("everybody"), sum(counted.values()), not chosen)]
    return tuple(
        named
        + [
            Filter(owner, owner_words(owner), counted.get(owner, 0), owner == chosen)
            for owner in ROLES
            if owner in counted or owner == chosen
        ]
    )


def groups(
    tasks: Iterable[Task],
    labels: Mapping[str, tuple[str, str, str]],
    users: Mapping[str, str],
    today: date,
) -> tuple[Group, ...]:
    """The tasks by how much they press; headings without a task are left out."""
    found: dict[str, list[TaskRow]] = {title: [] for title in GROUPS}
    for task in _patient_by_patient(tuple(tasks)):
        found[_group(task, today)].append(_row(task, labels, users))
    return tuple(Group(title, tuple(rows)) for title, rows in found.items() if rows)


def _patient_by_patient(tasks: Sequence[Task]) -> list[Task]:
    """The tasks of one person together, whoever has the earliest day first: one call may do for all."""
    first: dict[str, date] = {}
    for task in tasks:
        due = task.due or date.max
        first[task.said.proposal] = min(first.get(task.said.proposal, due), due)
    return sorted(
        tasks, key=lambda task: (first[task.said.proposal], task.said.proposal, task.due or date.max)
    )


def _group(task: Task, today: date) -> str:
    if not task.open:
        return GROUPS[4]
    if task.due is None:
        return GROUPS[3]
    if task.late(today):
        return GROUPS[0]
    return GROUPS[1] if task.due <= today + SOON else GROUPS[2]


def _row(task: Task, labels: Mapping[str, tuple[str, str, str]], users: Mapping[str, str]) -> TaskRow:
    name, born, sex = labels.get(task.said.patient, ("", "", ""))
    return TaskRow(
        id=task.id,
        proposal=task.said.proposal,
        statement=task.said.statement,
        patient=task.said.patient,
        name=name or gettext("Name not recorded"),
        who=" · ".join(one for one in (born, sex) if one),
        text=_alone(task),
        owner=owner_words(task.owner) or gettext("somebody of the team"),
        when=gettext("by {due}").format(due=brief(task.due, year=True)) if task.due else "",
        stands=stands(task, users),
        open=task.open,
    )


def _alone(task: Task) -> str:
    """A task's words without who does it and by when at their end, which stand beside them."""
    beside = f" ({task.owner.replace('_', ' ')}, by {task.due})"
    return (
        task.text.removesuffix(".").removesuffix(beside) + "."
        if f"{beside}." in task.text[-80:]
        else task.text
    )


def stands(task: Task, users: Mapping[str, str]) -> str:
    """ "Begun by Nora Lind on 28 November 2026", "Not done: the patient declined it (Nora Lind, …)"; "" for what nobody touched."""
    said = task.said
    by, day = users.get(said.who, gettext("Careloom")), brief(said.at, year=True)
    if said.status == "requested":
        return f"{by} {said.why} ({day})." if said.why else ""
    if said.status == "in-progress":
        return gettext("Begun by {by} on {day}.").format(by=by, day=day)
    if said.status == "completed":
        return gettext("Done: {by}, {day}{more}.").format(
            by=by, day=day, more=f", {said.why}" if said.why else ""
        )
    return gettext("Not done: {why} ({by}, {day}).").format(why=said.why, by=by, day=day)
