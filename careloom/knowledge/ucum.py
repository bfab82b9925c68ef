"""Units of concentration by their parts: how many of one make another, where both measure the same thing.

Source   UCUM 2.1, sections 27 to 30 (prefixes), 28 (g, mol, L); equivalents follow its case-sensitive codes
Misses   what needs the analyte (mass to amount of substance is labs.toml's, with its molar mass), and arbitrary units
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Dimension = Literal["mass/volume", "substance/volume", "mass/mass", "mass/substance"]

_PREFIXES = {
    "": 0, "d": -1, "c": -2, "m": -3, "u": -6, "µ": -6, "μ": -6, "mc": -6, "n": -9, "p": -12, "f": -15, "k": 3,
}  # fmt: skip
_PART = re.compile(r"(?P<count>10*\s?)?(?P<prefix>mc|[dcmuµμnpfk]?)(?P<unit>g|mol|eq|l)", re.I)
_KINDS = {"g": "mass", "mol": "substance", "l": "volume"}
_DIMENSIONS: dict[tuple[str, str], Dimension] = {
    ("mass", "volume"): "mass/volume",
    ("substance", "volume"): "substance/volume",
    ("mass", "mass"): "mass/mass",
    ("mass", "substance"): "mass/substance",
}


@dataclass(frozen=True, slots=True)
class Concentration:
    """What a unit measures, and how many g, mol or L of the base unit ("g/L", "mol/L") one of it is."""

    dimension: Dimension
    size: Decimal


@lru_cache(maxsize=4096)
def concentration(unit: str) -> Concentration | None:
    """ "mg/dL" as mass per volume of 0.01 g/L; None for what is no concentration, or counts charges (mEq)."""
    above, slash, below = re.sub(r"\{[^}]*\}|\s", "", unit).partition("/")
    top, bottom = _part(above), _part(below)
    if not slash or top is None or bottom is None:
        return None
    dimension = _DIMENSIONS.get((top[0], bottom[0]))
    return Concentration(dimension, top[1] / bottom[1]) if dimension else None


def factor(unit: str, other: str) -> Decimal | None:
    """How many of `other` make one of `unit`; None where they do not measure the same."""
    one, two = concentration(unit), concentration(other)
    if one is None or two is None or one.dimension != two.dimension:
        return None
    return one.size / two.size


def _part(text: str) -> tuple[str, Decimal] | None:
    found = _PART.fullmatch(text)
    if found is None or found["unit"].lower() not in _KINDS:
        return None
    count = Decimal((found["count"] or "1").strip() or "1")
    prefix = found["prefix"] if found["prefix"] in _PREFIXES else found["prefix"].lower()
    return _KINDS[found["unit"].lower()], count * Decimal(1).scaleb(_PREFIXES[prefix])
