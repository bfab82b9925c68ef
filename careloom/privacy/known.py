"""What the record knows of a person, in every writing in which a text may have it: to be found and removed.

Misses   a misspelt name; bare initials ("AM", which is a time too); a nickname that is nowhere listed
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import HumanName, Person
from careloom.privacy.kinds import Kind, Span

FILE = Path(__file__).with_name("scrubbing.toml")
WORD = re.compile(r"[^\W\d_]+")
BETWEEN = r"[\s.'’–-]*"
APART = "[^a-z0-9]{0,3}"
GAP = r"[\s.,]+"
LEAST, SHORTEST = 4, 2
MONTHS = (
    ("january", "jan", "enero", "ene"), ("february", "feb", "febrero"), ("march", "mar", "marzo"),
    ("april", "apr", "abril", "abr"), ("may", "mayo"), ("june", "jun", "junio"), ("july", "jul", "julio"),
    ("august", "aug", "agosto", "ago"), ("september", "sept", "sep", "septiembre", "setiembre"),
    ("october", "oct", "octubre"), ("november", "nov", "noviembre"), ("december", "dec", "diciembre", "dic"),
)  # fmt: skip
SUFFIXES = (
    ("street", "st"), ("avenue", "ave", "av"), ("road", "rd"), ("drive", "dr"), ("lane", "ln"), ("court", "ct"),
    ("boulevard", "blvd"), ("place", "pl"), ("circle", "cir"), ("terrace", "ter"), ("parkway", "pkwy"),
    ("highway", "hwy"), ("square", "sq"), ("north", "n"), ("south", "s"), ("east", "e"), ("west", "w"),
    ("apartment", "apt"), ("suite", "ste"), ("unit", "#"),
)  # fmt: skip
HEALTH_PLAN = re.compile(
    r"member|subscriber|insur|payer|plan|medicare|medicaid|beneficiary|policy|:mb\b", re.IGNORECASE
)
SSN = re.compile(r"us-ssn|2\.16\.840\.1\.113883\.4\.1\b|:ss\b", re.IGNORECASE)
LICENCE = re.compile(r"licen[cs]e|:dl\b|113883\.4\.3\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known, compiled. `find` gives where a text has it."""

    patterns: tuple[tuple[re.Pattern[str], Kind], ...]
    parts: frozenset[str]
    common: frozenset[str]

    def find(self, text: str) -> Iterator[Span]:
        """Every place of the text that holds something known (code points of the text)."""
        folded = fold(text)
        for pattern, kind in self.patterns:
            for found in pattern.finditer(folded):
                yield Span(found.start(), found.end(), kind)
        yield from self._names(text, folded)

    def _names(self, text: str, folded: str) -> Iterator[Span]:
        """Parts of names: anywhere, but those that are words too only in capitals or beside another part."""
        if not self.parts:
            return
        words = [(found.start(), found.end(), found.group() in self.parts) for found in WORD.finditer(folded)]
        for place, (start, end, named) in enumerate(words):
            if not named:
                continue
            beside = any(
                0 <= near < len(words)
                and words[near][2]
                and _touch(text, words[min(place, near)], words[max(place, near)])
                for near in (place - 1, place + 1)
            )
            if (
                beside
                or (folded[start:end] not in self.common)
                or (text[start].isupper() and end - start > SHORTEST)
            ):
                yield Span(start, end, "name")


def known(persons: Iterable[Person], *, others: Iterable[str] = (), employers: Iterable[str] = ()) -> Known:
    """What is known of the people that are one patient; `others` are names of relatives and of the household.

    An employer is found by the whole name alone, since its words are words.
    """
    tables = _tables()
    people = tuple(persons)
    called = [one for person in people for one in person.names]
    names = [" ".join((*one.given, one.family, one.text)) for one in called]
    parts: set[str] = set()
    for name in (*names, *others):
        for word in WORD.findall(fold(name)):
            if len(word) >= SHORTEST and word not in TITLES:
                parts.add(word)
                parts.update(tables.nicknames.get(word, ()))
    patterns: list[tuple[str, Kind]] = []
    for name in (*names, *others):
        patterns += _compounds(name)
    for one in called:
        patterns += _initials(one)
    for name in employers:
        if words := WORD.findall(fold(name)):
            patterns.append((rf"(?<!\w){BETWEEN.join(map(re.escape, words))}(?!\w)", "name"))
    for person in people:
        patterns += _of(person)
    compiled = tuple((re.compile(pattern), kind) for pattern, kind in dict.fromkeys(patterns))
    return Known(compiled, frozenset(parts), tables.common)


def fold(text: str) -> str:
    """Lower case without accents, as long as the text, character by character."""
    if text.isascii():
        return text.lower()
    return "".join(_plain(letter) for letter in text)


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "dra", "sr", "sra", "srta", "jr", "ii", "iii", "iv", "md", "rn", "phd"}
    | {"and", "the", "of"}
)


