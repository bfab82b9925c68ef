"""Confirmations: what people said of entries that a machine read off an image."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.models import Confirmation
from careloom.store.sameness import Sameness

_OF = Asked(
    lambda organisation, patients: (
        Confirmation.objects.filter(organisation=organisation, patient__in=patients)
        .order_by("at", "id")
        .values_list("entry", "right")
    )
)


@dataclass(frozen=True)
class Confirmations:
    """The confirmations of one organisation."""

    keys: Keys

    def add(self, patient: str, entry: str, *, right: bool, who: str) -> None:
        """Append that somebody found an entry right or wrong."""
        with writing():
            Confirmation.objects.create(
                organisation=self.keys.organisation,
                patient_id=as_uuid(patient, "patient"),
                entry=entry,
                right=right,
                who=who,
                at=timezone.now(),
            )

    def of(self, patient: str) -> Mapping[str, bool]:
        """What was said last of each entry of a patient: right (True) or wrong.

        What was said while two were one person stays said of the entry when they are two again.
        """
        rows = _OF.rows(self.keys.organisation, Sameness(self.keys).ever(patient))
        return {entry: bool(right) for entry, right in rows}
