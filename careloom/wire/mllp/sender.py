"""Sending HL7 v2 over MLLP: one message at a time, each with its acknowledgement by control id.

Takes    a Peer that the site has set, and messages as bytes
Gives    what the receiver answered
Never    sends the next message before the last one was answered, takes another message's acknowledgement for this one's, or waits longer
         than the peer's time, whatever comes in
"""

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import structlog

from careloom.errors import WriteBackError, WriteBackUnknown
from careloom.wire.mllp.answer import TAKEN, Answer, answer
from careloom.wire.mllp.framing import END, START, Framer
from careloom.wire.mllp.header import Header, header
from careloom.wire.mllp.peer import Peer, connect

CHUNK = 1 << 16
# An acknowledgement that is longer is none.
LONGEST_ANSWER = 1 << 17
# In enhanced mode, of MSH-15 and MSH-16: an acknowledgement comes, whatever became of the message.
ALWAYS = "AL"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the receiver took: by which acknowledgement, and what a person must know of it ("" where nothing)."""

    code: str
    note: str = ""


class Sender:
    """The connection to one peer, kept open between messages; several threads take turns."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._open: socket.socket | None = None
        self._turn = threading.Lock()

    def send(self, body: bytes) -> Taken:
        """Send a message and wait for what its header asks for.

        Raises WriteBackError where the receiver can't be reached or doesn't take it (`permanent` where a person must look at it), and
        WriteBackUnknown where it was sent and no acknowledgement of it came.
        """
        head = header(body)
        assert head is not None
        with self._turn:
            line = self._line()
            until = time.monotonic() + self._peer.answer_seconds
            try:
                _send(line, START + body + END, until)
                return self._answered(line, head, until)
            except WriteBackUnknown:
                self.close()  # an acknowledgement that comes late is not to be taken for that of the next message
                raise
            except OSError as error:
                self.close()
                raise WriteBackUnknown(
                    f"the connection broke while it was sent ({type(error).__name__})"
                ) from None

    def close(self) -> None:
        """End the connection; the next message opens another one."""
        line, self._open = self._open, None
        if line is not None:
            with suppress(OSError):
                line.close()

    def _line(self) -> socket.socket:
        """The open connection, or a new one where it was closed, or something came on it that nobody asked for."""
        if self._open is not None and _is_quiet(self._open):
            return self._open
        self.close()
        self._open = connect(self._peer)
        return self._open

    def _answered(self, line: socket.socket, head: Header, until: float) -> Taken:
        others = 0
        stored = False
        why = "no acknowledgement of it came"
        try:
            for found in self._answers(line, until):
                if found is None or found.control != head.control:
                    others += 1
                elif found.code not in TAKEN:
                    raise WriteBackError(found.words, permanent=found.is_for_good)
                elif found.code == "CA" and _waits_for_application(head):
                    stored = True
                else:
                    return Taken(found.code)
        except WriteBackUnknown as unknown:
            why = str(unknown)
        except OSError as error:
            why = f"the connection broke before an answer came ({type(error).__name__})"
        if stored:
            # Whoever said CA has taken charge of it (2.9.3): it is not sent again.
            self.close()
            return Taken("CA", "it is stored there; whether it was taken in was not acknowledged")
        raise WriteBackUnknown(f"{why} ({others} for something else)" if others else why)

    def _answers(self, line: socket.socket, until: float) -> Iterator[Answer | None]:
        """What comes until the time is up or the other side closes: acknowledgements, None for a frame that is none.

        Raises WriteBackUnknown where more comes than an acknowledgement can be, or the other side closes.
        """
        framer = Framer(LONGEST_ANSWER)
        came = 0
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            try:
                data = line.recv(CHUNK)
            except TimeoutError:
                return
            if not data:
                raise WriteBackUnknown("it closed the connection without an acknowledgement")
            came += len(data)
            for frame in framer.feed(data):
                yield answer(frame.body) if frame.whole else None
            if came > self._peer.most_bytes:
                raise WriteBackUnknown("it sends without end, and no acknowledgement of this message")


def _send(line: socket.socket, said: bytes, until: float) -> None:
    """All of it until then. Raises TimeoutError where the receiver takes it too slowly, be it a few bytes at a time."""
    rest = memoryview(said)
    while rest:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        rest = rest[line.send(rest[:CHUNK]) :]


def _waits_for_application(head: Header) -> bool:
    """Whether, in enhanced mode, the application's acknowledgement follows that of acceptance (MSH-16)."""
    return head.is_enhanced and head.part(16).upper() == ALWAYS


def _is_quiet(line: socket.socket) -> bool:
    """Whether a connection is open and nothing waits on it."""
    try:
        readable, _, broken = select.select([line], [], [line], 0)
    except (OSError, ValueError):
        return False
    return not readable and not broken
