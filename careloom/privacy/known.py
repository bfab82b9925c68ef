"""What the record knows of a person, in every writing in which a text may have it: to be found and removed.

Misses   bare initials ("AM", which is a time too); a nickname that is nowhere listed; a misspelt name of four letters, or one with two slips in under eight
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from careloom.care.entry import HumanName, Person
from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, is_word, tables

WORD = re.compile(r"[^\W\d_]+")
BETWEEN = r"[\s.'’–-]*"
APART = "[^a-z0-9]{0,3}"
GAP = r"[\s.,]+"
LEAST, SHORTEST = 4, 2
# From so many letters on a name is found with a slip, or in two pieces; from so many on with two slips.
SLIPPED, TWICE = 5, 8
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
    """What is known, compiled. `find` gives where a text has it. `people` are the parts of each one's names, the patient's first."""

    patterns: tuple[tuple[re.Pattern[str], Kind], ...]
    parts: frozenset[str]
    common: frozenset[str]
    slips: frozenset[str] = frozenset()
    people: tuple[frozenset[str], ...] = ()

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
        words = [
            (found.start(), found.end(), found.group() in self.parts or self._misspelt(found.group()))
            for found in WORD.finditer(folded)
        ]
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

    def _misspelt(self, word: str) -> bool:
        """Whether a word that is none of a language is a part of a name with a slip: a letter more, fewer, other, or two exchanged."""
        if len(word) < SLIPPED or not self.slips:
            return False
        if word not in self.slips and self.slips.isdisjoint(_shorter(word)):
            return False
        return not is_word(word)


def known(persons: Iterable[Person], *, others: Iterable[str] = (), employers: Iterable[str] = ()) -> Known:
    """What is known of the people that are one patient; `others` are names of relatives and of the household.

    An employer is found by the whole name alone, since its words are words.
    """
    lists = tables()
    people = tuple(persons)
    called = [one for person in people for one in person.names]
    names = [" ".join((*one.given, one.family, one.text)) for one in called]
    parts: set[str] = set()
    for name in (*names, *others):
        for word in WORD.findall(fold(name)):
            if len(word) >= SHORTEST and word not in TITLES:
                parts.add(word)
                parts.update(lists.nicknames.get(word, ()))
    patterns: list[tuple[str, Kind]] = []
    for name in (*names, *others):
        patterns += _compounds(name)
        patterns += _split(name)
    for one in called:
        patterns += _initials(one)
    for name in employers:
        if words := WORD.findall(fold(name)):
            patterns.append((rf"(?<!\w){BETWEEN.join(map(re.escape, words))}(?!\w)", "name"))
    for person in people:
        patterns += _of(person)
    compiled = tuple((re.compile(pattern), kind) for pattern, kind in dict.fromkeys(patterns))
    return Known(compiled, frozenset(parts), lists.common, _slips(parts), _people(names, tuple(others)))


TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "dra", "sr", "sra", "srta", "jr", "ii", "iii", "iv", "md", "rn", "phd"}
    | {"and", "the", "of"}
)


def _touch(text: str, left: tuple[int, int, bool], right: tuple[int, int, bool]) -> bool:
    return not text[left[1] : right[0]].strip(" ,.'’-–")


def _compounds(name: str) -> Iterator[tuple[str, Kind]]:
    """Names in parts written as one: "OBrien", "GarciaLopez"."""
    for piece in fold(name).split():
        words = WORD.findall(piece)
        if len(words) > 1 and sum(map(len, words)) >= LEAST:
            yield rf"(?<!\w){BETWEEN.join(map(re.escape, words))}(?!\w)", "name"


def _split(name: str) -> Iterator[tuple[str, Kind]]:
    """A part of a name broken by a line, a hyphen or a space ("Gar-\\ncia", "G A R C I A"), and a name without its spaces ("mgarcia", "mariagarcia")."""
    words = [word for word in WORD.findall(fold(name)) if word not in TITLES]
    for word in words:
        if len(word) < SLIPPED:
            continue
        yield r"(?<!\w)" + r"[ ._-]".join(word) + r"(?!\w)", "name"
        halves = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        spaced = [f"{a} {b}" for a, b in halves if not (is_word(a) and is_word(b))]
        broken = [rf"{a}-?[ \t]*\n[ \t]*{b}" for a, b in halves if not (is_word(a) and is_word(b))]
        hyphened = [f"{a}-{b}" for a, b in halves]
        yield rf"(?<!\w)(?:{'|'.join((*spaced, *broken, *hyphened))})(?!\w)", "name"
    for a in words:
        for b in words:
            if a != b and len(b) >= LEAST:
                joined = f"{a}[._]?{b}" if len(a) >= LEAST else ""
                login = f"{a[0]}[._]?{b}|{b}[._]?{a[0]}"
                yield rf"(?<![a-z])(?:{joined}{'|' if joined else ''}{login})\d{{0,4}}(?![a-z])", "name"


def _people(names: Iterable[str], others: Iterable[str]) -> tuple[frozenset[str], ...]:
    """The parts of the names, with their short forms, of the patient and of each of the others."""

    def parts(name: str) -> set[str]:
        words = [word for word in WORD.findall(fold(name)) if word not in TITLES]
        return {*words, *(short for word in words for short in tables().nicknames.get(word, ()))}

    own = frozenset(word for name in names for word in parts(name))
    return (own, *dict.fromkeys(frozenset(parts(name)) for name in others))


def _slips(parts: Iterable[str]) -> frozenset[str]:
    """Parts of names with a letter fewer, by which a slip is found (of eight letters or more, two fewer)."""
    found: set[str] = set()
    for part in parts:
        if len(part) < SLIPPED:
            continue
        found.add(part)
        once = set(_shorter(part))
        found |= once
        if len(part) >= TWICE:
            found.update(two for one in once for two in _shorter(one))
    return frozenset(found)


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


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
            yield rf"(?<!\d)\(?{APART.join(digits)}(?!\d)", "phone"
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
