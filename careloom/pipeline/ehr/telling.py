"""Telling: other systems are told by webhooks that something happened, each thing once and in its order, until it was taken.

Takes    subscriptions of the site's administrator, and what was filed, said of tasks, taken back and paged
Gives    signed notifications that hold ids alone; what could not be told, for people
Never    sends a word about a patient, to a machine of our own network, or a later thing before an earlier one
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from careloom.care.access import Permission, may
from careloom.care.kinds import CARE_PLAN
from careloom.care.notices import NoticeKind
from careloom.care.webhook import TOPICS, Telling, Webhook
from careloom.chart.notification import EVENT, HANDSHAKE, HEARTBEAT, notification
from careloom.chart.parts import ident
from careloom.errors import ConfigError, InputError
from careloom.settings import Settings
from careloom.store.ids import new_id
from careloom.store.opening import Store
from careloom.wire.webhook import DELIVERY, SIGNATURE, TIMESTAMP, Sender, WebhookError, signature

log = structlog.get_logger(__name__)
# Minutes until something is tried again, and again; then it is among what could not be told.
PAUSES = (1, 5, 15, 60, 180, *(7 * (360,)))
# The secret before is good for so long beside a new one.
OVERLAP = timedelta(days=7)
# So many are told at one go; then others have their turn.
AT_ONCE = 20


def tellings_of(settings: Settings, store: Store, clock: Callable[[], datetime]) -> "Tellings":
    """The webhooks of a site. Raises ConfigError for a number of days that isn't more than 0."""
    if settings.webhook_days <= 0:
        raise ConfigError("CARELOOM_WEBHOOK_DAYS must be more than 0")
    trusted = tuple(one.strip().lower() for one in settings.webhook_hosts.split(",") if one.strip())
    return Tellings(store, clock, settings.webhook_days, Sender(trusted))


@dataclass(frozen=True)
class Named:
    """What happened by the names under which charts serve it."""

    store: Store

    def filed(self, proposal: str, kind: str, *, again: bool) -> tuple[str, str]:
        """Topic and name of a filed document."""
        if kind != CARE_PLAN:
            return "document-filed", f"DocumentReference/{ident('DocumentReference', proposal)}"
        return "plan-changed" if again else "plan-filed", f"CarePlan/{ident('CarePlan', proposal)}"

    def task(self, patient: str, statement: str) -> str:
        """A signed activity's Task."""
        return f"Task/{ident('Task', str(self.store.sameness.first(patient)), statement)}"

    def ruling(self, ruling: str) -> str:
        """The Provenance of what was settled, which is gone now."""
        return f"Provenance/{ident('Provenance', ruling)}"


