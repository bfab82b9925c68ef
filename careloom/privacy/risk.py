"""Risk: how many people of a set share what describes each of them (k-anonymity).

Source   Sweeney 2002, Int J Uncertain Fuzziness Knowl Based Syst 10:557-570; the equivalence classes are over sex, year of birth (or age over 89) and the ZIP code's first three digits
Misses   what else tells somebody apart: a rare disease, a date, a sentence of a note
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEFAULT_K = 11


@dataclass(frozen=True, slots=True, order=True)
class Described:
    """What describes somebody from outside: sex, year of birth or "90 or over", and the ZIP code's first three digits ("" where nobody knows)."""

    sex: str
    born: str
    zip3: str


@dataclass(frozen=True, slots=True)
class Risk:
    """Of so many people: how many classes they fall into, the size of the smallest, how many people stand in classes under `k`, and how many classes have each size.

    The greatest probability with which one of them is picked out is one over the smallest; `average` is the classes over the people.
    """

    people: int
    k: int
    classes: int
    smallest: int
    under: int
    sizes: Mapping[int, int]

    @property
    def share_under(self) -> float:
        """The share of people (0 to 1) who stand in classes under `k`."""
        return self.under / self.people if self.people else 0.0

    @property
    def highest(self) -> float:
        """One over the size of the smallest class; 0 of nobody."""
        return 1 / self.smallest if self.smallest else 0.0

    @property
    def average(self) -> float:
        """Classes over people: the mean probability with which somebody is picked out."""
        return self.classes / self.people if self.people else 0.0


def small_of(people: Iterable[Described], k: int) -> tuple[tuple[Described, int], ...]:
    """The classes under `k` with how many people each has, the smallest first."""
    small = [(one, size) for one, size in Counter(people).items() if size < k]
    return tuple(sorted(small, key=lambda found: (found[1], found[0])))


def risk_of(people: Iterable[Described], k: int = DEFAULT_K) -> Risk:
    """The risk of a set of people. Raises ValueError for a k below 2."""
    if k < 2:
        raise ValueError("k is at least 2")
    classes = Counter(people)
    sizes = Counter(classes.values())
    return Risk(
        people=sum(classes.values()),
        k=k,
        classes=len(classes),
        smallest=min(classes.values(), default=0),
        under=sum(size for size in classes.values() if size < k),
        sizes=dict(sorted(sizes.items())),
    )
