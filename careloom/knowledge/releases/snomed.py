"""SNOMED CT, Release Format 2, snapshot: descriptions, concepts, relationships.

Source   SNOMED International, Release File Specifications, 4.2: the fields of the three files; 900000000000003001 is the
         fully specified name, 900000000000013009 a synonym, 116680003 "is a"
"""

import re
from collections.abc import Iterator
from pathlib import Path

from careloom.care.entry import SNOMED
from careloom.errors import InputError
from careloom.knowledge.releases.reading import Rows, Seen, at, lines

FULL = "900000000000003001"
IS_A = "116680003"
# The release type stands in a file's name ("sct2_Concept_Full_INT_20260101"): all versions, or what is new alone.
NO_SNAPSHOT = re.compile(r"(Full|Delta)(?=[-_]|$)")
_TAG = re.compile(r" \([^()]*\)$")


def descriptions(file: Path, seen: Seen) -> Rows:
    """The fully specified English name of each concept, without its tag in brackets."""
    for row in _rows(file, ("active", "conceptId", "languageCode", "typeId", "term"), seen):
        active, concept, language, kind, term = row
        if active == "1" and kind == FULL and language == "en":
            yield "code", (SNOMED, concept, _TAG.sub("", term))


def concepts(file: Path, seen: Seen) -> Rows:
    """Which concepts are no longer active."""
    for concept, active in _rows(file, ("id", "active"), seen):
        if active == "0":
            yield "inactive", (SNOMED, concept)


def relationships(file: Path, seen: Seen) -> Rows:
    """What is a kind of what."""
    for active, child, parent, kind in _rows(file, ("active", "sourceId", "destinationId", "typeId"), seen):
        if active == "1" and kind == IS_A:
            yield "kind_of", (child, parent)


def _rows(file: Path, wanted: tuple[str, ...], seen: Seen) -> Iterator[tuple[str, ...]]:
    places: list[int] = []
    width = 0
    for number, line in lines(file, seen):
        cells = line.split("\t")
        if number == 1:
            missing = [name for name in wanted if name not in cells]
            if missing:
                raise InputError(f"has no column {', '.join(missing)}", at(file, 1))
            places, width = [cells.index(name) for name in wanted], len(cells)
        elif len(cells) != width:
            raise InputError(
                f"has {len(cells)} fields, not {width}: another file, or cut off", at(file, number)
            )
        else:
            yield tuple(cells[place] for place in places)
