"""A sentence without what says only who somebody is: age, race, people, faith, sex, title and name.

"Mr. Washington lost his job" and "The 65-year-old Hispanic man lost his job" become "patient lost his job" and "The
patient lost his job", so that no gap of a phrase grows and no other person seems to be the subject. What is found in the
plain text is shown in the sentence's own words (`Plain.place`).

Misses   one given name alone; a name in small letters; a people that the list does not know
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.text.folding import fold
from careloom.text.language import Language

FILE = Path(__file__).with_name("whoever.toml")
WORD, PART = re.compile(r"[a-z]+"), re.compile(r"[^\s]+")
PATIENT = {"en": "patient", "es": "paciente"}
AGE = r"(?:\b\d{1,3}[\s-]?(?:years?|yrs?|y)[\s./-]{0,2}(?:old|o)?\b\.?|\b(?:in|de) (?:his|her|their) \d0s|\baged? \d{1,3})"
NAME = r"[A-ZÀ-Þ](?:['’](?=[A-ZÀ-Þ])|[\w-])*"
TITLED = rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Sr|Sra|Srta|Señora?|Don|Doña)\b\.?\s+{NAME}(?:\s+{NAME})*"
SHORT = r"\b\d{1,3}\s?(?:y/?o\.?|yr)?\s?[MF]\b(?!\w)"
NAMED = re.compile(rf"(?<![\w'’.-]){NAME}(?:\s+(?:[A-ZÀ-Þ]\.|{NAME})){{1,3}}(?=['’]s\b|\s+[a-zß-ÿ]|[,.;]|\Z)")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in which nobody is described, and where each part of it stands in the text it was made of."""

    text: str
    _begins: tuple[int, ...]
    _parts: tuple[tuple[int, int, int, bool], ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the first text of what stands from `start` to `end` in the plain one."""
        return self._place(start, last=False), self._place(end - 1, last=True)

    def _place(self, at: int, *, last: bool) -> int:
        begin, first, until, replaced = self._parts[max(0, bisect_right(self._begins, at) - 1)]
        if replaced:
            return until if last else first
        return min(first + at - begin, until) + last


def plain(text: str, language: Language, is_word: Callable[[str], bool]) -> Plain:
    """The text without descriptions of persons; every other letter stays.

    `is_word` tells of a folded word whether it is one that says something, and so no part of a name.
    """
    edits = sorted(_edits(text, fold(text), language, is_word))
    if not edits:
        return Plain(text, (0,), ((0, 0, len(text), False),))
    pieces: list[str] = []
    parts: list[tuple[int, int, int, bool]] = []
    done = length = 0
    for start, end, instead in [*edits, (len(text), len(text), "")]:
        if start < done:
            continue
        for piece, first, until, replaced in (
            (text[done:start], done, start, False),
            (instead, start, end, True),
        ):
            if piece:
                parts.append((length, first, until, replaced))
                pieces.append(piece)
                length += len(piece)
        done = end
    return Plain("".join(pieces), tuple(part[0] for part in parts), tuple(parts))


def _edits(
    text: str, folded: str, language: Language, is_word: Callable[[str], bool]
) -> Iterable[tuple[int, int, str]]:
    words = _words(language)
    instead = PATIENT[language]
    if not text[1:].islower():
        for found in _TITLED.finditer(text):
            yield found.start(), found.end(), instead
        for name in NAMED.finditer(text):
            start = _begins(folded, name, is_word)
            if start < name.end() and not words.any.search(folded, start, name.end()):
                yield start, name.end(), instead
    if not words.any.search(folded):
        return
    for found in words.apposed.finditer(folded):
        yield found.start(), found.end(), ""
    for found in words.head.finditer(folded):
        yield found.start(), found.end(), instead
    for found in words.before.finditer(folded):
        yield found.start(), found.end(), ""


def _begins(folded: str, name: re.Match[str], is_word: Callable[[str], bool]) -> int:
    """Where a name begins, after capitalised words that say something ("Separated José García"); its end if there is none."""
    parts = list(PART.finditer(folded, name.start(), name.end()))
    says = [any(map(is_word, WORD.findall(part.group()))) for part in parts]
    first = says.index(False) if False in says else len(parts)
    return parts[first].start() if len(parts) - first > 1 and not any(says[first:]) else name.end()


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of one language: whether there is anything to do, an apposition, the patient, words before other persons."""

    any: re.Pattern[str]
    apposed: re.Pattern[str]
    head: re.Pattern[str]
    before: re.Pattern[str]


_TITLED = re.compile(rf"{TITLED}|{SHORT}")


@lru_cache(maxsize=2)
def _words(language: Language) -> _Words:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if language == "es":
        heads, kinds = "|".join(table["spanish_heads"]), "|".join(table["spanish_kinds"])
        years = r"(?:\s+(?:de|con)\s+\d{1,3}\s+anos(?:\s+de\s+edad)?)"
        person = rf"\b(?:{heads})(?:\s+(?:{kinds})\b)*{years}?(?:\s+(?:{kinds})\b)*"
        said = rf"(?<!su )(?<!mi )(?<!la )\b(?:{heads})(?:(?:\s+(?:{kinds})\b)+{years}?|{years})(?:\s+(?:{kinds})\b)*|(?<=\bla )mujer\s+(?:{kinds})\b"
        return _Words(
            any=re.compile(rf"\b(?:{heads})\b"),
            apposed=re.compile(
                rf",\s+(?:una?\s+)?{person}\s*,|,\s+de\s+\d{{1,3}}\s+anos(?:\s+de\s+edad)?\s*,"
            ),
            head=re.compile(said),
            before=re.compile(r"(?!)"),
        )
    kinds = "|".join(word.replace(" ", r"[\s-]+") for word in sorted(table["kinds"], key=len, reverse=True))
    ages = "|".join(word.replace(" ", r"[\s-]+") for word in table["ages"])
    heads, persons, grown = ("|".join(table[key]) for key in ("heads", "persons", "grown"))
    kind = rf"(?:(?:{kinds})\b[\s,/-]+(?:and\s+)?)"
    every = rf"(?:(?:{AGE}|(?:{kinds}|{ages})\b)[\s,/-]+(?:and\s+)?)"
    said = rf"(?:{every}+(?:{heads})|(?<=\bthe )(?:man|woman|gentleman|lady|male|female|guy)|(?<=\bthis )(?:man|woman|gentleman|lady|male|female|guy))\b"
    return _Words(
        any=re.compile(rf"\d|\b(?:{kinds}|{ages}|man|woman|gentleman|lady|male|female|guy)\b"),
        apposed=re.compile(
            rf",\s+(?:who\s+is\s+|now\s+)?an?\s+{every}*(?:{heads})\b(?:\s+(?:of|aged)\s+\w+)?\s*,|,\s+\d{{1,3}}(?:\s+years?\s+old|\s*y/?o)?\s*,"
        ),
        head=re.compile(rf"\b{said}(?:(?:\s+)(?:patient|pt|client)\b)?"),
        before=re.compile(rf"\b{kind}+(?=(?:{persons})\b)|{every}+(?=(?:{grown})\b)"),
    )
