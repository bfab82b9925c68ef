"""Asked: the laboratory tests that a monitoring row or a missing result asks for, as they are ordered.

Source   the rows of circumstances.csv that each `asked_by` names, by what they ask for; LOINC for the codes of the tests
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from careloom.knowledge.drugs import DATA
from careloom.knowledge.tables import numbered, parts

FILE = DATA / "asked.csv"


@dataclass(frozen=True, slots=True)
class LabTest:
    """A laboratory test: its LOINC code and name, and the words of orders that hold it already (in small letters)."""

    loinc: str
    name: str
    covered_by: tuple[str, ...] = ()

    def is_in(self, order: str) -> bool:
        """Whether an order's own words or codes hold this test."""
        said = order.lower()
        return self.loinc in said or any(words in said for words in self.covered_by)


@cache
def asked(path: Path = FILE) -> dict[str, tuple[LabTest, ...]]:
    """The tests by the row that asks for them."""
    found: dict[str, tuple[LabTest, ...]] = {}
    for _, row in numbered(path):
        one = LabTest(row["loinc"], row["name"], tuple(parts(row["covered_by"])))
        found[row["asked_by"]] = (*found.get(row["asked_by"], ()), one)
    return found
