"""The port to a channel: what every adapter does."""

from collections.abc import Callable
from typing import Protocol

from careloom.care.sending import Outgoing


class Adapter(Protocol):
    """One channel. `once`: the same key handed over twice is delivered once, so that after a crash it may be tried again."""

    @property
    def once(self) -> bool:
        """Whether a second handing over is harmless."""
        ...

    def send(self, message: Outgoing, about_to: Callable[[], None]) -> None:
        """Hand a message over; `about_to` is called when the next thing is that it goes out.

        Raises DeliveryError (`permanent` where trying again can't help), and DeliveryUnknown where nobody knows whether it went.
        """
        ...
