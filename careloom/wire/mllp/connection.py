"""One connection of the MLLP listener: bytes in, frames to the listener, answers out."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from careloom.wire.mllp.framing import END, START, Framer

if TYPE_CHECKING:
    from careloom.wire.mllp.framing import Frame
    from careloom.wire.mllp.limits import Limits

log = structlog.get_logger(__name__)


class Owner(Protocol):
    """Whom a connection belongs to."""

    @property
    def limits(self) -> "Limits":
        """Its bounds."""

    def opened(self, connection: "Connection") -> bool:
        """Whether a connection may stay."""

    def closed(self, connection: "Connection") -> None:
        """A connection is gone."""

    def holds(self, more: int) -> bool:
        """Unfinished frames take so much more memory; whether that is within the bound."""

    def take(self, connection: "Connection", frame: "Frame", *, crowded: bool) -> None:
        """A frame came in."""


class Connection(asyncio.Protocol):
    """A sender. `messages` counts its frames; `since` is when it came, `heard` when it last sent a byte, `began` when
    the frame began that it has not ended (None between frames).
    """

    def __init__(self, owner: Owner) -> None:
        self.peer = ""
        self.messages = 0
        self.since = self.heard = 0.0
        self.began: float | None = None
        self._owner = owner
        self._framer = Framer(owner.limits.frame_bytes)
        self._crowded = False
        self._stays = False
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It opens."""
        self._transport = cast("asyncio.Transport", transport)
        address = transport.get_extra_info("peername") or ("?", 0)
        self.peer = f"{address[0]} {address[1]}"
        self.since = self.heard = self._loop.time()
        self._stays = self._owner.opened(self)
        if not self._stays:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if not self._stays:
            return
        self.heard = self._loop.time()
        before, given_up = self._framer.held, self._framer.given_up
        began = self.began or self.heard
        for frame in self._framer.feed(data):
            self.messages += 1
            self._owner.take(self, frame, crowded=self._crowded)
            self._crowded = False
            began = self.heard
        self.began = began if self._framer.inside else None
        if not self._owner.holds(self._framer.held - before):
            self._make_room()
        if self._framer.given_up > given_up:
            log.warning("a frame was broken off by the next one", peer=self.peer)
        if self._framer.stray > self._owner.limits.stray_bytes:
            self.leave("sends bytes outside of frames")

    def eof_received(self) -> bool:
        """The sender will send no more; what it sent is answered before the connection closes."""
        if self._transport is None or self._transport.get_extra_info("sslcontext") is not None:
            return False  # TLS has no half of a connection
        self._loop.call_soon(self._close)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """It closed. Of a frame that was not whole nothing is kept: its sender was told nothing."""
        del exc
        if not self._stays:
            return
        self._stays = False
        self._owner.holds(-self._framer.held)
        if self._framer.inside or self._framer.stray:
            log.warning(
                "a connection ended with bytes that are no message",
                peer=self.peer,
                in_frame=self._framer.inside,
                stray=self._framer.stray,
            )
        self._owner.closed(self)

    def pause_writing(self) -> None:
        """The sender does not take its answers: take no more from it."""
        self._pause()

    def resume_writing(self) -> None:
        """It takes them again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def send(self, answers: Iterable[bytes]) -> None:
        """Answer, unless the sender is gone."""
        if self._transport is not None and not self._transport.is_closing():
            data = b"".join(START + one + END for one in answers)
            if data:
                self._transport.write(data)

    def leave(self, why: str) -> None:
        """Close the connection once what came is answered, and say why in the log."""
        log.warning("a connection is closed", peer=self.peer, why=why)
        self._loop.call_soon(self._close)

    def finish(self) -> None:
        """Take nothing more, and close once the answers are sent."""
        self._pause()
        self._close()

    def cut(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def _pause(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _make_room(self) -> None:
        """Too much is coming in from everybody: forget this frame, which is answered with a refusal at its end."""
        before = self._framer.held
        self._framer.skip()
        self._crowded = True
        self._owner.holds(self._framer.held - before)
