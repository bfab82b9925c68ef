"""Proposals: whole ones in revisions, a queue row each, what they cite as it stood, and the decisions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from careloom.care.document import Action, Decision, Proposal, Severity
from careloom.care.entry import Entry
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import (
    ListingDue,
    ProposalRevision,
    StandingDue,
    StoredDecision,
    StoredProposal,
    place,
)
from careloom.store.once import forget, once
from careloom.store.opened import OpenedRows
from careloom.store.sameness import Sameness

ENTRY_ID_BYTES = 16
# The fewest characters by which a proposal may be named.
SHORTEST = 6
# So many are read at a time where many are asked for.
BATCH = 200
# So many are kept opened: those that people read at the same time.
OPENED = 32
# What is large in a row, and asked for by itself.
LARGE = ("sealed_cited", "seen")
SMALL = tuple(one.attname for one in StoredProposal._meta.concrete_fields if one.attname not in LARGE)

_ROW = Asked(
    lambda organisation, row_id: StoredProposal.objects.filter(
        organisation=organisation, pk=row_id
    ).values_list(*SMALL)
)
_CITED, _SEEN = (
    Asked(
        lambda organisation, row_id, column=column: StoredProposal.objects.filter(
            organisation=organisation, pk=row_id
        ).values_list("id", column)
    )
    for column in LARGE
)
_REVISION = Asked(
    lambda proposal, version: ProposalRevision.objects.filter(proposal=proposal, version=version).values_list(
        "id", "sealed"
    )
)
_DECISIONS = Asked(
    lambda proposal: (
        StoredDecision.objects.filter(proposal=proposal).order_by("at", "id").values_list("id", "sealed")
    )
)
_LAST_FILED = Asked(
    lambda organisation, patients, kind: (
        StoredProposal.objects.filter(
            organisation=organisation, patient__in=patients, kind=kind, status="active"
        )
        .order_by("-created", "-id")
        .values_list("id")[:1]
    )
)


@dataclass(frozen=True)
class Proposals:
    """The proposals of one organisation."""

    keys: Keys
    _revisions: OpenedRows[Proposal] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )
    _cited: OpenedRows[Mapping[str, Entry]] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )
    _seen: OpenedRows[frozenset[str]] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )

    def add(self, proposal: Proposal, frozen: Mapping[str, Entry], seen: Iterable[str] = ()) -> None:
        """Queue a proposal with the cited entries as they stand, by the id under which it cites them.

        `seen` are the ids of all entries of the record it was drafted from. Raises StaleRecord where a
        proposal of that id is stored already.
        """
        row_id = as_uuid(proposal.id, "proposal")
        cited = self.keys.seal(codec.encode(dict(frozen)), place("proposal", row_id, "cited"))
        row = StoredProposal(
            id=row_id,
            organisation=self.keys.organisation,
            patient_id=as_uuid(proposal.document.patient, "patient"),
            kind=proposal.document.kind,
            created=proposal.created,
            version=1,
            sealed_cited=cited,
            seen=b"".join(bytes.fromhex(one) for one in dict.fromkeys(seen)),
        )
        _show(row, proposal)
        try:
            with writing():
                row.save(force_insert=True)
                self._append(row, proposal)
        except IntegrityError:
            raise StaleRecord(f"proposal {proposal.id} is stored already") from None

    def exists(self, proposal_id: str) -> bool:
        """Whether a proposal of that id is stored."""
        try:
            return self._rows().filter(pk=UUID(proposal_id)).exists()
        except ValueError:
            return False

    def hold(self, proposal_id: str) -> None:
        """In a transaction: nobody else changes a proposal until it ends. Raises InputError for an unknown one."""
        self._row(proposal_id, lock=True)

    def find(self, proposal_id: str) -> str:
        """The whole id of a proposal named by it or by its first six or more characters.

        Raises InputError where none is meant, or more than one.
        """
        start = proposal_id.replace("-", "").lower()
        ids = (row.hex for row in self._rows().values_list("pk", flat=True))
        found = [one for one in ids if one == start or (len(start) >= SHORTEST and one.startswith(start))]
        if len(found) > 1:
            raise InputError("more than one proposal begins so")
        if not found:
            raise InputError("unknown proposal")
        return found[0]

    def patient(self, proposal_id: str) -> str:
        """Whom a proposal is about; nothing of it is opened. Raises InputError for an unknown one."""
        return str(self._row(proposal_id).patient_id)

    def kind(self, proposal_id: str) -> str:
        """Of what kind a proposal is; nothing of it is opened. Raises InputError for an unknown one."""
        return self._row(proposal_id).kind

    def about(self, proposals: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """Whom each of many is about and of what kind it is, by their ids; unknown ones are left out. Nothing of them is opened."""
        ids, found = [as_uuid(one, "proposal") for one in proposals], {}
        for start in range(0, len(ids), BATCH):
            rows = self._rows().filter(pk__in=ids[start : start + BATCH])
            for row_id, patient, kind in rows.values_list("pk", "patient_id", "kind"):
                found[row_id.hex] = (str(patient), kind)
        return found

    def deciders(self, proposals: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Everybody (users' ids) who decided anything about each of many, taken back or not."""
        ids: list[UUID] = [as_uuid(one, "proposal") for one in proposals]
        found: dict[str, set[str]] = {one.hex: set() for one in ids}
        for start in range(0, len(ids), BATCH):
            rows = StoredDecision.objects.filter(proposal__in=ids[start : start + BATCH])
            for proposal, reviewer in rows.order_by().values_list("proposal", "reviewer").distinct():
                found[proposal.hex].add(reviewer)
        return {proposal: frozenset(people) for proposal, people in found.items()}

    def get(self, proposal_id: str) -> Proposal:
        """A proposal as it stands. Raises InputError for an unknown one."""
        return self._newest(self._row(proposal_id))

    def newest(self, proposals: Iterable[str]) -> Iterator[tuple[Proposal, int]]:
        """These proposals as they stand, each with its version."""
        ids = [as_uuid(one, "proposal") for one in proposals]
        for start in range(0, len(ids), BATCH):
            rows = ProposalRevision.objects.filter(
                organisation=self.keys.organisation,
                proposal__in=ids[start : start + BATCH],
                version=F("proposal__version"),
            )
            for row in rows:
                yield self._opened(row), row.version

    def waiting(self) -> tuple[Proposal, ...]:
        """Those that wait for a person (status draft), the earliest due first."""
        return tuple(map(self._newest, self._rows().filter(status="draft").order_by("due", "created", "id")))

    def of(self, patient: str) -> tuple[Proposal, ...]:
        """All proposals about a patient and whoever is one person with them, the oldest first."""
        members = Sameness(self.keys).members(patient)
        rows = self._rows().filter(patient__in=members).order_by("created", "id")
        return tuple(map(self._newest, rows))

    def last_filed(self, patient: str, kind: str) -> Proposal | None:
        """The newest document of a kind about a patient that is in the chart; no other one is opened."""
        newest = _LAST_FILED.first(self.keys.organisation, Sameness(self.keys).members(patient), kind)
        return self._newest(self._row(newest[0].hex)) if newest else None

    def drafted_of_late(self, most: int, without: Collection[str] = ()) -> tuple[tuple[str, datetime], ...]:
        """(patient, when the newest document about them was drafted) of so many patients, the newest first; as if those `without` weren't there."""
        known = self._rows().exclude(id__in=[as_uuid(one, "proposal") for one in without])
        rows = known.values("patient").annotate(newest=Max("created")).order_by("-newest")[:most]
        return tuple((str(row["patient"]), row["newest"]) for row in rows)

    def replace(self, old: Proposal, new: Proposal) -> int:
        """Put `new` in the place of `old`, which stays as a revision; the number of the new one.

        Raises StaleRecord where somebody else changed the proposal since `old` was read.
        """
        with writing():
            row = self._row(old.id, lock=True)
            if new.id != old.id or self._newest(row) != old:
                raise StaleRecord(f"proposal {old.id} was changed by somebody else; look at it again")
            forget()
            row.version += 1
            _show(row, new)
            row.save(update_fields=["version", "status", "tier", "assigned_to", "due"])
            self._append(row, new)
        return row.version

    def revision(self, proposal_id: str, number: int) -> Proposal:
        """A proposal as it stood at a revision; the first is 1. Raises InputError where there is none."""
        revision = ProposalRevision.objects.filter(proposal=self._row(proposal_id), version=number).first()
        if revision is None:
            raise InputError("unknown revision of a proposal")
        return self._opened(revision)

    def frozen(self, proposal_id: str) -> Mapping[str, Entry]:
        """The entries that a proposal cites, as they stood when it was queued, by the id it cites."""
        return self._cited.of(*self._queued(_CITED, proposal_id), self._open_cited)

    def is_of_today(self, proposal_id: str) -> bool:
        """Whether nobody merged or parted the patients whom it was drafted about, and those who are one with them."""
        row = self._row(proposal_id)
        queued = ProposalRevision.objects.get(proposal=row, version=1).at
        return Sameness(self.keys).same_as_then(str(row.patient_id), queued)

    def seen_entries(self, proposal_id: str) -> frozenset[str]:
        """The ids of all entries of the record from which it was drafted."""
        return self._seen.of(*self._queued(_SEEN, proposal_id), _unpacked)

    def add_decision(self, proposal_id: str, decision: Decision) -> None:
        """Append what a reviewer decided."""
        row_id = new_id()
        with writing():
            StoredDecision.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                proposal=self._row(proposal_id),
                action=decision.action.value,
                reviewer=decision.reviewer,
                role=decision.role,
                at=decision.at,
                sealed=self.keys.seal(codec.encode(decision), place("decision", row_id, "decision")),
            )

    def decisions(self, proposal_id: str) -> tuple[Decision, ...]:
        """All decisions about a proposal, in the order in which they were taken."""
        found = [
            codec.decision(self.keys.open(bytes(sealed), place("decision", row_id, "decision")))
            for row_id, sealed in _DECISIONS.rows(self._row(proposal_id).id)
        ]
        return tuple(sorted(found, key=lambda one: one.revision))

    def decided_by(self, user: str, since: datetime, action: Action) -> tuple[Decision, ...]:
        """What somebody decided of one kind since then, in its order."""
        rows = StoredDecision.objects.filter(
            organisation=self.keys.organisation, reviewer=user, at__gte=since, action=action.value
        )
        return tuple(
            codec.decision(self.keys.open(bytes(row.sealed), place("decision", row.id, "decision")))
            for row in rows.order_by("at", "id")
        )

    def histories(self, newest: int) -> Iterator[tuple[Proposal, Proposal, tuple[Decision, ...]]]:
        """The newest proposals: each as it was queued, as it is now, and all decisions about it."""
        for row in self._rows().order_by("-created", "id")[:newest]:
            now = self._newest(row)
            first = now if row.version == 1 else self.revision(row.id.hex, 1)
            yield first, now, self.decisions(row.id.hex)

    def _rows(self) -> QuerySet[StoredProposal]:
        return StoredProposal.objects.filter(organisation=self.keys.organisation)

    def _row(self, proposal_id: str, *, lock: bool = False) -> StoredProposal:
        """A proposal's row without what is large in it. Raises InputError."""
        row_id = as_uuid(proposal_id, "proposal")
        if lock:
            found = self._rows().defer(*LARGE).filter(pk=row_id).select_for_update().first()
        else:
            found = once(("proposal", self.keys.organisation, row_id), lambda: self._small(row_id))
        if found is None:
            raise InputError("unknown proposal")
        return found

    def _small(self, row_id: UUID) -> StoredProposal | None:
        said = _ROW.first(self.keys.organisation, row_id)
        return StoredProposal.from_db(connection.alias, SMALL, said) if said is not None else None

    def _queued(self, question: Asked, proposal_id: str) -> tuple[UUID, bytes]:
        """What was stored with a proposal when it was queued: its row's id, and what is asked for."""
        row_id = as_uuid(proposal_id, "proposal")
        organisation = self.keys.organisation
        found = once((question.make, organisation, row_id), lambda: question.first(organisation, row_id))
        if found is None:
            raise InputError("unknown proposal")
        return found[0], bytes(found[1])

    def _newest(self, row: StoredProposal) -> Proposal:
        asked = ("revision", self.keys.organisation, row.id, row.version)
        found = once(asked, lambda: _REVISION.first(row.id, row.version))
        if found is None:
            raise InputError("unknown revision of a proposal")
        return self._revisions.of(found[0], bytes(found[1]), self._open_revision)

    def _opened(self, revision: ProposalRevision) -> Proposal:
        return self._revisions.of(revision.id, bytes(revision.sealed), self._open_revision)

    def _open_revision(self, row_id: UUID, sealed: bytes) -> Proposal:
        return codec.proposal(self.keys.open(sealed, place("proposal revision", row_id, "proposal")))

    def _open_cited(self, row_id: UUID, sealed: bytes) -> Mapping[str, Entry]:
        return codec.entries(self.keys.open(sealed, place("proposal", row_id, "cited")))

    def _append(self, row: StoredProposal, proposal: Proposal) -> None:
        row_id = new_id()
        ProposalRevision.objects.create(
            id=row_id,
            organisation=self.keys.organisation,
            proposal=row,
            version=row.version,
            sealed=self.keys.seal(codec.encode(proposal), place("proposal revision", row_id, "proposal")),
            at=timezone.now(),
        )
        ListingDue.objects.create(organisation=self.keys.organisation, proposal=row)
        found = (*proposal.findings, *(one.finding for one in proposal.accepted))
        if any(one.severity is Severity.HIGH for one in found):
            # Signed over, or taken back, a finding of the record itself stands no more, or again.
            StandingDue.objects.create(organisation=self.keys.organisation, patient_id=row.patient_id)


def _unpacked(_: UUID, packed: bytes) -> frozenset[str]:
    starts = range(0, len(packed), ENTRY_ID_BYTES)
    return frozenset(packed[start : start + ENTRY_ID_BYTES].hex() for start in starts)


def _show(row: StoredProposal, proposal: Proposal) -> None:
    """Copy what the queue is searched and ordered by."""
    row.status = proposal.status
    row.tier = int(proposal.tier)
    row.assigned_to = proposal.assigned_to
    row.due = proposal.due
