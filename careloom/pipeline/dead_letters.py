"""Dead letters: messages that could not be read, in part or at all, and what people do about them.

A message stays as it came. A corrected one comes in beside it, as any message does, and replaces what was read of it;
one that needs nothing is set aside, with who and why, and can be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from careloom import connect
from careloom.care.entry import Message, Rejection
from careloom.errors import InputError
from careloom.pipeline.arrivals import CHUNK, Arrival
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.store.opening import Store

# The most of a message that a person can change on the page; a larger one comes back as a file.
EDITABLE = 256 << 10


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message with what could not be read of it; `entries` were read all the same."""

    message: str
    name: str
    source: str
    format: str
    received: datetime | None
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True)
class DeadLetters:
    """The list, and the three things that can be done about a message of it."""

    store: Store
    intake: Intake

    def all(self) -> tuple[DeadLetter, ...]:
        """What waits for somebody, the latest arrival first."""
        letters = [
            DeadLetter(
                digest,
                rows[0].name,
                rows[0].source,
                rows[0].format,
                rows[0].received,
                tuple(Rejection(row.where, row.reason, row.error) for row in rows),
            )
            for digest, group in groupby(self.store.messages.rejections(), key=lambda row: row.message)
            for rows in [list(group)]
        ]
        return tuple(reversed(letters))

    def find(self, message: str) -> DeadLetter:
        """The one of this SHA-256, or of its first digits. Raises InputError where there is none, or several."""
        found = [one for one in self.all() if message and one.message.startswith(message)]
        if len(found) != 1:
            raise InputError("no message with this id waits" if not found else "several messages begin so")
        return found[0]

    def body(self, actor: str, message: str) -> Iterator[bytes]:
        """A message's bytes as they came, for whoever is to correct them; leaves an audit event."""
        letter = self.find(message)
        self.store.audit.note(actor, "read", what=f"message {letter.message}")
        return self._chunks(letter.message)

    def text(self, actor: str, message: str) -> str | None:
        """A message as text that can be changed on a page; None for one that is too large, or no UTF-8 text."""
        data = bytearray()
        for chunk in self.body(actor, message):
            data += chunk
            if len(data) > EDITABLE:
                return None
        try:
            return None if 0 in data else data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def correct(self, actor: str, message: str, body: bytes, *, why: str, part: bool = False) -> Report:
        """Take in a corrected message in a rejected one's place.

        What was read of the old one is superseded; with `part` the body holds only what was rejected, and the rest
        stays. Raises InputError where no reason is given, nothing is changed or nothing of it can be read: the old
        one then waits as before.
        """
        letter = self.find(message)
        _must_say_why(why)
        old = self.store.messages.get(letter.message)
        if sha256(body).hexdigest() == old.sha256:
            raise InputError("nothing was changed in it")
        report = Report()
        arrival = Arrival(letter.name, lambda: iter([body]), lambda: iter([body]))
        format = None if old.format == "unknown" else old.format
        self.intake.take(arrival, report, source=old.source, format=format)
        new = self._taken(body, old)
        if not self.store.entries.patients_of(new):
            raise self._unread(actor, new, report)
        with self.store.transaction():
            if not part:
                self.store.entries.supersede_missing(old, (), connect.READER_VERSION)
            self.store.settlements.correct(old, new, who=actor, why=why)
        self.store.audit.note(actor, "correct", what=f"message {old.sha256} by {new.sha256}", why=why)
        return report

    def set_aside(self, actor: str, message: str, *, why: str) -> None:
        """Take a message off the list: nothing needs to be done about what was rejected. Raises InputError."""
        letter = self.find(message)
        _must_say_why(why)
        old = self.store.messages.get(letter.message)
        self.store.settlements.set_aside(old, letter.rejected, who=actor, why=why)
        self.store.audit.note(actor, "set aside", what=f"message {old.sha256}", why=why)

    def take_back(self, actor: str, message: str) -> None:
        """Put a message that was set aside back on the list. Raises InputError."""
        old = self.store.messages.get(message)
        self.store.settlements.take_back(old, who=actor)
        self.store.audit.note(actor, "take back", what=f"message {old.sha256}")

    def again(self, actor: str, message: str) -> Report:
        """Read a message once more with today's readers and patients."""
        letter = self.find(message)
        report = Report()
        old = self.store.messages.get(letter.message)
        self.store.messages.forgive(old)
        self.intake.read(old, letter.name, report, whole=True)
        self.store.audit.note(actor, "read again", what=f"message {old.sha256}")
        return report

    def _taken(self, body: bytes, old: Message) -> Message:
        return replace(self.store.messages.get(sha256(body).hexdigest()), source=old.source)

    def _unread(self, actor: str, new: Message, report: Report) -> InputError:
        """Why a correction is none; it is kept, and off the list, since the message that it was to correct is on it."""
        rejected = [
            Rejection(one.where, one.reason, one.error)
            for one in self.store.messages.rejections()
            if one.message == new.sha256
        ]
        self.store.settlements.set_aside(new, rejected, who=actor, why="a correction that could not be read")
        first = report.rejected[0] if report.rejected else {"reason": "says nothing of anybody", "where": ""}
        return InputError(first["reason"], first["where"])

    def _chunks(self, message: str) -> Iterator[bytes]:
        with self.store.messages.open(message) as body:
            while chunk := body.read(CHUNK):
                yield chunk


def _must_say_why(why: str) -> None:
    if not why.strip():
        raise InputError("say why in a few words")
