"""Assignments: whose a scan is that names nobody for certain, as people said. Each is appended; the last one counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from careloom.care.entry import Message
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.models import Assignment, StoredMessage


@dataclass(frozen=True)
class Assignments:
    """The assignments of one organisation."""

    keys: Keys

    def add(self, message: Message, patient: str, *, who: str) -> None:
        """Append that somebody says whose a scan is; a patient of "" takes back what was said."""
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
        row = rows.filter(source=message.source).first()
        if row is None:
            raise InputError("unknown message")
        with writing():
            Assignment.objects.create(
                organisation=self.keys.organisation,
                message=row,
                patient_id=as_uuid(patient, "patient") if patient else None,
                who=who,
                at=timezone.now(),
            )

    def of(self, message: Message) -> str:
        """The patient to whom a message was assigned; "" where nobody said so, or it was taken back."""
        rows = self._rows().filter(message__sha256=message.sha256, message__source=message.source)
        found = rows.values_list("patient", flat=True).last()
        return str(found) if found else ""

    def all(self) -> Mapping[str, tuple[str, str]]:
        """Of each message (SHA-256) that is assigned: to whom, and who said so."""
        said = self._rows().values_list("message__sha256", "patient", "who")
        last = {message: (str(patient or ""), who) for message, patient, who in said}
        return {message: (patient, who) for message, (patient, who) in last.items() if patient}

    def _rows(self) -> QuerySet[Assignment]:
        return Assignment.objects.filter(organisation=self.keys.organisation).order_by("at", "id")
