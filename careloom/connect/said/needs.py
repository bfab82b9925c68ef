"""Social needs, and that there is none, in the words of a note; the phrases are in needs.toml.

Source   ICD-10-CM tabular list FY2026, Z55–Z65 and Z75.3, for the codes; the phrases are our own
Misses   needs told in other words; irony; who "they" are
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.entry import ICD10, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.text.language import Language
from careloom.text.phrases import Found, Phrases
from careloom.text.scope import Scope

FILE = Path(__file__).with_name("needs.toml")
CATEGORY = ("sdoh",)
# Of these domains a sentence may tell a need and what is in order.
BESIDE = frozenset({"social_support", "relationship", "parent_or_caregiver", "substance_use", "language"})
WISH = 60
NEGATIVE = re.compile(
    r"(?:has |have |had |with )?(?:no|not|no ?body|no one|none|nothing|without|lacks?|lacking|lack|cannot|can't|unable|never|"
    r"hardly|rarely|barely|seldom|doesn't|don't|does not|do not|did not|isn't|sin|falta|nadie|nunca|ningun[oa]?)\b"
)


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """A row of needs.toml: what its phrases mean.

    What is `lasting` (a divorce) doesn't end by being past; what is done to the patient is theirs, `whoever` does it.
    """

    domain: str
    name: str
    code: str
    adverse: bool
    lasting: bool
    whoever: bool
    kinds: frozenset[str]
    unless: Phrases[bool]


@dataclass(frozen=True, slots=True)
class Told:
    """What one phrase says, after its surroundings were looked at."""

    domain: str
    name: str
    code: str
    adverse: bool
    negated: bool
    family: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """needs.toml, compiled."""

    rows: Mapping[Language, Phrases[Row]]
    topics: Mapping[Language, Phrases[str]]
    topics_unless: Mapping[Language, Phrases[bool]]
    wanted: Mapping[Language, Phrases[bool]]
    usual: Mapping[str, str]
    displays: Mapping[str, str]


def needs(note: Note) -> Iterator[Saying]:
    """Every need, and every denial of one, that the note tells: Observations of category "sdoh"."""
    table = _table()
    for line in note.lines:
        if line.is_open:
            continue
        for told in _once(_weighed((*_phrases(line, table), *_topics(line, table)))):
            yield _saying(line, told, table)


def _phrases(line: Line, table: Table) -> Iterator[Told]:
    found = [
        one for one in table.rows[line.language].find(line.folded, line.keys) if _is_meant(line, one.meaning)
    ]
    for one in _longest(found):
        row, scope = one.meaning, line.scopes.at(one.start, one.end)
        adverse = _adverse(row, scope, line, one.start, table)
        if adverse is None:
            continue
        code = row.code if row.adverse else table.usual[row.domain]
        name = row.name if adverse == row.adverse or row.adverse else _opposite(row.domain)
        denied = row.adverse and not adverse
        family = (scope.family and not row.whoever) or line.sentence.kind == "family_history"
        yield Told(row.domain, name, code, adverse, denied, family, one.start, one.end)


def _weighed(every: Sequence[Told]) -> Iterator[Told]:
    """Without that a domain is in order, where the sentence tells of a need in it ("rents, and is two months behind").

    Help and trouble with people stand side by side ("lives alone, and her sister calls every day").
    """
    needed = {(one.domain, one.family) for one in every if one.adverse and one.domain not in BESIDE}
    for one in every:
        if one.adverse or one.negated or (one.domain, one.family) not in needed:
            yield one


def _adverse(row: Row, scope: Scope, line: Line, start: int, table: Table) -> bool | None:
    """Whether the phrase tells of a need (True), of none (False), or of nothing (None)."""
    if scope.supposed or (not row.adverse and _is_wanted(line, start, table)):
        return None
    if line.answer is not None:
        return row.adverse is line.answer
    if scope.denied or (scope.negated and not (row.adverse and _is_negative(line, start))):
        return not row.adverse
    if row.adverse:
        return row.lasting or not (scope.past or scope.over or line.over_next)
    return None if scope.past and not row.lasting else False


def _is_wanted(line: Line, start: int, table: Table) -> bool:
    """Whether what would be in order is only wished for or missed: "lack of affordable housing"."""
    ahead = line.folded[max(0, start - WISH) : start]
    return any(not ahead[one.end :].strip() for one in table.wanted[line.language].find(ahead))


def _is_negative(line: Line, start: int) -> bool:
    """Whether a phrase has its own "no": in "no car and no ride" the first does not undo the second."""
    return NEGATIVE.match(line.folded, start) is not None


def _topics(line: Line, table: Table) -> Iterator[Told]:
    """Domains named under "denies" or "problems with": "no problem with housing or food"."""
    for one in table.topics[line.language].find(line.folded, line.keys):
        scope = line.scopes.at(one.start, one.end)
        if not (scope.denied or scope.troubled) or scope.supposed:
            continue
        after = line.folded[one.end : one.end + 25].lstrip()
        if any(found.start == 0 for found in table.topics_unless[line.language].find(after)):
            continue
        adverse = not scope.negated and not scope.over and not scope.past
        name = _opposite(one.meaning)
        code = table.usual[one.meaning]
        yield Told(one.meaning, name, code, adverse, not adverse, scope.family, one.start, one.end)


def _is_meant(line: Line, row: Row) -> bool:
    if row.kinds and line.sentence.kind not in row.kinds:
        return False
    return not row.unless.find(line.folded, line.keys)


def _longest(found: Sequence[Found[Row]]) -> list[Found[Row]]:
    """Of phrases of one domain that overlap the longest; in place order."""
    chosen: list[Found[Row]] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, not one.meaning.adverse, one.start)):
        rivals = (other for other in chosen if other.meaning.domain == one.meaning.domain)
        if not any(one.start < other.end and other.start < one.end for other in rivals):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _once(told: Iterable[Told]) -> Iterator[Told]:
    """Each thing once a sentence; a topic is left out where a phrase said more of its domain."""
    seen: set[tuple[str, bool, bool, str]] = set()
    domains: set[str] = set()
    for one in told:
        key = (one.domain, one.adverse, one.family, one.name)
        general = one.name == _opposite(one.domain)
        if key in seen or (general and one.domain in domains):
            continue
        seen.add(key)
        domains.add(one.domain)
        yield one


def _opposite(domain: str) -> str:
    return f"trouble with {domain.replace('_', ' ')}"


def _saying(line: Line, told: Told, table: Table) -> Saying:
    coded = told.adverse and told.code
    return Saying(
        kind="Observation",
        start=line.sentence.start + told.start,
        end=line.sentence.start + told.end,
        sentence=line.sentence,
        text=told.name,
        codes=(Code(ICD10, told.code, table.displays[told.code]),) if coded else (),
        category=CATEGORY,
        status="final",
        negated=told.negated,
        subject="family" if told.family else "patient",
        detail={"domain": told.domain, "adverse": "true" if told.adverse else "false"},
    )


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    named = tables["words"]
    every = [(_row(row, True, named), row) for row in tables["need"]]
    every += [(_row(row, False, named), row) for row in tables["well"]]
    return Table(
        rows={
            spoken: Phrases(((phrase, row) for row, raw in every for phrase in raw.get(spoken, ())), named)
            for spoken in ("en", "es")
        },
        topics={
            spoken: Phrases(
                ((phrase, domain) for domain, by in tables["topics"].items() for phrase in by[spoken]), named
            )
            for spoken in ("en", "es")
        },
        topics_unless={
            spoken: Phrases([(f"({tables['topics_unless'][spoken]})", True)]) for spoken in ("en", "es")
        },
        wanted={
            spoken: Phrases((phrase, True) for phrase in tables["wanted"][spoken]) for spoken in ("en", "es")
        },
        usual=tables["usual"],
        displays=tables["codes"],
    )


def _row(raw: Mapping[str, Any], adverse: bool, named: Mapping[str, str]) -> Row:
    return Row(
        domain=raw["domain"],
        name=raw["name"],
        code=raw.get("code", ""),
        adverse=adverse,
        lasting=raw.get("lasting", False),
        whoever=raw.get("whoever", False),
        kinds=frozenset(raw.get("in", ())),
        unless=Phrases(((phrase, True) for phrase in raw.get("unless", ())), named),
    )
