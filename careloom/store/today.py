"""Today: what came and what waits of many patients at once, each in a number of queries that doesn't grow with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from careloom.care.document import Action, Proposal
from careloom.care.entry import Entry
from careloom.care.panel import SentBack
from careloom.care.task import OPEN, TaskSaid
from careloom.care.urgent import Page
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.clusters import Clusters
from careloom.store.entries import Entries
from careloom.store.models import StoredDecision, StoredProposal, StoredReply, Unfiling, place
from careloom.store.opened import Opened
from careloom.store.pages import Pages
from careloom.store.proposals import Proposals
from careloom.store.sameness import PATIENTS_A_QUERY, Sameness
from careloom.store.tasks import Tasks

Came = tuple[Entry, datetime]


@dataclass(frozen=True)
class Today:
    """What is asked of many patients of one organisation at once."""

    keys: Keys
    _opened_before: Opened = field(default_factory=Opened, repr=False, compare=False)

    def clusters(self) -> Clusters:
        """Which patients are one person."""
        return Sameness(self.keys).clusters()

    def came(
        self,
        patients: Collection[str],
        kinds: Sequence[str],
        clusters: Clusters,
        since: datetime | None = None,
    ) -> Mapping[str, tuple[Came, ...]]:
        """The entries of some kinds, by patient, each with when its message was received (since a time, or ever)."""
        entries = Entries(self.keys)
        found: dict[str, list[tuple[UUID, bytes, datetime]]] = {}
        for members in _chunks(patients, clusters):
            rows = entries.standing().filter(patient__in=members, kind__in=kinds)
            if since is not None:
                rows = rows.filter(message__received__gt=since)
            columns = ("id", "sealed", "patient", "message__received")
            for row_id, sealed, patient, at in rows.order_by("message__received", "entry").values_list(
                *columns
            ):
                found.setdefault(clusters.first(str(patient)), []).append((row_id, bytes(sealed), at))
        return {patient: tuple(self._came(f"{patient} {kinds}", rows)) for patient, rows in found.items()}

    def new(self, looked: Mapping[str, datetime], clusters: Clusters) -> Mapping[str, tuple[Entry, ...]]:
        """Every entry of these patients that came since somebody looked at each."""
        found: dict[str, list[tuple[UUID, bytes, datetime]]] = {}
        entries = Entries(self.keys)
        for members in _chunks(looked, clusters):
            first = min(looked[clusters.first(str(one))] for one in members)
            rows = entries.standing().filter(patient__in=members, message__received__gt=first)
            columns = ("id", "sealed", "patient", "message__received")
            for row_id, sealed, patient, at in rows.order_by("entry").values_list(*columns):
                if at > looked[clusters.first(str(patient))]:
                    found.setdefault(clusters.first(str(patient)), []).append((row_id, bytes(sealed), at))
        return {
            patient: tuple(entry for entry, _ in self._came(f"{patient} new", rows))
            for patient, rows in found.items()
        }

    def pages(self) -> tuple[Page, ...]:
        """The urgent pages of which nobody has written what was done, the oldest first."""
        return Pages(self.keys).unfinished()

    def unread(self) -> tuple[tuple[str, bool, datetime], ...]:
        """(patient, whether it can't wait, when) of every reply that nobody has read; the words stay closed."""
        rows = StoredReply.objects.filter(
            organisation=self.keys.organisation, reads__isnull=True, patient__isnull=False
        )
        return tuple(
            (str(patient), kind == "urgent", at)
            for patient, kind, at in rows.order_by("at", "id").values_list("patient", "kind", "at")
        )

    def tasks(self, patients: Collection[str], clusters: Clusters) -> tuple[tuple[TaskSaid, Proposal], ...]:
        """What is open of these patients' signed activities, each with the plan that has its words."""
        said = []
        for members in _chunks(patients, clusters):
            said += [one for one in Tasks(self.keys).of_all(members) if one.status in OPEN]
        newest = Proposals(self.keys).newest(sorted({one.proposal for one in said}))
        plans = {plan.id: plan for plan, _ in newest}
        return tuple((one, plans[one.proposal]) for one in said if one.proposal in plans)

    def taken_back(
        self, patients: Collection[str], clusters: Clusters
    ) -> Mapping[str, tuple[tuple[str, datetime], ...]]:
        """(proposal's id, when) of every document that was taken back, by patient, the oldest first; why stays closed."""
        found: dict[str, list[tuple[str, datetime]]] = {}
        for members in _chunks(patients, clusters):
            rows = Unfiling.objects.filter(organisation=self.keys.organisation, patient__in=members)
            for patient, proposal, at in rows.order_by("at", "id").values_list("patient", "proposal", "at"):
                found.setdefault(clusters.first(str(patient)), []).append((proposal.hex, at))
        return {patient: tuple(rows) for patient, rows in found.items()}

    def sent_back(self, patients: Collection[str], clusters: Clusters) -> Mapping[str, tuple[SentBack, ...]]:
        """What was returned of these patients where no document of its kind was drafted since, by patient, the oldest first; why stays closed."""
        found: dict[str, list[SentBack]] = {}
        for members in _chunks(patients, clusters):
            rows = StoredProposal.objects.filter(organisation=self.keys.organisation, patient__in=members)
            held = rows.filter(status="on-hold").order_by("created", "id")
            last = {
                (clusters.first(str(patient)), kind): row_id
                for patient, kind, row_id in held.values_list("patient", "kind", "id")
            }
            if not last:
                continue
            among = rows.filter(patient__in=held.values("patient")).order_by("created", "id")
            newest = {
                (clusters.first(str(patient)), kind): row_id
                for patient, kind, row_id in among.values_list("patient", "kind", "id")
            }
            said = StoredDecision.objects.filter(proposal__in=last.values(), action=Action.RETURN.value)
            by = {
                row_id: (who, at)
                for row_id, who, at in said.order_by("at", "id").values_list("proposal", "reviewer", "at")
            }
            for (patient, kind), row_id in last.items():
                if newest[patient, kind] == row_id and row_id in by:
                    found.setdefault(patient, []).append(SentBack(row_id.hex, kind, *by[row_id]))
        return {patient: tuple(rows) for patient, rows in found.items()}

    def _came(self, key: str, rows: Sequence[tuple[UUID, bytes, datetime]]) -> Iterator[Came]:
        opened = self._opened_before.of(key, ((row_id, sealed) for row_id, sealed, _ in rows), self._open)
        return zip(opened, (at for *_, at in rows), strict=True)

    def _open(self, row_id: UUID, sealed: bytes) -> Entry:
        return codec.entry(self.keys.open(sealed, place("entry", row_id, "entry")))


def _chunks(patients: Iterable[str], clusters: Clusters) -> Iterator[list[UUID]]:
    """Everybody who is one person with these patients, as many at a time as a query takes."""
    asked = sorted({UUID(member) for patient in patients for member in clusters.members(patient)})
    for start in range(0, len(asked), PATIENTS_A_QUERY):
        yield asked[start : start + PATIENTS_A_QUERY]
