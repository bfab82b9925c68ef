"""LOINC: Loinc.csv or LoincTableCore.csv; the long common name of each term."""

from pathlib import Path

from careloom.care.entry import LOINC
from careloom.knowledge.releases.reading import Rows, Seen, table


def rows(file: Path, seen: Seen) -> Rows:
    """Each term, deprecated ones too: old results carry them."""
    for _, row in table(file, ("LOINC_NUM", "LONG_COMMON_NAME"), seen):
        yield "code", (LOINC, row["LOINC_NUM"], row["LONG_COMMON_NAME"] or row.get("SHORTNAME", ""))
