"""Voices: feedback with what became of it, votes for what was put to them, and wins that people let others know of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from careloom.care.voice import About, Became, Said, Shared, Voice
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import ShareStep, StoredVoice, VoiceStep, VoiceVote, place


@dataclass(frozen=True)
class Voices:
    """What the people of one organisation say of the product."""

    keys: Keys

    def add(self, voice: Voice) -> str:
        """Keep somebody's feedback; its id."""
        row_id = new_id()
        with writing():
            StoredVoice.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=voice.who,
                role=voice.role,
                page=voice.page,
                about=voice.about.value,
                patient_id=as_uuid(voice.patient, "patient") if voice.patient else None,
                at=voice.at,
                sealed_words=self.keys.seal(voice.words.encode(), place("voice", row_id, "words")),
            )
        return str(row_id)

    def all(self, who: str = "") -> tuple[Voice, ...]:
        """Everybody's feedback, or somebody's, the newest first."""
        rows = StoredVoice.objects.filter(organisation=self.keys.organisation).order_by("-at", "-id")
        return self._opened(rows.filter(who=who) if who else rows)

    def get(self, voice: str) -> Voice:
        """One by its id. Raises InputError for an unknown one."""
        rows = StoredVoice.objects.filter(organisation=self.keys.organisation, pk=as_uuid(voice, "feedback"))
        found = self._opened(rows)
        if not found:
            raise InputError("unknown feedback")
        return found[0]

    def say(self, voice: str, said: Said) -> None:
        """Append what became of it."""
        row_id = new_id()
        sealed = codec.encode({"words": said.words, "offered": said.offered})
        with writing():
            VoiceStep.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                voice_id=as_uuid(voice, "feedback"),
                became=said.became.value,
                who=said.who,
                at=said.at,
                sealed=self.keys.seal(sealed, place("voice step", row_id, "said")),
            )

    def vote(self, voice: str, who: str, *, on: bool) -> None:
        """Somebody votes for it, or takes her vote back; a second one counts nothing."""
        of: dict[str, Any] = {
            "organisation": self.keys.organisation,
            "voice_id": as_uuid(voice, "feedback"),
            "who": who,
        }
        with writing():
            if on:
                VoiceVote.objects.get_or_create(**of)
            else:
                VoiceVote.objects.filter(**of).delete()

    def voted(self, who: str) -> frozenset[str]:
        """For what somebody votes."""
        rows = VoiceVote.objects.filter(organisation=self.keys.organisation, who=who)
        return frozenset(str(one) for one in rows.values_list("voice_id", flat=True))

    def share(self, shared: Shared) -> None:
        """Append that somebody lets others know of a win, or takes that back."""
        row_id = new_id()
        with writing():
            ShareStep.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=shared.who,
                key=shared.key,
                stands=shared.stands,
                at=shared.at,
                sealed=self.keys.seal(codec.encode(shared.numbers), place("share", row_id, "numbers")),
            )

    def shared(self) -> tuple[Shared, ...]:
        """What people let others know of now, the newest first."""
        rows = ShareStep.objects.filter(organisation=self.keys.organisation).order_by("at", "id")
        newest = {(row.who, row.key): row for row in rows}
        stand = [row for row in newest.values() if row.stands]
        return tuple(
            Shared(
                row.who,
                row.key,
                codec.words(self.keys.open(bytes(row.sealed), place("share", row.id, "numbers"))),
                True,
                row.at,
            )
            for row in sorted(stand, key=lambda row: row.at, reverse=True)
        )

    def _opened(self, rows: Iterable[StoredVoice]) -> tuple[Voice, ...]:
        found = list(rows)
        ids = [row.id for row in found]
        said: dict[UUID, list[Said]] = {}
        for step in VoiceStep.objects.filter(voice__in=ids).order_by("at", "id"):
            words = codec.words(self.keys.open(bytes(step.sealed), place("voice step", step.id, "said")))
            one = Said(Became(step.became), words["words"], words["offered"], step.who, step.at)
            said.setdefault(step.voice_id, []).append(one)
        votes = Counter(VoiceVote.objects.filter(voice__in=ids).values_list("voice_id", flat=True))
        return tuple(
            Voice(
                str(row.id),
                row.who,
                row.role,
                row.page,
                About(row.about),
                self.keys.open(bytes(row.sealed_words), place("voice", row.id, "words")).decode(),
                str(row.patient_id) if row.patient_id else "",
                row.at,
                tuple(said.get(row.id, ())),
                votes[row.id],
            )
            for row in found
        )
