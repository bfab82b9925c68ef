"""Wide tables: one row with many measurements or answers, each in a column of its own (`wide` of columns.toml).

Source   LOINC codes of vital signs as US Core 6.1 (2023) names them, of instruments' totals as LOINC has them
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Fewer are a column of something else.
LEAST = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One column of a wide table (as a mapping names it): what it tells, its LOINC code ("" for an answer), its unit."""

    column: str
    label: str
    loinc: str
    unit: str
    unsure: str = ""


def told(
    headers: Sequence[tuple[str, str]],
    known: Mapping[str, Any],
    words: Callable[[str], tuple[str, ...]],
    fit: Callable[[str, Sequence[str]], float],
) -> tuple[Told, ...]:
    """The columns (header, its name in a mapping) that each tell a measurement or an answer; () where too few do."""
    found = [
        one for header, name in headers if (one := _measured(header, name, known["measured"], words, fit))
    ]
    if len(found) < LEAST:
        found = [
            Told(name, header, "", "")
            for header, name in headers
            if fit(header, known["asked"]["names"]) > 0.5
        ]
    return tuple(found) if len(found) >= LEAST else ()


def entries(columns: Sequence[Told], around: Sequence[str]) -> Iterator[str]:
    """The lines of a mapping: an entry for each column, each with what a row says `around` them all (date, author)."""
    answers = not any(one.loinc for one in columns)
    if answers:
        yield "\n# Not sure: which answers mean a need. Where one does, say in its entry (docs/mappings.md):"
        yield '# detail = { domain = { constant = "food" }, adverse = { column = "…", words = { Yes = "true", No = "false" } } }'
    for one in columns:
        yield "\n[[entry]]"
        yield 'kind = "Observation"'
        if one.unsure:
            yield f"# Not sure: {one.unsure}"
        if one.loinc:
            yield (
                f'codes = [{{ system = "loinc", code = {{ constant = "{one.loinc}" }}, '
                f'display = {{ constant = "{one.label}" }} }}]'
            )
        else:
            yield f"text = {{ constant = {one.column} }}"
        category = "sdoh" if answers else "vital-signs" if one.unit != "{score}" else "survey"
        yield f'category = [{{ constant = "{category}" }}]'
        yield 'status = { constant = "final" }'
        yield f"value = {one.column}"
        if one.unit:
            yield f'unit = {{ constant = "{one.unit}" }}'
        yield from around


def _measured(
    header: str,
    name: str,
    known: Mapping[str, Any],
    words: Callable[[str], tuple[str, ...]],
    fit: Callable[[str, Sequence[str]], float],
) -> Told | None:
    """The measurement whose name fits a header best; its unit by a word of the header, else the usual one."""
    best = max(known, key=lambda label: fit(header, known[label]["names"]))
    if fit(header, known[best]["names"]) <= 0.5:
        return None
    said, units = words(header), known[best]["units"]
    named = next((unit for word, unit in units.items() if word in said), "")
    usual = next(iter(units.values()))
    unsure = (
        ""
        if named or len(set(units.values())) == 1
        else f"{name} names no unit; {usual} is meant where you are."
    )
    return Told(name, best, known[best]["loinc"], named or usual, unsure)
