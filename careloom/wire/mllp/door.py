"""Who may stay connected: a bounded number, so that a flood of connections does not keep the real senders out."""

import asyncio

import structlog

from careloom.wire.mllp.connection import Connection
from careloom.wire.mllp.limits import Limits

SAY_EVERY = 10.0

log = structlog.get_logger(__name__)


class Door:
    """The connections of a listener."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._inside: dict[Connection, None] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._turned_away = 0
        self._said = 0.0

    def let_in(self, connection: Connection, now: float) -> bool:
        """Whether a newcomer may stay; where all places are taken, the least needed connection makes room."""
        if len(self._inside) >= self._limits.connections and not self._put_out(now):
            self._turn_away(now)
            return False
        self._inside[connection] = None
        self._empty.clear()
        return True

    def let_out(self, connection: Connection) -> None:
        """A connection is gone."""
        self._inside.pop(connection, None)
        if not self._inside:
            self._empty.set()

    def look(self, now: float) -> None:
        """Close what has been silent for too long."""
        for one in tuple(self._inside):
            silent = now - one.heard
            if one.began is not None and silent > self._limits.frame_seconds:
                one.leave("stopped in the middle of a message")
            elif one.began is not None and now - one.began > self._limits.slowest_seconds:
                one.leave("takes too long over one message")
            elif not one.messages and now - one.since > self._limits.first_seconds:
                one.leave("sent no message")
            elif silent > self._limits.idle_seconds:
                one.leave("was idle")

    async def close(self, seconds: float) -> None:
        """Close every connection once its answers are sent; cut what takes longer than so many seconds."""
        for one in tuple(self._inside):
            one.finish()
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            for one in tuple(self._inside):
                one.cut()

    def _put_out(self, now: float) -> bool:
        """Close whoever is needed least: first those who never sent a message, of these the one that is silent longest."""
        limits = self._limits
        idle = [
            one
            for one in self._inside
            if now - one.heard >= (limits.known_seconds if one.messages else limits.newcomer_seconds)
            and not (one.messages and one.began is not None)
        ]
        if not idle:
            return False
        least = min(idle, key=lambda one: (one.messages > 0, one.heard))
        del self._inside[least]
        least.cut()
        return True

    def _turn_away(self, now: float) -> None:
        self._turned_away += 1
        if now - self._said > SAY_EVERY:
            log.warning(
                "connections are turned away", number=self._turned_away, most=self._limits.connections
            )
            self._turned_away, self._said = 0, now
