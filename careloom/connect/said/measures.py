"""Measurements in the words of a note: vital signs, scores and a few results, with number, unit and day (measures.toml).

Gives    Observations of status "unknown" (a note retells, and does not say whether a result was final), each with its sentence
Source   units and plausible limits: knowledge's labs.toml; a value that is not plausible is not read
Misses   ranges (but of an ejection fraction), values with < or >, tables, days without a year; a goal, a limit and a
         relative's value are none
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import LOINC, Code
from careloom.connect.said.saying import Line, Note, Saying
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab
from careloom.text.phrases import STEM
from careloom.text.scope import is_relative

FILE = Path(__file__).with_name("measures.toml")
DIGIT = re.compile(r"\d")
# What may stand between a name and its number.
BETWEEN = (
    r"(?:\s*[:=,~]|\s+(?:level|value|score|reading|result|is|was|of|at|today|now|this (?:am|morning)|remains|came back|measured|"
    r"estimated|approximately|approx|about|around|home|seated|sitting|standing|supine|lying|repeat|log|readings?|on|de|es|fue|hoy|en)\b){0,4}\s*"
)
UNIT = (
    r"(?P<unit>\s?(?:%|mg/dl|mmol/l|meq/l|mmol/mol|g/dl|kgs?\b|kilos?\b|lbs?\b|pounds?\b|libras?\b|pg/ml|ng/l|"
    r"ml/min(?:/1\.73 ?m2)?|°\s?[fc]\b|[fc]\b|bpm\b|mm ?hg\b|kg/m2|k/ul|miu/l|uiu/ml|ms\b|msecs?\b|milliseconds?\b))?"
)
# A number that goes on is another: a range, a day, a pressure, a dose, a length of time.
ENDS = (
    r"(?![\d.]*\d|\s?[-–/]\s?\d|\s?(?:mg\b|mcg\b|units?\b|tabs?\b|tablets?\b|x\b|days?\b|hours?\b|weeks?\b|months?\b|years?\b|"
    r"ft\b|packs?\b|l\b))"
)
ONE = re.compile(rf"{BETWEEN}(?P<value>\d{{1,5}}(?:\.\d{{1,3}})?){UNIT}{ENDS}")
RANGE = re.compile(rf"{BETWEEN}(?P<value>\d\d\s?(?:-|–|to)\s?\d\d){UNIT}{ENDS}")
OF_TEN = re.compile(rf"{BETWEEN}(?P<value>\d{{1,2}})\s?/\s?10(?P<unit>)(?!\d)")
PAIR = r"(?P<value>\d{2,3})\s?/\s?(?P<other>\d{2,3})(?P<unit>\s?mm ?hg\b)?(?![\d/-])"
PRESSURE = re.compile(rf"{BETWEEN}{PAIR}")
AGAIN = re.compile(
    rf"[\s,;(]*(?:and |then )?(?:repeat|recheck|standing|sitting|lying|supine|seated)[\s:=]*{PAIR}"
)
WISHED = re.compile(
    r"\b(?:goal|target|keep|maintain|meta)\b[^.;,]{0,25}$|\b(?:less than|greater than|more than|above|below|under|over|for|menos de|"
    r"mas de)\s*$|[<>≤≥]\s*$"
)
EARLIER = re.compile(
    r"\b(?:last|previous(?:ly)?|prior|baseline|former(?:ly)?|old|admission|ultim[oa]|previ[oa]|anterior)\b[^.;,]{0,25}$"
)
OWNED = re.compile(r"(\w+)'s\s+(?:\w+\s+)?$")
NOW = re.compile(r"\b(?:today|now|this (?:am|morning|visit)|currently|hoy|esta manana|ahora)\b")
COPIED = re.compile(r"\bcop(?:ied|y)[- ]?(?:forward|forwarded|from)\b|\bcarried forward\b", re.IGNORECASE)
DAY = r"(?:\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d))"
BEHIND = re.compile(rf"[^.;\d]{{0,25}}?\b({DAY})\b")
AHEAD = re.compile(rf"\W*(?:[a-z]+\W+){{0,3}}?({DAY})\b")
ANY_DAY = re.compile(rf"\b({DAY})\b")
VITALS = re.compile(r"\bbp\b|\bvitals?\b|\bpresion\b")
HEAD = re.compile(r"[a-z0-9]+(?!\?)")
NEAR = 45
CENTURY, SHORT_YEAR = 2000, 100


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement of measures.toml; `number` finds its value behind its name."""

    concept: str
    usual: tuple[str, ...]
    vital: bool
    taken: bool
    lasting: bool
    coded: bool
    pair: str
    number: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A number told: which measurement, its digits and unit as written ("" for none), and where (offsets in the sentence)."""

    concept: str
    value: str
    unit: str
    start: int
    end: int


def measures(note: Note, knowledge: Knowledge) -> Iterator[Saying]:
    """Every measurement of the patient's that the note tells and that can be true."""
    names, rows, begins = _table()
    copied = COPIED.search(note.text) is not None
    for line in note.lines:
        if begins.isdisjoint(line.keys) or not DIGIT.search(line.folded):
            continue
        if line.is_open or line.sentence.kind == "family_history":
            continue
        for found in names.finditer(line.folded):
            name = found.lastgroup or ""
            row = rows[name.removesuffix("_short")]
            if _is_meant(line, found, row, short=name.endswith("_short")):
                for told in _told(line, found, row):
                    yield from _saying(line, told, row, knowledge, copied=copied)


