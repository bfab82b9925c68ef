"""Remarks of a note on function, thinking, care at home and directives; and what a patient's banner shows.

Gives    Observations of category functional, cognitive, caregiver or advance-directive; Patient entries with a proxy,
         an interpreter, or whether a message may be left
Source   SNOMED CT 304252001, 304253006 for resuscitation; the phrases are our own
Misses   an instrument's score: that is a result, not a remark
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.entry import SNOMED, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.text.language import Language
from careloom.text.phrases import Found, Phrases
from careloom.text.scope import relatives

FILE = Path(__file__).with_name("remarks.toml")


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """A row of remarks.toml."""

    category: str
    name: str
    codes: tuple[Code, ...]
    detail: str
    value: str
    unless: Phrases[bool]


def remarks(note: Note) -> Iterator[Saying]:
    """Every remark that holds for the patient: not denied, supposed or told of a relative; each once a sentence."""
    table = _table()
    for line in note.lines:
        if line.is_open or line.answer is False or line.sentence.kind == "family_history":
            continue
        seen: set[str] = set()
        for found in table[line.language].find(line.folded, line.keys):
            row = found.meaning
            if row.name + row.detail in seen or row.unless.find(line.folded, line.keys):
                continue
            scope = line.scopes.at(found.start, found.end)
            own = row.category in ("caregiver", "") or not scope.family
            if own and not (scope.supposed or scope.negated):
                seen.add(row.name + row.detail)
                yield _saying(line, found, row)


def _saying(line: Line, found: Found[Row], row: Row) -> Saying:
    if row.detail:
        return Saying(
            kind="Patient",
            start=line.sentence.start + found.start,
            end=line.sentence.start + found.end,
            sentence=line.sentence,
            text="",
            detail={row.detail: row.value or _relation(line, found)},
        )
    return Saying(
        kind="Observation",
        start=line.sentence.start + found.start,
        end=line.sentence.start + found.end,
        sentence=line.sentence,
        text=row.name,
        codes=row.codes,
        category=(row.category,),
        status="final",
    )


def _relation(line: Line, found: Found[Row]) -> str:
    """The relative that the words name ("son")."""
    named = [one.group() for one in relatives(line.folded[found.start : found.end], line.language)]
    return named[0] if named else line.sentence.text[found.start : found.end]


@lru_cache(maxsize=1)
def _table() -> Mapping[Language, Phrases[Row]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    named = tables["words"]
    rows = [(_row(raw, named), raw) for key in ("remark", "patient") for raw in tables[key]]
    languages: tuple[Language, Language] = ("en", "es")
    return {
        spoken: Phrases(((phrase, row) for row, raw in rows for phrase in raw[spoken]), named)
        for spoken in languages
    }


def _row(raw: Mapping[str, Any], named: Mapping[str, str]) -> Row:
    code = raw.get("code", "")
    return Row(
        category=raw.get("category", ""),
        name=raw.get("name", ""),
        codes=(Code(SNOMED, code, raw["display"]),) if code else (),
        detail=raw.get("detail", ""),
        value=raw.get("value", ""),
        unless=Phrases(((phrase, True) for phrase in raw.get("unless", ())), named),
    )
