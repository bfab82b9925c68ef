"""Looks: when each person last looked at each patient, so that a page can tell what is new to her.

It is no record of access (the audit log is): only the last look is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.looked import PatientLook
from careloom.store.sameness import PATIENTS_A_QUERY

# Looks that follow each other so closely are one: whoever turns a page or comes back from the phone still sees what is new.
ONE_LOOK = timedelta(minutes=30)


@dataclass(frozen=True)
class Looks:
    """The last looks of one organisation's people."""

    keys: Keys

    def look(self, who: str, patient: str, at: datetime) -> datetime | None:
        """Keep that somebody looks at a patient (by the id under which they are read); when she looked before, None for never."""
        try:
            with writing():
                row = self._rows(who).filter(patient=as_uuid(patient, "patient")).first()
                if row is None:
                    PatientLook.objects.create(
                        organisation=self.keys.organisation,
                        who=who,
                        patient_id=as_uuid(patient, "patient"),
                        at=at,
                    )
                    return None
                if at - row.at > ONE_LOOK:
                    row.since = row.at
                row.at = max(at, row.at)
                row.save(update_fields=["at", "since"])
                return row.since
        except IntegrityError:
            # Two tabs opened at once: the other one kept the first look.
            return None

    def last(self, who: str, patients: Iterable[str]) -> Mapping[str, datetime]:
        """When somebody looked at these patients last; those at whom she never did are absent."""
        asked = sorted({as_uuid(one, "patient") for one in patients})
        found: dict[str, datetime] = {}
        for start in range(0, len(asked), PATIENTS_A_QUERY):
            rows = self._rows(who).filter(patient__in=asked[start : start + PATIENTS_A_QUERY])
            found |= {str(patient): at for patient, at in rows.values_list("patient", "at")}
        return found

    def of_late(self, who: str, since: datetime) -> tuple[str, ...]:
        """The patients at whom somebody looked since a time, the newest first."""
        rows = self._rows(who).filter(at__gte=since).order_by("-at", "id")
        return tuple(str(one) for one in rows.values_list("patient", flat=True))

    def _rows(self, who: str) -> QuerySet[PatientLook]:
        return PatientLook.objects.filter(organisation=self.keys.organisation, who=who)
