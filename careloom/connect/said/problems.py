"""Problems in the words of a note: what the patient or a relative has, had, may have or has not.

Source   knowledge's conditions.toml: the names of conditions, and their SNOMED CT codes
Misses   conditions that knowledge does not name; symptoms; who made the diagnosis
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.entry import SNOMED, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.text.scope import Scope

# What is handed out to read, and what is looked for, tells of nobody.
SILENT_SECTIONS = frozenset({"allergies", "instructions"})
MEANT = frozenset({"condition", "pregnancy", "history"})
PAST = re.compile(r"(?:history|hx|h/o|prior|previous|past|old|antecedente)\b", re.IGNORECASE)
REMISSION = re.compile(r"[\s,(]*(?:now |currently |is |are |en )*(?:in )?remissi?on\b")


def problems(note: Note, knowledge: Knowledge, *, taken: Sequence[tuple[int, int]]) -> Iterator[Saying]:
    """Every condition that the note tells of, once a sentence. `taken` are spans that tell of allergies."""
    spoken_for = frozenset(taken)
    for line in note.lines:
        if line.is_open or line.sentence.kind in SILENT_SECTIONS:
            continue
        seen: set[tuple[str, bool]] = set()
        for start, end, concept in knowledge.conditions.mentions(line.sentence.text):
            known = knowledge.conditions.by_concept[concept]
            scope = _scope(line, start, end, past=known.group == "history")
            family = scope.family or line.sentence.kind == "family_history"
            begins = line.sentence.start + start
            silent = (
                scope.supposed or (concept, family) in seen or (begins, begins + end - start) in spoken_for
            )
            if known.group in MEANT and not silent:
                seen.add((concept, family))
                code = Code(SNOMED, known.snomed[0], known.label) if known.snomed else None
                yield _saying(line, (start, end), scope, family=family, code=code)


def _scope(line: Line, start: int, end: int, *, past: bool) -> Scope:
    """What holds for a condition; one that is past by its name ("history of stroke") is, one that is suspected is not."""
    scope = line.scopes.at(start, end)
    return replace(scope, past=(scope.past or past) and not scope.uncertain)


def _saying(line: Line, place: tuple[int, int], scope: Scope, *, family: bool, code: Code | None) -> Saying:
    start, end = place
    named = line.sentence.text[start:end]
    negated = scope.negated or line.answer is False
    return Saying(
        kind="Condition",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=f"history of {named}" if scope.past and not negated and not PAST.match(named) else named,
        codes=(code,) if code else (),
        status=None if negated else _status(line, end, scope),
        certainty="refuted" if negated else "unconfirmed" if scope.uncertain else "",
        negated=negated,
        subject="family" if family else "patient",
    )


def _status(line: Line, end: int, scope: Scope) -> str:
    if REMISSION.match(line.folded, end):
        return "remission"
    if scope.over:
        return "resolved"
    return "inactive" if scope.past else "active"
