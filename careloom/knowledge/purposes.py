"""What a medicine is for, in the words of patients ("pain pills"): no drug's name, and the drugs that are usually meant by it (purposes.toml)."""

import re
import tomllib
from functools import cache

from careloom.knowledge.drugs import DATA
from careloom.knowledge.phrases import key

FILE = DATA / "purposes.toml"
_PIECES = (
    "pill",
    "pills",
    "tablet",
    "tablets",
    "medicine",
    "medicines",
    "medication",
    "medications",
    "med",
    "meds",
    "drug",
    "drugs",
)
_PIEZAS = (
    "pastilla",
    "pastillas",
    "píldora",
    "píldoras",
    "medicina",
    "medicinas",
    "medicamento",
    "medicamentos",
)
_BEFORE = re.compile(
    r"^(?:(?:the|a|an|his|her|their|my|some|new|old|daily|el|la|los|las|su|sus|un|una)\s+)+", re.IGNORECASE
)


def purpose(name: str) -> frozenset[str] | None:
    """The classes and drugs that somebody may mean by a name that says only what a medicine is for; None where it says more, or less."""
    return _purposes().get(key(_BEFORE.sub("", name.strip())))


@cache
def _purposes() -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for row in tomllib.loads(FILE.read_text("utf-8")).values():
        names = [*row["words"], *(f"{aim} {piece}" for aim in row["en"] for piece in _PIECES)]
        names += [
            f"{pieza} {para} {aim}" for aim in row["es"] for pieza in _PIEZAS for para in ("para", "de")
        ]
        found |= {key(name): frozenset(row["of"]) for name in names}
    return found
