"""The past: what was stored of a patient when a draft was queued, by the time that stands in each row's id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloom.care.entry import Entry, Person
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.entries import IDS_A_QUERY
from careloom.store.ids import as_uuid
from careloom.store.models import EntryRevision, PatientSaying, ProposalRevision
from careloom.store.row import place
from careloom.store.sameness import Sameness


@dataclass(frozen=True)
class Past:
    """What one organisation had stored at a time."""

    keys: Keys

    def queued(self, proposal: str) -> datetime:
        """When a stored draft was queued."""
        return ProposalRevision.objects.get(proposal=as_uuid(proposal, "proposal"), version=1).at

    def entries(self, ids: Iterable[str], at: datetime) -> Mapping[str, Entry]:
        """These entries by their newest revisions of then; one that there wasn't is absent."""
        asked, last = sorted(ids), _last(at)
        found: dict[str, Entry] = {}
        for start in range(0, len(asked), IDS_A_QUERY):
            rows = EntryRevision.objects.filter(
                organisation=self.keys.organisation,
                entry__in=asked[start : start + IDS_A_QUERY],
                pk__lte=last,
                retired=False,
            )
            for row_id, entry, sealed in rows.order_by("revision").values_list("id", "entry", "sealed"):
                found[entry] = codec.entry(self.keys.open(bytes(sealed), place("entry", row_id, "entry")))
        return found

    def ids(self, patient: str, at: datetime) -> frozenset[str]:
        """The ids of all entries that a patient, and whoever is one person with her, had then."""
        rows = EntryRevision.objects.filter(
            organisation=self.keys.organisation,
            patient__in=Sameness(self.keys).members(patient),
            pk__lte=_last(at),
            retired=False,
        )
        return frozenset(rows.values_list("entry", flat=True))

    def persons(self, patient: str, at: datetime) -> tuple[tuple[str, Person], ...]:
        """What was said by then of who a patient is, each with the source that said it first."""
        rows = PatientSaying.objects.filter(
            organisation=self.keys.organisation,
            patient__in=Sameness(self.keys).members(patient),
            at__lte=at,
        )
        found = rows.order_by("at", "id").values_list("id", "sealed", "message__source")
        return tuple(
            (source or "", codec.person(self.keys.open(bytes(sealed), place("saying", row_id, "person"))))
            for row_id, sealed, source in found
        )


def _last(at: datetime) -> UUID:
    """The last id that can have been made by then (UUID version 7: the first 48 bits are milliseconds)."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | ((1 << 80) - 1))
