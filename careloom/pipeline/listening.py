"""Listening: what a listener took goes from its journal into the store, in the order in which it came, once.

Takes    a journal that a listener writes, and an intake
Gives    stored and read messages, a receipt for each; what can't be read is on the dead-letter list
Never    passes over a message because the machine failed, or lets one that nobody can read hold up the others

A process may die anywhere. The bytes are durable first; a message's row, what was read from it and its receipt are
one transaction where it is small; where it is large, or the process dies between two transactions, the same message is
taken again and adds nothing.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import structlog

from careloom.care.entry import Message, Rejection
from careloom.care.received import Received
from careloom.care.system import SourceSystem
from careloom.connect import hl7v2
from careloom.errors import ConfigError
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.settings import Settings
from careloom.store.bodies import Kept
from careloom.store.clock import now
from careloom.store.journal import Journal
from careloom.store.opening import Store
from careloom.store.tail import Place, Tail
from careloom.wire.mllp.faults import Form
from careloom.wire.mllp.limits import Limits
from careloom.wire.mllp.listener import Listener

FORMAT = "hl7v2"
ASIDE = "unknown"
# What is read in one transaction: so many messages, of so many bytes together.
TOGETHER = 32
TOGETHER_BYTES = 1 << 18
# So many frames of the longest kind may be coming in at one time.
FRAMES_HELD = 4
ATTEMPTS = 3
PAUSE = 0.2
LONGEST_PAUSE = 30.0
# When a message is read again that named somebody whom nobody knew: after so long, ever less often, and no more (seconds).
AGAIN = 60.0
AGAIN_SLOWER = 5
AGAIN_NO_LONGER = 86_400.0
MOST_LATER = 1_000

log = structlog.get_logger(__name__)

# Waits so many seconds, or less where something happens; whether to stop.
Wait: TypeAlias = Callable[[float], bool]
Pulled: TypeAlias = tuple[Place, Received]


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was stored and read: its faults, what came of it, whether it is new or names somebody unknown."""

    message: Message
    faults: tuple[Rejection, ...]
    report: Report
    new: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class Later:
    """A message that named somebody whom nobody knew, to be read again when somebody may (seconds, this process's clock)."""

    message: Message
    faults: tuple[Rejection, ...]
    due: float
    pause: float


