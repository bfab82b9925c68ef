"""Settlements: what people did about messages that could not be read. Each is appended; the message stays as it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from careloom.care.entry import Message, Rejection
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import Settlement, StoredMessage, place

CORRECTED, SET_ASIDE, TAKEN_BACK = "corrected", "set aside", "taken back"


@dataclass(frozen=True, slots=True)
class Settled:
    """What somebody did about a message: `action` by `who` (a user id) at a time, and why in their words."""

    message: str
    action: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Settlements:
    """The settlements of one organisation."""

    keys: Keys

    def correct(self, message: Message, by: Message, *, who: str, why: str) -> None:
        """Say that a message is replaced by a corrected one: it is read no more and its rejections are settled."""
        self._add(message, CORRECTED, who, why, correction=by)

    def set_aside(self, message: Message, rejections: Sequence[Rejection], *, who: str, why: str) -> None:
        """Say that these rejections need nothing done; what else comes up in the message is listed again."""
        covers = [[one.where, one.reason, one.error] for one in rejections]
        self._add(message, SET_ASIDE, who, why, covers=covers)

    def take_back(self, message: Message, *, who: str) -> None:
        """Undo a setting aside. Raises InputError where the message isn't set aside."""
        if self.last(message) != SET_ASIDE:
            raise InputError("this message is not set aside")
        self._add(message, TAKEN_BACK, who, "")

    def last(self, message: Message) -> str:
        """What was done last about a message; "" where nothing was."""
        rows = Settlement.objects.filter(message=_row(self.keys, message)).order_by("at", "id")
        return rows.values_list("action", flat=True).last() or ""

    def all(self) -> tuple[Settled, ...]:
        """Everything that was done, newest first."""
        rows = Settlement.objects.filter(organisation=self.keys.organisation).select_related("message")
        return tuple(
            Settled(row.message.sha256, row.action, row.who, row.at, self._why(row.id, bytes(row.sealed_why)))
            for row in rows.order_by("-at", "-id")
        )

    def _add(
        self,
        message: Message,
        action: str,
        who: str,
        why: str,
        *,
        covers: Sequence[Sequence[str]] = (),
        correction: Message | None = None,
    ) -> None:
        row_id = new_id()
        with writing():
            Settlement.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                message=_row(self.keys, message),
                action=action,
                who=who,
                at=timezone.now(),
                covers=list(map(list, covers)),
                correction=_row(self.keys, correction) if correction else None,
                sealed_why=self.keys.seal(why.encode(), place("settlement", row_id, "why")),
            )

    def _why(self, row_id: UUID, sealed: bytes) -> str:
        return self.keys.open(sealed, place("settlement", row_id, "why")).decode()


def _row(keys: Keys, message: Message) -> StoredMessage:
    rows = StoredMessage.objects.filter(organisation=keys.organisation, sha256=message.sha256)
    row = rows.filter(source=message.source).first()
    if row is None:
        raise InputError("unknown message")
    return row


def settled(organisation: str) -> tuple[set[UUID], dict[UUID, set[tuple[str, str, str]]]]:
    """The messages that were corrected, and of the others the rejections (where, reason, error) set aside."""
    corrected: set[UUID] = set()
    aside: dict[UUID, set[tuple[str, str, str]]] = {}
    rows = Settlement.objects.filter(organisation=organisation).order_by("at", "id")
    for message, action, covers in rows.values_list("message", "action", "covers"):
        if action == CORRECTED:
            corrected.add(message)
        elif action == SET_ASIDE:
            aside[message] = {(where, reason, error) for where, reason, error in covers}
        else:
            aside.pop(message, None)
    return corrected, aside
