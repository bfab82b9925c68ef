"""Stops: what is stopped, and what was said of each since. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.stop import KNOWN, Agreed, Stop, Stopping, StopScope
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place
from careloom.store.stopped import StopStep, StoredStop

AGREED, STARTED = "agreed", "started"
MOST = 200


@dataclass(frozen=True)
class Stops:
    """The stops of one organisation."""

    keys: Keys

    def hold(self, *, shared: bool = False) -> None:
        """In a transaction: nothing is stopped or started until it ends. Whoever drafts, signs or files shares it with others who do; it is taken
        first of all locks."""
        hold(number_of(self.keys.organisation, "stops"), shared=shared)

    def stopping(self) -> Stopping:
        """What is stopped now, by one question to the database that needs no key; `unread` where a row is of a form that isn't known here."""
        rows = list(self._holding().values_list("scope", "name", "needs"))
        known = [(scope, name) for scope, name, needs in rows if needs <= KNOWN and scope in set(StopScope)]
        return Stopping(frozenset(known), unread=len(known) < len(rows))

    def holding(self) -> tuple[Stop, ...]:
        """The stops that hold, the newest first, with their words."""
        return self._opened(self._holding().order_by("-at", "-id"))

    def newest(self) -> tuple[Stop, ...]:
        """The newest stops (MOST), whether they hold or not."""
        return self._opened(self._rows().order_by("-at", "-id")[:MOST])

    def get(self, stop: str) -> Stop:
        """One by its id. Raises InputError for an unknown one."""
        found = self._opened(self._rows().filter(pk=as_uuid(stop, "stop")))
        if not found:
            raise InputError("there is no such stop", where="stop")
        return found[0]

    def add(self, scope: StopScope, name: str, *, who: str, role: str, at: datetime, why: str) -> str:
        """Stop something; the stop's id."""
        row_id = new_id()
        with writing():
            StoredStop.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                scope=scope.value,
                name=name,
                who=who,
                role=role,
                at=at,
                needs=KNOWN,
                sealed_why=self.keys.seal(why.encode(), place("stop", row_id, "why")),
            )
        return row_id.hex

    def agree(self, stop: str, said: Agreed) -> None:
        """Append that somebody agrees that it starts again. Raises StaleRecord where something else was said at the same moment."""
        self._step(as_uuid(stop, "stop"), AGREED, said)

    def start(self, stop: str, said: Agreed) -> None:
        """Append that it starts again, with the words of whoever agreed last. Raises StaleRecord as `agree`."""
        self._step(as_uuid(stop, "stop"), STARTED, said)

    def _step(self, of: UUID, what: str, said: Agreed) -> None:
        row_id = new_id()
        try:
            with writing():
                StopStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    of_id=of,
                    number=StopStep.objects.filter(of=of).count() + 1,
                    what=what,
                    who=said.who,
                    role=said.role,
                    at=said.at,
                    sealed_note=self.keys.seal(said.note.encode(), place("stop step", row_id, "note")),
                )
        except IntegrityError:
            raise StaleRecord(
                "somebody else spoke of this stop at the same moment; look at it again"
            ) from None

    def _rows(self) -> QuerySet[StoredStop]:
        return StoredStop.objects.filter(organisation=self.keys.organisation)

    def _holding(self) -> QuerySet[StoredStop]:
        started = StopStep.objects.filter(of=OuterRef("pk"), what=STARTED)
        return self._rows().filter(~Exists(started))

    def _opened(self, rows: Iterable[StoredStop]) -> tuple[Stop, ...]:
        found = [row for row in rows if row.needs <= KNOWN and row.scope in set(StopScope)]
        steps: dict[UUID, list[StopStep]] = defaultdict(list)
        for one in StopStep.objects.filter(of__in=[row.pk for row in found]).order_by("number"):
            steps[one.of_id].append(one)
        return tuple(
            Stop(
                id=row.pk.hex,
                scope=StopScope(row.scope),
                name=row.name,
                who=row.who,
                role=row.role,
                at=row.at,
                why=self.keys.open(bytes(row.sealed_why), place("stop", row.pk, "why")).decode(),
                agreed=tuple(self._agreed(one) for one in steps[row.pk] if one.what == AGREED),
                over=next((one.at for one in steps[row.pk] if one.what == STARTED), None),
            )
            for row in found
        )

    def _agreed(self, row: StopStep) -> Agreed:
        note = self.keys.open(bytes(row.sealed_note), place("stop step", row.pk, "note")).decode()
        return Agreed(who=row.who, role=row.role, at=row.at, note=note)
