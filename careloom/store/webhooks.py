"""Webhooks: whom we tell of what happened, what waits to be told in its order, and what could not be."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, Max, OuterRef, QuerySet

from careloom.care.webhook import Happening, Telling, Webhook
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import hold, number_of, writing
from careloom.store.holds import Holds
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import (
    Filing,
    RulingStep,
    StoredAlarm,
    StoredPage,
    StoredWebhook,
    TaskEvent,
    Unfiling,
    WebhookEvent,
    place,
)
from careloom.store.rulings import UNDO

PREFIX = "careloom_webhook_"
WAITING, TOLD, DEAD = "waiting", "told", "dead"
# What was committed late is found when it is looked for so much later again.
AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Webhooks:
    """The subscriptions of one organisation."""

    keys: Keys

    def new_secret(self) -> str:
        """A secret for signatures, which is shown once."""
        return PREFIX + secrets.token_urlsafe(32)

    def add(self, name: str, address: str, topics: Iterable[str], secret: str, now: datetime) -> Webhook:
        """Keep a subscription; it is told of what happens from now on. Raises InputError for a name that is taken."""
        row_id = new_id()
        row = StoredWebhook(
            id=row_id,
            organisation=self.keys.organisation,
            name=name,
            address=address,
            topics=" ".join(topics),
            sealed_secret=self._sealed(row_id, "secret", secret),
            sealed_before=b"",
            made=now,
            scanned=now,
        )
        try:
            with writing():
                row.save(force_insert=True)
        except IntegrityError:
            raise InputError("that name is taken by another webhook", where="name") from None
        return self._webhook(row)

    def rotate(self, name: str, secret: str, until: datetime) -> Webhook:
        """Sign with another secret from now on, and with the one before as well until then."""
        with writing():
            row = self._row(name)
            before = self.keys.open(bytes(row.sealed_secret), place("webhook", row.id, "secret")).decode()
            row.sealed_before = self._sealed(row.id, "before", before)
            row.sealed_secret = self._sealed(row.id, "secret", secret)
            row.until = until
            row.save()
        return self._webhook(row)

    def secrets(self, webhook: str, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        row = self._rows().get(pk=as_uuid(webhook, "webhook"))
        found = [self.keys.open(bytes(row.sealed_secret), place("webhook", row.id, "secret")).decode()]
        if row.until and now < row.until and row.sealed_before:
            found.append(
                self.keys.open(bytes(row.sealed_before), place("webhook", row.id, "before")).decode()
            )
        return tuple(found)

    def any(self) -> bool:
        """Whether there is any that is on."""
        return self._rows().filter(off=None).exists()

    def all(self) -> tuple[Webhook, ...]:
        """Every subscription, by name."""
        return tuple(map(self._webhook, self._rows().order_by("name")))

    def find(self, name: str) -> Webhook:
        """A subscription by its name or id. Raises InputError."""
        return self._webhook(self._row(name))

    def turn(self, name: str, *, off: datetime | None) -> Webhook:
        """Turn one off (at a time), or on again: what waits is told then."""
        with writing():
            row = self._row(name)
            row.off, row.failing = off, None
            row.save()
        return self._webhook(row)

    def remove(self, name: str) -> Webhook:
        """Forget one, with what was told to it and what waits. Raises InputError, and Refused under a legal hold of whomever."""
        Holds(self.keys).must_not_hold("what this webhook was told of patients")
        with writing():
            row = self._row(name)
            removed = self._webhook(row)
            self._events().filter(webhook=row).delete()
            row.delete()
        return removed

    def queue(self, now: datetime, about: "About") -> int:
        """Queue what happened since it was looked for last, each thing once for each subscription that is on; how many."""
        number = 0
        for row in self._rows().filter(off=None):
            since = max(row.made, row.scanned - AGAIN)
            with writing():
                hold(number_of(self.keys.organisation, f"webhook {row.id}"))
                known = set(
                    WebhookEvent.objects.filter(webhook=row, at__gte=since).values_list("source", flat=True)
                )
                last = WebhookEvent.objects.filter(webhook=row).aggregate(last=Max("number"))["last"] or 0
                fresh = [
                    one
                    for one in self._happened(since, now, about)
                    if one.topic in row.topics.split() and UUID(one.source) not in known
                ]
                WebhookEvent.objects.bulk_create(
                    WebhookEvent(
                        organisation=self.keys.organisation,
                        webhook=row,
                        source=UUID(one.source),
                        number=last + place_,
                        topic=one.topic,
                        about=one.about,
                        at=one.at,
                        due=now,
                    )
                    for place_, one in enumerate(fresh, start=1)
                )
                StoredWebhook.objects.filter(pk=row.pk).update(scanned=now)
            number += len(fresh)
        return number

    def _happened(self, since: datetime, now: datetime, about: "About") -> list[Happening]:
        organisation = self.keys.organisation
        found: list[Happening] = []
        within: dict[str, Any] = {"organisation": organisation, "at__gte": since, "at__lte": now}
        older = Filing.objects.filter(
            patient=OuterRef("patient"), proposal__kind=OuterRef("proposal__kind"), at__lt=OuterRef("at")
        )
        for row in Filing.objects.filter(**within).annotate(again=Exists(older)).select_related("proposal"):
            topic, name = about.filed(row.proposal_id.hex, row.proposal.kind, again=bool(row.again))
            found.append(Happening(str(row.id), topic, name, row.at))
        for gone in Unfiling.objects.filter(**within).select_related("proposal"):
            _, name = about.filed(gone.proposal_id.hex, gone.proposal.kind, again=False)
            found.append(Happening(str(gone.id), "document-taken-back", name, gone.at))
        for said in TaskEvent.objects.filter(**within):
            found.append(
                Happening(
                    str(said.id), "task-changed", about.task(str(said.patient_id), said.statement), said.at
                )
            )
        for step in RulingStep.objects.filter(what=UNDO, **within):
            found.append(
                Happening(
                    str(step.id), "taken-back", about.ruling(step.of_id.hex if step.of_id else ""), step.at
                )
            )
        for page in StoredPage.objects.filter(**within):
            found.append(Happening(str(page.id), "urgent-page", f"page:{page.id}", page.at))
        for alarm in StoredAlarm.objects.filter(**within):
            found.append(Happening(str(alarm.id), "alarm", f"alarm:{alarm.id.hex}", alarm.at))
        return sorted(found, key=lambda one: (one.at, one.source))

    def due(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """The subscriptions of which the next thing may be told now, each with that thing's number and attempts as a mark."""
        found = []
        for row in self._rows().filter(off=None):
            first = WebhookEvent.objects.filter(webhook=row, state=WAITING).order_by("number").first()
            if first is not None and first.due <= now:
                found.append((str(row.id), first.number * 1_000 + first.attempts))
        return tuple(found)

    def next(self, webhook: str, now: datetime) -> Telling | None:
        """What a subscription is told next, where that may be now: one after the other, in their order."""
        rows = self._events().filter(webhook=as_uuid(webhook, "webhook"), webhook__off=None, state=WAITING)
        first = rows.order_by("number").first()
        return _telling(first) if first is not None and first.due <= now else None

    def told(self, telling: Telling) -> None:
        """It was taken."""
        with writing():
            self._events().filter(pk=as_uuid(telling.id, "event")).update(state=TOLD, error="")
            self._rows().filter(pk=as_uuid(telling.webhook, "webhook")).update(failing=None)

    def failed(self, telling: Telling, error: str, *, due: datetime | None, now: datetime) -> datetime:
        """It was not: told again when it is `due`, or never by itself (None). Since when nothing arrives."""
        with writing():
            self._events().filter(pk=as_uuid(telling.id, "event")).update(
                state=WAITING if due else DEAD,
                attempts=telling.attempts + 1,
                error=error[:64],
                **({"due": due} if due else {}),
            )
            rows = self._rows().filter(pk=as_uuid(telling.webhook, "webhook"))
            rows.filter(failing=None).update(failing=now)
            return rows.get().failing or now

    def dead(self, name: str = "") -> tuple[Telling, ...]:
        """What could not be told, the oldest first."""
        rows = self._events().filter(state=DEAD)
        if name:
            rows = rows.filter(webhook=self._row(name))
        return tuple(map(_telling, rows.order_by("at", "id")))

    def again(self, event: str, now: datetime) -> None:
        """Tell one of these again. Raises InputError for one that isn't among them."""
        with writing():
            rows = self._events().filter(pk=as_uuid(event, "event"), state=DEAD)
            if not rows.update(state=WAITING, attempts=0, due=now):
                raise InputError("this is not among what could not be told")

    def replay(self, name: str, since: datetime, now: datetime) -> int:
        """What was told, or could not be, of what happened since a time waits again under its own number and id; how many."""
        with writing():
            rows = self._events().filter(webhook=self._row(name), at__gte=since, state__in=(TOLD, DEAD))
            return rows.update(state=WAITING, attempts=0, due=now)

    def _events(self) -> QuerySet[WebhookEvent]:
        return WebhookEvent.objects.filter(organisation=self.keys.organisation)

    def _rows(self) -> QuerySet[StoredWebhook]:
        return StoredWebhook.objects.filter(organisation=self.keys.organisation)

    def _row(self, name: str) -> StoredWebhook:
        row = self._rows().filter(name=name).first()
        if row is None:
            try:
                row = self._rows().filter(pk=UUID(name)).first()
            except ValueError:
                row = None
        if row is None:
            raise InputError("there is no webhook of this name", where="name")
        return row

    def _sealed(self, row: UUID, column: str, secret: str) -> bytes:
        return self.keys.seal(secret.encode(), place("webhook", row, column))

    def _webhook(self, row: StoredWebhook) -> Webhook:
        states = list(WebhookEvent.objects.filter(webhook=row).values_list("state", flat=True))
        return Webhook(
            str(row.id),
            row.name,
            row.address,
            tuple(row.topics.split()),
            row.made,
            row.failing,
            row.off,
            states.count(WAITING),
            states.count(DEAD),
            states.count(TOLD),
        )


class About(Protocol):
    """What a happening is called: the type and id under which a chart serves it."""

    def filed(self, proposal: str, kind: str, *, again: bool) -> tuple[str, str]:
        """Topic and name of a filed document."""
        ...

    def task(self, patient: str, statement: str) -> str:
        """A signed activity's name."""
        ...

    def ruling(self, ruling: str) -> str:
        """The name of what was settled."""
        ...


def _telling(row: WebhookEvent) -> Telling:
    return Telling(
        str(row.id),
        str(row.webhook_id),
        row.number,
        row.topic,
        row.about,
        row.at,
        row.state,
        row.attempts,
        row.error,
    )
