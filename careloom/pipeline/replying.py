"""Replying: what a patient writes back is stored, read for what can't wait, and put before a person.

Takes    an answer's bytes, the channel by which it came, and whose it is (by our id, or by the sending that it answers)
Gives    a Reply: urgent ones page somebody at once and are answered with emergency numbers alone, STOP is honoured, the rest waits
         for a person to read it; each becomes an entry of the record
Never    drafts an answer, reads an unknown language as harmless, or loses a word that a patient wrote: what a dead process left is taken up again
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog

from careloom.care.entry import REPLIES, Message
from careloom.care.sending import CHANNELS, Channel, Outgoing
from careloom.care.urgent import Reply, ReplyKind
from careloom.deliver import whither, wording
from careloom.deliver.inbound import letter, written
from careloom.errors import DeliveryError, InputError
from careloom.knowledge.red_flags import Flag, red_flags
from careloom.pipeline.delivering import Delivering
from careloom.pipeline.intake import Intake
from careloom.pipeline.paging import Paging
from careloom.pipeline.report import Report
from careloom.store.ids import new_id
from careloom.store.opening import Store
from careloom.text.answering import answered_in, asks_to_start, asks_to_stop

log = structlog.get_logger(__name__)
MOST_BYTES = 1 << 20
# For so long another process may still be at it.
IN_HAND = timedelta(minutes=1)


@dataclass(frozen=True)
class Replying:
    """The replies of one organisation's patients."""

    store: Store
    intake: Intake
    delivering: Delivering
    paging: Paging
    clock: Callable[[], datetime]

    def take(self, body: bytes, channel: Channel, *, patient: str = "", key: str = "", to: str = "") -> Reply:
        """Take in a reply; when this returns it is stored, and whoever must be told was told.

        `key` is the name under which the message went out that it answers, `to` the address from which it came, where known.
        Raises InputError for an empty one, one over a megabyte, and a patient whom nobody knows.
        """
        if not body.strip() or len(body) > MOST_BYTES:
            raise InputError("a reply has at least one word and at most a megabyte")
        answered = self.store.sendings.by_key(key) if key else None
        who = self.store.patients.find(patient) if patient else answered.patient if answered else ""
        envelope = _envelope(body, channel, who, to or (answered.to if answered else ""), self.clock())
        message, _ = self.store.messages.put(
            iter([json.dumps(envelope).encode()]),
            source=REPLIES,
            format="fhir",
            name="reply.json",
            zone=self.intake.zone,
        )
        return self._understand(message, envelope)

    def take_letter(self, raw: bytes) -> Reply | None:
        """Take in an e-mail as it came; None for a report that a message of ours came back, which is told at the sending."""
        found = letter(raw)
        if found.bounce:
            self.delivering.bounced("reply", found.key, "it came back undelivered")
            return None
        return self.take(found.text.encode(), "email", key=found.key)

    def sweep(self) -> int:
        """Take up again what came and was not read before its process died; how many that were."""
        left = self.store.replies.unlisted(REPLIES, self.clock() - IN_HAND)
        return sum(map(self._taken_up, left))

    def _taken_up(self, sha256: str) -> bool:
        """Whether one could be; another must not wait because it couldn't."""
        message = self.store.messages.get(sha256)
        try:
            with self.store.messages.open(sha256) as body:
                self._understand(message, json.loads(body.read()))
        except Exception as failure:
            log.error("a reply could not be read", message=sha256, error_class=type(failure).__name__)
            return False
        return True

    def read(self, actor: str, reply_id: str) -> Reply:
        """Keep that somebody read a reply and will do what is to be done."""
        reply = self.store.replies.read(reply_id, who=actor, at=self.clock())
        self.store.audit.note(actor, "read reply", patient=reply.patient or None, what=reply.id)
        return reply

    def _understand(self, message: Message, envelope: dict[str, Any]) -> Reply:
        """Everything that follows from a stored reply; the page first, and harmless when it is done twice."""
        said = envelope["entry"][1]["resource"]
        channel, who, to = (said["extension"][0][one] for one in ("channel", "patient", "from"))
        text = _text(base64.b64decode(said["content"][0]["attachment"]["data"]))
        flags, language = red_flags(text), answered_in(written(text))
        if flags:
            self.paging.open(
                "reply",
                message.sha256,
                patient=who,
                words=f"A reply speaks of {', '.join(one.label for one in flags)}",
            )
            self._answer(message, cast(Channel, channel), who, to, language)
        stops = asks_to_stop(written(text))
        if who and (stops or asks_to_start(written(text))):
            self.delivering.opt("reply", who, cast(Channel, channel), out=stops)
        if who:
            self.store.assignments.add(message, who, who="reply")
            self.intake.read(message, message.name, Report())
            self.store.audit.note("reply", "connect", patient=who, what=f"message {message.sha256}")
        reply = Reply(
            id="", message=message.sha256, patient=who, channel=channel, kind=_kind(flags, written(text)),
            language=language, text=text, at=self.clock(),
        )  # fmt: skip
        return self.store.replies.add(message, reply)

    def _answer(self, message: Message, channel: Channel, who: str, to: str, language: str) -> None:
        """The emergency numbers, in their language (both where it can't be told), at any hour; a person does the rest."""
        try:
            address = to or whither(self.store.patients.persons(who) if who else (), channel, who)
            if not address:
                return
            practice = self.delivering.practice
            told = Outgoing(
                message.sha256[:32],
                address,
                wording.subject(practice.name, "es" if language == "es" else "en"),
                wording.emergency(language, practice.phone),
                self.clock(),
            )
            self.delivering.adapters[channel].send(told, lambda: None)
        except (DeliveryError, InputError) as failure:
            log.error("no emergency numbers went out", error_class=type(failure).__name__)


def _kind(flags: tuple[Flag, ...], text: str) -> ReplyKind:
    if flags:
        return "urgent"
    if asks_to_stop(text):
        return "stop"
    return "start" if asks_to_start(text) else "person"


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8").replace("\0", "\ufffd")
    except UnicodeDecodeError:
        return body.decode("latin-1").replace("\0", "\ufffd")


def _envelope(body: bytes, channel: Channel, who: str, to: str, at: datetime) -> dict[str, Any]:
    """A reply as a message of ours: its bytes as they came, and beside them what we know of it."""
    if channel not in CHANNELS:
        raise InputError("a reply comes by email, text or portal")
    document = {
        "resourceType": "DocumentReference",
        "id": str(new_id()),
        "status": "current",
        "extension": [{"url": "urn:careloom:reply", "channel": channel, "patient": who, "from": to}],
        "type": {"text": f"Reply by {'text message' if channel == 'text' else channel}"},
        "subject": {"reference": f"Patient/{who}"},
        "date": at.isoformat(),
        "author": [{"display": "the patient"}],
        "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(body).decode()}}],
    }
    patient = {"resourceType": "Patient", "id": who}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient}, {"resource": document}],
    }
