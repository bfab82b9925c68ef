"""Sameness: which patients are one person, as people and senders said. Each word is appended; what is one follows from all.

Entries and sayings stay with the patient under whom they came; whoever reads asks here whose they are now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from careloom.care.entry import Message
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.clusters import BETWEEN, DIFFERENT, SAME, VOID, Clusters, Said
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StandingDue, StoredLook, StoredMessage, StoredSameness, place
from careloom.store.once import once

# Below SQLite's limit of variables in one statement; each is asked for twice.
PATIENTS_A_QUERY = 400


@dataclass(frozen=True, slots=True)
class Look:
    """Two patients at whom a person must look, and why (no name, date or value); `message` where a sender says so."""

    id: str
    one: str
    other: str
    why: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of two patients, for people to read: by a user's id or "message <sha> of <source>", when and why.

    `message` (SHA-256) is the message whose person `one` is, where somebody said whom it is about.
    """

    id: str
    one: str
    other: str
    said: str
    who: str
    at: datetime
    why: str
    message: str = ""


_ANY = Asked(
    lambda organisation: StoredSameness.objects.filter(organisation=organisation).values_list("id")[:1]
)
_SAID = ("id", "one", "other", "said", "who", "message", "at", "where")
_EVERYTHING = Asked(
    lambda organisation: (
        StoredSameness.objects.filter(organisation=organisation).order_by("at", "id").values_list(*_SAID)
    )
)
_ANY_LOOK = Asked(
    lambda organisation: StoredLook.objects.filter(organisation=organisation).values_list("id")[:1]
)


