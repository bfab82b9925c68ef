"""The chart: which proposals were signed whole and filed, in which version, and which were taken back; and what drafts taught us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from careloom.care.document import Proposal
from careloom.care.unfiled import Unfiled
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import Filing, Lesson, StoredProposal, Unfiling, place
from careloom.store.sameness import Sameness

_FILED = Asked(
    lambda organisation, patients: (
        Filing.objects.filter(organisation=organisation, patient__in=patients)
        .order_by("at", "id")
        .values_list("proposal_id", "at")
    )
)


@dataclass(frozen=True)
class Charts:
    """The charts of one organisation's patients."""

    keys: Keys

    def file(self, proposal: Proposal, at: datetime) -> None:
        """Put a proposal, as it is stored now, into its patient's chart; a second time changes nothing.

        Raises InputError for a proposal that isn't stored.
        """
        with writing():
            row = _stored(self.keys, proposal)
            Filing.objects.get_or_create(
                proposal=row,
                defaults={
                    "organisation": self.keys.organisation,
                    "patient_id": row.patient_id,
                    "version": row.version,
                    "at": at,
                },
            )

    def of(self, patient: str) -> tuple[tuple[str, datetime], ...]:
        """(proposal id, when it was filed) of everything in a patient's chart, the oldest first."""
        members = Sameness(self.keys).members(patient)
        return tuple((proposal.hex, at) for proposal, at in _FILED.rows(self.keys.organisation, members))

    def take_back(self, said: Unfiled) -> None:
        """Append that a document is taken back. Raises StaleRecord where that was said before."""
        row_id = new_id()
        told = msgspec.json.encode([said.name, said.words])
        try:
            with writing():
                Unfiling.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    patient_id=as_uuid(said.patient, "patient"),
                    proposal_id=as_uuid(said.proposal, "proposal"),
                    why=said.why,
                    who=said.who,
                    role=said.role,
                    at=said.at,
                    sealed=self.keys.seal(told, place("unfiling", row_id, "said")),
                )
        except IntegrityError:
            raise StaleRecord("this document was taken back already") from None

    def taken_back(self, patient: str) -> Mapping[str, Unfiled]:
        """What was taken back of a patient's chart, by the proposal's id, the oldest first."""
        rows = self._unfilings().filter(patient__in=Sameness(self.keys).members(patient))
        return {row.proposal_id.hex: self._unfiled(row) for row in rows.order_by("at", "id")}

    def taken_back_as(self, proposal: str) -> Unfiled | None:
        """What was said when a document was taken back; None for one that was not."""
        row = self._unfilings().filter(proposal=as_uuid(proposal, "proposal")).first()
        return self._unfiled(row) if row is not None else None

    def times_taken_back(self, patient: str) -> int:
        """How many documents were taken back of a patient's chart."""
        return self._unfilings().filter(patient__in=Sameness(self.keys).members(patient)).count()

    def _unfilings(self) -> QuerySet[Unfiling]:
        return Unfiling.objects.filter(organisation=self.keys.organisation)

    def _unfiled(self, row: Unfiling) -> Unfiled:
        opened = self.keys.open(bytes(row.sealed), place("unfiling", row.id, "said"))
        name, words = msgspec.json.decode(opened, type=tuple[str, str])
        return Unfiled(
            row.proposal_id.hex, str(row.patient_id), row.why, words, row.who, name, row.role, row.at
        )


@dataclass(frozen=True)
class Improvement:
    """Feedback on drafts, for whoever makes them better."""

    keys: Keys

    def add(self, proposal: Proposal, feedback: Mapping[str, str]) -> str:
        """Keep what somebody said of a stored proposal; the item's id."""
        row_id = new_id()
        with writing():
            Lesson.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                proposal=_stored(self.keys, proposal),
                sealed=self.keys.seal(codec.encode(dict(feedback)), place("lesson", row_id, "feedback")),
                at=timezone.now(),
            )
        return str(row_id)

    def of(self, proposal_id: str) -> tuple[Mapping[str, str], ...]:
        """What was said of a proposal, the oldest first."""
        return tuple(map(self._said, self._rows(proposal_id)))

    def find(self, proposal_id: str, feedback: Mapping[str, str]) -> str | None:
        """The item that says just this of a proposal, None where there is none."""
        rows = self._rows(proposal_id)
        return next((str(row.id) for row in rows if self._said(row) == dict(feedback)), None)

    def _rows(self, proposal_id: str) -> QuerySet[Lesson]:
        rows = Lesson.objects.filter(organisation=self.keys.organisation)
        return rows.filter(proposal=as_uuid(proposal_id, "proposal")).order_by("at", "id")

    def _said(self, row: Lesson) -> Mapping[str, str]:
        return codec.words(self.keys.open(bytes(row.sealed), place("lesson", row.id, "feedback")))


def _stored(keys: Keys, proposal: Proposal) -> StoredProposal:
    rows = StoredProposal.objects.filter(organisation=keys.organisation, pk=as_uuid(proposal.id, "proposal"))
    row = rows.first()
    if row is None:
        raise InputError("unknown proposal")
    return row
