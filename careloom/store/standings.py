"""Standings: the high findings of each patient's record, kept so that a list of many tells them without weaving one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from careloom.care.panel import Stands
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.models import StandingDue, StandingFindings, place
from careloom.store.sameness import PATIENTS_A_QUERY


@dataclass(frozen=True)
class Standings:
    """What stands of the patients of one organisation."""

    keys: Keys

    def due(self, patients: Iterable[str]) -> None:
        """Something of these patients' records changed: they are to be looked through again."""
        asked = sorted({as_uuid(one, "patient") for one in patients})
        with writing():
            StandingDue.objects.bulk_create(
                StandingDue(organisation=self.keys.organisation, patient_id=one) for one in asked
            )

    def waits(self, today: date) -> str:
        """By what name the next to be looked through is known; "" where nobody is. It changes as soon as that one was."""
        due = self._due().order_by("patient_id", "id").values_list("pk", flat=True).first()
        if due is not None:
            return str(due)
        row = self._of_before(today).order_by("as_of", "patient_id").values_list("patient_id", flat=True)
        first = row.first()
        return f"{first} {today}" if first is not None else ""

    def next(self, today: date, most: int) -> tuple[str, ...]:
        """Who is to be looked through next: those of whom something changed, then those who were not today."""
        due = self._due().order_by("patient_id").values_list("patient_id", flat=True).distinct()[:most]
        old = self._of_before(today).order_by("as_of", "patient_id").values_list("patient_id", flat=True)
        return tuple(dict.fromkeys(map(str, (*due, *old[:most]))))[:most]

    def marks(self, patient: str) -> tuple[UUID, ...]:
        """The rows that say so of a patient: those that are there before her record is read are answered by it."""
        rows = self._due().filter(patient=as_uuid(patient, "patient"))
        return tuple(rows.values_list("pk", flat=True))

    def keep(self, patient: str, found: Sequence[Stands], today: date, marks: Sequence[UUID] = ()) -> None:
        """What was found of a patient today, the worst first; `marks` are answered by it."""
        row_id = as_uuid(patient, "patient")
        with writing():
            StandingFindings.objects.bulk_create(
                [
                    StandingFindings(
                        # The patient's own id, so that what is found anew replaces the row.
                        id=row_id,
                        organisation=self.keys.organisation,
                        patient_id=row_id,
                        as_of=today,
                        number=len(found),
                        sealed=self.keys.seal(
                            codec.encode(tuple(found)), place("standing", row_id, "findings")
                        ),
                    )
                ],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["as_of", "number", "sealed"],
            )
            for start in range(0, len(marks), PATIENTS_A_QUERY):
                self._due().filter(pk__in=marks[start : start + PATIENTS_A_QUERY]).delete()

    def of(self, patients: Collection[str]) -> Mapping[str, tuple[Stands, ...]]:
        """What stands of these patients (the ids under which they are read), the worst first; who has nothing is absent."""
        asked = sorted({as_uuid(one, "patient") for one in patients})
        found: dict[str, tuple[Stands, ...]] = {}
        for start in range(0, len(asked), PATIENTS_A_QUERY):
            rows = self._found().filter(patient__in=asked[start : start + PATIENTS_A_QUERY])
            for row_id, sealed in rows.values_list("pk", "sealed"):
                opened = self.keys.open(bytes(sealed), place("standing", row_id, "findings"))
                found[str(row_id)] = codec.stands(opened)
        return found

    def patients(self) -> tuple[str, ...]:
        """Everybody of whom something stands."""
        return tuple(map(str, self._found().order_by("patient_id").values_list("patient_id", flat=True)))

    def _found(self) -> QuerySet[StandingFindings]:
        return StandingFindings.objects.filter(organisation=self.keys.organisation, number__gt=0)

    def _of_before(self, today: date) -> QuerySet[StandingFindings]:
        return StandingFindings.objects.filter(organisation=self.keys.organisation, as_of__lt=today)

    def _due(self) -> QuerySet[StandingDue]:
        return StandingDue.objects.filter(organisation=self.keys.organisation)
