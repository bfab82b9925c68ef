"""Versions: of what a sender keeps up to date, which entry counts: its newest version, unless it was deleted there.

What says the same as the version before it is not kept again, so that a citation outlives a page that was read twice.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from careloom.care.elsewhere import Withdrawal
from careloom.care.entry import Entry, Source, when
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.bulk import insert
from careloom.store.ids import new_id
from careloom.store.models import ResourceVersion, StoredMessage, StoredWithdrawal

# Below SQLite's limit of variables in one statement.
ADDRESSES_A_QUERY = 400
NOWHERE = Source("", "", "")
# What a message says of one patient.
Said: TypeAlias = tuple[UUID, Sequence[Entry]]
Known: TypeAlias = Mapping[str, list[ResourceVersion]]
COLUMNS = (
    "id",
    "organisation",
    "entry",
    "patient",
    "message",
    "address",
    "stands",
    "superseded",
    "withdrawn",
)


_PAST = Asked(
    lambda patients: ResourceVersion.objects.filter(
        Q(superseded=True) | Q(withdrawn__isnull=False), patient__in=patients
    ).values_list("entry", "superseded", "withdrawn")
)


@dataclass(frozen=True)
class Versions:
    """The versions of one organisation's entries."""

    keys: Keys

    def fresh(
        self,
        message: StoredMessage,
        said: Sequence[Said],
        opened: Callable[[Sequence[str]], Mapping[str, Entry]],
    ) -> tuple[Sequence[Said], Known]:
        """What a message says of each patient, without the resources that say what their version before this one said;
        and what is known of its resources, for `keep`.

        `opened` gives entries by id.
        """
        grouped = _by_resource(said)
        known = self._rows(message.source, {resource for _, resource in grouped})
        before = {
            key: _before(known[key[1]], key[0], message, stands(entries[0], message))
            for key, entries in grouped.items()
            if key[1] in known and not {row.entry for row in known[key[1]]} & {one.id for one in entries}
        }
        found = opened([row.entry for rows in before.values() for row in rows])
        same = {
            key
            for key, rows in before.items()
            if rows and _said(found[row.entry] for row in rows) == _said(grouped[key])
        }
        if not same:
            return said, known
        return [
            (patient, [one for one in entries if (patient, one.source.resource) not in same])
            for patient, entries in said
        ], known

    def keep(
        self,
        message: StoredMessage,
        said: Sequence[Said],
        known: Known,
        again: Collection[str],
        *,
        served: bool,
    ) -> None:
        """Say of which resources entries are versions, and compute what still counts.

        `known` is what `fresh` found, `again` the entries that were stored before. With `served`, an address is one
        resource whoever it is about; else a sender may number each patient's anew.
        """
        grouped = _by_resource(said)
        if not grouped:
            return
        addresses = {resource: self._index(message.source, resource) for _, resource in grouped}
        new: list[tuple[object, ...]] = []
        old: list[tuple[object, ...]] = []
        for (patient, resource), entries in grouped.items():
            for one in entries:
                row = (new_id(), self.keys.organisation, one.id, patient, message.id, addresses[resource])
                (old if one.id in again else new).append((*row, stands(one, message), False, None))
        insert(ResourceVersion, COLUMNS, new)
        _update(old)
        # Of most resources this is the only version: only the others are read back and compared.
        several = _of_several_times(grouped)
        gone = self._gone(list(addresses.values()))
        read_again = {row[5] for row in old}
        counted = [
            one
            for one, index in addresses.items()
            if one in known or one in several or index in gone or index in read_again
        ]
        self._count(self._rows(message.source, counted), served=served)

    def withdraw(self, message: StoredMessage, withdrawals: Sequence[Withdrawal], *, served: bool) -> None:
        """Say that resources were deleted at their source."""
        StoredWithdrawal.objects.bulk_create(
            (
                StoredWithdrawal(
                    organisation=self.keys.organisation,
                    message=message,
                    address=self._index(message.source, one.resource),
                    at=one.at,
                )
                for one in withdrawals
            ),
            ignore_conflicts=True,
        )
        self._count(self._rows(message.source, [one.resource for one in withdrawals]), served=served)

    def forget(self, entries: Sequence[str]) -> None:
        """Take back that these entries are versions; what they superseded counts again."""
        mine = ResourceVersion.objects.filter(organisation=self.keys.organisation)
        for some in _some(entries):
            gone = list(mine.filter(entry__in=some))
            addresses = {row.address for row in gone}
            mine.filter(entry__in=some).delete()
            left: dict[str, list[ResourceVersion]] = defaultdict(list)
            for row in mine.filter(address__in=addresses):
                left[row.address].append(row)
            self._count(left, served=False)

    def past(self, patients: Sequence[UUID]) -> tuple[frozenset[str], Mapping[str, datetime]]:
        """The entries of patients that are superseded, and those whose resource was deleted with since when."""
        found = _PAST.rows(patients)
        return (
            frozenset(entry for entry, superseded, _ in found if superseded),
            {entry: since for entry, _, since in found if since},
        )

    def superseded(self) -> Exists:
        """The condition that an entry's resource has a newer version; for rows that have an `entry`."""
        return Exists(
            ResourceVersion.objects.filter(
                organisation=self.keys.organisation, entry=OuterRef("entry"), superseded=True
            )
        )

    def deleted(self) -> Exists:
        """The condition that an entry's resource was deleted at its source; for rows that have an `entry`."""
        return Exists(
            ResourceVersion.objects.filter(
                organisation=self.keys.organisation, entry=OuterRef("entry"), withdrawn__isnull=False
            )
        )

    def _rows(self, source: str, resources: Iterable[str]) -> dict[str, list[ResourceVersion]]:
        """What is known of resources, whatever key their addresses were indexed with."""
        digests = {digest: one for one in resources for digest in self._indexes(source, one)}
        found: dict[str, list[ResourceVersion]] = defaultdict(list)
        mine = ResourceVersion.objects.filter(organisation=self.keys.organisation)
        for some in _some(list(digests)):
            for row in mine.filter(address__in=some):
                found[digests[row.address]].append(row)
        return found

    def _count(self, known: Mapping[str, list[ResourceVersion]], *, served: bool) -> None:
        """Compute what is superseded and withdrawn, and write what has changed."""
        gone = self._gone([row.address for rows in known.values() for row in rows])
        changed = []
        for rows in known.values():
            newest: dict[UUID | None, tuple[datetime, UUID]] = {}
            for row in rows:
                whose = None if served else row.patient_id
                newest[whose] = max(newest.get(whose, _order(row)), _order(row))
            for row in rows:
                superseded = _order(row) < newest[None if served else row.patient_id]
                withdrawn = _withdrawn(row, gone.get(row.address, ()))
                if (superseded, withdrawn) != (row.superseded, row.withdrawn):
                    row.superseded, row.withdrawn = superseded, withdrawn
                    changed.append(row)
        ResourceVersion.objects.bulk_update(changed, ["superseded", "withdrawn"], batch_size=200)

    def _gone(self, addresses: Sequence[str]) -> Mapping[str, list[StoredWithdrawal]]:
        """What was deleted at its source, by address."""
        gone: dict[str, list[StoredWithdrawal]] = defaultdict(list)
        for some in _some(addresses):
            for one in StoredWithdrawal.objects.filter(
                organisation=self.keys.organisation, address__in=some
            ).select_related("message"):
                gone[one.address].append(one)
        return gone

    def _index(self, source: str, resource: str) -> str:
        return self.keys.index("address", f"{source}\x1f{resource}")

    def _indexes(self, source: str, resource: str) -> tuple[str, ...]:
        return self.keys.indexes("address", f"{source}\x1f{resource}")


