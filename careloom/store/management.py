"""Management: what was said of patients' care management; each saying is appended, and taken back by another one."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import cast

import msgspec
from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.management import Said, What
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.managed import ManagementStep
from careloom.store.row import place
from careloom.store.sameness import Sameness

MEANWHILE = (
    "somebody else said something of this patient's care management at the same moment; look at it again"
)
_APART = ("id", "patient", "what", "who", "at", "of")


@dataclass(frozen=True)
class Management:
    """The care management of one organisation's patients."""

    keys: Keys

    def hold(self, patient: str) -> None:
        """In a transaction: nobody else says anything of this patient's care management until it ends."""
        hold(number_of(self.keys.organisation, f"management {patient}"))

    def add(self, said: Said) -> str:
        """Append it; its id. Raises StaleRecord where somebody else said something at the same moment, InputError for what was taken back before."""
        row_id, whose = new_id(), as_uuid(said.patient, "patient")
        of = as_uuid(said.of, "what was said") if said.of else None
        words = {key: value for key, value in asdict(said).items() if key not in _APART}
        try:
            with writing():
                self.hold(said.patient)
                if of is not None and ManagementStep.objects.filter(of=of).exists():
                    raise InputError("this was taken back already")
                ManagementStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    patient_id=whose,
                    number=ManagementStep.objects.filter(patient=whose).count() + 1,
                    what=said.what,
                    who=said.who,
                    at=said.at,
                    of_id=of,
                    sealed=self.keys.seal(
                        msgspec.json.encode(words), place("management step", row_id, "said")
                    ),
                )
        except IntegrityError:
            raise StaleRecord(MEANWHILE) from None
        return row_id.hex

    def of(self, patient: str) -> tuple[Said, ...]:
        """Everything that was said of a patient, or of whoever is one person with them, oldest first."""
        rows = self._rows().filter(patient__in=Sameness(self.keys).members(patient))
        return self._opened(rows.order_by("at", "number"))

    def all(self) -> tuple[Said, ...]:
        """Everything that was said of everybody, oldest first."""
        return self._opened(self._rows().order_by("at", "number"))

    def _rows(self) -> QuerySet[ManagementStep]:
        return ManagementStep.objects.filter(organisation=self.keys.organisation)

    def _opened(self, rows: Iterable[ManagementStep]) -> tuple[Said, ...]:
        return tuple(map(self._said, rows))

    def _said(self, row: ManagementStep) -> Said:
        opened = self.keys.open(bytes(row.sealed), place("management step", row.id, "said"))
        apart = {
            "id": row.id.hex,
            "patient": str(row.patient_id),
            "what": cast(What, row.what),
            "who": row.who,
            "at": row.at,
            "of": row.of_id.hex if row.of_id else "",
        }
        return msgspec.convert({**msgspec.json.decode(opened), **apart}, Said, strict=False)