@dataclass(frozen=True, slots=True)
class _Tables:
    common: frozenset[str]
    nicknames: Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return _Tables(frozenset(tables["common"]), tables["nicknames"])


def _touch(text: str, left: tuple[int, int, bool], right: tuple[int, int, bool]) -> bool:
    return not text[left[1] : right[0]].strip(" ,.'’-–")


def _compounds(name: str) -> Iterator[tuple[str, Kind]]:
    """Names in parts written as one: "OBrien", "GarciaLopez"."""
    for piece in fold(name).split():
        words = WORD.findall(piece)
        if len(words) > 1 and sum(map(len, words)) >= LEAST:
            yield rf"(?<!\w){BETWEEN.join(map(re.escape, words))}(?!\w)", "name"


def _initials(name: HumanName) -> Iterator[tuple[str, Kind]]:
    """A family name with initials, and initials alone where they have full stops ("J. Carter", "Carter, J", "J.C.")."""
    given = WORD.findall(fold(" ".join(name.given)))
    family = [word for word in WORD.findall(fold(name.family)) if word not in TITLES]
    if not given or not family:
        return
    first, more = given[0][0], "".join(rf"(?:{word[0]}\.?\s*)?" for word in given[1:])
    last = "|".join(map(re.escape, family))
    yield rf"(?<!\w){first}\.?\s*{more}(?<![a-z])(?:{last})(?!\w)", "name"
    yield rf"(?<!\w)(?:{last}),?\s+{first}(?:\.|(?!\w))", "name"
    ends = "|".join(dict.fromkeys(word[0] for word in family))
    yield rf"(?<![\w.])(?<!\d\s){first}\.\s?{more}(?:{ends})\.(?!\w)", "name"


def _of(person: Person) -> Iterator[tuple[str, Kind]]:
    for one in person.identifiers:
        signs = re.findall(r"[a-z0-9]", fold(one.value))
        if len(signs) >= LEAST and any(sign.isdigit() for sign in signs):
            yield rf"(?<![a-z0-9]){'[ ./-]?'.join(signs)}(?![a-z0-9])", _kind(one.system)
    if person.birth_date and len(person.birth_date) == 10:
        yield _days(person.birth_date), "date"
    for contact in person.telecoms:
        if "@" in contact:
            yield re.escape(fold(contact).removeprefix("mailto:")), "email"
            continue
        digits = re.sub(r"\D", "", contact)[-10:]
        if len(digits) >= 7:
            yield rf"(?<!\d){APART.join(digits)}(?!\d)", "phone"
    for address in person.addresses:
        yield from _places(address)


def _kind(system: str) -> Kind:
    signs: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (SSN, "ssn"),
        (HEALTH_PLAN, "health_plan"),
        (LICENCE, "licence"),
    )
    return next((kind for sign, kind in signs if sign.search(system)), "mrn")


def _days(day: str) -> str:
    """Every usual writing of a day, in digits and in words, English and Spanish."""
    year, month, number = day[:4], int(day[5:7]), int(day[8:])
    years, m, d = rf"(?:{year}|'?{year[2:]})", f"0?{month}", f"0?{number}"
    named = "|".join(sorted(MONTHS[month - 1], key=len, reverse=True))
    return (
        rf"(?<![\d])(?:{year}[-/. ]?{m}[-/. ]?{d}|{m}[-/. ]{d}[-/. ]{years}|{d}[-/. ]{m}[-/. ]{years}|"
        rf"{month:02}{number:02}{year}|"
        rf"(?:{named})\.?\s+{d}(?:st|nd|rd|th)?,?\s+{years}|{d}(?:st|nd|rd|th)?[\s-]+(?:of\s+|de\s+)?(?:{named})\.?,?[\s-]+(?:de(?:l)?\s+)?{years})(?!\d)"
    )


def _places(address: str) -> Iterator[tuple[str, Kind]]:
    """An address line by line: the street in its short and long form, the city, the ZIP code."""
    for part in re.split(r"[,\n;]", fold(address)):
        words = re.findall(r"[a-z0-9#'-]+", part)
        if not words:
            continue
        if zips := re.fullmatch(r"(?:[a-z]{2}\s+)?(\d{5})(?:-?\d{4})?", " ".join(words)):
            yield rf"(?<!\d){zips.group(1)}(?:-?\d{{4}})?(?!\d)", "geography"
        elif any(word[0].isdigit() for word in words) and len(words) > 1:
            yield rf"(?<!\w){GAP.join(_either(word) for word in words)}(?!\w)", "geography"
        elif max(map(len, words)) >= LEAST:
            yield rf"(?<!\w){GAP.join(map(re.escape, words))}(?!\w)", "geography"


def _either(word: str) -> str:
    for forms in SUFFIXES:
        if word in forms:
            return f"(?:{'|'.join(map(re.escape, forms))})"
    return re.escape(word)
