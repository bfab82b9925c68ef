"""Tasks: what was said of signed activities; each saying is appended, the newest counts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from careloom.care.task import TaskSaid, TaskStatus
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked, Row
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import TaskEvent, place
from careloom.store.once import once
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
        if not patient:
            return self._standing(self._rows(""))
        organisation, members = self.keys.organisation, Sameness(self.keys).members(patient)
        asked = (_STANDING.make, organisation, members)
        return tuple(map(self._said, once(asked, lambda: _STANDING.rows(organisation, members))))

    def of_all(self, patients: Collection[UUID]) -> tuple[TaskSaid, ...]:
        """The same of many patients at once, as they are stored: whoever is one person with them is named, too."""
        return self._standing(self._rows("").filter(patient__in=patients))

    def _standing(self, rows: QuerySet[TaskEvent]) -> tuple[TaskSaid, ...]:
        return tuple(map(self._said, _newest(rows)))

    def history(self, patient: str, statement: str) -> tuple[TaskSaid, ...]:
        """Everything that was said of one activity, oldest first."""
        rows = self._rows(patient).filter(statement=statement).order_by("at", "id")
        return tuple(map(self._said, rows.values_list(*_COLUMNS)))

    def _rows(self, patient: str) -> QuerySet[TaskEvent]:
        rows = TaskEvent.objects.filter(organisation=self.keys.organisation)
        return rows.filter(patient__in=Sameness(self.keys).members(patient)) if patient else rows

    def _said(self, row: Row) -> TaskSaid:
        row_id, patient, statement, proposal, status, who, at, back, sealed = row
        return TaskSaid(
            patient=str(patient),
            statement=statement,
            proposal=proposal.hex,
            status=cast(TaskStatus, status),
            who=who,
            at=at,
            back=back,
            why=self.keys.open(bytes(sealed), place("task", row_id, "why")).decode(),
        )


def _newest(rows: QuerySet[TaskEvent]) -> QuerySet[TaskEvent, Row]:
    """What was said last of every activity, oldest first."""
    last = TaskEvent.objects.filter(patient=OuterRef("patient"), statement=OuterRef("statement"))
    newest = last.order_by("-at", "-id").values("id")[:1]
    found = rows.annotate(newest=Subquery(newest)).filter(id=F("newest"))
    return found.order_by("at", "id").values_list(*_COLUMNS)


_COLUMNS = (
    "id",
    "patient_id",
    "statement",
    "proposal_id",
    "status",
    "who",
    "at",
    "back",
    "sealed_why",
)
_STANDING = Asked(
    lambda organisation, patients: _newest(
        TaskEvent.objects.filter(organisation=organisation, patient__in=patients)
    )
)
