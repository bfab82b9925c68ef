"""Chance from a seed, the same everywhere and for ever: HMAC-SHA-256 for single draws, SHAKE-256 for many; no library's generator.

Source   HMAC: FIPS 198-1, 2008; SHAKE-256 as extendable output: FIPS 202, 2015; shuffling: Durstenfeld 1964, Commun ACM 7:420
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from numpy.typing import NDArray

Thing = TypeVar("Thing")
_BITS = 64


def number_below(seed: bytes, words: Sequence[str], limit: int) -> int:
    """A number from 0 to limit - 1, each as likely: the words say what it is for, and other words draw independently."""
    if limit < 1:
        raise ValueError("nothing to draw from")
    # Numbers of the last incomplete round are drawn again: otherwise small ones would be likelier.
    fair, attempt = (1 << _BITS) // limit * limit, 0
    while (drawn := int.from_bytes(_digest(seed, (*words, str(attempt)))[:8], "big")) >= fair:
        attempt += 1
    return drawn % limit


def shuffled(seed: bytes, words: Sequence[str], things: Sequence[Thing]) -> tuple[Thing, ...]:
    """The things in an order of which each is as likely."""
    order = list(things)
    for last in range(len(order) - 1, 0, -1):
        other = number_below(seed, (*words, str(last)), last + 1)
        order[last], order[other] = order[other], order[last]
    return tuple(order)


def uniforms(seed: str, purpose: str, count: int) -> "NDArray[Any]":
    """So many numbers in [0, 1) with 53 bits each, for resampling and simulation; an array of float64."""
    import numpy as np

    stream = hashlib.shake_256(_joined((seed, purpose))).digest(8 * count)
    return (np.frombuffer(stream, dtype=">u8") >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _digest(seed: bytes, words: Sequence[str]) -> bytes:
    return hmac.new(seed, _joined(words), hashlib.sha256).digest()


def _joined(words: Sequence[str]) -> bytes:
    # Each word with its length before it: ("ab", "c") draws otherwise than ("a", "bc").
    return b"".join(len(word.encode()).to_bytes(4, "big") + word.encode() for word in words)
