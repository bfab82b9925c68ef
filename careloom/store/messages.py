"""Messages: bytes from other systems, durable (`bodies`) before their row; what a reader made of them is appended."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from careloom.care.entry import Message, Rejection
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.bodies import Bodies, Kept
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import MessageReading, Settlement, StoredMessage, StoredRejection, place
from careloom.store.settlements import CORRECTED, settled

# Below SQLite's limit of variables in one statement.
IDS_A_QUERY = 500
# As Python reads names from a file system: bytes that are no UTF-8 come back as they were.
FILE_NAMES = ("utf-8", "surrogateescape")
# A message's round: how often it was opened again.
_ROUND = Coalesce(
    Subquery(MessageReading.objects.filter(message=OuterRef("pk")).order_by("-round").values("round")[:1]),
    0,
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A part of a message that can't be read: the message's SHA-256 and file name, the place, the reason."""

    message: str
    name: str
    where: str
    reason: str
    error: str
    source: str = ""
    format: str = ""
    received: datetime | None = None


@dataclass(frozen=True)
class Messages:
    """The messages of one organisation."""

    keys: Keys
    home: Path

    @cached_property
    def bodies(self) -> Bodies:
        """Their bytes."""
        return Bodies(self.keys, self.home)

    def put(
        self,
        chunks: Iterable[bytes],
        *,
        source: str,
        format: str,
        name: str,
        zone: str,
        received: datetime | None = None,
    ) -> tuple[Message, bool]:
        """Keep a message's bytes and say whether they are new from this source; `received` is now where not given.

        Raises ConfigError where they can't be kept (a full disk); nothing half-written stays behind.
        """
        return self.enter(
            self.bodies.keep(chunks), source=source, format=format, name=name, zone=zone, received=received
        )

    def enter(
        self, kept: Kept, *, source: str, format: str, name: str, zone: str, received: datetime | None = None
    ) -> tuple[Message, bool]:
        """The row of a message whose bytes are kept, and whether it is new from this source."""
        row_id = new_id()
        with writing():
            row, new = StoredMessage.objects.get_or_create(
                organisation=self.keys.organisation,
                sha256=kept.sha256,
                source=source,
                defaults={
                    "id": row_id,
                    "format": format,
                    "zone": zone,
                    "size": kept.size,
                    "received": received or timezone.now(),
                    "sealed_name": self.keys.seal(name.encode(*FILE_NAMES), place("message", row_id, "name")),
                },
            )
        return self._message(row), new

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a message, decrypted on demand; can seek. Raises ConfigError where the file is not whole."""
        return self.bodies.open(sha256)

    def get(self, sha256: str) -> Message:
        """The message with these bytes that came last. Raises InputError for an unknown one."""
        row = self._rows().filter(sha256=sha256).order_by("received", "id").last()
        if row is None:
            raise InputError("unknown message")
        return self._message(row)

    def all(self) -> Iterator[Message]:
        """Every message in the order of receipt but those that were corrected; of equal bytes from several sources the last."""
        yield from map(self._message, self._latest())

    def of_format(self, format: str) -> tuple[Message, ...]:
        """Those that `all` gives of one format."""
        return tuple(map(self._message, self._latest().filter(format=format)))

    def count(self) -> int:
        """How many messages `all` gives."""
        return self._latest().count()

    def finish(self, message: Message, reader_version: str, counts: Mapping[str, int]) -> None:
        """Say that a reader of that version has been through the message, and what it counted."""
        with writing():
            row = self._row(message)
            MessageReading.objects.create(
                organisation=self.keys.organisation,
                message=row,
                round=_round(row),
                state="read",
                reader_version=reader_version,
                counts=dict(counts),
                at=timezone.now(),
            )

    def is_read(self, message: Message, reader_version: str) -> bool:
        """Whether a reader of that version has been through it since it was last opened `again`."""
        row = self._row(message)
        done = row.readings.filter(state="read", reader_version=reader_version, round=_round(row))
        return done.exists()

    def state(self, message: Message) -> str:
        """`stored` (nobody finished reading it), `rejected` (nothing but rejections came of it) or `read`."""
        row = self._row(message)
        this_round = _round(row)
        if row.readings.filter(state="read", round=this_round).exists():
            return "read"
        return "rejected" if row.rejections.filter(round=this_round).exists() else "stored"

    def unfinished(self) -> tuple[Message, ...]:
        """Messages whose reading was cut off: stored or opened again, and neither read nor rejected."""
        mine = {"message": OuterRef("pk"), "round": OuterRef("this_round")}
        read = MessageReading.objects.filter(**mine, state="read")
        rejected = StoredRejection.objects.filter(**mine)
        rows = self._latest().annotate(this_round=_ROUND).filter(~Exists(read), ~Exists(rejected))
        return tuple(map(self._message, rows))

    def forgive(self, message: Message) -> None:
        """Open a message for reading again: what was rejected earlier no longer counts."""
        with writing():
            row = self._row(message)
            this_round = _round(row)
            touched = row.readings.filter(round=this_round, state="read").exists()
            if touched or row.rejections.filter(round=this_round).exists():
                MessageReading.objects.create(
                    organisation=self.keys.organisation,
                    message=row,
                    round=this_round + 1,
                    state="again",
                    reader_version="",
                    at=timezone.now(),
                )

    def reject(self, message: Message, rejections: Sequence[Rejection]) -> None:
        """Keep what could not be read of a message; the same said twice is kept once."""
        if not rejections:
            return
        with writing():
            row = self._row(message)
            this_round = _round(row)
            known = set(row.rejections.filter(round=this_round).values_list("where", "reason", "error"))
            fresh = dict.fromkeys(
                one for one in rejections if (one.where, one.reason, one.error) not in known
            )
            now = timezone.now()
            StoredRejection.objects.bulk_create(
                StoredRejection(
                    organisation=self.keys.organisation,
                    message=row,
                    round=this_round,
                    where=one.where,
                    reason=one.reason,
                    error=one.error,
                    at=now,
                )
                for one in fresh
            )

    def rejections(self) -> tuple[Rejected, ...]:
        """What can't be read as of now and nobody settled, by message, in the order in which it was met."""
        return tuple(
            Rejected(
                row.message.sha256,
                self._name(row.message),
                row.where,
                row.reason,
                row.error,
                row.message.source,
                row.message.format,
                row.message.received,
            )
            for row in self._unsettled(self._current_rejections())
        )

    def waiting(self, errors: Collection[str]) -> tuple[Message, ...]:
        """Messages with rejections of these classes: they refer to what nobody had sent."""
        unknown = self._current_rejections().filter(error__in=list(errors))
        waiting = sorted({row.message.sha256 for row in self._unsettled(unknown)})
        found = (
            row
            for start in range(0, len(waiting), IDS_A_QUERY)
            for row in self._latest().filter(sha256__in=waiting[start : start + IDS_A_QUERY])
        )
        return tuple(map(self._message, sorted(found, key=lambda row: (row.received, row.id))))

    def _unsettled(self, rows: QuerySet[StoredRejection]) -> Iterator[StoredRejection]:
        corrected, aside = settled(self.keys.organisation)
        for row in rows.select_related("message").order_by("message__received", "message", "id"):
            said = (row.where, row.reason, row.error)
            if row.message_id not in corrected and said not in aside.get(row.message_id, ()):
                yield row

    def _current_rejections(self) -> QuerySet[StoredRejection]:
        """Those of each message's own round."""
        current = StoredMessage.objects.filter(pk=OuterRef("message")).annotate(this_round=_ROUND)
        return StoredRejection.objects.filter(
            organisation=self.keys.organisation, round=Subquery(current.values("this_round"))
        )

    def _rows(self) -> QuerySet[StoredMessage]:
        return StoredMessage.objects.filter(organisation=self.keys.organisation)

    def _latest(self) -> QuerySet[StoredMessage]:
        same = self._rows().filter(sha256=OuterRef("sha256"))
        later = same.filter(
            Q(received__gt=OuterRef("received")) | Q(received=OuterRef("received"), id__gt=OuterRef("id"))
        )
        corrected = Settlement.objects.filter(message=OuterRef("pk"), action=CORRECTED)
        return self._rows().filter(~Exists(later), ~Exists(corrected)).order_by("received", "id")

    def _row(self, message: Message) -> StoredMessage:
        row = self._rows().filter(sha256=message.sha256, source=message.source).first()
        if row is None:
            raise InputError("unknown message")
        return row

    def _message(self, row: StoredMessage) -> Message:
        return Message(
            sha256=row.sha256,
            source=row.source,
            format=row.format,
            name=self._name(row),
            zone=row.zone,
            received=row.received,
        )

    def _name(self, row: StoredMessage) -> str:
        return self.keys.open(bytes(row.sealed_name), place("message", row.id, "name")).decode(*FILE_NAMES)


def _round(row: StoredMessage) -> int:
    latest: int | None = row.readings.aggregate(latest=Max("round"))["latest"]
    return latest or 0
