"""Writings: each is one however often it is asked for; what became of it is appended, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Count, Max, QuerySet

from careloom.care.writing import OPEN, State, Step, Writing
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked, Row
from careloom.store.bulk import insert
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredWriting, WritingStep, place
from careloom.store.prepared import tell
from careloom.store.sameness import Sameness

# So many writings' steps are read at a time.
BATCH = 200
COLUMNS = ("id", "proposal_id", "patient_id", "system", "way", "state", "created", "not_before")
ID, SYSTEM = COLUMNS.index("id"), COLUMNS.index("system")
_STEP_COLUMNS = (
    "id",
    "organisation",
    "writing",
    "number",
    "state",
    "why",
    "who",
    "at",
    "sealed_there",
)
STEP = ("writing_id", "state", "at", "why", "who")

_ROW = Asked(
    lambda organisation, row_id: StoredWriting.objects.filter(
        organisation=organisation, pk=row_id
    ).values_list(*COLUMNS)
)
_TO = Asked(
    lambda organisation, patients: (
        StoredWriting.objects.filter(organisation=organisation, patient__in=patients)
        .order_by("-created", "-id")
        .values_list(*COLUMNS)
    )
)
_SOME = Asked(
    lambda organisation, ids: StoredWriting.objects.filter(organisation=organisation, pk__in=ids).values_list(
        *COLUMNS
    )
)
_STEPS, _WHOLE = (
    Asked(
        lambda writings, more=more: (
            WritingStep.objects.filter(writing__in=writings).order_by("number").values_list(*STEP, *more)
        )
    )
    for more in ((), ("id", "sealed_there"))
)


def _becomes(state: str, later: datetime, organisation: str, row: UUID) -> tuple[str, list[Any]]:
    """What tells a writing's row what it is now: made by hand, since Django makes it anew each time, which costs more than it takes."""
    quote, native = connection.ops.quote_name, connection.features.has_native_uuid_field
    table = quote(StoredWriting._meta.db_table)
    names = [quote(one) for one in ("state", "not_before", "organisation", "id")]
    said = f"UPDATE {table} SET {names[0]} = %s, {names[1]} = %s WHERE {names[2]} = %s AND {names[3]} = %s"  # noqa: S608
    at = connection.ops.adapt_datetimefield_value(later)
    return said, [state, at, organisation, row if native else row.hex]


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
                self._append(row.id, 1, Step(State.QUEUED, at, by=by))
        except IntegrityError:
            return False
        return True

    def get(self, writing_id: str) -> Writing:
        """A writing as it stands. Raises InputError for an unknown one."""
        found = self._all(_ROW.rows(self.keys.organisation, as_uuid(writing_id, "writing")))
        if not found:
            raise InputError("unknown writing")
        return found[0]

    def step(self, old: Writing, step: Step, *, not_before: datetime | None = None) -> Writing:
        """Append what a writing became. Raises StaleRecord where something else became of it since it was read."""
        later = not_before or old.not_before
        try:
            with writing():
                row = UUID(old.id)
                self._append(row, len(old.steps) + 1, step)
                tell(*_becomes(step.state.value, later, self.keys.organisation, row))
        except IntegrityError:
            raise StaleRecord("something else became of this meanwhile; look at it again") from None
        return replace(old, state=step.state, not_before=later, steps=(*old.steps, step))

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
        rows = self._rows().filter(proposal=as_uuid(proposal, "proposal")).order_by("created", "id")
        return self._all(rows.values_list(*COLUMNS))

    def to(self, patient: str) -> tuple[Writing, ...]:
        """All writings about a patient, or whoever is one person with them, the newest first, without what is there."""
        return self._all(self._about(patient), whole=False)

    def beside(self, writing: Writing) -> tuple[Writing, ...]:
        """The other writings to its system about its patient, or whoever is one person with them, the newest first, with what is there."""
        own = UUID(writing.id)
        rows = self._about(writing.patient)
        return self._all([one for one in rows if one[SYSTEM] == writing.system and one[ID] != own])

    def whole(self, writings: Sequence[Writing]) -> tuple[Writing, ...]:
        """The same as they stand now, in their order, with what is there."""
        rows = _SOME.rows(self.keys.organisation, [UUID(one.id) for one in writings])
        found = {one.id: one for one in self._all(rows)}
        return tuple(found[one.id] for one in writings)

    def last(self, number: int = 200, states: Iterable[State] = ()) -> tuple[Writing, ...]:
        """The newest writings (of these states), the newest first, without what is there."""
        rows = self._rows().order_by("-created", "-id").values_list(*COLUMNS)
        wanted = [state.value for state in states]
        return self._all((rows.filter(state__in=wanted) if wanted else rows)[:number], whole=False)

    def accepted(self) -> dict[str, datetime]:
        """When each system took something last, by its name."""
        rows = WritingStep.objects.filter(organisation=self.keys.organisation, state=State.WRITTEN.value)
        return dict(rows.values_list("writing__system").annotate(Max("at")))

    def newest_there(self, system: str) -> Writing | None:
        """The newest writing that a system has, with what is there."""
        row = self._rows().filter(system=system, state=State.WRITTEN.value).order_by("-created", "-id")
        return next(iter(self._all(row.values_list(*COLUMNS)[:1])), None)

    def count(self, states: Iterable[State]) -> int:
        """How many writings are of these states."""
        return self._rows().filter(state__in=[state.value for state in states]).count()

    def _about(self, patient: str) -> list[Row]:
        return _TO.rows(self.keys.organisation, Sameness(self.keys).members(patient))

    def _rows(self) -> QuerySet[StoredWriting]:
        return StoredWriting.objects.filter(organisation=self.keys.organisation)

    def _append(self, writing_id: UUID, number: int, step: Step) -> None:
        row_id = new_id()
        there = self.keys.seal(codec.encode(step.there), place("writing step", row_id, "there"))
        row = (
            row_id,
            self.keys.organisation,
            writing_id,
            number,
            step.state.value,
            step.why,
            step.by,
            step.at,
            there,
        )
        insert(WritingStep, _STEP_COLUMNS, [row])

    def _all(self, rows: Iterable[Row], *, whole: bool = True) -> tuple[Writing, ...]:
        """Writings of their rows (COLUMNS), each with its steps."""
        found = list(rows)
        steps: dict[UUID, list[Step]] = {row[ID]: [] for row in found}
        ids = list(steps)
        for start in range(0, len(ids), BATCH):
            for row in (_WHOLE if whole else _STEPS).rows(ids[start : start + BATCH]):
                steps[row[0]].append(self._step(*row[1:]))
        return tuple(
            Writing(
                id=str(ident),
                proposal=proposal.hex,
                patient=str(patient),
                system=system,
                way=way,
                state=State(state),
                created=created,
                not_before=not_before,
                steps=tuple(steps[ident]),
            )
            for ident, proposal, patient, system, way, state, created, not_before in found
        )

    def _step(self, state: str, at: datetime, why: str, who: str, *sealed: Any) -> Step:
        if not sealed:
            return Step(State(state), at, why, who)
        row_id, there = sealed
        opened = self.keys.open(bytes(there), place("writing step", row_id, "there"))
        return Step(State(state), at, why, who, codec.there(opened))
