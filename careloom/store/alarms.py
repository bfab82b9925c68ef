"""Alarms: those that were raised with what happened to each, and who answers for what. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.alarm import Alarm, AlarmStep, AlarmStepKind, Owner
from careloom.care.document import Severity
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import alarmed, codec
from careloom.store.alarmed import StoredAlarm, StoredOwner
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place

_AT_ONCE = "somebody else wrote to this alarm at the same time; look at it again"


class _Raised(msgspec.Struct):
    """What is sealed of an alarm."""

    words: str
    values: dict[str, str] = {}
    evidence: str = ""
    link: str = ""


class _Said(msgspec.Struct):
    """What is sealed of a step."""

    words: str = ""
    evidence: str = ""
    severity: Severity | None = None


_raised = msgspec.json.Decoder(_Raised).decode
_said = msgspec.json.Decoder(_Said).decode


@dataclass(frozen=True)
class Alarms:
    """The alarms of one organisation."""

    keys: Keys

    def hold(self) -> None:
        """In a transaction: no other process raises or escalates an alarm until it ends."""
        hold(number_of(self.keys.organisation, "alarms"))

    def add(self, alarm: Alarm) -> str:
        """Keep one (its id is made here); the id. Raises StaleRecord where another process raised it at the same moment."""
        row_id = new_id()
        body = _Raised(alarm.words, dict(alarm.values), alarm.evidence, alarm.link)
        try:
            with writing():
                StoredAlarm.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    kind=alarm.kind,
                    cause=alarm.cause,
                    number=alarm.number,
                    severity=alarm.first.value,
                    at=alarm.at,
                    sealed=self.keys.seal(codec.encode(body), place("alarm", row_id, "body")),
                )
        except IntegrityError:
            raise StaleRecord("this alarm was raised at the same moment") from None
        return row_id.hex

    def say(self, alarm: str, step: AlarmStep) -> None:
        """Append what happened to one. Raises StaleRecord where something else happened at the same moment."""
        of, row_id = as_uuid(alarm, "alarm"), new_id()
        said = _Said(step.words, step.evidence, step.severity)
        try:
            with writing():
                alarmed.AlarmStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    alarm_id=of,
                    number=alarmed.AlarmStep.objects.filter(alarm=of).count() + 1,
                    what=step.what.value,
                    who=step.who,
                    at=step.at,
                    sealed=self.keys.seal(codec.encode(said), place("alarm step", row_id, "said")),
                )
        except IntegrityError:
            raise StaleRecord(_AT_ONCE) from None

    def newest_of(self, kind: str, cause: str) -> Alarm | None:
        """The newest of a cause."""
        found = self._opened(self._rows().filter(kind=kind, cause=cause).order_by("-number")[:1])
        return found[0] if found else None

    def get(self, alarm: str) -> Alarm:
        """One by its id. Raises InputError where there is none."""
        found = self._opened(self._rows().filter(pk=as_uuid(alarm, "alarm")))
        if not found:
            raise InputError("there is no such alarm", where="alarm")
        return found[0]

    def open(self) -> tuple[Alarm, ...]:
        """Those that nobody ended, the oldest first."""
        return self._opened(self._open().order_by("at", "id"))

    def waiting(self) -> bool:
        """Whether there is one that nobody ended."""
        return self._open().exists()

    def ended(self, most: int, kind: str = "") -> tuple[Alarm, ...]:
        """So many of those that were ended, the newest first."""
        rows = self._rows().filter(self._ended())
        return self._opened((rows.filter(kind=kind) if kind else rows).order_by("-at", "-id")[:most])

    def since(self, at: datetime) -> tuple[Alarm, ...]:
        """Those raised since a time, the oldest first."""
        return self._opened(self._rows().filter(at__gte=at).order_by("at", "id"))

    def _open(self) -> QuerySet[StoredAlarm]:
        return self._rows().filter(~self._ended())

    def _ended(self) -> Exists:
        steps = alarmed.AlarmStep.objects.filter(alarm=OuterRef("pk"), what=AlarmStepKind.ENDED.value)
        return Exists(steps)

    def _rows(self) -> QuerySet[StoredAlarm]:
        return StoredAlarm.objects.filter(organisation=self.keys.organisation)

    def _opened(self, rows: Iterable[StoredAlarm]) -> tuple[Alarm, ...]:
        found = list(rows)
        steps: dict[UUID, list[AlarmStep]] = defaultdict(list)
        for one in alarmed.AlarmStep.objects.filter(alarm__in=[row.pk for row in found]).order_by("number"):
            said = _said(self.keys.open(bytes(one.sealed), place("alarm step", one.pk, "said")))
            steps[one.alarm_id].append(
                AlarmStep(
                    what=AlarmStepKind(one.what),
                    at=one.at,
                    who=one.who,
                    words=said.words,
                    evidence=said.evidence,
                    severity=said.severity,
                )
            )
        return tuple(self._alarm(row, tuple(steps[row.pk])) for row in found)

    def _alarm(self, row: StoredAlarm, steps: tuple[AlarmStep, ...]) -> Alarm:
        body = _raised(self.keys.open(bytes(row.sealed), place("alarm", row.pk, "body")))
        return Alarm(
            id=row.pk.hex,
            kind=row.kind,
            cause=row.cause,
            number=row.number,
            first=Severity(row.severity),
            at=row.at,
            words=body.words,
            values=body.values,
            evidence=body.evidence,
            link=body.link,
            steps=steps,
        )


@dataclass(frozen=True)
class Owners:
    """Who answers for what in one organisation."""

    organisation: str

    def of(self) -> Mapping[str, Owner]:
        """By duty, where somebody said so."""
        rows = StoredOwner.objects.filter(organisation=self.organisation).order_by("at", "id")
        return {row.duty: Owner(row.duty, row.user, row.role, row.by, row.at) for row in rows}

    def say(self, owner: Owner, at: datetime) -> None:
        """Append who answers for one from now on."""
        with writing():
            StoredOwner.objects.create(
                organisation=self.organisation,
                duty=owner.duty,
                user=owner.user,
                role=owner.role,
                by=owner.by,
                at=at,
            )
