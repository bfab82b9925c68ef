"""Worked: signs of life, corrections and attestations of people's time; each is appended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from careloom.care.worked import Attested, Beat, Correction, Word
from careloom.privacy.crypto import Keys
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredAttestation, StoredBeat, TimeCorrection, place


@dataclass(frozen=True)
class Worked:
    """How long the people of one organisation worked."""

    keys: Keys

    def hold(self, patient: str) -> None:
        """Within a transaction: nobody else attests or corrects time for this patient meanwhile."""
        hold(number_of(self.keys.organisation, f"time {patient}"))

    def beat(self, who: str, beat: Beat) -> None:
        """Append a sign of life of a person's (a user's id) page."""
        with writing():
            StoredBeat.objects.create(
                organisation=self.keys.organisation,
                who=who,
                patient_id=as_uuid(beat.patient, "patient"),
                proposal_id=as_uuid(beat.case, "proposal") if beat.case else None,
                span=beat.span,
                activity=beat.activity,
                word=beat.word,
                at=beat.at,
                inputs=list(beat.inputs),
            )

    def beats_since(self, who: str, since: datetime) -> int:
        """How many signs of life came of a person since then."""
        return self._beats().filter(who=who, at__gte=since).count()

    def beats(self, who: str, since: datetime, before: datetime) -> tuple[Beat, ...]:
        """A person's signs of life of some time, in their order."""
        return tuple(map(_beat, self._beats().filter(who=who, at__gte=since, at__lt=before)))

    def days(self, who: str, case: str) -> frozenset[date]:
        """The days (UTC) on which signs of a person's work on a case (a proposal's id) came."""
        rows = self._beats().filter(who=who, proposal=as_uuid(case, "proposal"))
        return frozenset(at.date() for at in rows.values_list("at", flat=True))

    def people(
        self, since: datetime, before: datetime, patients: Iterable[UUID] | None = None
    ) -> tuple[str, ...]:
        """Of whom signs of work (for these patients) came in some time."""
        rows = self._beats().filter(at__gte=since, at__lt=before)
        if patients is not None:
            rows = rows.filter(patient__in=list(patients))
        return tuple(sorted(rows.order_by().values_list("who", flat=True).distinct()))

    def correct(self, said: Correction) -> None:
        """Append a correction."""
        row_id = new_id()
        with writing():
            TimeCorrection.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=said.who,
                patient_id=as_uuid(said.patient, "patient"),
                proposal_id=as_uuid(said.case, "proposal") if said.case else None,
                activity=said.activity,
                day=said.day,
                seconds=said.seconds,
                at=said.at,
                sealed_why=self.keys.seal(said.why.encode(), place("time correction", row_id, "why")),
            )

    def corrections(self, first: date, last: date, who: str = "") -> tuple[Correction, ...]:
        """What was corrected of the days from `first` to `last`, by one person or by everybody, oldest first."""
        rows = TimeCorrection.objects.filter(
            organisation=self.keys.organisation,
            day__gte=first,
            day__lte=last,
            **({"who": who} if who else {}),
        )
        return tuple(
            Correction(
                who=row.who,
                patient=str(row.patient_id),
                case=row.proposal_id.hex if row.proposal_id else "",
                activity=row.activity,
                day=row.day,
                seconds=row.seconds,
                why=self.keys.open(bytes(row.sealed_why), place("time correction", row.id, "why")).decode(),
                at=row.at,
            )
            for row in rows.order_by("at", "id")
        )

    def attest(self, said: Attested) -> None:
        """Append an attestation."""
        row_id = new_id()
        with writing():
            StoredAttestation.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=said.who,
                patient_id=as_uuid(said.patient, "patient"),
                month=said.month,
                minutes=said.minutes,
                at=said.at,
                sealed_why=self.keys.seal(said.why.encode(), place("attestation", row_id, "why")),
            )

    def attested(self, month: date) -> tuple[Attested, ...]:
        """What people attested of a month (its first day), oldest first."""
        rows = StoredAttestation.objects.filter(organisation=self.keys.organisation, month=month)
        return tuple(
            Attested(
                who=row.who,
                patient=str(row.patient_id),
                month=row.month,
                minutes=row.minutes,
                why=self.keys.open(bytes(row.sealed_why), place("attestation", row.id, "why")).decode(),
                at=row.at,
                id=row.id.hex,
            )
            for row in rows.order_by("at", "id")
        )

    def _beats(self) -> QuerySet[StoredBeat]:
        return StoredBeat.objects.filter(organisation=self.keys.organisation).order_by("at", "id")


def _beat(row: StoredBeat) -> Beat:
    return Beat(
        span=row.span,
        patient=str(row.patient_id),
        case=row.proposal_id.hex if row.proposal_id else "",
        activity=row.activity,
        word=cast(Word, row.word),
        at=row.at,
        inputs=tuple(row.inputs),
    )
