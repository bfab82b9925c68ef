"""New row ids: UUIDs of version 7, which sort by the time at which they were made."""

import os
import time
import uuid

from careloom.errors import InputError


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, section 5.7): milliseconds, then 74 random bits."""
    stamp = (time.time_ns() // 1_000_000) & 0xFFFF_FFFF_FFFF
    chance = int.from_bytes(os.urandom(10), "big")
    high = chance >> 68
    low = chance & ((1 << 62) - 1)
    return uuid.UUID(int=(stamp << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)


def as_uuid(text: str, what: str) -> uuid.UUID:
    """A UUID from text. Raises InputError "unknown <what>", since such a row cannot exist."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InputError(f"unknown {what}") from None
