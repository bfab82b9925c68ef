"""Work rows: what must be done in the background, once; claimed by one worker at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from careloom.errors import InputError
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.models import Work


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work as its row says it; `error` is the name of a class, never words."""

    id: str
    kind: str
    key: str
    args: Mapping[str, str] = field(default_factory=dict)
    state: str = "waiting"
    attempts: int = 0
    error: str = ""
    worker: str = ""


@dataclass(frozen=True)
class Works:
    """The work of one organisation."""

    organisation: str

    def add(self, kind: str, key: str, args: Mapping[str, str]) -> tuple[Task, bool]:
        """A piece of work, and whether it is new: the same kind and key twice is one. `args` are ids alone."""
        now = timezone.now()
        with writing():
            row, new = Work.objects.get_or_create(
                organisation=self.organisation,
                kind=kind,
                key=key,
                defaults={"args": dict(args), "created": now, "changed": now, "not_before": now},
            )
        return _task(row), new

    def get(self, work_id: str) -> Task:
        """A piece of work. Raises InputError for an unknown one."""
        row = self._rows().filter(pk=as_uuid(work_id, "work")).first()
        if row is None:
            raise InputError("unknown work")
        return _task(row)

    def claim(self, work_id: str, worker: str) -> Task | None:
        """Take a waiting piece of work; None where somebody else has it or it is done."""
        waiting = self._rows().filter(pk=as_uuid(work_id, "work"), state="waiting")
        with writing():
            taken = waiting.update(
                state="running", worker=worker, attempts=F("attempts") + 1, changed=timezone.now()
            )
        return self.get(work_id) if taken else None

    def done(self, task: Task) -> None:
        """Say that claimed work is done."""
        self._leave(task, "done", "", timedelta())

    def failed(self, task: Task, error: str, *, attempts: int, pause: timedelta, counts: bool = True) -> str:
        """Put claimed work back ("waiting"), or among the dead after so many attempts ("dead"); an attempt that doesn't count leaves as many.

        `error` is the name of a class. Gives "" for work that somebody else holds by now; it is left alone.
        """
        state = "waiting" if task.attempts < attempts else "dead"
        return state if self._leave(task, state, error, pause, counts=counts) else ""

    def release(self, task: Task) -> None:
        """Put claimed work back as if it had not been taken: its worker was asked to stop."""
        with writing():
            self._mine(task).update(
                state="waiting", worker="", attempts=F("attempts") - 1, changed=timezone.now()
            )

    def replay(self, work_id: str) -> Task:
        """Give dead work another chance. Raises InputError where it isn't dead."""
        with writing():
            changed = (
                self._rows()
                .filter(pk=as_uuid(work_id, "work"), state="dead")
                .update(
                    state="waiting", attempts=0, worker="", changed=timezone.now(), not_before=timezone.now()
                )
            )
        if not changed:
            raise InputError("this work is not among the dead")
        return self.get(work_id)

    def running(self) -> tuple[tuple[Task, datetime], ...]:
        """What somebody works on, or died over, with the time at which it was claimed."""
        rows = self._rows().filter(state="running").order_by("changed", "id")
        return tuple((_task(row), row.changed) for row in rows)

    def dead(self) -> tuple[Task, ...]:
        """The dead-letter list, the oldest first."""
        return tuple(map(_task, self._rows().filter(state="dead").order_by("changed", "id")))

    def waiting(self) -> tuple[tuple[Task, datetime], ...]:
        """What waits, with the time before which it must not be tried."""
        rows = self._rows().filter(state="waiting").order_by("created", "id")
        return tuple((_task(row), row.not_before) for row in rows)

    def newest(self, kind: str, number: int) -> tuple[tuple[Task, datetime], ...]:
        """The work of a kind that was asked for last, the newest first, with when its state last changed."""
        rows = self._rows().filter(kind=kind).order_by("-created", "-id")[:number]
        return tuple((_task(row), row.changed) for row in rows)

    def counts(self) -> Mapping[str, int]:
        """How many rows are in each state."""
        rows = self._rows().values("state").annotate(number=Count("id"))
        return {row["state"]: row["number"] for row in rows}

    def is_left(self, errors: Collection[str]) -> bool:
        """Whether all that waits was tried, and waits because of one of these errors."""
        return not self._rows().filter(state="waiting").exclude(error__in=errors).exists()

    def _rows(self) -> QuerySet[Work]:
        return Work.objects.filter(organisation=self.organisation)

    def _mine(self, task: Task) -> QuerySet[Work]:
        """The row, if it is still held under this claim."""
        return self._rows().filter(
            pk=UUID(task.id), state="running", worker=task.worker, attempts=task.attempts
        )

    def _leave(self, task: Task, state: str, error: str, pause: timedelta, *, counts: bool = True) -> bool:
        now = timezone.now()
        with writing():
            changed = self._mine(task).update(
                state=state,
                worker="",
                error=error,
                changed=now,
                not_before=now + pause,
                attempts=F("attempts") - int(not counts),
            )
        return bool(changed)


def _task(row: Work) -> Task:
    return Task(
        id=str(row.id),
        kind=row.kind,
        key=row.key,
        args=row.args,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        worker=row.worker,
    )
