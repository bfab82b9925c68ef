"""Unfinished: what people looked at, marked, answered and typed of proposals that they haven't decided; sealed, and gone when they have."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from careloom.care.progress import Progress
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.holds import Holds
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredProgress, place

# Whose what was begun is that a legal hold keeps: nobody's.
HELD = "held "
_OF = Asked(
    lambda organisation, proposal, user: StoredProgress.objects.filter(
        organisation=organisation, proposal=proposal, user=user
    ).values_list("id", "sealed")
)


@dataclass(frozen=True)
class Unfinished:
    """What is unfinished in one organisation."""

    keys: Keys

    def of(self, proposal: str, user: str) -> Progress:
        """How far somebody is with a proposal; nothing where she never opened it."""
        found = _OF.first(self.keys.organisation, as_uuid(proposal, "proposal"), user)
        return self._opened(found[0], bytes(found[1])) if found is not None else Progress()

    def change(self, proposal: str, user: str, how: Callable[[Progress], Progress]) -> Progress:
        """Change it, as it is stored now: two tabs of one person lose nothing of each other's."""
        with writing():
            row = self._rows(proposal).select_for_update().filter(user=user).first()
            before = self._open(row) if row is not None else Progress()
            after = how(before)
            if row is None:
                row_id = new_id()
                row = StoredProgress(
                    id=row_id,
                    organisation=self.keys.organisation,
                    proposal_id=as_uuid(proposal, "proposal"),
                    user=user,
                    sealed=self._seal(row_id, after),
                )
                row.save(force_insert=True)
            elif after != before:
                row.version += 1
                row.sealed = self._seal(row.id, after)
                row.save(update_fields=["version", "sealed"])
        return after

    def decided(
        self, proposal: str, user: str, *, over: bool, done: tuple[str, ...] = (), but: str = ""
    ) -> None:
        """She decided: what was typed for the lines `done` is gone, and her marks; with `over`, what everybody had begun, `but` one."""
        if over:
            self._end(self._rows(proposal).exclude(user=but))
        elif self._rows(proposal).filter(user=user).exists():
            self.change(proposal, user, lambda before: _after(before, done))

    def forget(self, proposal: str, user: str) -> None:
        """What somebody had begun with a proposal is gone."""
        with writing():
            self._end(self._rows(proposal).filter(user=user))

    def _end(self, rows: QuerySet[StoredProgress]) -> None:
        """They are gone; under a legal hold on their patient they are set aside instead, as nobody's."""
        first = rows.select_related("proposal").first()
        if first is None:
            return
        if not Holds(self.keys).holds(str(first.proposal.patient_id)):
            rows.delete()
            return
        for row in rows:
            row.user = f"{HELD}{new_id().hex}"
            row.save(update_fields=["user"])

    def _rows(self, proposal: str) -> QuerySet[StoredProgress]:
        rows = StoredProgress.objects.filter(
            organisation=self.keys.organisation, proposal=as_uuid(proposal, "proposal")
        )
        return rows.exclude(user__startswith=HELD)

    def _seal(self, row_id: UUID, progress: Progress) -> bytes:
        return self.keys.seal(codec.encode(progress), place("progress", row_id, "progress"))

    def _open(self, row: StoredProgress) -> Progress:
        return self._opened(row.id, bytes(row.sealed))

    def _opened(self, row_id: UUID, sealed: bytes) -> Progress:
        return codec.progress(self.keys.open(sealed, place("progress", row_id, "progress")))


def _after(before: Progress, done: tuple[str, ...]) -> Progress:
    """Without what was typed for these lines and for the whole, and without their marks."""
    typed = {
        field: text
        for field, text in before.typed.items()
        if ":" in field and field.split(":")[1] not in done
    }
    return replace(before, typed=typed, marked=tuple(one for one in before.marked if one not in done))
