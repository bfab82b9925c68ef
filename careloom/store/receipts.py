"""Receipts: which messages listeners took, and how far into their journals the store has come."""

from dataclasses import dataclass

from django.db.models import Count, Max

from careloom.care.entry import Message
from careloom.care.received import Received
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import Receipt, StoredMessage, place
from careloom.store.tail import Place


@dataclass(frozen=True)
class Receipts:
    """The receipts of one organisation."""

    keys: Keys

    def add(self, message: Message, received: Received, at: Place) -> bool:
        """Say that a stored message came at that place; whether its sender had used its number for other bytes."""
        said = f"{message.source}\x1f{received.control}"
        control = self.keys.index("control", said) if received.control else ""
        row_id = new_id()
        with writing():
            row = self._message(message)
            Receipt.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                message=row,
                journal=at.file,
                number=at.number,
                control=control,
                sealed=self.keys.seal(
                    f"{received.peer}\n{received.control}".encode(), place("receipt", row_id, "sender")
                ),
                at=received.at,
            )
        same = Receipt.objects.filter(
            organisation=self.keys.organisation, control__in=self.keys.indexes("control", said)
        )
        return bool(control) and same.exclude(message=row).exists()

    def done(self, file: str) -> int:
        """How many records of a journal's file the store has."""
        rows = Receipt.objects.filter(organisation=self.keys.organisation, journal=file)
        last: int | None = rows.aggregate(last=Max("number"))["last"]
        return 0 if last is None else last + 1

    def numbers_used_again(self) -> int:
        """How many of their senders' numbers came with more than one message."""
        rows = Receipt.objects.filter(organisation=self.keys.organisation).exclude(control="")
        several = rows.values("control").annotate(messages=Count("message", distinct=True))
        return several.filter(messages__gt=1).count()

    def _message(self, message: Message) -> StoredMessage:
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
        row = rows.filter(source=message.source).first()
        if row is None:
            raise InputError("unknown message")
        return row
