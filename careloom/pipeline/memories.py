"""Memories: what came out last of the things that somebody asked for lately, so that a page costs what it shows.

Bounded, in this process's memory alone. What is kept is used while everything that it was made of is the same, and made anew otherwise.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from careloom.record import Remembered

K = TypeVar("K", bound=Hashable)


@dataclass
class Memories(Generic[K]):
    """Of so many things what was made of each; the one that was asked for longest ago goes first."""

    most: int
    _of: OrderedDict[K, Remembered] = field(default_factory=OrderedDict, repr=False)
    # A server's threads show different things at the same moment.
    _lock: Lock = field(default_factory=Lock, repr=False)

    def of(self, one: K) -> Remembered:
        """What is remembered of a thing; nothing yet where nobody asked for it lately."""
        with self._lock:
            remembered = self._of.pop(one, None) or Remembered()
            self._of[one] = remembered
            while len(self._of) > self.most:
                self._of.popitem(last=False)
        return remembered
