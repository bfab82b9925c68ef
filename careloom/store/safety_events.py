"""Safety events: what was reported, and what was said of each since. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError

from careloom.care.safety_event import Reported, SafetyEvent, SafetyStep, SafetyStepKind
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.happened import EventStep, StoredEvent
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place

_reported = msgspec.json.Decoder(Reported).decode


@dataclass(frozen=True)
class SafetyEvents:
    """The safety events of one organisation."""

    keys: Keys

    def add(self, reported: Reported, *, who: str, role: str, at: datetime, patient: str = "") -> str:
        """Keep what somebody reported; the event's id."""
        row_id = new_id()
        with writing():
            StoredEvent.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=who,
                role=role,
                at=at,
                patient_id=as_uuid(patient, "patient") if patient else None,
                sealed=self.keys.seal(codec.encode(reported), place("safety event", row_id, "reported")),
            )
        return row_id.hex

    def say(self, event: str, step: SafetyStep, *, after: int) -> None:
        """Append what is said of an event of which its writer has read so many steps. Raises StaleRecord where there are others by now."""
        row_id = new_id()
        try:
            with writing():
                EventStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    of_id=as_uuid(event, "event"),
                    number=after + 1,
                    what=step.what.value,
                    who=step.who,
                    role=step.role,
                    at=step.at,
                    sealed=self.keys.seal(
                        codec.encode(dict(step.said)), place("safety event step", row_id, "said")
                    ),
                )
        except IntegrityError:
            raise StaleRecord(
                "somebody else wrote of this event at the same time; look at it again"
            ) from None

    def get(self, event: str) -> SafetyEvent:
        """One by its id. Raises InputError for an unknown one."""
        rows = StoredEvent.objects.filter(organisation=self.keys.organisation, pk=as_uuid(event, "event"))
        found = self._opened(rows)
        if not found:
            raise InputError("there is no such event", where="event")
        return found[0]

    def newest(self, most: int, *, who: str = "") -> tuple[SafetyEvent, ...]:
        """So many of them, the newest first; those that one person reported alone, where she is named."""
        rows = StoredEvent.objects.filter(organisation=self.keys.organisation)
        rows = rows.filter(who=who) if who else rows
        return self._opened(rows.order_by("-at", "-id")[:most])

    def patient(self, event: str) -> str:
        """Whom an event's document is about; "" for nobody."""
        row = StoredEvent.objects.filter(
            organisation=self.keys.organisation, pk=as_uuid(event, "event")
        ).first()
        return str(row.patient_id) if row is not None and row.patient_id else ""

    def _opened(self, rows: Iterable[StoredEvent]) -> tuple[SafetyEvent, ...]:
        found = list(rows)
        steps: dict[UUID, list[SafetyStep]] = defaultdict(list)
        for one in EventStep.objects.filter(of__in=[row.pk for row in found]).order_by("number"):
            said = codec.words(self.keys.open(bytes(one.sealed), place("safety event step", one.pk, "said")))
            steps[one.of_id].append(
                SafetyStep(
                    what=SafetyStepKind(one.what), who=one.who, role=one.role, at=one.at, said=dict(said)
                )
            )
        return tuple(
            SafetyEvent(
                id=row.pk.hex,
                who=row.who,
                role=row.role,
                at=row.at,
                reported=_reported(
                    self.keys.open(bytes(row.sealed), place("safety event", row.pk, "reported"))
                ),
                steps=tuple(steps[row.pk]),
            )
            for row in found
        )
