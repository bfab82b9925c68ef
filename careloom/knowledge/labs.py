"""Labs and vital signs: LOINC codes, units with exact conversions, and what is absurd, critical or strong."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from careloom.care.entry import LOINC, Code

FILE = Path(__file__).with_name("labs.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A measurement such as "egfr"; `unit` is its canonical UCUM unit."""

    concept: str
    label: str
    loinc: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Labs:
    """All measurements, and the look-ups over them."""

    all: tuple[Lab, ...]
    by_concept: Mapping[str, Lab]
    by_loinc: Mapping[str, Lab]

    def find(self, codes: Iterable[Code]) -> Lab | None:
        """The measurement that a LOINC code names, or None."""
        for code in codes:
            if code.system == LOINC and (found := self.by_loinc.get(code.code)):
                return found
        return None


def number(text: str | None) -> Decimal | None:
    """A source's digits as a number, or None."""
    try:
        return Decimal(text.strip()) if text else None
    except ArithmeticError:
        return None


def load_labs() -> Labs:
    """The measurements of labs.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    every = tuple(
        Lab(concept=concept, label=row["label"], loinc=tuple(row["loinc"]), unit=row["unit"])
        for concept, row in data["lab"].items()
    )
    return Labs(
        all=every,
        by_concept={one.concept: one for one in every},
        by_loinc={code: one for one in every for code in one.loinc},
    )