@dataclass
class Reader:
    """Empties one journal into the store; `counts` says what came of it.

    What names somebody whom nobody knows is read again after `again_after` seconds, and ever less often.
    """

    store: Store
    intake: Intake
    tail: Tail
    again_after: float = AGAIN
    counts: Counter[str] = field(default_factory=Counter)
    _later: list[Later] = field(default_factory=list)
    _sealed: bool = True

    def until_empty(self) -> None:
        """Read what the journal holds."""
        while self._step():
            pass
        self._between()

    def follow(self, wait: Wait, released: Callable[[], Intake]) -> None:
        """Read what comes until `wait` says to stop, each message as is `released` when it is begun. Where the machine fails, wait and try the same message again."""
        pause = PAUSE
        while True:
            try:
                self.intake = released()
                found = self._step()
                if not found:
                    self._between()
                pause = PAUSE
            except Exception as error:
                # Its class alone: a foreign exception's text may quote a message.
                log.error(
                    "the journal can't be read into the store", error=type(error).__name__, again_in=pause
                )
                self.tail.back()
                self.store.renew()
                found, pause = 0, min(LONGEST_PAUSE, pause * 2)
            if wait(0.0 if found else pause):
                return

    def _step(self) -> int:
        """Store and read the next messages; how many."""
        pulled = self.tail.pull(TOGETHER, TOGETHER_BYTES)
        if not pulled:
            return 0
        small = sum(len(one.body) for _, one in pulled) <= TOGETHER_BYTES
        if not (small and self._together(pulled)):
            for one in pulled:
                self._alone(one)
        self._sealed = False
        return len(pulled)

    def _together(self, pulled: list[Pulled]) -> bool:
        """Take messages in one transaction; False, and none is taken, where that failed."""
        try:
            kept = self.store.messages.bodies.keep_together([one.body for _, one in pulled])
            with self.store.transaction():
                taken = [self._take(one, bytes_) for one, bytes_ in zip(pulled, kept, strict=True)]
        except Exception:
            self.store.renew()
            return False
        for one in taken:
            self._count(one)
        return True

    def _alone(self, pulled: Pulled) -> None:
        """Take one message; one that no reader gets through is kept with the reason, which is a defect of ours."""
        failed = ""
        for attempt in range(ATTEMPTS):
            try:
                (kept,) = self.store.messages.bodies.keep_together([pulled[1].body])
                self._count(self._take(pulled, kept))
            except ConfigError:
                raise
            except Exception as bug:
                failed = type(bug).__name__
                self.store.renew()
                time.sleep(PAUSE * attempt)
            else:
                return
        place, received = pulled
        log.error("a message can't be read", error=failed, journal=place.file, number=place.number)
        (kept,) = self.store.messages.bodies.keep_together([received.body])
        message, _ = self._enter(received, kept)
        self.store.messages.reject(
            message, [Rejection("", f"can't be read: a defect of ours ({failed})", failed)]
        )
        self._receipt(message, pulled)
        self.counts["rejected"] += 1

    def _take(self, pulled: Pulled, kept: Kept) -> Taken:
        """Enter a message whose bytes are kept, read it unless that is done, and say that it came."""
        _, received = pulled
        report = Report()
        message, new = self._enter(received, kept)
        unknown = False
        if received.readable and (new or not self.intake.is_read(message)):
            unknown = self.intake.read(message, message.name, report)
        self.store.messages.reject(message, received.faults)
        self.store.audit.note_all("listener", "connect", report.patients)
        self._receipt(message, pulled)
        return Taken(message, received.faults, report, new, unknown)

    def _enter(self, received: Received, kept: Kept) -> tuple[Message, bool]:
        format = FORMAT if received.readable else ASIDE
        return self.store.messages.enter(
            kept,
            source=received.source or format,
            format=format,
            name=_name(received),
            zone=self.intake.zone_of(received.source),
            received=received.at,
        )

    def _receipt(self, message: Message, pulled: Pulled) -> None:
        place, received = pulled
        if self.store.receipts.add(message, received, place):
            log.warning(
                "a control id came again with another message", message=message.sha256, source=message.source
            )

    def _count(self, taken: Taken) -> None:
        self.counts["messages" if taken.new else "duplicates"] += 1
        self.counts["entries"] += taken.report.entries
        self.counts["rejected"] += len(taken.report.rejected)
        if taken.unknown and len(self._later) < MOST_LATER:
            due = time.monotonic() + self.again_after
            self._later.append(Later(taken.message, taken.faults, due, self.again_after))

    def _between(self) -> None:
        """While nothing comes: read again what named somebody whom nobody knew, and seal the audit log."""
        clock = time.monotonic()
        due = [one for one in self._later if one.due <= clock]
        self._later = [one for one in self._later if one.due > clock]
        for one in due:
            report = Report()
            still_unknown = self.intake.again(one.message, one.message.name, report)
            self.store.messages.reject(one.message, one.faults)
            self.counts["entries"] += report.entries
            pause = one.pause * AGAIN_SLOWER
            if still_unknown and pause < AGAIN_NO_LONGER:
                self._later.append(replace(one, due=clock + pause, pause=pause))
        if not self._sealed or due:
            self.store.audit.seal()
            self._sealed = True


def listener(journal: Journal, system: SourceSystem, limits: Limits) -> Listener:
    """A listener that keeps what it takes from a system in a journal."""
    charset = system.options.get("charset", "")
    form = Form(people=hl7v2.people_of, codec=lambda named: hl7v2.codec(named, charset))
    return Listener(keep=journal.append, form=form, clock=now, source=system.name, limits=limits)


def limits(settings: Settings) -> Limits:
    """The bounds of a listener at this site."""
    frame = settings.max_json_mb << 20
    return Limits(
        frame_bytes=frame,
        held_bytes=FRAMES_HELD * frame,
        connections=settings.listen_connections,
        idle_seconds=settings.listen_idle_minutes * 60.0,
    )


def _name(received: Received) -> str:
    """What a message without a file is called: by whom and under which number it came."""
    number = received.control.replace("/", " ").strip()
    return f"MLLP {received.peer} message {number or 'without a number'}"
