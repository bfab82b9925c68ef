"""Allergies and intolerances in the words of a note, with their reactions; and that somebody says there are none.

Source   SNOMED CT codes for "no known allergy" as FHIR R4 AllergyIntolerance names them; the phrases are our own
Misses   substances that are neither a known drug nor in allergies.toml
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import RXNORM, SNOMED, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.text.phrases import Found, Phrases

FILE = Path(__file__).with_name("allergies.toml")
FAR = 90
# "No allergies except penicillin" and "no allergy listed to these" deny no allergy at all.
GOES_ON = re.compile(
    r"[\s,]*(?:(?:except|other than|apart from|but|excepto)\b|(?:[\w'-]+\s+){0,3}?(?:to|a la|al)\s+(?!(?:any\s+)?(?:known\s+)?(?:drugs?|medications?|medicines?|foods?)\b))"
)
FROM = re.compile(r"\s+(?:from|with|after|to|on|by|due to|con|por|a|al tomar)(?:\s+(?:the|la|el))?\s+")


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance named in a sentence (offsets in it)."""

    start: int
    end: int
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """allergies.toml, compiled."""

    before: Phrases[str]
    after: Phrases[str]
    none: Phrases[str]
    codes: Mapping[str, Code]
    substances: Phrases[bool]
    reactions: Phrases[bool]


def allergies(note: Note, knowledge: Knowledge) -> Iterator[Saying]:
    """Every allergy or intolerance that the note tells of, and every "no known allergies"."""
    table = _table()
    for line in note.lines:
        if line.is_open:
            continue
        none = _none(line, table)
        if none is not None:
            yield none
            continue
        named = _substances(line, knowledge, table) if _may_tell(line, table) else []
        for number, one in enumerate(named):
            kind = _kind(line, one, table)
            if kind:
                yield _saying(line, named, number, kind, table)


def _may_tell(line: Line, table: Table) -> bool:
    if line.sentence.kind == "allergies":
        return True
    return bool(table.before.find(line.folded, line.keys) or table.after.find(line.folded, line.keys))


def _none(line: Line, table: Table) -> Saying | None:
    """ "No known allergies", unless it goes on with what they are to."""
    found = table.none.find(line.folded, line.keys)
    alone = line.sentence.kind == "allergies" and line.folded.strip(" .") in (
        "none",
        "no",
        "none known",
        "ninguna",
        "denies",
    )
    if not found and not alone:
        return None
    first = (
        max(found, key=lambda one: one.end - one.start)
        if found
        else Found(0, len(line.folded.rstrip(" .")), "any")
    )
    if GOES_ON.match(line.folded, first.end):
        return None
    scope = line.scopes.at(first.start, first.end)
    if scope.supposed or scope.family:
        return None
    return Saying(
        kind="AllergyIntolerance",
        start=line.sentence.start + first.start,
        end=line.sentence.start + first.end,
        sentence=line.sentence,
        text=line.sentence.text[first.start : first.end],
        codes=(table.codes[first.meaning],),
        status="active",
        negated=True,
    )


def _substances(line: Line, knowledge: Knowledge, table: Table) -> list[Substance]:
    by_place: dict[tuple[int, int], list[Code]] = {}
    for start, end, drug in knowledge.drugs.mentions(line.sentence.text):
        codes = by_place.setdefault((start, end), [])
        if drug.rxcui:
            codes.append(Code(RXNORM, drug.rxcui, drug.name))
    named = [Substance(start, end, tuple(codes)) for (start, end), codes in by_place.items()]
    further = sorted(table.substances.find(line.folded, line.keys), key=lambda one: one.start - one.end)
    for one in further:
        if not any(one.start < other.end and other.start < one.end for other in named):
            named.append(Substance(one.start, one.end))
    return sorted(named, key=lambda one: one.start)


def _kind(line: Line, one: Substance, table: Table) -> str:
    """allergy, intolerance or refuted; "" where nothing of the kind is said of the substance."""
    behind = line.folded[one.end :]
    for found in table.after.find(behind):
        if not behind[: found.start].strip(" ,:-()"):
            return found.meaning
    ahead = [found for found in table.before.find(line.folded, line.keys) if found.end <= one.start]
    if ahead and one.start - ahead[-1].end <= FAR and ";" not in line.folded[ahead[-1].end : one.start]:
        return ahead[-1].meaning
    return "allergy" if line.sentence.kind == "allergies" else ""


def _saying(line: Line, named: Sequence[Substance], number: int, kind: str, table: Table) -> Saying:
    one = named[number]
    limit = named[number + 1].start if number + 1 < len(named) else len(line.folded)
    reactions = _reactions(line, one, limit, table)
    scope = line.scopes.at(one.start, one.end)
    negated = kind == "refuted" or scope.denied or (scope.negated and kind == "allergy")
    family = scope.family or line.sentence.kind == "family_history"
    detail = {
        "allergy_type": kind if kind in ("allergy", "intolerance") else "allergy",
        "reaction": "; ".join(reactions),
    }
    return Saying(
        kind="AllergyIntolerance",
        start=line.sentence.start + one.start,
        end=line.sentence.start + one.end,
        sentence=line.sentence,
        text=line.sentence.text[one.start : one.end],
        codes=one.codes,
        status="active",
        negated=negated,
        subject="family" if family else "patient",
        detail={key: value for key, value in detail.items() if value},
    )


def _reactions(line: Line, one: Substance, limit: int, table: Table) -> list[str]:
    """Reactions named behind the substance, up to the next one; else right before it ("hives from penicillin")."""
    behind = [found for found in table.reactions.find(line.folded[one.end : limit]) if found.start <= FAR]
    if behind:
        places = [(one.end + found.start, one.end + found.end) for found in behind]
    else:
        ahead = table.reactions.find(line.folded[: one.start])
        places = [
            (found.start, found.end)
            for found in ahead[-1:]
            if FROM.fullmatch(line.folded[found.end : one.start])
        ]
    said: list[str] = []
    last = -1
    for start, end in places:
        if start >= last:
            said.append(line.sentence.text[start:end].lower())
            last = end
    return list(dict.fromkeys(said))


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Table(
        before=Phrases((phrase, kind) for kind, said in tables["before"].items() for phrase in said),
        after=Phrases((phrase, kind) for kind, said in tables["after"].items() for phrase in said),
        none=Phrases((phrase, kind) for kind, said in tables["none"].items() for phrase in said),
        codes={
            kind: Code(SNOMED, code, tables["none_displays"][kind])
            for kind, code in tables["none_codes"].items()
        },
        substances=Phrases((phrase, True) for phrase in tables["substances"]["names"]),
        reactions=Phrases((phrase, True) for phrase in tables["reactions"]["words"]),
    )
