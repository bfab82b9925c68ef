"""Entries: appended in revisions, the newest of which counts.

An entry whose content did not change gets no new revision, however often its message is read.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from careloom.care.elsewhere import Withdrawal
from careloom.care.entry import Entry, Message
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.bulk import insert
from careloom.store.database import hold, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import EntryRevision, ResourceVersion, StoredMessage, place
from careloom.store.note_texts import NoteTexts
from careloom.store.opened import Opened
from careloom.store.sameness import Sameness
from careloom.store.versions import Versions

# Below SQLite's limit of variables in one statement.
IDS_A_QUERY = 500
COLUMNS = (
    "id",
    "organisation",
    "entry",
    "revision",
    "patient",
    "ordinal",
    "kind",
    "digest",
    "sealed",
    "message",
    "reader_version",
    "retired",
)


class _Newest(NamedTuple):
    """What must be known of an entry's newest revision to tell whether another one is needed."""

    id: UUID
    entry: str
    revision: int
    patient: UUID
    retired: bool
    digest: bytes
    sealed: bytes


def _newest(organisation: str) -> QuerySet[EntryRevision]:
    """The newest revision of each entry."""
    later = EntryRevision.objects.filter(
        organisation=organisation, entry=OuterRef("entry"), revision__gt=OuterRef("revision")
    )
    return EntryRevision.objects.filter(~Exists(later), organisation=organisation)


# A subquery may be made of the organisation twice: one value stands in both places.
_STANDING = Asked(
    lambda organisation, patients: (
        _newest(organisation)
        .filter(patient__in=patients, retired=False)
        .order_by("message__received", "message", "ordinal", "entry")
        .values_list("id", "entry", "sealed")
    )
)


