"""How much of a drug at once can be meant at all: bounds of our own (drug_safety/plausible.toml), no clinical limits."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from careloom.knowledge.drugs import Ingredient

FILE = Path(__file__).parent / "drug_safety" / "plausible.toml"


@dataclass(frozen=True)
class Plausible:
    """The bounds. Made by `plausible`."""

    swallowed: Fraction
    not_for: re.Pattern[str]
    at_once: dict[str, Fraction]

    def bound(self, drugs: Iterable[Ingredient], text: str, *, swallowed: bool) -> Fraction | None:
        """The most in mg that anybody takes at once of a product of one ingredient; None where nobody here knows."""
        names = [drug.name for drug in drugs]
        if len(names) > 1 or not swallowed or self.not_for.search(text):
            return None
        return self.at_once.get("".join(names), self.swallowed)


@cache
def plausible() -> Plausible:
    """The bounds of plausible.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    return Plausible(
        Fraction(data["swallowed"]),
        re.compile(r"\b(?:" + "|".join(data["not_for"]) + r")", re.I),
        {name: Fraction(str(amount)) for name, amount in data["at_once"].items()},
    )
