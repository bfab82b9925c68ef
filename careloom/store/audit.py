"""The audit log: events appended without a lock, linked by one sealer into a chain that shows what was changed.

A link is an HMAC-SHA256 over the link before it and the event's canonical bytes, so that whoever can write to the
database but lacks the key can't mend the chain. What is not linked yet (the tail) is reported as such.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from careloom.care.audited import Asked, AuditedEvent, Outcome, Purpose, Whence
from careloom.errors import ConfigError, InputError
from careloom.privacy.crypto import Keys
from careloom.store import whence
from careloom.store.bulk import insert
from careloom.store.database import hold, machine_errors, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import AuditEvent, AuditSeal, place
from careloom.store.sameness import Sameness

BATCH = 1_000
# An event is visible at the latest so long after its time: transactions are short, clocks differ little.
LATEST_COMMIT = timedelta(days=1)
_canonical = msgspec.json.Encoder(order="sorted").encode
# The form of new events: what the chain covers of them.
FORM = 2
_COLUMNS = (
    "id",
    "organisation",
    "at",
    "actor",
    "action",
    "patient",
    "what",
    "sealed_why",
    "address",
    "through",
    "purpose",
    "outcome",
    "form",
)
# The name of the sealers' lock (any number that nothing else holds).
_SEALERS = 0x5EA1


@dataclass(frozen=True)
class Audit:
    """The audit log of one organisation."""

    keys: Keys

    def note(
        self,
        actor: str,
        action: str,
        patient: str | None = None,
        what: str = "",
        why: str = "",
        outcome: Outcome = Outcome.DONE,
    ) -> None:
        """Append that `actor` (a user id or a part of ours) did `action`; from where and for what purpose, its door has said.

        `what` holds ids alone; `why` may hold a person's words and is sealed. There is an event for everybody who is one
        person with the patient.
        """
        events = [self._event(actor, action, one, what, why, outcome) for one in self._everybody([patient])]
        _append(events)

    def note_all(
        self, actor: str, action: str, patients: Iterable[str], what: str = "", why: str = ""
    ) -> None:
        """Append that `actor` did `action` to each of these patients, all of it or nothing."""
        _append([self._event(actor, action, one, what, why) for one in self._everybody(tuple(patients))])

    def _everybody(self, patients: Sequence[str | None]) -> Iterable[str | None]:
        """These and whoever is one person with them: what is done with one record is done with all of it."""
        named = [str(as_uuid(one, "patient")) for one in patients if one]
        clusters = Sameness(self.keys).clusters(named)
        everybody = dict.fromkeys(one for patient in named for one in clusters.members(patient))
        return everybody if named or not patients else patients

    def _event(
        self,
        actor: str,
        action: str,
        patient: str | None,
        what: str = "",
        why: str = "",
        outcome: Outcome = Outcome.DONE,
    ) -> tuple[Any, ...]:
        """A new row, in the order of its columns."""
        row_id, now = new_id(), whence.here()
        return (
            row_id,
            self.keys.organisation,
            timezone.now(),
            actor,
            action,
            as_uuid(patient, "patient") if patient else None,
            what,
            self.keys.seal(why.encode(), place("audit", row_id, "why")) if why else b"",
            now.address[:64],
            now.through[:64],
            now.purpose.value,
            outcome.value,
            FORM,
        )

    def seal(self) -> int:
        """Link what is not linked yet, in batches; how many events. Several sealers at once are harmless."""
        total = 0
        while number := self._seal_batch():
            total += number
        return total

    def verify(self) -> dict[str, Any]:
        """Walk the whole chain and compare every link with its event.

        Gives ok, sealed (links), unsealed (events of the tail), head (of the chain: note it elsewhere, since a tail
        that was cut off with its links leaves no trace here) and faults (sequence, why).
        """
        faults = []
        expected, previous, sealed = 1, "", 0
        for link, event in self._links():
            why = self._fault(link, event, expected, previous)
            if why:
                faults.append({"sequence": link.sequence, "why": why})
            expected, previous, sealed = link.sequence + 1, link.hash, sealed + 1
        unsealed = self._unsealed().count()
        return {"ok": not faults, "sealed": sealed, "unsealed": unsealed, "head": previous, "faults": faults}

    def of(self, patient: str) -> tuple[dict[str, str], ...]:
        """Who did what with a patient, the oldest first: at, actor, action, what, why."""
        rows = self._events().filter(patient=as_uuid(patient, "patient")).order_by("at", "id")
        return tuple(
            {
                "at": row.at.isoformat(),
                "actor": row.actor,
                "action": row.action,
                "what": row.what,
                "why": self._why(row),
            }
            for row in rows
        )

    def get(self, event: str) -> AuditedEvent:
        """An event by its id. Raises InputError for an unknown one."""
        row = self._events().filter(pk=as_uuid(event, "event")).first()
        if row is None:
            raise InputError("unknown event")
        return self._told(row)

    def page(self, asked: Asked, number: int, before: str = "") -> tuple[AuditedEvent, ...]:
        """So many of the events that are asked for, the newest first; `before`: older than that event."""
        rows = self._asked(asked)
        if before:
            last = self._events().filter(pk=as_uuid(before, "event")).first()
            rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id)) if last else rows.none()
        return tuple(map(self._told, rows.order_by("-at", "-id")[:number]))

    def every(self, asked: Asked, most: int | None = None) -> Iterator[AuditedEvent]:
        """All events that are asked for, the oldest first, or at most so many; read in parts, so that none is held long."""
        rows = self._asked(asked).order_by("at", "id").iterator(chunk_size=BATCH)
        return map(self._told, islice(rows, most))

    def count(self, asked: Asked) -> int:
        """How many events are asked for."""
        return self._asked(asked).count()

    def last(self, action: str, what: str = "") -> datetime | None:
        """When somebody last did this, with this where it is named; None where nobody ever did."""
        rows = self._events().filter(action=action)
        rows = rows.filter(what=what) if what else rows
        return rows.order_by("-at").values_list("at", flat=True).first()

    def first(self) -> datetime | None:
        """When the oldest event of the log was noted."""
        return self._events().order_by("at").values_list("at", flat=True).first()

    def numbers(self, since: datetime) -> dict[str, int]:
        """How many events of each action there are since then."""
        rows = self._events().filter(at__gte=since).values_list("action").annotate(number=Count("id"))
        return dict(rows.order_by("action"))

    def lookers(self, asked: Asked) -> tuple[tuple[str, int, datetime], ...]:
        """Who did something of what is asked for, how often, and when last; the newest first."""
        rows = self._asked(asked).values_list("actor").annotate(number=Count("id"), last=Max("at"))
        return tuple((actor, number, last) for actor, number, last in rows.order_by("-last"))

    def actions(self) -> tuple[str, ...]:
        """The words for what was done that stand in this log."""
        return tuple(self._events().order_by("action").values_list("action", flat=True).distinct())

    def _asked(self, asked: Asked) -> QuerySet[AuditEvent]:
        rows = self._events()
        if asked.patients:
            rows = rows.filter(patient__in=[as_uuid(one, "patient") for one in asked.patients])
        if asked.actor:
            rows = rows.filter(actor=asked.actor)
        if asked.action:
            rows = rows.filter(action=asked.action)
        if asked.since:
            rows = rows.filter(at__gte=asked.since)
        return rows.filter(at__lt=asked.until) if asked.until else rows

    def _told(self, row: AuditEvent) -> AuditedEvent:
        return AuditedEvent(
            id=row.id.hex,
            at=row.at,
            actor=row.actor,
            action=row.action,
            patient=str(row.patient) if row.patient else "",
            what=row.what,
            why=self._why(row),
            whence=Whence(row.address, row.through, Purpose(row.purpose)),
            outcome=Outcome(row.outcome),
        )

    def _why(self, row: AuditEvent) -> str:
        sealed = bytes(row.sealed_why)
        return self.keys.open(sealed, place("audit", row.id, "why")).decode() if sealed else ""

    def _events(self) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.filter(organisation=self.keys.organisation)

    def _unsealed(self) -> QuerySet[AuditEvent]:
        links = AuditSeal.objects.filter(organisation=self.keys.organisation, event=OuterRef("pk"))
        return self._events().filter(~Exists(links))

    def _seal_batch(self) -> int:
        with writing():
            hold(_SEALERS)
            last = AuditSeal.objects.filter(organisation=self.keys.organisation).order_by("-sequence").first()
            waiting = self._unsealed()
            newest = self._events().filter(pk=last.event).first() if last else None
            if newest:
                waiting = waiting.filter(at__gte=newest.at - LATEST_COMMIT)
            events = list(waiting.order_by("at", "id")[:BATCH])
            sequence, previous = (last.sequence, last.hash) if last else (0, "")
            links = []
            for event in events:
                sequence += 1
                link = AuditSeal(
                    organisation=self.keys.organisation,
                    sequence=sequence,
                    event=event.id,
                    previous=previous,
                    key=self.keys.writing.id.hex(),
                )
                link.hash = previous = self._hash(link, event)
                links.append(link)
            AuditSeal.objects.bulk_create(links)
        return len(links)

    def _links(self) -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
        links = AuditSeal.objects.filter(organisation=self.keys.organisation).order_by("sequence")
        after = 0
        while batch := list(links.filter(sequence__gt=after)[:BATCH]):
            events = self._events().in_bulk([link.event for link in batch])
            for link in batch:
                yield link, events.get(link.event)
            after = batch[-1].sequence

    def _fault(self, link: AuditSeal, event: AuditEvent | None, expected: int, previous: str) -> str:
        if link.sequence != expected:
            return "links are missing before this one"
        if link.previous != previous:
            return "it does not continue the link before it"
        if event is None:
            return f"event {link.event} is missing"
        try:
            whole = hmac.compare_digest(link.hash, self._hash(link, event))
            whole = whole and (event.form >= FORM or _covered(event) == _NOT_COVERED)
        except ConfigError:
            return f"the key {link.key} that sealed it is not here"
        return "" if whole else f"event {link.event} or this link was changed"

    def _hash(self, link: AuditSeal, event: AuditEvent) -> str:
        said: dict[str, Any] = {
            "sequence": link.sequence,
            "previous": link.previous,
            "organisation": event.organisation,
            "event": event.id.hex,
            "at": event.at.isoformat(),
            "actor": event.actor,
            "action": event.action,
            "patient": event.patient.hex if event.patient else "",
            "what": event.what,
            "why": bytes(event.sealed_why).hex(),
        }
        if event.form >= FORM:
            said |= {"form": event.form, **_covered(event)}
        chain = self.keys.named(bytes.fromhex(link.key)).chain
        return hmac.new(chain, _canonical(said), "sha256").hexdigest()


def _append(rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert events, all or none, many with one statement's form; one needs no transaction around its statement."""
    with machine_errors() if len(rows) == 1 else writing():
        insert(AuditEvent, _COLUMNS, rows)


def _covered(event: AuditEvent) -> dict[str, str]:
    """What the chain covers since form 2."""
    return {
        "address": event.address,
        "through": event.through,
        "purpose": event.purpose,
        "outcome": event.outcome,
    }


# An event of form 1 holds nothing in the columns that its link doesn't cover.
_NOT_COVERED = {"address": "", "through": "", "purpose": "", "outcome": Outcome.DONE.value}