@dataclass(frozen=True)
class Entries:
    """The entries of one organisation's patients."""

    keys: Keys
    _opened_before: Opened = field(default_factory=Opened, repr=False, compare=False)

    @property
    def sameness(self) -> Sameness:
        """Which patients are one person."""
        return Sameness(self.keys)

    @property
    def note_texts(self) -> NoteTexts:
        """Which of them are notes whose text stands in another chart, too."""
        return NoteTexts(self.keys)

    @property
    def versions(self) -> Versions:
        """Which of them count, where their sender keeps them up to date."""
        return Versions(self.keys)

    def add(
        self,
        patient: str,
        message: Message,
        entries: Sequence[Entry],
        reader_version: str,
        *,
        served: bool = False,
    ) -> int:
        """Append what a message says of a patient; the number of new revisions.

        Same id and same content adds nothing; changed content (or another patient) is a new revision. A resource
        that says what its version before said adds nothing either; what it says anew supersedes that version.
        `served` says that the source is a server of which an address means one resource.
        Raises InputError for an id that stands twice or comes from another message.
        """
        return self.add_all(message, ((patient, entries),), reader_version, served=served)

    def add_all(
        self,
        message: Message,
        said: Iterable[tuple[str, Sequence[Entry]]],
        reader_version: str,
        *,
        served: bool = False,
    ) -> int:
        """Append what a message says of several patients, in one transaction, as `add` does of one."""
        people = [(as_uuid(patient, "patient"), entries) for patient, entries in said]
        ids = _ids(message, [entry for _, entries in people for entry in entries])
        with writing():
            hold(int(message.sha256[:15], 16))
            source = self._message(message)
            fresh, known = self.versions.fresh(source, people, self.opened)
            newest = {row.entry: row for row in self._newest_of(ids)}
            rows = [
                row
                for patient, entries in fresh
                for ordinal, entry in enumerate(entries)
                for row in self._revision(patient, ordinal, entry, newest.get(entry.id))
            ]
            insert(EntryRevision, COLUMNS, [(*row, source.id, reader_version, False) for row in rows])
            self.note_texts.add(fresh)
            self.versions.keep(source, fresh, known, newest, served=served)
        return len(rows)

    def _revision(
        self, patient: UUID, ordinal: int, entry: Entry, old: _Newest | None
    ) -> Iterator[tuple[object, ...]]:
        """The row of an entry's new revision, up to what its message says; none where the newest says the same."""
        content = codec.encode(entry)
        if old is not None and old.patient == patient and self._says(old, entry, content):
            return
        row_id = new_id()
        yield (
            row_id,
            self.keys.organisation,
            entry.id,
            old.revision + 1 if old else 1,
            patient,
            ordinal,
            entry.kind,
            self.keys.digest(content),
            self.keys.seal(content, place("entry", row_id, "entry")),
        )

    def withdraw(self, message: Message, withdrawals: Sequence[Withdrawal], *, served: bool) -> None:
        """Say that resources were deleted at their source: their entries stay, as entered in error."""
        with writing():
            self.versions.withdraw(self._message(message), withdrawals, served=served)

    def withdrawn(self, patient: str) -> int:
        """How many entries of a patient count as entered in error since their source took them back."""
        members = Sameness(self.keys).members(patient)
        rows = ResourceVersion.objects.filter(organisation=self.keys.organisation, patient__in=members)
        return rows.filter(withdrawn__isnull=False).count()

    def supersede_missing(
        self, message: Message, kept: Collection[str], reader_version: str, *, of: str = ""
    ) -> int:
        """Retire the entries of a message (`of` one patient alone) that are not kept; how many."""
        gone = self._current().filter(message__sha256=message.sha256)
        if of:
            gone = gone.filter(patient=as_uuid(of, "patient"))
        with writing():
            rows = [
                EntryRevision(
                    organisation=row.organisation,
                    entry=row.entry,
                    revision=row.revision + 1,
                    patient_id=row.patient_id,
                    message_id=row.message_id,
                    ordinal=row.ordinal,
                    kind=row.kind,
                    reader_version=reader_version,
                    retired=True,
                    digest=b"",
                    sealed=b"",
                )
                for row in gone
                if row.entry not in kept
            ]
            EntryRevision.objects.bulk_create(rows)
            self.versions.forget([row.entry for row in rows])
        return len(rows)

    def of(self, patient: str, *, alone: bool = False) -> tuple[Entry, ...]:
        """A patient's entries as they stand, by receipt of their message and their place in it.

        Those of everybody who is one person with the patient are among them, unless they are asked for `alone`.
        """
        members = (as_uuid(patient, "patient"),) if alone else self.sameness.members(patient)
        superseded, withdrawn = self.versions.past(members)
        # As the driver gives them: a record has thousands, and what is known already is told by its bytes.
        found = _STANDING.rows(self.keys.organisation, members, raw=True)
        name = f"{patient}{' alone' if alone else ''}"

        def standing() -> Iterator[Entry]:
            rows = ((row_id, bytes(sealed)) for row_id, entry, sealed in found if entry not in superseded)
            entries = self._opened_before.of(name, rows, self._open_raw)
            return (_deleted(one, withdrawn[one.id]) if one.id in withdrawn else one for one in entries)

        read: list[Hashable] = [*found, superseded, frozenset(withdrawn.items())]
        return self._opened_before.all_of(name, read, standing)

    def of_kind(self, patient: str, kind: str) -> tuple[Entry, ...]:
        """A patient's entries of one FHIR resource type as they stand; the others are not opened."""
        members = self.sameness.members(patient)
        superseded, withdrawn = self.versions.past(members)
        rows = self._newest().filter(patient__in=members, retired=False, kind=kind).order_by("entry")
        gone = superseded | withdrawn.keys()
        found = rows.values_list("id", "entry", "sealed")
        return tuple(self._open(row_id, sealed) for row_id, entry, sealed in found if entry not in gone)

    def copied(self, patient: str) -> frozenset[str]:
        """The ids of a patient's notes whose text stands word for word in the chart of somebody else."""
        return self.note_texts.elsewhere(self.sameness.members(patient))

    def count(self, patient: str) -> int:
        """How many entries a patient has."""
        return self._current().filter(patient__in=self.sameness.members(patient)).count()

    def counts(self) -> Mapping[str, int]:
        """How many entries each patient has; who has none is absent, who are one stand once."""
        clusters = self.sameness.clusters()
        found: Counter[str] = Counter()
        for row in self._current().values("patient").annotate(number=Count("id")):
            found[clusters.first(str(row["patient"]))] += row["number"]
        return found

    def patients_of(self, message: Message) -> tuple[str, ...]:
        """The patients about whom a message says something."""
        rows = self._current().filter(message__sha256=message.sha256)
        found = [str(one) for one in rows.order_by("patient").values_list("patient", flat=True).distinct()]
        clusters = self.sameness.clusters(found)
        return tuple(dict.fromkeys(map(clusters.first, found)))

    def patient(self, entry_id: str) -> str:
        """Whose an entry is by its newest revision; "" for one that there isn't."""
        return next((str(row.patient) for row in self._newest_of([entry_id])), "")

    def filed(self, ids: Sequence[str]) -> frozenset[str]:
        """The patients under whom these entries stand, as their newest revisions have it."""
        return frozenset(str(row.patient) for row in self._newest_of(ids) if not row.retired)

    def standing(self) -> QuerySet[EntryRevision]:
        """The rows of all entries as they stand, without those whose resource was deleted at its source."""
        return self._current().filter(~self.versions.deleted())

    def _current(self) -> QuerySet[EntryRevision]:
        return self._newest().filter(~self.versions.superseded(), retired=False)

    def _newest(self) -> QuerySet[EntryRevision]:
        return _newest(self.keys.organisation)

    def _newest_of(self, ids: Sequence[str]) -> Iterator[_Newest]:
        columns = ("id", "entry", "revision", "patient", "retired", "digest", "sealed")
        for start in range(0, len(ids), IDS_A_QUERY):
            rows = self._newest().filter(entry__in=ids[start : start + IDS_A_QUERY])
            yield from (_Newest(*row) for row in rows.values_list(*columns))

    def opened(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        """These entries by their newest revisions, whatever became of them; one that there isn't is absent."""
        return {row.entry: self._open(row.id, row.sealed) for row in self._newest_of(ids)}

    def _says(self, old: _Newest, entry: Entry, content: bytes) -> bool:
        """Whether a revision already says this; read and compared where a key or a noun's form has changed."""
        if old.retired:
            return False
        return bytes(old.digest) == self.keys.digest(content) or self._open(old.id, old.sealed) == entry

    def _open_raw(self, row_id: UUID | str, sealed: bytes) -> Entry:
        return self._open(row_id if isinstance(row_id, UUID) else UUID(row_id), sealed)

    def _open(self, row_id: UUID, sealed: bytes | memoryview) -> Entry:
        return codec.entry(self.keys.open(bytes(sealed), place("entry", row_id, "entry")))

    def _message(self, message: Message) -> StoredMessage:
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
        row = rows.filter(source=message.source).first()
        if row is None:
            raise InputError("unknown message")
        return row


def _deleted(entry: Entry, since: datetime) -> Entry:
    """An entry as its source's deletion leaves it: to be seen, and to be relied on no more."""
    said = f"deleted at its source by {since:%Y-%m-%d}"
    note = f"{entry.detail['note']}; {said}" if entry.detail.get("note") else said
    return replace(entry, status="entered-in-error", detail={**entry.detail, "note": note})


def _ids(message: Message, entries: Sequence[Entry]) -> list[str]:
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise InputError("an entry stands twice in one message", where=twice)
    for entry in entries:
        if entry.source.message != message.sha256:
            raise InputError("an entry comes from another message", where=entry.id)
    return ids
