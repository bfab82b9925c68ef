"""A deadline over all that is asked of one system: whoever sends a byte now and then is not waited for, be it in the head of an answer."""

import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic
from typing import Any

import httpx

# What httpcore tells when a connection is open, and when it is open under TLS.
_OPEN = ("connect_tcp.complete", "start_tls.complete")


class Deadline:
    """So many seconds, which begin with the first question. Connections that are open when they end are shut."""

    def __init__(self, seconds: float) -> None:
        """`math.inf` for none."""
        self.seconds = seconds
        self._ends = math.inf
        self._sockets: list[socket.socket] = []
        self._over = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked."""
        return monotonic() >= self._ends

    @property
    def left(self) -> float:
        """The seconds until then; all of them where nothing was asked yet."""
        return min(self.seconds, self._ends - monotonic())

    def trace(self, event: str, told: dict[str, Any]) -> None:
        """Take note of each connection (httpx's extension "trace")."""
        if not event.endswith(_OPEN):
            return
        found = told["return_value"].get_extra_info("socket")
        if isinstance(found, socket.socket):
            self._sockets.append(found)

    @contextmanager
    def running(self) -> Iterator[float]:
        """The seconds that are left. Raises httpx.ReadTimeout when they are over."""
        if math.isinf(self.seconds):
            yield math.inf
            return
        self._ends = min(self._ends, monotonic() + self.seconds)
        left = self._ends - monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("the deadline is over")
        timer = Timer(left, self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield left
        except httpx.HTTPError:
            if self._over:
                raise httpx.ReadTimeout("the deadline is over") from None
            raise
        finally:
            timer.cancel()

    def _shut(self) -> None:
        self._over = True
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