@dataclass(frozen=True)
class Sameness:
    """What was said of one organisation's patients."""

    keys: Keys

    def hold(self) -> None:
        """Inside a transaction: wait until nobody else founds, finds or merges patients, to its end."""
        hold(number_of(self.keys.organisation, "patients"))

    def look(self, one: str, other: str, why: str, message: Message | None = None) -> None:
        """Put two patients on the list of those whom a person must look at; a second time adds nothing.

        `why` names no person, date or value.
        """
        first, second = sorted((as_uuid(one, "patient"), as_uuid(other, "patient")))
        if first == second:
            raise InputError("a patient is not looked at beside themselves")
        with writing():
            self.hold()
            StoredLook.objects.get_or_create(
                organisation=self.keys.organisation,
                one_id=first,
                other_id=second,
                message=self._message(message),
                defaults={"why": why, "at": timezone.now()},
            )

    def any(self, known: bool | None = None) -> bool:
        """Whether anything was said of any two; `known` is what another question's answer told of it just now."""
        organisation = self.keys.organisation
        return once(
            ("sameness", organisation), lambda: bool(_ANY.rows(organisation)) if known is None else known
        )

    def looks(self, patient: str = "") -> tuple[Look, ...]:
        """The pairs (of one patient alone, where asked) that nobody has decided about, the oldest first, each once, by the ids
        under which they are read.

        What was decided is decided, until a sender says anew that the two are one.
        """
        if not once(("looks", self.keys.organisation), lambda: bool(_ANY_LOOK.rows(self.keys.organisation))):
            return ()
        rows = StoredLook.objects.filter(organisation=self.keys.organisation).select_related("message")
        if patient:
            members = self.members(patient)
            rows = rows.filter(Q(one__in=members) | Q(other__in=members))
            clusters = self.clusters(str(one) for pair in rows for one in (pair.one_id, pair.other_id))
        else:
            clusters = self.clusters()
        found: dict[frozenset[str], Look] = {}
        for row in rows.order_by("at", "id"):
            one, other = clusters.first(str(row.one_id)), clusters.first(str(row.other_id))
            last = clusters.parted(one, other)
            if one == other or (last is not None and (last.at > row.at or row.message is None)):
                continue
            message = row.message.sha256 if row.message else ""
            look = Look(str(row.id), min(one, other), max(one, other), row.why, message, row.at)
            pair = frozenset((one, other))
            if pair not in found or (message and not found[pair].message):
                found[pair] = look
        return tuple(found.values())

    def messages_about(self, one: str, other: str) -> tuple[str, ...]:
        """The messages (SHA-256) whose senders said that two patients, or others of their clusters, are one."""
        clusters = self.clusters((one, other))
        mine, theirs = clusters.members(one), clusters.members(other)
        rows = StoredLook.objects.filter(organisation=self.keys.organisation, message__isnull=False)
        both = Q(one__in=mine, other__in=theirs) | Q(one__in=theirs, other__in=mine)
        return tuple(
            dict.fromkeys(rows.filter(both).order_by("at").values_list("message__sha256", flat=True))
        )

    def say(
        self, one: str, other: str, said: str, *, who: str, why: str, message: Message | None = None
    ) -> None:
        """Append what somebody, or a message, says of two patients; with both, whom the message's person `one` is."""
        row_id = new_id()
        with writing():
            self.hold()
            StoredSameness.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                one_id=as_uuid(one, "patient"),
                other_id=as_uuid(other, "patient"),
                said=said,
                who=who,
                message=self._message(message),
                at=timezone.now(),
                sealed_why=self.keys.seal(why.encode(), place("sameness", row_id, "why")),
            )
            StandingDue.objects.bulk_create(
                StandingDue(organisation=self.keys.organisation, patient_id=as_uuid(patient, "patient"))
                for patient in (one, other)
            )

    def merges_of(self, patient: str) -> tuple[str, ...]:
        """The merges in force (ids of their words) that made a patient's record, the oldest first."""
        return tuple(str(one.id) for one in self.clusters((patient,)).ties_of(patient))

    def words(self) -> tuple[Word, ...]:
        """Everything that was said of pairs, the newest first."""
        rows = self._rows().select_related("message").order_by("-at", "-id")
        return tuple(map(self._word, rows))

    def clusters(self, patients: Iterable[str] | None = None, at: datetime | None = None) -> Clusters:
        """Which patients are one (of these alone, and whom they were ever said to be), as of a time where one is given."""
        rows = (
            map(_said, _EVERYTHING.rows(self.keys.organisation))
            if patients is None
            else self._about(patients)
        )
        return Clusters.of(one for one in rows if at is None or one.at <= at)

    def members(self, patient: str) -> tuple[UUID, ...]:
        """Everybody who is one person with a patient, the oldest first."""
        wanted = str(as_uuid(patient, "patient"))
        return tuple(map(UUID, self.clusters((wanted,)).members(wanted)))

    def first(self, patient: str) -> str:
        """The id under which a patient and whoever is one person with them are read: the oldest's."""
        return str(self.members(patient)[0])

    def ever(self, patient: str) -> tuple[UUID, ...]:
        """Everybody who was ever linked with a patient by what was said: that they are one person, or are not."""
        wanted = str(as_uuid(patient, "patient"))
        found = {wanted} | {one for said in self._about((wanted,)) for one in said.pair}
        return tuple(map(UUID, sorted(found)))

    def same_as_then(self, patient: str, then: datetime) -> bool:
        """Whether a patient is made of whom they were made of at a time, but for what came since and names nobody."""
        now = self.clusters((patient,))
        before = self.clusters((patient,), then)
        since = {one for one in now.members(patient) if now.is_between(one) and not before.is_between(one)}
        return set(before.members(patient)) == set(now.members(patient)) - since

    def _about(self, patients: Iterable[str]) -> list[Said]:
        """All that was said of these patients and, step by step, of those of whom it was said with them."""
        if not self.any():
            return []
        wanted = frozenset(str(UUID(one)) for one in patients)
        return once(("sameness", self.keys.organisation, wanted), lambda: self._linked(wanted))

    def _linked(self, patients: frozenset[str]) -> list[Said]:
        found: dict[UUID, Said] = {}
        asked: set[str] = set()
        waiting = set(patients)
        while waiting:
            asked |= waiting
            for some in _some(sorted(waiting)):
                rows = self._rows().filter(Q(one__in=some) | Q(other__in=some))
                found.update({one.id: one for one in map(_said, rows.values_list(*_SAID))})
            waiting = {one for said in found.values() for one in said.pair} - asked
        return sorted(found.values(), key=lambda one: (one.at, one.id))

    def _rows(self) -> QuerySet[StoredSameness]:
        return StoredSameness.objects.filter(organisation=self.keys.organisation)

    def _word(self, row: StoredSameness) -> Word:
        why = self.keys.open(bytes(row.sealed_why), place("sameness", row.id, "why")).decode()
        who = row.who or (
            f"message {row.message.sha256} of {row.message.source}" if row.message else "careloom"
        )
        about = row.message.sha256 if row.message and row.who else ""
        return Word(str(row.id), str(row.one_id), str(row.other_id), row.said, who, row.at, why, about)

    def _message(self, message: Message | None) -> StoredMessage | None:
        if message is None:
            return None
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
        return rows.filter(source=message.source).first()


def _said(row: tuple[Any, ...]) -> Said:
    row_id, one, other, *said = row
    return Said(row_id, str(one), str(other), *said)


def _some(every: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(every), PATIENTS_A_QUERY):
        yield every[start : start + PATIENTS_A_QUERY]


__all__ = ["BETWEEN", "DIFFERENT", "SAME", "VOID", "Look", "Sameness", "Word"]
