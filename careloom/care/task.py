"""Tasks: signed activities of care plans, tracked until they are done or until somebody says why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

# FHIR R4 TaskStatus, those of its codes that a signed activity can have here.
TaskStatus: TypeAlias = Literal["requested", "in-progress", "completed", "cancelled"]
OPEN: frozenset[TaskStatus] = frozenset({"requested", "in-progress"})

# Why an activity isn't done. Whoever says "other" says it in words.
REASONS: Mapping[str, str] = {
    "declined": "the patient declined it",
    "not_reached": "the patient could not be reached",
    "elsewhere": "it was done elsewhere",
    "not_needed": "it is not needed any more",
    "not_available": "it is not available here",
    "other": "another reason",
}


@dataclass(frozen=True, slots=True)
class TaskSaid:
    """What was said of a task: its new status, by `who` (a user id; "careloom" at the filing of a plan), when and why.

    `statement` is the activity's id, which stays the same from plan to plan; `proposal` the filed plan that has its words. `back`
    says that what was said last was taken back: it repeats what stood before.
    """

    patient: str
    statement: str
    proposal: str
    status: TaskStatus
    who: str
    at: datetime
    why: str = ""
    back: bool = False


def kept(history: Iterable[TaskSaid]) -> tuple[TaskSaid, ...]:
    """What was said of one task, oldest first, without what was taken back; the same said again for a newer plan counts once."""
    found: list[TaskSaid] = []
    for said in history:
        if said.back:
            found[-2:] = [said]
        elif found and (found[-1].status, found[-1].who, found[-1].why) == (said.status, said.who, said.why):
            found[-1] = said
        else:
            found.append(said)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Task:
    """A signed activity as it stands: its words, whose it is (a role of ROLES, "" where a person rewrote it), by when, and what was
    said of it last."""

    said: TaskSaid
    text: str
    owner: str
    due: date | None

    @property
    def id(self) -> str:
        """The id by which people name it: the filed plan's and the activity's."""
        return f"{self.said.proposal}-{self.said.statement}"

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.said.status in OPEN

    def late(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.open and self.due is not None and self.due < today
