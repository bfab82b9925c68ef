"""Writings: each is one however often it is asked for; what became of it is appended, step by step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Count, Prefetch, QuerySet

from careloom.care.writing import OPEN, State, Step, Writing
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredWriting, WritingStep, place
from careloom.store.sameness import Sameness


@dataclass(frozen=True)
class Writings:
    """What one organisation writes into other systems' charts."""

    keys: Keys

    def add(
        self, proposal: str, patient: str, system: str, way: str, *, at: datetime, by: str = "careloom"
    ) -> bool:
        """Queue a document for a system; whether it is new. Part of the transaction around the call."""
        known = self._rows().filter(proposal=as_uuid(proposal, "proposal"), system=system)
        if known.exists():
            return False
        row = StoredWriting(
            organisation=self.keys.organisation,
            patient_id=as_uuid(patient, "patient"),
            proposal_id=as_uuid(proposal, "proposal"),
            system=system,
            way=way,
            created=at,
            state=State.QUEUED.value,
            not_before=at,
        )
        try:
            with writing():
                row.save(force_insert=True)
                self._append(row, 1, Step(State.QUEUED, at, by=by))
        except IntegrityError:
            return False
        return True

    def get(self, writing_id: str) -> Writing:
        """A writing as it stands. Raises InputError for an unknown one."""
        return self._writing(self._row(writing_id))

    def step(self, old: Writing, step: Step, *, not_before: datetime | None = None) -> Writing:
        """Append what a writing became. Raises StaleRecord where something else became of it since it was read."""
        try:
            with writing():
                row = self._row(old.id, lock=True)
                self._append(row, len(old.steps) + 1, step)
                row.state = step.state.value
                row.not_before = not_before or row.not_before
                row.save(update_fields=["state", "not_before"])
        except IntegrityError:
            raise StaleRecord("something else became of this meanwhile; look at it again") from None
        return self.get(old.id)

    def due(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """What is to be done now, the oldest first: each id with the number of its steps.

        Of what is being handed over, that of which nobody has been heard for as long as its step says.
        """
        states = [one.value for one in OPEN]
        rows = self._rows().filter(state__in=states, not_before__lte=now).annotate(number=Count("steps"))
        found = rows.order_by("not_before", "id").values_list("id", "number")
        return tuple((str(ident), number) for ident, number in found)

    def of(self, proposal: str) -> tuple[Writing, ...]:
        """The writings of a document, the oldest first."""
        return self._all(
            self._rows().filter(proposal=as_uuid(proposal, "proposal")).order_by("created", "id")
        )

    def to(self, patient: str, system: str = "", *, whole: bool = False) -> tuple[Writing, ...]:
        """All writings (to a system) about a patient, or whoever is one person with them, the newest first; with what is there where `whole`."""
        rows = self._rows().filter(patient__in=Sameness(self.keys).members(patient))
        rows = rows.filter(system=system) if system else rows
        return self._all(rows.order_by("-created", "-id"), whole=whole)

    def last(self, number: int = 200, states: Iterable[State] = ()) -> tuple[Writing, ...]:
        """The newest writings (of these states), the newest first, without what is there."""
        rows = self._rows().order_by("-created", "-id")
        wanted = [state.value for state in states]
        return self._all((rows.filter(state__in=wanted) if wanted else rows)[:number], whole=False)

    def _rows(self) -> QuerySet[StoredWriting]:
        return StoredWriting.objects.filter(organisation=self.keys.organisation)

    def _row(self, writing_id: str, *, lock: bool = False) -> StoredWriting:
        rows = self._rows().select_for_update() if lock else self._rows()
        row = rows.filter(pk=as_uuid(writing_id, "writing")).first()
        if row is None:
            raise InputError("unknown writing")
        return row

    def _append(self, row: StoredWriting, number: int, step: Step) -> None:
        row_id = new_id()
        WritingStep.objects.create(
            id=row_id,
            organisation=self.keys.organisation,
            writing=row,
            number=number,
            state=step.state.value,
            why=step.why,
            who=step.by,
            at=step.at,
            sealed_there=self.keys.seal(codec.encode(step.there), place("writing step", row_id, "there")),
        )

    def _all(self, rows: QuerySet[StoredWriting], *, whole: bool = True) -> tuple[Writing, ...]:
        kept = WritingStep.objects.order_by("number")
        steps = Prefetch("steps", kept if whole else kept.defer("sealed_there"))
        return tuple(self._writing(row, whole=whole) for row in rows.prefetch_related(steps))

    def _writing(self, row: StoredWriting, *, whole: bool = True) -> Writing:
        return Writing(
            id=str(row.id),
            proposal=row.proposal_id.hex,
            patient=str(row.patient_id),
            system=row.system,
            way=row.way,
            state=State(row.state),
            created=row.created,
            not_before=row.not_before,
            steps=tuple(
                self._step(one, whole=whole) for one in sorted(row.steps.all(), key=lambda one: one.number)
            ),
        )

    def _step(self, row: WritingStep, *, whole: bool) -> Step:
        if not whole:
            return Step(State(row.state), row.at, row.why, row.who)
        sealed = self.keys.open(bytes(row.sealed_there), place("writing step", row.id, "there"))
        return Step(State(row.state), row.at, row.why, row.who, codec.there(sealed))
