"""Tasks: what was said of signed activities; each saying is appended, the newest counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from careloom.care.task import TaskSaid, TaskStatus
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import TaskEvent, place
from careloom.store.sameness import Sameness


@dataclass(frozen=True)
class Tasks:
    """The tasks of one organisation."""

    keys: Keys

    def add(self, said: TaskSaid) -> None:
        """Append what was said of an activity."""
        row_id = new_id()
        with writing():
            TaskEvent.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                patient_id=as_uuid(said.patient, "patient"),
                statement=said.statement,
                proposal_id=as_uuid(said.proposal, "proposal"),
                status=said.status,
                who=said.who,
                at=said.at,
                back=said.back,
                sealed_why=self.keys.seal(said.why.encode(), place("task", row_id, "why")),
            )

    def standing(self, patient: str = "") -> tuple[TaskSaid, ...]:
        """What was said last of every activity of a patient and whoever is one person with them, or of everybody; oldest first."""
        return self._standing(self._rows(patient))

    def of_all(self, patients: Collection[UUID]) -> tuple[TaskSaid, ...]:
        """The same of many patients at once, as they are stored: whoever is one person with them is named, too."""
        return self._standing(self._rows("").filter(patient__in=patients))

    def _standing(self, rows: QuerySet[TaskEvent]) -> tuple[TaskSaid, ...]:
        last = TaskEvent.objects.filter(patient=OuterRef("patient"), statement=OuterRef("statement"))
        newest = last.order_by("-at", "-id").values("id")[:1]
        found = rows.annotate(newest=Subquery(newest)).filter(id=F("newest"))
        return tuple(map(self._said, found.order_by("at", "id")))

    def history(self, patient: str, statement: str) -> tuple[TaskSaid, ...]:
        """Everything that was said of one activity, oldest first."""
        rows: Iterable[TaskEvent] = self._rows(patient).filter(statement=statement).order_by("at", "id")
        return tuple(map(self._said, rows))

    def _rows(self, patient: str) -> QuerySet[TaskEvent]:
        rows = TaskEvent.objects.filter(organisation=self.keys.organisation)
        return rows.filter(patient__in=Sameness(self.keys).members(patient)) if patient else rows

    def _said(self, row: TaskEvent) -> TaskSaid:
        return TaskSaid(
            patient=str(row.patient_id),
            statement=row.statement,
            proposal=row.proposal_id.hex,
            status=cast(TaskStatus, row.status),
            who=row.who,
            at=row.at,
            back=row.back,
            why=self.keys.open(bytes(row.sealed_why), place("task", row.id, "why")).decode(),
        )
