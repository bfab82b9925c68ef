"""Invented people whose cases an adapter learns: drawn from lists by a seed, each the same on every machine."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from careloom.improve.people import AS_OF, Invented, invented
from careloom.knowledge import Knowledge

FILE = Path(__file__).parent / "invented.toml"
T = TypeVar("T")


def drawn(knowledge: Knowledge, many: int, seed: str) -> Iterator[Invented]:
    """So many people; nothing in their sources speaks to software."""
    problems = sorted(
        (one.label, one.snomed[0])
        for one in knowledge.conditions.all
        if one.chronic and one.group == "condition" and one.snomed
    )
    for number in range(1, many + 1):
        chance = Chance(f"{seed}/{number}")
        yield invented(_said(f"learner-{number:03}", chance, problems), knowledge)


class Chance:
    """Draws that follow from a seed alone."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def below(self, end: int) -> int:
        """A whole number from 0 to `end` - 1."""
        self._drawn += 1
        found = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return int.from_bytes(found[:8], "big") % end

    def some(self, of: Sequence[T], many: int) -> list[T]:
        """So many different ones, in the order in which they were drawn."""
        left = list(of)
        return [left.pop(self.below(len(left))) for _ in range(min(many, len(left)))]


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, list[list[str]]]:
    said: Mapping[str, list[str]] = tomllib.loads(FILE.read_text("utf-8"))
    return {
        name: [[part.strip() for part in line.split("|")] for line in lines] for name, lines in said.items()
    }


def _said(name: str, chance: Chance, problems: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Somebody as a table of people.toml has her."""
    lists = _lists()
    said: dict[str, Any] = {
        "id": name,
        "sex": ("female", "male")[chance.below(2)],
        "born": f"{1938 + chance.below(55)}-{1 + chance.below(12):02}-{1 + chance.below(28):02}",
        "problems": [
            f"{_day(chance, 300, 5000)} | {code} | {label[0].upper()}{label[1:]} (disorder)"
            for label, code in chance.some(problems, 2 + chance.below(4))
        ],
        "labs": [],
        "drugs": [],
        "fills": [],
    }
    for one in chance.some(lists["measured"], 2 + chance.below(4)):
        loinc, label, unit, low, high, digits = one
        for near, far in ((280, 420), (15, 75))[chance.below(2) :]:
            value = float(low) + (float(high) - float(low)) * chance.below(101) / 100
            said["labs"].append(
                f"{_day(chance, near, far)} | {loinc} | {label} | {value:.{digits}f} | {unit}"
            )
    for ordered, words, filled in chance.some(lists["drugs"], 1 + chance.below(2)):
        said["drugs"].append(f"{_day(chance, 90, 280)} | {ordered} | {words}")
        said["fills"].append(f"{_day(chance, 10, 50)} | {filled} | 30 | 30")
    some = chance.some(lists["needs"], chance.below(3))
    said["needs"] = [f"{_day(chance, 20, 70)} | {domain} | {words}" for domain, words in some]
    return said


def _day(chance: Chance, near: int, far: int) -> str:
    """A day so many days before the day of the cases."""
    return str(AS_OF - timedelta(days=near + chance.below(far - near)))
