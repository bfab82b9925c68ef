"""Coding completeness: chronic conditions that clinicians document and no claim of the year has, for a human coder; and the reverse.

Takes    the conditions that a record holds, with what documents each, and the diagnoses of the year's visits and claims
Gives    what is documented and uncoded, and what is coded and documented nowhere, each with its evidence
Never    proposes a code or a more specific one, or takes a result, a drug or a note's guess for a diagnosis: what isn't a clinician's confirmed
         statement of a problem isn't documented (the False Claims Act, 31 USC 3729, asks that what is claimed is true; ICD-10-CM Official
         Guidelines FY 2026, section IV.H, that what is "probable" or "suspected" isn't coded as if it were)
Misses   what a payer coded and never told us; a condition that one word covers and that is two codes
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Documented:
    """A chronic condition by concept and name, as clinicians documented it: the entries, the newest day, and whether it is in doubt or was refuted."""

    concept: str
    name: str
    entries: tuple[str, ...]
    last: date | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Coded:
    """A diagnosis of a visit or a claim by concept, with its day and entry."""

    concept: str
    entry: str
    day: date


@dataclass(frozen=True, slots=True)
class Gap:
    """A condition for a coder to look at: `uncoded` (documented in the year, on no visit or claim of it) or `undocumented` (on one, and documented nowhere)."""

    kind: str
    concept: str
    name: str
    entries: tuple[str, ...]
    last_coded: date | None


def coding_gaps(
    documented: Iterable[Documented], coded: Iterable[Coded], year: int, wider: Mapping[str, Collection[str]]
) -> tuple[Gap, ...]:
    """What a coder looks at of one patient in a calendar year. `wider` has the broader concepts of each concept: a condition is
    coded, or documented, where something more specific of it is."""
    known = list(documented)
    ever = list(coded)
    within = [one for one in ever if one.day.year == year]
    covered = _with_wider((one.concept for one in within), wider)
    told = _with_wider((one.concept for one in known), wider)
    gaps = []
    for one in known:
        if one.doubtful or one.last is None or one.last.year != year or one.concept in covered:
            continue
        before = [other.day for other in ever if one.concept in _with_wider([other.concept], wider)]
        gaps.append(Gap("uncoded", one.concept, one.name, one.entries, max(before, default=None)))
    for concept in dict.fromkeys(one.concept for one in within):
        # Documented in wider words is documented: "diabetes" beside a code of type 2.
        if concept not in told and not any(wide in told for wide in wider.get(concept, ())):
            rests = tuple(one.entry for one in within if one.concept == concept)
            last = max(one.day for one in within if one.concept == concept)
            gaps.append(Gap("undocumented", concept, concept, rests, last))
    return tuple(gaps)


def _with_wider(concepts: Iterable[str], wider: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    for one in concepts:
        found |= {one, *wider.get(one, ())}
    return found
