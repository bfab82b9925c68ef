"""Draws: chance from a seed, one draw after the other, the same everywhere and for ever."""

from collections.abc import Sequence
from typing import TypeVar

from careloom.study.statistics.chance import number_below, shuffled

Thing = TypeVar("Thing")


class Draws:
    """A row of draws; two with the same seed draw the same."""

    def __init__(self, seed: int | str) -> None:
        self._seed, self._drawn = str(seed).encode(), 0

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1, each as likely."""
        return number_below(self._seed, self._next(), limit)

    def choice(self, things: Sequence[Thing]) -> Thing:
        """One of them."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """All of them in an order of which each is as likely."""
        return list(shuffled(self._seed, self._next(), things))

    def _next(self) -> tuple[str, ...]:
        self._drawn += 1
        return ("drill", str(self._drawn))
