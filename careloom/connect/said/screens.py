"""The lines of a screening: a field, a colon, an answer ("Housing Stability: Low Risk"), as screens.toml has them.

Misses   answers by number alone; a form whose boxes stand in another line than their words
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.connect.said.saying import Line
from careloom.text.folding import fold
from careloom.text.phrases import Phrases, compiled, expression, word_keys

FILE = Path(__file__).with_name("screens.toml")
KINDS = ("trouble", "asset", "matter")
LONGEST = 60
CLOSED = re.compile(
    r"(?:[:=]|\s--?)\s*(?:(?P<yes>yes|y|positive|pos|true|(?:often|sometimes) true|always|often|sometimes|si|positivo|siempre)"
    r"|(?P<no>no|n|negative|neg|never|never true|none|false|denie[sd]|negativo|nunca|niega))[\s.!]*(?:\([^()]*\)\s*)?\Z"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A field that was asked about: whether there is a need, and where the question and its answer stand."""

    domain: str
    adverse: bool
    start: int
    end: int


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    domain: str
    need: str
    well: str


@dataclass(frozen=True, slots=True)
class _Screens:
    fields: Phrases[_Asked]
    answer: re.Pattern[str]


def answered(line: Line) -> Iterator[Answered]:
    """What a line answers of a screening, in order; nothing of a line without a colon and without a heading that asks."""
    screens = _screens()
    if ":" in line.folded:
        done = 0
        for one in screens.fields.find(line.folded, line.keys):
            found = screens.answer.match(line.folded, one.end)
            if found is None or one.start < done:
                continue
            adverse = _adverse(one.meaning, found["answer"])
            if adverse is not None:
                yield Answered(one.meaning.domain, adverse, one.start, found.end())
                done = found.end()
    if line.sentence.section:
        yield from _under_heading(line, screens)


def closing(folded: str) -> bool | None:
    """Yes or no, where a line ends with it as the answer to what stands before ("Worried about food: never true")."""
    found = (
        CLOSED.search(folded, max(0, len(folded) - LONGEST))
        if folded[-40:].count(":") or "-" in folded[-40:] or "=" in folded
        else None
    )
    return None if found is None else found["yes"] is not None


def _under_heading(line: Line, screens: _Screens) -> Iterator[Answered]:
    """The answer that stands for itself behind the heading that asks ("Housing: stable")."""
    section = fold(line.sentence.section)
    said = screens.answer.match(f":{line.folded}")
    if said is None or said.end() < len(line.folded.rstrip(" .")):
        return
    for one in screens.fields.find(section, word_keys(section)):
        if one.start == 0 and one.end == len(section):
            adverse = _adverse(one.meaning, said["answer"])
            if adverse is not None:
                yield Answered(one.meaning.domain, adverse, 0, len(line.folded))
                return


def _adverse(asked: _Asked, answer: str) -> bool | None:
    words = answer.strip(" .-!*")
    for phrase, adverse in ((asked.need, True), (asked.well, False)):
        if _answers(phrase).fullmatch(words):
            return adverse
    return None


@lru_cache(maxsize=256)
def _answers(phrase: str) -> re.Pattern[str]:
    return compiled(phrase)


@lru_cache(maxsize=1)
def _screens() -> _Screens:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    answers: Mapping[str, str] = raw["answers"]
    fields = [pair for screen in raw["screen"] for pair in _fields(screen, answers)]
    asked = expression(f"({raw['asked']})")
    return _Screens(
        fields=Phrases(fields),
        answer=re.compile(
            rf"(?:\s+(?:{asked})){{0,2}}\s*[:=]\s*(?P<answer>[^;,|(:\n]{{1,{LONGEST}}}?)(?=\s*(?:[;,|(\n]|\.\s|\.?\Z))"
        ),
    )


def _fields(screen: Mapping[str, Any], answers: Mapping[str, str]) -> Iterator[tuple[str, _Asked]]:
    """Each question of a field with the answers that tell a need and that tell none."""
    for kind in KINDS:
        yes = answers["yes"] if kind == "trouble" else answers["no"] if kind == "asset" else ""
        no = answers["no"] if kind == "trouble" else answers["yes"] if kind == "asset" else ""
        need = _any(screen.get("need", ""), answers["need"], yes)
        well = _any(screen.get("well", ""), answers["well"], no)
        for phrase in screen.get(kind, ()):
            yield phrase, _Asked(screen["domain"], need, well)


def _any(*parts: str) -> str:
    return f"({'|'.join(part for part in parts if part)})"
