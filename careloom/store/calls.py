"""Calls: what people tick and type on the telephone, kept at each touch, sealed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.call import Call
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.called import StoredCall
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place
from careloom.store.sameness import Sameness


@dataclass(frozen=True)
class Calls:
    """The calls of one organisation."""

    keys: Keys

    def begin(self, call: Call) -> Call:
        """Keep a call that begins; the one that is open already, where this person has one with this patient."""
        row_id = new_id()
        begun = replace(call, id=row_id.hex)
        if known := self.open_of(call.patient, call.who):
            return known
        try:
            with writing():
                StoredCall.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    patient_id=as_uuid(call.patient, "patient"),
                    user=call.who,
                    began=call.began,
                    seen=call.seen,
                    sealed=self._seal(row_id, begun),
                )
        except IntegrityError:
            # Two tabs at once: the other one began it.
            return self.open_of(call.patient, call.who) or begun
        return begun

    def get(self, call_id: str) -> Call:
        """A call. Raises InputError for an unknown one."""
        return self._opened(self._row(call_id))

    def of_note(self, note: str) -> Call | None:
        """The call of which a note came."""
        rows = StoredCall.objects.filter(organisation=self.keys.organisation, note=note)
        row = rows.order_by("-began", "-id").first()
        return self._opened(row) if row is not None else None

    def open_of(self, patient: str, who: str) -> Call | None:
        """The call that somebody has open with a patient."""
        row = self._of(patient).filter(user=who, ended__isnull=True).order_by("began", "id").first()
        return self._opened(row) if row is not None else None

    def others(self, patient: str, who: str, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """Who else has a call open with a patient and gave a sign since a time, and when it began."""
        rows = self._of(patient).filter(ended__isnull=True, seen__gt=since).exclude(user=who)
        return tuple(rows.order_by("began", "id").values_list("user", "began"))

    def change(self, call_id: str, how: Callable[[Call], Call]) -> Call:
        """Change it, as it is stored now: two tabs of one person lose nothing of each other's. Raises InputError."""
        with writing():
            row = self._row(call_id, lock=True)
            before = self._opened(row)
            after = how(before)
            if after != before:
                row.version += 1
                row.seen, row.ended, row.note = after.seen, after.ended, after.note
                row.sealed = self._seal(row.id, after)
                row.save(update_fields=["version", "seen", "ended", "note", "sealed"])
        return after

    def _of(self, patient: str) -> QuerySet[StoredCall]:
        members = Sameness(self.keys).members(patient)
        return StoredCall.objects.filter(organisation=self.keys.organisation, patient__in=members)

    def _row(self, call_id: str, *, lock: bool = False) -> StoredCall:
        rows = StoredCall.objects.filter(organisation=self.keys.organisation)
        if lock:
            rows = rows.select_for_update()
        row = rows.filter(pk=as_uuid(call_id, "call")).first()
        if row is None:
            raise InputError("unknown call")
        return row

    def _seal(self, row_id: UUID, call: Call) -> bytes:
        return self.keys.seal(codec.encode(call), place("call", row_id, "call"))

    def _opened(self, row: StoredCall) -> Call:
        return codec.call(self.keys.open(bytes(row.sealed), place("call", row.id, "call")))