def _is_meant(line: Line, found: re.Match[str], row: Row, *, short: bool) -> bool:
    """Whether a name is one of a measurement of the patient's, and no goal's, limit's or relative's."""
    if len(found.group()) <= 2 and not row.pair and not line.sentence.text[found.start()].isupper():
        return False
    if short and not (VITALS.search(line.folded) or VITALS.search(line.sentence.section.lower())):
        return False
    if WISHED.search(line.folded, max(0, found.start() - NEAR), found.start()):
        return False
    owner = OWNED.search(line.folded, 0, found.start())
    if owner is not None and is_relative(owner.group(1), line.language):
        return False
    scope = line.scopes.at(found.start(), found.end())
    return not (scope.supposed or scope.family or scope.negated)


def _told(line: Line, found: re.Match[str], row: Row) -> Iterator[Told]:
    number = next(
        (one for pattern in row.number if (one := pattern.match(line.folded, found.end())) is not None), None
    )
    while number is not None:
        start, unit = found.start(), number["unit"] or ""
        yield Told(row.concept, number["value"], unit, start, number.end())
        if not row.pair:
            return
        yield Told(row.pair, number["other"], unit, start, number.end())
        number = AGAIN.match(line.folded, number.end())


def _saying(line: Line, told: Told, row: Row, knowledge: Knowledge, *, copied: bool) -> Iterator[Saying]:
    lab = knowledge.labs.by_concept[told.concept]
    unit, assumed = _unit(told, row, lab, knowledge)
    is_range = not told.value.replace(".", "").isdigit()
    if unit is None or not (is_range or lab.plausible(told.value, unit)):
        return
    day = _day(line, told)
    here = line.sentence.kind == "objective" or row.vital or row.taken or NOW.search(line.folded) is not None
    dated = here and not (
        copied or row.lasting or EARLIER.search(line.folded, max(0, told.start - NEAR), told.start)
    )
    yield Saying(
        kind="Observation",
        start=line.sentence.start + told.start,
        end=line.sentence.start + told.end,
        sentence=line.sentence,
        text=lab.label,
        codes=(Code(LOINC, lab.loinc[0], lab.label),) if row.coded and lab.loinc else (),
        category=("vital-signs",) if row.vital else ("laboratory",),
        value=told.value,
        unit=unit,
        day=day,
        dated=dated,
        status="unknown",
        detail={"unit_assumed": "true"} if assumed else {},
    )


def _unit(told: Told, row: Row, lab: Lab, knowledge: Knowledge) -> tuple[str | None, bool]:
    """The unit in UCUM, and whether the note leaves it out; None where none fits."""
    if told.unit:
        return knowledge.labs.unit(told.unit.replace("°", "").strip()), False
    low = told.value.split("-")[0].split("–")[0].split("to")[0].strip()
    return next((unit for unit in row.usual if lab.plausible(low, unit)), None), True


def _day(line: Line, told: Told) -> str:
    """The day that the sentence gives the value, else that of its heading (ISO); "" for none."""
    found = (
        BEHIND.match(line.folded, told.end)
        or AHEAD.match(line.folded)
        or ANY_DAY.search(line.sentence.section)
    )
    if found is None:
        return ""
    said = found.group(1)
    try:
        if "-" in said:
            return date.fromisoformat(said).isoformat()
        if line.language == "es":
            return ""  # Day or month first: nobody says.
        month, day, year = (int(part) for part in said.split("/"))
        return date(year + CENTURY if year < SHORT_YEAR else year, month, day).isoformat()
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], Mapping[str, Row], frozenset[str]]:
    """One pattern for all names, whose groups are the rows' concepts (with "_short" for short names), the rows, and the keys
    (`phrases.word_keys`) one of which every text with a name has."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["measure"]
    groups, rows = [], {}
    for concept, raw in tables.items():
        groups += [f"(?P<{concept}>{_spelt(raw['name'])})"]
        groups += [f"(?P<{concept}_short>{raw['short']})"] if "short" in raw else []
        number = (PRESSURE,) if "pair" in raw else (OF_TEN,) if "of" in raw else (ONE,)
        rows[concept] = Row(
            concept=concept,
            usual=tuple(raw.get("usual", ())),
            vital=raw.get("vital", False),
            taken=raw.get("taken", False),
            lasting=raw.get("lasting", False),
            coded=not raw.get("uncoded", False),
            pair=raw.get("pair", ""),
            number=(*((RANGE,) if raw.get("lasting") else ()), *number),
        )
    names = [name for raw in tables.values() for name in f"{raw['name']}|{raw.get('short', 'bp')}".split("|")]
    heads = [head.group() for name in names if (head := HEAD.match(name)) is not None]
    begins = frozenset(head[:STEM] if len(head) > 1 else f"{head} " for head in heads)
    return re.compile(rf"(?<![\w/-])(?:{'|'.join(groups)})(?![a-z])"), rows, begins


def _spelt(names: str) -> str:
    """Names as a pattern: a space may be a hyphen, and a group is none of its own."""
    return names.replace("(", "(?:").replace(" ?", r"[\s-]?").replace(" ", r"[\s-]+")
