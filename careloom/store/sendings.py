"""Sendings: each is one however often it is asked for; what became of it is appended, step by step."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.sending import Channel, Sending, State, Step
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import ContactWish, SendingStep, StoredSending, place
from careloom.store.sameness import Sameness

# As many digits of its key name a sending outside.
NAME = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent: which released document, to whom, by which channel, to which address, in which words."""

    proposal: str
    patient: str
    channel: Channel
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Sendings:
    """The sendings of one organisation."""

    keys: Keys

    def add(self, letter: Letter, *, at: datetime, not_before: datetime, by: str) -> tuple[Sending, bool]:
        """Queue a letter, and whether it is new: the same document to the same address by the same channel is one."""
        what = "|".join((as_uuid(letter.proposal, "proposal").hex, letter.channel, letter.to))
        known = self._rows().filter(key__in=self.keys.indexes("sending", what)).first()
        if known is not None:
            return self._sending(known), False
        row_id = new_id()
        said = json.dumps([letter.to, letter.subject, letter.text]).encode()
        row = StoredSending(
            id=row_id,
            organisation=self.keys.organisation,
            key=self.keys.index("sending", what),
            patient_id=as_uuid(letter.patient, "patient"),
            proposal_id=as_uuid(letter.proposal, "proposal"),
            channel=letter.channel,
            sealed=self.keys.seal(said, place("sending", row_id, "letter")),
            created=at,
            state=State.QUEUED.value,
            not_before=not_before,
        )
        try:
            with writing():
                row.save(force_insert=True)
                self._append(row, 1, Step(State.QUEUED, at, by=by))
        except IntegrityError:
            return self._sending(self._rows().get(key=row.key)), False
        return self._sending(row), True

    def get(self, sending_id: str) -> Sending:
        """A sending as it stands. Raises InputError for an unknown one."""
        return self._sending(self._row(sending_id))

    def step(self, old: Sending, step: Step, *, not_before: datetime | None = None) -> Sending:
        """Append what a sending became. Raises StaleRecord where something else became of it since it was read."""
        try:
            with writing():
                row = self._row(old.id, lock=True)
                self._append(row, len(old.steps) + 1, step)
                row.state = step.state.value
                row.not_before = not_before or row.not_before
                row.save(update_fields=["state", "not_before"])
        except IntegrityError:
            raise StaleRecord("something else became of this sending meanwhile; look at it again") from None
        return self.get(old.id)

    def doubt_all(self, at: datetime, why: str) -> int:
        """Let everything that waits wait for a person: it may have gone out. How many."""
        open_states = (State.QUEUED.value, State.SENDING.value)
        found = tuple(map(self._sending, self._rows().filter(state__in=open_states)))
        for one in found:
            self.step(one, Step(State.UNKNOWN, at, why, "careloom"))
        return len(found)

    def due(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """What may go out now, the oldest first: each id with the number of its steps.

        Of what is being handed over, that of which nobody has been heard for as long as its step says.
        """
        open_states = (State.QUEUED.value, State.SENDING.value)
        rows = self._rows().filter(state__in=open_states, not_before__lte=now).order_by("not_before", "id")
        return tuple((str(row.id), row.steps.count()) for row in rows)

    def waiting(self, patient: str, channel: Channel | None = None) -> tuple[Sending, ...]:
        """What waits for a patient, or whoever is one person with them."""
        members = Sameness(self.keys).members(patient)
        rows = self._rows().filter(patient__in=members, state=State.QUEUED.value)
        return tuple(map(self._sending, rows.filter(channel=channel) if channel else rows))

    def last(self, number: int = 200, states: Iterable[State] = ()) -> tuple[Sending, ...]:
        """The newest sendings (of these states), the newest first."""
        rows = self._rows().order_by("-created", "-id")
        wanted = [state.value for state in states]
        return tuple(map(self._sending, (rows.filter(state__in=wanted) if wanted else rows)[:number]))

    def to(self, patient: str) -> tuple[Sending, ...]:
        """All sendings to a patient, or whoever is one person with them, the newest first."""
        rows = self._rows().filter(patient__in=Sameness(self.keys).members(patient))
        return tuple(map(self._sending, rows.order_by("-created", "-id")))

    def of(self, proposal: str) -> tuple[Sending, ...]:
        """The sendings of a document, the oldest first."""
        rows = self._rows().filter(proposal=as_uuid(proposal, "proposal")).order_by("created", "id")
        return tuple(map(self._sending, rows))

    def key(self, sending: Sending) -> str:
        """The name under which a sending goes out, the same each time: it tells nothing of the patient."""
        return self._row(sending.id).key[:NAME]

    def by_key(self, key: str) -> Sending | None:
        """The sending that goes out under a name; None where none does."""
        row = self._rows().filter(key__startswith=key).first() if len(key) == NAME else None
        return self._sending(row) if row else None

    def _rows(self) -> QuerySet[StoredSending]:
        return StoredSending.objects.filter(organisation=self.keys.organisation)

    def _row(self, sending_id: str, *, lock: bool = False) -> StoredSending:
        rows = self._rows().select_for_update() if lock else self._rows()
        row = rows.filter(pk=as_uuid(sending_id, "sending")).first()
        if row is None:
            raise InputError("unknown sending")
        return row

    def _append(self, row: StoredSending, number: int, step: Step) -> None:
        SendingStep.objects.create(
            organisation=self.keys.organisation,
            sending=row,
            number=number,
            state=step.state.value,
            why=step.why,
            who=step.by,
            at=step.at,
        )

    def _sending(self, row: StoredSending) -> Sending:
        to, subject, text = json.loads(self.keys.open(bytes(row.sealed), place("sending", row.id, "letter")))
        steps = row.steps.order_by("number").values_list("state", "at", "why", "who")
        return Sending(
            id=str(row.id),
            proposal=row.proposal_id.hex,
            patient=str(row.patient_id),
            channel=cast(Channel, row.channel),
            to=to,
            subject=subject,
            text=text,
            state=State(row.state),
            created=row.created,
            not_before=row.not_before,
            steps=tuple(Step(State(state), at, why, who) for state, at, why, who in steps),
        )


@dataclass(frozen=True)
class Wishes:
    """Who wishes not to be written to, by which channel."""

    keys: Keys

    def say(self, patient: str, channel: str, *, out: bool, who: str, at: datetime) -> None:
        """Append a wish: `out` for no more, else yes again."""
        with writing():
            ContactWish.objects.create(
                organisation=self.keys.organisation,
                patient_id=as_uuid(patient, "patient"),
                channel=channel,
                out=out,
                who=who,
                at=at,
            )

    def is_out(self, patient: str, channel: str) -> bool:
        """Whether the last that was said of it, while they were one person with whomever, is that they wish no more."""
        rows = ContactWish.objects.filter(
            organisation=self.keys.organisation,
            patient__in=Sameness(self.keys).ever(patient),
            channel=channel,
        )
        return bool(rows.order_by("at", "id").values_list("out", flat=True).last())
