"""Problems in the words of a note: what the patient or a relative has, had, may have or has not.

Source   knowledge's conditions.toml: the names of conditions, and their SNOMED CT codes; further names: problems.toml
Misses   conditions that neither names; symptoms; who made the diagnosis
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import SNOMED, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.text.phrases import Phrases, expression
from careloom.text.scope import Scope

FILE = Path(__file__).with_name("problems.toml")
# What is handed out to read, and what is looked for, tells of nobody.
SILENT_SECTIONS = frozenset({"allergies", "instructions"})
MEANT = frozenset({"condition", "pregnancy", "history"})
PAST = re.compile(r"(?:history|hx|h/o|prior|previous|past|old|antecedente)\b", re.IGNORECASE)
# "In remission" may stand behind what was done for it: "prostate cancer, s/p radiation 2018, in remission".
REMISSION = re.compile(
    r"[^.;]{0,60}?\b(?:in|en)\s+(?:\w+\s+){0,2}remiss?ion\b|[\s,(]*(?:\w+\s+)?remiss?ion\b"
)
# A name as short as that is one in capitals alone.
SHORT = 2
FORMER = re.compile(r"\b(?:former|ex|previous|quit|stopped)[\s-]$")
FAR = 12
ASKED = re.compile(r"\?\s?$")


@dataclass(frozen=True, slots=True)
class Table:
    """problems.toml, compiled: names with their concept ("" for none), and what makes of them something else."""

    names: Phrases[str]
    unless: Mapping[str, Phrases[bool]]
    after: re.Pattern[str]


def problems(note: Note, knowledge: Knowledge, *, taken: Sequence[tuple[int, int]]) -> Iterator[Saying]:
    """Every condition that the note tells of, once a sentence. `taken` are spans that tell of allergies."""
    spoken_for = frozenset(taken)
    for line in note.lines:
        if line.is_open or line.sentence.kind in SILENT_SECTIONS:
            continue
        seen: set[tuple[str, bool]] = set()
        named = _named(line, knowledge)
        for number, (start, end, concept) in enumerate(named):
            known = knowledge.conditions.get(concept)
            scope = _scope(line, start, end, past=known is not None and known.group == "history")
            family = scope.family or line.sentence.kind == "family_history"
            begins = line.sentence.start + start
            silent = (
                scope.supposed or (concept, family) in seen or (begins, begins + end - start) in spoken_for
            )
            if not silent and (known is None or known.group in MEANT):
                seen.add((concept, family))
                code = Code(SNOMED, known.snomed[0], known.label) if known and known.snomed else None
                until = named[number + 1][0] if number + 1 < len(named) else len(line.folded)
                yield _saying(line, (start, end, until), scope, family=family, code=code)


def _named(line: Line, knowledge: Knowledge) -> list[tuple[int, int, str]]:
    """Where the sentence names problems, in order, with knowledge's concept or, where it has none, the words; the longest
    name at each place."""
    table = _table()
    named = knowledge.conditions.mentions(line.sentence.text)
    further = table.names.find(line.folded, line.keys)
    if not further:
        return named
    for one in further:
        words = line.folded[one.start : one.end]
        shouts = len(words) > SHORT or line.sentence.text[one.start : one.end].isupper()
        if shouts and not table.after.match(line.folded, one.end) and not _means_another(line, words, table):
            named.append((one.start, one.end, one.meaning or words))
    chosen: list[tuple[int, int, str]] = []
    for start, end, concept in sorted(named, key=lambda found: (found[0] - found[1], found[0])):
        if not any(start < until and since < end for since, until, _ in chosen):
            chosen.append((start, end, concept))
    return sorted(chosen)


def _means_another(line: Line, words: str, table: Table) -> bool:
    unless = table.unless.get(words)
    return unless is not None and bool(unless.find(line.folded, line.keys))


def _scope(line: Line, start: int, end: int, *, past: bool) -> Scope:
    """What holds for a condition; one that is past by its name ("history of stroke") is, one that is suspected is not."""
    scope = line.scopes.at(start, end)
    uncertain = scope.uncertain or ASKED.search(line.folded, max(0, start - 2), start) is not None
    past = past or scope.past or FORMER.search(line.folded, max(0, start - FAR), start) is not None
    return replace(scope, uncertain=uncertain, past=past and not uncertain)


def _saying(
    line: Line, place: tuple[int, int, int], scope: Scope, *, family: bool, code: Code | None
) -> Saying:
    """The entry of a condition; `place` says where it stands and where the next one does."""
    start, end, until = place
    named = line.sentence.text[start:end]
    negated = scope.negated or line.answer is False
    return Saying(
        kind="Condition",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=f"history of {named}" if scope.past and not negated and not PAST.match(named) else named,
        codes=(code,) if code else (),
        status=None if negated else _status(line, (end, until), scope),
        certainty="refuted" if negated else "unconfirmed" if scope.uncertain else "",
        negated=negated,
        subject="family" if family else "patient",
    )


def _status(line: Line, behind: tuple[int, int], scope: Scope) -> str:
    if REMISSION.match(line.folded, *behind):
        return "remission"
    if scope.over:
        return "resolved"
    return "inactive" if scope.past else "active"


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    also = [(phrase, concept) for concept, said in tables["also"].items() for phrase in said]
    return Table(
        names=Phrases([*also, *((phrase, "") for phrase in tables["further"]["names"])]),
        unless={name: Phrases((phrase, True) for phrase in said) for name, said in tables["unless"].items()},
        after=re.compile(r"[\s-]+" + "|".join(expression(phrase) for phrase in tables["after"])),
    )
