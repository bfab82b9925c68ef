"""The MLLP listener: many connections, one event loop; what comes in one turn of it is kept in one group commit.

A message is answered after it is kept, and answers go out in the order in which a connection's messages came. Nothing
else happens while the keeper makes a turn's messages durable: what comes meanwhile waits in the sockets and makes the
next turn's group. So the commits grow with the load and nobody waits for a timer.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from careloom.care.entry import Rejection
from careloom.care.received import Received
from careloom.errors import ConfigError
from careloom.wire.mllp.acknowledgement import Acknowledger, Outcome
from careloom.wire.mllp.connection import Connection
from careloom.wire.mllp.door import Door
from careloom.wire.mllp.faults import NO_HEADER, NOT_KEPT, TOO_LONG, TOO_MUCH, Fault, Form
from careloom.wire.mllp.framing import Frame
from careloom.wire.mllp.header import Header, header
from careloom.wire.mllp.limits import Limits

LOOK_EVERY = 1.0
# How long connections that are being closed may take (seconds).
LEAVE = 5.0
BACKLOG = 128

log = structlog.get_logger(__name__)

# Keeps messages durably, in this order. Raises ConfigError where it can't; then none of them is kept.
Keep = Callable[[Sequence[Received]], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A frame on its way to an answer."""

    connection: Connection
    head: Header | None
    outcome: Outcome
    faults: tuple[Fault, ...]
    received: Received | None


@dataclass
class Listener:
    """Takes messages for one source and has them kept before it answers."""

    keep: Keep
    form: Form
    clock: Callable[[], datetime]
    source: str = ""
    limits: Limits = field(default_factory=Limits)
    count: Counter[Outcome] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._acknowledger = Acknowledger(self.clock)
        self._door = Door(self.limits)
        self._turn: list[Taken] = []
        self._held = 0
        self._well = True

    async def run(
        self,
        host: str,
        port: int,
        *,
        stop: asyncio.Event,
        ready: Callable[[int], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Listen until `stop` is set; `ready` is told the port. What came before is kept and answered.

        Raises ConfigError where the address can't be listened on.
        """
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(
                lambda: Connection(self),
                host,
                port,
                ssl=tls,
                ssl_handshake_timeout=self.limits.handshake_seconds if tls else None,
                backlog=BACKLOG,
            )
        except OSError as error:
            raise ConfigError(f"can't listen on {host}, port {port} ({type(error).__name__})") from None
        ready(server.sockets[0].getsockname()[1])
        try:
            while not stop.is_set():
                try:
                    await asyncio.wait_for(stop.wait(), LOOK_EVERY)
                except TimeoutError:
                    self._door.look(loop.time())
        finally:
            server.close()
            self._answer_turn()
            await self._door.close(LEAVE)

    # ── what connections call ───────────────────────────────────────────────────────────────────

    def opened(self, connection: Connection) -> bool:
        """Whether a connection may stay."""
        return self._door.let_in(connection, asyncio.get_running_loop().time())

    def closed(self, connection: Connection) -> None:
        """A connection is gone, and with it what it had not finished."""
        self._door.let_out(connection)

    def holds(self, more: int) -> bool:
        """Unfinished frames take so much more (or less) memory; whether that is still within the bound."""
        self._held += more
        return self._held <= self.limits.held_bytes

    def take(self, connection: Connection, frame: Frame, *, crowded: bool) -> None:
        """A frame came in. It is kept and answered at the end of this turn of the event loop."""
        if not self._turn:
            asyncio.get_running_loop().call_soon(self._answer_turn)
        self._turn.append(self._judged(connection, frame, crowded))

    # ── a turn ──────────────────────────────────────────────────────────────────────────────────

    def _judged(self, connection: Connection, frame: Frame, crowded: bool) -> Taken:
        head = header(frame.body)
        if not frame.whole:
            return Taken(connection, head, "refused", (TOO_MUCH if crowded else TOO_LONG,), None)
        if head is None:
            faults: tuple[Fault, ...] = (NO_HEADER,)
        else:
            faults = tuple(self.form.faults(head, frame.body))
        received = Received(
            body=frame.body,
            source=self.source,
            peer=connection.peer,
            control=_text(head.control) if head else "",
            at=self.clock(),
            faults=tuple(Rejection(one.place, one.reason) for one in faults),
            readable=head is not None,
        )
        outcome: Outcome = "refused" if head is None else "faulty" if faults else "kept"
        return Taken(connection, head, outcome, faults, received if frame.body else None)

    def _answer_turn(self) -> None:
        """Have the turn's messages kept, all in one commit, else each by itself; answer in the order in which they came."""
        turn, self._turn = self._turn, []
        wanted = [one for one in turn if one.received is not None]
        together = not wanted or self._try(wanted)
        for one in turn:
            if together or one.received is None or (len(wanted) > 1 and self._try([one])):
                self._send(one, one.outcome, one.faults)
            else:
                self._send(one, "refused", (NOT_KEPT,))

    def _try(self, wanted: list[Taken]) -> bool:
        try:
            self.keep([one.received for one in wanted if one.received is not None])
        except Exception as error:
            # A defect of ours too: who hears nothing would send the same for ever, and nobody would know.
            if self._well:
                said = str(error) if isinstance(error, ConfigError) else type(error).__name__
                log.error("messages can't be kept and are refused", error=said)
            self._well = False
            return False
        if not self._well:
            log.warning("messages are kept again")
        self._well = True
        return True

    def _send(self, taken: Taken, outcome: Outcome, faults: tuple[Fault, ...]) -> None:
        self.count[outcome] += 1
        if outcome != "kept":
            log.info(
                "a message is not accepted as it is",
                outcome=outcome,
                peer=taken.connection.peer,
                places=[one.place for one in faults],
            )
        taken.connection.send(self._acknowledger.answers(taken.head, outcome, faults))


def _text(control: bytes) -> str:
    return control.decode("utf-8", errors="replace")