@dataclass(frozen=True)
class Tellings:
    """The webhooks of one organisation. `days` without an answer turn one off."""

    store: Store
    clock: Callable[[], datetime]
    days: int
    sender: Sender = field(default_factory=Sender)

    def add(self, actor: str, name: str, address: str, topics: Sequence[str]) -> tuple[Webhook, str]:
        """A subscription, and its secret, which nobody sees again; its server must take a first message (handshake).

        Raises InputError for an address or topic that doesn't fit, WebhookError where the handshake isn't taken.
        """
        wanted = tuple(dict.fromkeys(topics))
        if not wanted or any(one not in TOPICS for one in wanted):
            raise InputError(f"a topic is one of {', '.join(TOPICS)}", where="topic")
        if not name.strip() or len(name) > 64:
            raise InputError("is a word by which people know it", where="name")
        self.sender.check(address)
        secret = self.store.webhooks.new_secret()
        with self.store.transaction():
            made = self.store.webhooks.add(name, address, wanted, secret, self.clock())
            self.store.audit.note(actor, "webhook add", what=made.id)
        try:
            self._send(made, HANDSHAKE, ())
        except (WebhookError, InputError):
            self.store.webhooks.turn(made.id, off=self.clock())
            raise
        return made, secret

    def rotate(self, actor: str, name: str) -> str:
        """A new secret; the one before signs beside it for seven days. Raises InputError."""
        secret = self.store.webhooks.new_secret()
        with self.store.transaction():
            made = self.store.webhooks.rotate(name, secret, self.clock() + OVERLAP)
            self.store.audit.note(actor, "webhook rotate", what=made.id)
        return secret

    def turn(self, actor: str, name: str, *, on: bool) -> Webhook:
        """Turn one on or off. Raises InputError."""
        with self.store.transaction():
            made = self.store.webhooks.turn(name, off=None if on else self.clock())
            self.store.audit.note(actor, "webhook on" if on else "webhook off", what=made.id)
        return made

    def remove(self, actor: str, name: str) -> None:
        """Forget one and what waits for it. Raises InputError."""
        with self.store.transaction():
            gone = self.store.webhooks.remove(name)
            self.store.audit.note(actor, "webhook remove", what=gone.id)

    def replay(self, actor: str, name: str, since: datetime) -> int:
        """Tell again what was told or could not be told of what happened since a time; how many. Raises InputError."""
        with self.store.transaction():
            found = self.store.webhooks.find(name)
            number = self.store.webhooks.replay(found.id, since, self.clock())
            self.store.audit.note(actor, "webhook replay", what=found.id)
        return number

    def beat(self, name: str) -> None:
        """Send a message that tells nothing but that we are here. Raises WebhookError, InputError."""
        self._send(self.store.webhooks.find(name), HEARTBEAT, ())

    def again(self, actor: str, event: str) -> None:
        """Tell something again that could not be told. Raises InputError."""
        with self.store.transaction():
            self.store.webhooks.again(event, self.clock())
            self.store.audit.note(actor, "webhook again", what=event)

    def queue(self) -> int:
        """Queue what happened since; how many."""
        return self.store.webhooks.queue(self.clock(), Named(self.store))

    def tell(self, webhook: str) -> int:
        """Tell a subscription what waits for it, one after the other, until one isn't taken; how many were."""
        found = self.store.webhooks.find(webhook)
        for number in range(AT_ONCE):
            now = self.clock()
            one = self.store.webhooks.next(webhook, now)
            if one is None:
                return number
            try:
                self._send(found, EVENT, (one,))
            except (WebhookError, InputError, ConfigError) as error:
                self._failed(found, one, error, now)
                return number
            self.store.webhooks.told(one)
        return AT_ONCE

    def _failed(self, webhook: Webhook, one: Telling, error: Exception, now: datetime) -> None:
        said = error.said if isinstance(error, WebhookError) else type(error).__name__
        later = PAUSES[one.attempts] if one.attempts < len(PAUSES) else None
        due = now + timedelta(minutes=later) if later else None
        since = self.store.webhooks.failed(one, said, due=due, now=now)
        gone = isinstance(error, WebhookError) and error.permanent
        log.warning("a webhook did not take a notification", webhook=webhook.id, number=one.number, said=said)
        if gone or now - since >= timedelta(days=self.days):
            with self.store.transaction():
                self.turn("careloom", webhook.id, on=False)
                self.store.notices.add(
                    (), {(one, NoticeKind.WEBHOOK_OFF): 1 for one in self._answering()}, now
                )
            log.error("a webhook is off: nothing was taken for days", webhook=webhook.id)

    def _answering(self) -> tuple[str, ...]:
        """Who runs the site."""
        return tuple(one.user for one in self.store.users.all() if may(one.role, Permission.ADMINISTER))

    def _send(self, webhook: Webhook, kind: str, events: Sequence[Telling]) -> None:
        now = self.clock()
        told = events[-1].number if events else webhook.told
        bundle = notification(webhook.id, kind, told, events, now.isoformat(timespec="seconds"))
        body = json.dumps(bundle, separators=(",", ":")).encode()
        stamp = str(int(now.timestamp()))
        signed = signature(self.store.webhooks.secrets(webhook.id, now), stamp, body)
        # The same thing told twice has the same name, so that whoever takes it can leave the second one.
        delivery = events[-1].id if events else str(new_id())
        self.sender.send(webhook.address, body, {TIMESTAMP: stamp, SIGNATURE: signed, DELIVERY: delivery})