def stands(entry: Entry, message: StoredMessage) -> datetime:
    """Since when an entry's version says so: as its sender tells, else since it was received."""
    if entry.source.updated:
        try:
            return when(entry.source.updated, message.zone).earliest
        except InputError:
            pass
    return message.received


def _by_resource(said: Iterable[Said]) -> dict[tuple[UUID, str], list[Entry]]:
    grouped: dict[tuple[UUID, str], list[Entry]] = {}
    for patient, entries in said:
        for entry in entries:
            if entry.source.resource:
                grouped.setdefault((patient, entry.source.resource), []).append(entry)
    return grouped


def _update(rows: Sequence[tuple[object, ...]]) -> None:
    """Versions of entries that were stored before: their rows are there already, or are made now."""
    named = [
        "patient_id" if one == "patient" else "message_id" if one == "message" else one for one in COLUMNS
    ]
    ResourceVersion.objects.bulk_create(
        (ResourceVersion(**dict(zip(named, row, strict=True))) for row in rows),
        batch_size=ADDRESSES_A_QUERY,
        update_conflicts=True,
        unique_fields=["organisation", "entry"],
        update_fields=["patient", "stands"],
    )


def _of_several_times(grouped: Mapping[tuple[UUID, str], Sequence[Entry]]) -> frozenset[str]:
    """Resources of which one message brings several versions, or speaks of several patients."""
    times: dict[str, set[object]] = defaultdict(set)
    for (patient, resource), entries in grouped.items():
        times[resource] |= {(patient, one.source.updated) for one in entries}
    return frozenset(resource for resource, found in times.items() if len(found) > 1)


def _order(row: ResourceVersion) -> tuple[datetime, UUID]:
    """Ids of messages sort by the time at which they came."""
    return row.stands, row.message_id


def _before(
    rows: Iterable[ResourceVersion], patient: UUID, message: StoredMessage, since: datetime
) -> list[ResourceVersion]:
    """The rows of the version that came just before a message's own; none where it was withdrawn."""
    earlier = [
        row
        for row in rows
        if row.patient_id == patient and row.message_id != message.id and _order(row) < (since, message.id)
    ]
    if not earlier:
        return []
    latest = max(map(_order, earlier))
    found = [row for row in earlier if _order(row) == latest]
    return [] if any(row.withdrawn for row in found) else found


def _said(entries: Iterable[Entry]) -> list[tuple[str, Entry]]:
    """What a resource's entries say, whatever message they stand in."""
    bare = (replace(one, id="", source=NOWHERE, references=()) for one in entries)
    return sorted(((one.kind, one) for one in bare), key=lambda pair: (pair[0], repr(pair[1])))


def _withdrawn(row: ResourceVersion, gone: Iterable[StoredWithdrawal]) -> datetime | None:
    """When a version was withdrawn: by a later message, unless it was changed after that."""
    found = (
        one.at or one.message.received
        for one in gone
        if one.message_id > row.message_id and not (one.at and one.at < row.stands)
    )
    return min(found, default=None)


def _some(every: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(every), ADDRESSES_A_QUERY):
        yield every[start : start + ADDRESSES_A_QUERY]
