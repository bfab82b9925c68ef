"""New row ids: UUIDs of version 7, which sort by the time at which they were made."""

import os
import threading
import time
import uuid
from functools import lru_cache

from careloom.errors import InputError


class _Order:
    """Millisecond and place in it of the id that this process made last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp = self._place = 0

    def unlock(self) -> None:
        """In a forked process: another thread of the first one may have held the lock, and is not here to give it back."""
        self._lock = threading.Lock()

    def next(self, chance: int) -> tuple[int, int]:
        """A later millisecond, or a later place in the same one; a new one begins at a place below half, by chance."""
        with self._lock:
            stamp = time.time_ns() // 1_000_000
            if stamp > self._stamp:
                self._stamp, self._place = stamp, chance
            elif self._place < _PLACES - 1:
                self._place += 1
            else:
                self._stamp, self._place = self._stamp + 1, 0
            return self._stamp, self._place


_PLACES = 1 << 12
_ORDER = _Order()
os.register_at_fork(after_in_child=_ORDER.unlock)


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, sections 5.7 and 6.2 method 1): milliseconds, 12 bits that count, 62 random bits.

    What one process makes one after the other sorts so, also within a millisecond.
    """
    chance = int.from_bytes(os.urandom(10), "big")
    stamp, place = _ORDER.next(chance >> 69)
    low = chance & ((1 << 62) - 1)
    return uuid.UUID(
        int=((stamp & 0xFFFF_FFFF_FFFF) << 80) | (0x7 << 76) | (place << 64) | (0b10 << 62) | low
    )


def as_uuid(text: str, what: str) -> uuid.UUID:
    """A UUID from text. Raises InputError "unknown <what>", since such a row cannot exist."""
    try:
        return _parsed(text)
    except ValueError:
        raise InputError(f"unknown {what}") from None


# The same few ids are read several times in a request.
_parsed = lru_cache(maxsize=4_096)(uuid.UUID)
