"""Elsewhere: what earlier messages of one source said, for a message that only refers to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from careloom.care.elsewhere import Named, Told
from careloom.care.entry import Message
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import (
    EntryRevision,
    PatientSaying,
    ResourceVersion,
    StoredMessage,
    StoredName,
    place,
)

T = TypeVar("T")
# What is remembered of one message's questions, found or not.
REMEMBERED = 20_000


@dataclass
class Elsewhere:
    """What one source has said; implements `care.entry.Elsewhere`. Answers are remembered while it lives."""

    keys: Keys
    source: str
    _named: dict[str, bytes | None] = field(default_factory=dict)
    _told: dict[str, Told | None] = field(default_factory=dict)

    def named(self, resource: str) -> bytes | None:
        """The body under which something is named, as the last message that had it says; None where none had."""
        if resource not in self._named:
            row = self._name(resource)
            _remember(self._named, resource, self._body(row) if row else None)
        return self._named[resource]

    def told(self, resource: str) -> Told | None:
        """A resource's name and its patient's number at the source; None where no message had it."""
        if resource not in self._told:
            rows = ResourceVersion.objects.filter(**self._at(resource), superseded=False)
            version = rows.order_by("entry").first()
            _remember(self._told, resource, self._of(version) if version else None)
        return self._told[resource]

    def keep(self, message: Message, named: Iterable[Named]) -> None:
        """Keep what gives others a name; what a message says replaces what an earlier one said."""
        every = {one.resource: one.body for one in named}
        if not every:
            return
        with writing():
            sent = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
            row = sent.filter(source=message.source).first()
            if row is None:
                raise InputError("unknown message")
            for resource, body in every.items():
                old = self._name(resource)
                if old and self._body(old) == body:
                    continue
                row_id = old.id if old else new_id()
                sealed = self.keys.seal(body, place("name", row_id, "body"))
                StoredName.objects.update_or_create(
                    id=row_id,
                    defaults={"sealed": sealed, "message": row},
                    create_defaults={
                        "organisation": self.keys.organisation,
                        "address": self.keys.index("address", f"{self.source}\x1f{resource}"),
                        "sealed": sealed,
                        "message": row,
                    },
                )
                self._named[resource] = body

    def _body(self, row: StoredName) -> bytes:
        return self.keys.open(bytes(row.sealed), place("name", row.id, "body"))

    def _name(self, resource: str) -> StoredName | None:
        return StoredName.objects.filter(**self._at(resource)).order_by("message").last()

    def _at(self, resource: str) -> dict[str, Any]:
        digests = self.keys.indexes("address", f"{self.source}\x1f{resource}")
        return {"organisation": self.keys.organisation, "address__in": digests}

    def _of(self, version: ResourceVersion) -> Told | None:
        row = (
            EntryRevision.objects.filter(organisation=self.keys.organisation, entry=version.entry)
            .order_by("revision")
            .last()
        )
        if row is None or row.retired:
            return None
        entry = codec.entry(self.keys.open(bytes(row.sealed), place("entry", row.id, "entry")))
        system = f"urn:careloom:source:{self.source}"
        for saying in PatientSaying.objects.filter(patient=version.patient_id).order_by("at", "id"):
            person = codec.person(self.keys.open(bytes(saying.sealed), place("saying", saying.id, "person")))
            for one in person.identifiers:
                if one.system == system:
                    return Told("" if entry.name == entry.kind else entry.name, one.value)
        return None


def _remember(answers: dict[str, T], resource: str, answer: T) -> None:
    if len(answers) >= REMEMBERED:
        answers.clear()
    answers[resource] = answer
