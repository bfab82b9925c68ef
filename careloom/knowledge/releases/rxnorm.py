"""RxNorm, Rich Release Format: names (RXNCONSO), relations (RXNREL), and NDCs (RXNSAT).

Source   NLM, RxNorm Technical Documentation, "File format": fields by place; a relation (REL, RELA) is what the SECOND
         concept (RXCUI2) has to the first (RXCUI1), one row for each direction
"""

from pathlib import Path

from careloom.care.entry import RXNORM
from careloom.care.ndc import eleven
from careloom.knowledge.releases.reading import Rows, Seen, fields

OWN = "RXNORM"
# From a product, a brand or a salt towards its ingredients.
TOWARDS = frozenset(
    {"consists_of", "has_ingredient", "has_ingredients", "has_part", "tradename_of", "contains", "form_of"}
)
# RxNorm's own names, best first: a concept has one of them, and synonyms.
NAMES = (
    "IN",
    "PIN",
    "MIN",
    "BN",
    "SCD",
    "SBD",
    "GPCK",
    "BPCK",
    "SCDC",
    "SBDC",
    "SCDF",
    "SBDF",
    "SCDG",
    "SBDG",
    "DF",
)


def names(file: Path, seen: Seen) -> Rows:
    """RXNCONSO: RxNorm's own name of each concept, and which are ingredients."""
    for _, row in fields(file, "|", 19, seen):
        rxcui, source, kind, name, suppressed = row[0], row[11], row[12], row[14], row[16]
        if source == OWN and kind in NAMES and suppressed in ("N", ""):
            yield "code", (RXNORM, rxcui, name)
            if kind == "IN":
                yield "ingredient", (rxcui,)


def relations(file: Path, seen: Seen) -> Rows:
    """RXNREL: what leads from a product to its ingredients."""
    for _, row in fields(file, "|", 17, seen):
        first, second, named, source = row[0], row[4], row[7], row[10]
        if source == OWN and named in TOWARDS and first and second:
            yield "towards", (second, first)


def attributes(file: Path, seen: Seen) -> Rows:
    """RXNSAT: the NDCs that RxNorm knows, in 11 digits; one that could be several is left out."""
    for _, row in fields(file, "|", 14, seen):
        rxcui, name, source, said, suppressed = row[0], row[8], row[9], row[10], row[11]
        if name == "NDC" and suppressed in ("N", "") and source == OWN and (ndc := eleven(said)):
            yield "ndc", (ndc, rxcui)
