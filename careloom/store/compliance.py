"""Compliance: packs as they were made, and what people answered of requirements that nothing can compute."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from careloom.care.compliance import Answer, KeptPack, Pack, Said
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.complied import StoredAnswer, StoredPack
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place


class _Words(msgspec.Struct):
    """What is sealed of an answer."""

    words: str = ""


_words = msgspec.json.Decoder(_Words).decode
_pack = msgspec.json.Decoder(Pack).decode


@dataclass(frozen=True)
class Compliance:
    """The packs and answers of one organisation."""

    keys: Keys

    def new_id(self) -> str:
        """The id of a pack that is about to be made."""
        return new_id().hex

    def keep(self, pack: str, told: bytes, sha256: str, *, who: str, made: datetime) -> None:
        """Keep a pack's JSON under its id."""
        row = as_uuid(pack, "pack")
        sealed = self.keys.seal(told, place("compliance pack", row, "pack"))
        with writing():
            StoredPack.objects.create(
                id=row, organisation=self.keys.organisation, made=made, who=who, sha256=sha256, sealed=sealed
            )

    def get(self, pack: str) -> bytes:
        """A pack's JSON as it was kept. Raises InputError for an unknown one."""
        rows = StoredPack.objects.filter(organisation=self.keys.organisation, pk=as_uuid(pack, "pack"))
        row = rows.first()
        if row is None:
            raise InputError("there is no such pack", where="pack")
        return self._opened(row)

    def packs(self, most: int = 50) -> tuple[KeptPack, ...]:
        """The packs that were made, the newest first."""
        rows = StoredPack.objects.filter(organisation=self.keys.organisation).order_by("-made", "-id")
        found = []
        for row in rows[:most]:
            counts = {verdict.value: number for verdict, number in _pack(self._opened(row)).counts().items()}
            found.append(KeptPack(row.pk.hex, row.made, row.who, row.sha256, counts))
        return tuple(found)

    def last_made(self) -> datetime | None:
        """When the newest pack was made."""
        rows = StoredPack.objects.filter(organisation=self.keys.organisation).order_by("-made")
        return rows.values_list("made", flat=True).first()

    def say(self, key: str, answer: Said, words: str, *, who: str, at: datetime) -> None:
        """Append what a person said of a requirement."""
        row = new_id()
        sealed = self.keys.seal(msgspec.json.encode(_Words(words)), place("compliance answer", row, "words"))
        with writing():
            StoredAnswer.objects.create(
                id=row,
                organisation=self.keys.organisation,
                key=key,
                answer=answer,
                who=who,
                at=at,
                sealed=sealed,
            )

    def answers(self) -> dict[str, Answer]:
        """By key the newest answer."""
        rows = StoredAnswer.objects.filter(organisation=self.keys.organisation).order_by("at", "id")
        return {row.key: self._answer(row) for row in rows}

    def history(self, key: str) -> tuple[Answer, ...]:
        """Every answer to one requirement, the newest first."""
        rows = StoredAnswer.objects.filter(organisation=self.keys.organisation, key=key)
        return tuple(self._answer(row) for row in rows.order_by("-at", "-id"))

    def _answer(self, row: StoredAnswer) -> Answer:
        words = _words(self.keys.open(bytes(row.sealed), place("compliance answer", row.pk, "words"))).words
        said: Said = "yes" if row.answer == "yes" else "no" if row.answer == "no" else "not_applicable"
        return Answer(row.key, said, row.who, row.at, words)

    def _opened(self, row: StoredPack) -> bytes:
        return self.keys.open(bytes(row.sealed), place("compliance pack", row.pk, "pack"))
