"""A listener on a port of this machine, and a sender that talks to it, in one event loop."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from careloom.care.received import Received
from careloom.wire.mllp.limits import Limits
from careloom.wire.mllp.listener import Listener
from tests.wire.mllp.messages import END, framed
from tests.wire.mllp.test_mllp_acknowledgement import FORM

SMALL = Limits(frame_bytes=10_000, held_bytes=40_000)


def listener(keep: Callable[[Sequence[Received]], None], limits: Limits = SMALL) -> Listener:
    return Listener(keep=keep, form=FORM, clock=lambda: datetime.now(UTC), source="mercy", limits=limits)


class Sender:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answers(self, number: int = 1) -> bytes:
        found = b""
        for _ in range(number):
            found += await asyncio.wait_for(self.reader.readuntil(END), 10)
        return found

    async def ask(self, *bodies: bytes) -> bytes:
        self.send(framed(*bodies))
        return await self.answers(len(bodies))

    async def is_closed(self, seconds: float = 5) -> bool:
        """Whether the listener ends the connection within so long; answers that came before are dropped."""
        try:
            return await asyncio.wait_for(self.reader.read(), seconds) is not None
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def leave(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def listening(one: Listener, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on which it listens until the block ends."""
    stop = asyncio.Event()
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(one.run("127.0.0.1", 0, stop=stop, ready=bound.set_result, tls=tls))
    try:
        yield await asyncio.wait_for(bound, 10)
    finally:
        stop.set()
        await asyncio.wait_for(running, 20)


async def sender(port: int, tls: ssl.SSLContext | None = None) -> Sender:
    return Sender(*await asyncio.open_connection("127.0.0.1", port, ssl=tls))


def talk(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 60))
