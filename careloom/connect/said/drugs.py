"""Drugs in the words of a note: what is taken, was stopped or is not taken, with dose and frequency.

Gives    MedicationStatements: active, stopped, completed (past), unknown (somebody took some), or not-taken (negated)
Misses   a drug that is only advised, planned, tested for or given at the visit says nothing of what is taken: left out
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import RXNORM, Code, Dosage
from careloom.connect.said.informants import informant
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.text.language import Language
from careloom.text.phrases import Found, Phrases

FILE = Path(__file__).with_name("drugs.toml")
UNIT = (
    r"(?:mg|mcg|µg|ug|g|grams?|ml|cc|units?|iu|meq|mmol|%|tablets?|tabs?|capsules?|caps?|pills?|puffs?|drops?|sprays?|patch(?:es)?|"
    r"teaspoons?|tsp|tablespoons?|scoops?|gumm(?:y|ies)|tabletas?|pastillas?|capsulas?|gotas?|unidades|inhalaciones|cucharadas?)"
)
NUMBER = (
    r"(?:\d+(?:[.,/]\d+)*(?:\s?(?:-|to|a)\s?\d+(?:[.,]\d+)?)?|one|two|three|four|half|una?|dos|tres|media)"
)
DOSE = re.compile(rf"(?<![\w.,/-])({NUMBER})\s?-?({UNIT})(?![\w])")
# "ibuprofen 600": a number right behind the drug is its strength, if nothing else follows it.
BARE = re.compile(
    r"\s(\d{1,4}(?:\.\d+)?)(?=$|[\s,.;)])(?!\s?(?:times?|days?|hours?|weeks?|months?|years?|am|pm|x|veces|dias|horas|%|/))"
)
STATUS = {
    "taking": "active",
    "stopped": "stopped",
    "denied": "not-taken",
    "past": "completed",
    "unsure": "unknown",
}
CLOSE = 40
FAR = 120
TELLING = re.compile(
    r"\s*(?:with|called|named|containing|that contains|such as|like|con|llamad[oa]|[(:,-])?\s*"
)
CLOSING = re.compile(
    r"(?:\d|-|\||:)\s*(completed|discontinued|stopped|inactive|expired|suspendid[oa]|completad[oa])\W*$"
)
BROKEN = re.compile(r";|\b(?:but|however|although|pero|aunque)\b")
SILENT_SECTIONS = frozenset({"allergies", "plan", "instructions"})


@dataclass(frozen=True, slots=True)
class Named:
    """A drug named in a sentence (offsets in it). `sure` names stand in the table of drugs, classes and products don't."""

    start: int
    end: int
    codes: tuple[Code, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Table:
    """drugs.toml, compiled."""

    before: Mapping[Language, Phrases[str]]
    after: Mapping[Language, Phrases[str]]
    less: Mapping[Language, Phrases[str]]
    often: Mapping[Language, Phrases[str]]
    shelf: Mapping[Language, Phrases[bool]]
    products: Mapping[Language, Phrases[bool]]


def drugs(note: Note, knowledge: Knowledge, *, taken: Sequence[tuple[int, int]]) -> Iterator[Saying]:
    """Every drug of which the note tells whether it is taken. `taken` are spans that tell of allergies."""
    table = _table()
    spoken_for = sorted(taken)
    for line in note.lines:
        near = _within(spoken_for, line)
        named = [one for one in _named(line, knowledge, table) if not _overlaps(line, one, near)]
        cues = table.before[line.language].find(line.folded, line.keys) if named else []
        for number, one in enumerate(named):
            limit = named[number + 1].start if number + 1 < len(named) else len(line.folded)
            since = named[number - 1].end if number else 0
            what = _what(line, one, limit, cues, table)
            if what is not None:
                yield _saying(line, one, what, (since, limit), table)


def _named(line: Line, knowledge: Knowledge, table: Table) -> list[Named]:
    text = line.sentence.text
    found: dict[tuple[int, int], list[Code]] = {}
    for start, end, drug in knowledge.drugs.mentions(text):
        codes = found.setdefault((start, end), [])
        if drug.rxcui:
            codes.append(Code(RXNORM, drug.rxcui, drug.name))
    named = [Named(start, end, tuple(codes), True) for (start, end), codes in found.items()]
    vague = [(start, end) for start, end, _ in knowledge.drugs.class_mentions(text)]
    vague += [(one.start, one.end) for one in table.products[line.language].find(line.folded, line.keys)]
    for start, end in sorted(vague, key=lambda pair: pair[0] - pair[1]):
        same = any(start < one.end and one.start < end for one in named)
        if not same and not any(_names(line.folded, end, one) for one in named if one.sure):
            named.append(Named(start, end, (), False))
    return sorted(named, key=lambda one: one.start)


def _names(folded: str, end: int, one: Named) -> bool:
    """Whether a drug tells what the vague words before it mean: "a cold medicine with pseudoephedrine"."""
    return one.start >= end and TELLING.fullmatch(folded[end : one.start]) is not None


def _within(spans: Sequence[tuple[int, int]], line: Line) -> Sequence[tuple[int, int]]:
    """Of the spans, in order, those that begin in the sentence."""
    return spans[bisect_left(spans, (line.sentence.start, 0)) : bisect_left(spans, (line.sentence.end, 0))]


def _overlaps(line: Line, one: Named, taken: Sequence[tuple[int, int]]) -> bool:
    start, end = line.sentence.start + one.start, line.sentence.start + one.end
    return any(start < until and since < end for since, until in taken)


def _what(line: Line, one: Named, limit: int, cues: Sequence[Found[str]], table: Table) -> str | None:
    """What is said of the drug: a key of STATUS, or None."""
    scope = line.scopes.at(one.start, one.end)
    if scope.supposed or line.is_open:
        return None
    if line.answer is not None:
        return "taking" if line.answer else "denied"
    said = _after(line, one, limit, table) or _closing(line) or _before(line, one, cues)
    if said == "denied" and table.less[line.language].find(line.folded[one.end : limit]):
        return "taking"
    if said in (None, "taking", "unsure") and (scope.denied or (scope.negated and said is not None)):
        return "denied"
    if said == "taking" and scope.past and not scope.negated:
        return "past"
    if said is not None:
        return None if said == "talk" else said
    if not one.sure or line.sentence.kind in SILENT_SECTIONS or scope.negated:
        return None
    dosed = _dose(line, one, limit) or _often(line, one, limit, table)
    return "taking" if dosed or line.sentence.kind == "medications" else None


def _after(line: Line, one: Named, limit: int, table: Table) -> str | None:
    """What a cue right behind the drug, or behind its dose, says."""
    begin = one.end
    if dose := _dose(line, one, limit):
        begin = max(begin, dose[1])
    if often := _often(line, one, limit, table):
        begin = max(begin, often[-1][1]) if often[-1][1] - begin < CLOSE else begin
    behind = line.folded[begin:limit]
    for found in table.after[line.language].find(behind):
        if not behind[: found.start].strip(" ,:-()"):
            return found.meaning
    return None


def _closing(line: Line) -> str | None:
    """What the status that closes a row of a list says ("… 81 mg daily 2013-09-11 Completed")."""
    found = CLOSING.search(line.folded)
    return None if found is None else "past" if found.group(1).startswith("complet") else "stopped"


def _before(line: Line, one: Named, cues: Sequence[Found[str]]) -> str | None:
    """What the nearest cue before the drug says, unless a "but" or a semicolon stands between."""
    ahead = [cue for cue in cues if cue.end <= one.start]
    # Of cues that end together the longest tells: "no longer takes", not "takes".
    nearest = max(ahead, key=lambda cue: (cue.end, -cue.start), default=None)
    if nearest is None or one.start - nearest.end > FAR:
        return None
    between = line.folded[nearest.end : one.start]
    return None if BROKEN.search(between) else nearest.meaning


def _dose(line: Line, one: Named, limit: int) -> tuple[int, int] | None:
    """Where the dose stands: behind the drug up to the next one, else right before it."""
    found = DOSE.search(line.folded, one.end, limit)
    if found is not None and found.start() - one.end <= CLOSE:
        return found.span()
    bare = BARE.match(line.folded, one.end)
    if bare is not None and one.sure:
        return bare.span(1)
    ahead = list(DOSE.finditer(line.folded, max(0, one.start - 25), one.start))
    if ahead and line.folded[ahead[-1].end() : one.start].strip() in ("", "of", "de"):
        return ahead[-1].span()
    return None


def _often(line: Line, one: Named, limit: int, table: Table) -> list[tuple[int, int, str]]:
    """Where it says how often, and the plain words for it; in place order, the longest at each place."""
    chosen: list[tuple[int, int, str]] = []
    for found in table.often[line.language].find(line.folded[one.end : limit]):
        start, end = one.end + found.start, one.end + found.end
        if not any(start < other[1] for other in chosen):
            chosen.append((start, end, found.meaning))
    return chosen[:3]


def _saying(line: Line, one: Named, what: str, around: tuple[int, int], table: Table) -> Saying:
    since, limit = around
    dose = _dose(line, one, limit)
    often = _often(line, one, limit, table)
    places = ([dose] if dose and dose[0] >= since else []) + [(start, end) for start, end, _ in often]
    text = line.sentence.text
    dosage = Dosage(
        text=" ".join(text[start:end] for start, end in sorted(places)),
        dose=text[dose[0] : dose[1]] if dose and dose[0] >= since else "",
        frequency=" ".join(dict.fromkeys(words for _, _, words in often)),
    )
    start = min([one.start, *(place[0] for place in places)])
    end = max([one.end, *(place[1] for place in places if place[1] - one.end <= CLOSE)])
    told_by = informant(line, one.start)
    family = line.scopes.at(one.start, one.end).family or line.sentence.kind == "family_history"
    return Saying(
        kind="MedicationStatement",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=text[one.start : one.end],
        codes=one.codes,
        category=("otc",) if table.shelf[line.language].find(line.folded, line.keys) else (),
        dosage=dosage if dosage != Dosage() else None,
        status=STATUS[what],
        negated=what == "denied",
        subject="family" if family else "patient",
        detail={"informant": told_by} if told_by else {},
    )


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    named = tables["words"]

    def cues(spoken: Language, side: str) -> Phrases[str]:
        return Phrases(
            ((phrase, what) for what, said in tables[spoken][side].items() for phrase in said), named
        )

    def plain(spoken: Language, key: str) -> Phrases[bool]:
        return Phrases(((phrase, True) for phrase in tables[key][spoken]), named)

    languages: tuple[Language, Language] = ("en", "es")
    return Table(
        before={spoken: cues(spoken, "before") for spoken in languages},
        after={spoken: cues(spoken, "after") for spoken in languages},
        less={spoken: cues(spoken, "less") for spoken in languages},
        often={
            spoken: Phrases(
                (phrase, words) for words, said in tables["frequency"][spoken].items() for phrase in said
            )
            for spoken in languages
        },
        shelf={spoken: plain(spoken, "shelf") for spoken in languages},
        products={spoken: plain(spoken, "products") for spoken in languages},
    )
