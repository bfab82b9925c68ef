"""The chart: which proposals were signed whole and filed, in which version; and what drafts taught us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from careloom.care.document import Proposal
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import Filing, Lesson, StoredProposal, place
from careloom.store.sameness import Sameness


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
        rows = Filing.objects.filter(organisation=self.keys.organisation, patient__in=members)
        return tuple((row.proposal_id.hex, row.at) for row in rows.order_by("at", "id"))


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
