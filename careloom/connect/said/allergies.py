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
APART = re.compile(r"[.;]|\b(?:but|except|pero|excepto)\b")
# How a list says what a substance did, in words of its own: "Levaquin = tendon rupture", "vancomycin (red man syndrome)".
STATED = re.compile(r"\s*(?:\(([^()]{3,50})\)|(?:=|:|-|–)\s*([^,;.()]{3,50}))")
NO_REACTION = re.compile(
    r"\d|\b(?:per|unknown|unspecified|allerg\w+|intoleran\w+|reported|reviewed|confirmed|childhood|child|mild|moderate|severe|high|low|"
    r"listed|see|drug|class|denies|none|since|tolerat\w+|desconocid\w+|leve|grave)\b"
)
WITH = re.compile(r"\b(?:with|after|if|con)\b")
JOINS = frozenset({"-", "/", " / ", "–"})
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
        named = _substances(line, knowledge, table) if _may_tell(line, table) else []
        for number, one in enumerate(named):
            kind = _kind(line, one, table)
            if kind and not (none is not None and _is_denied_too(line, one, none)):
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


def _is_denied_too(line: Line, one: Substance, none: Saying) -> bool:
    """Whether a substance belongs to the denial: "no known allergies to drugs or foods such as nuts"; another clause does not."""
    behind = line.folded[none.end - line.sentence.start : one.start]
    return one.start >= none.end - line.sentence.start and not APART.search(behind)


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
    # Of cues that end together the longest tells: "does not tolerate", not "tolerate".
    cue = max(ahead, key=lambda found: (found.end, -found.start), default=None)
    listed = "allergy" if line.sentence.kind == "allergies" else ""
    if cue is None or one.start - cue.end > FAR or ";" in line.folded[cue.end : one.start]:
        return listed
    if cue.meaning != "tolerated":
        return cue.meaning
    if WITH.search(line.folded, cue.end, one.start):
        return ""
    # That something is tolerated tells of an allergy only where allergies are told.
    return "refuted" if listed or any(found.meaning == "allergy" for found in ahead) else ""


def _saying(line: Line, named: Sequence[Substance], number: int, kind: str, table: Table) -> Saying:
    one = named[number]
    last = number
    while last + 1 < len(named) and line.folded[named[last].end : named[last + 1].start] in JOINS:
        last += 1
    limit = named[last + 1].start if last + 1 < len(named) else len(line.folded)
    reactions = _reactions(line, named[last], limit, table)
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
    elif line.sentence.kind == "allergies" and (stated := _stated(line, one, limit)) is not None:
        places = [stated]
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
            said.append(line.sentence.text[start:end].strip().lower())
            last = end
    return list(dict.fromkeys(said))


def _stated(line: Line, one: Substance, limit: int) -> tuple[int, int] | None:
    """Where a list says what the substance did in words that we don't know as a reaction's."""
    found = STATED.match(line.folded, one.end, limit)
    if found is None:
        return None
    words = 1 if found.group(1) else 2
    return None if NO_REACTION.search(found.group(words)) else found.span(words)


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
