"""Did a test show what a text says that it showed: positive or negative, and which organism?

Misses   a report's free words; a test that neither the record's name nor a word for growth names
"""

import re
from collections.abc import Iterator

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line

_YES = re.compile(r"\b(?:positive|reactive|detected|present)\b", re.I)
_NO = re.compile(
    r"\b(?:negative|non-?reactive|not detected|undetected|undetectable|absent|none|no growth|not present)\b",
    re.I,
)
_GROWS = re.compile(
    r"\b(?:grew|growing|grows|growth of|isolated|(?:culture|swab|smear|mount|pcr|stain|specimen|blood|urine|sputum|wound)s?\b[^.;]*?\b(?:showed|shows|revealed|identified|"
    r"positive for|yielded)|(?:causal|causative|responsible|infecting) (?:organism|agent|pathogen|bacteri\w+)s? (?:is|was|were)|organisms?:?|caused by|infection with)\s+",
    re.I,
)
_CULTURE = re.compile(
    r"\b(?:culture|swab|smear|mount|pcr|stain|organism|isolate|pathogen|antigen|microbio\w*|microscop\w*)\b",
    re.I,
)
_BINOMIAL = re.compile(r"^(?:methicillin|group|[A-Z][a-z]+(?: [a-z]{3,})+)")
_SAYS = re.compile(
    r"\b(?:was|were|is|came back|returned|showed|shows|revealed|grew|remains?|tested|screened|found|confirmed|:)",
    re.I,
)
_SORTS = "antigen antibody antibodies culture blood urine urinary serum swab smear pcr naat test screen screening stool sputum wound throat mount stain dna rna and of the titer toxin rapid"
_SPECIMEN = frozenset(stem(word) for word in _SORTS.split())
_SENSES = (
    "positive negative detected not present absent reactive result test normal abnormal none growth no seen"
)
_EMPTY = frozenset(stem(word) for word in _SENSES.split())


def assays(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of what a test showed."""
    shown = [one for one in held.of("Observation", "DiagnosticReport") if one.was and _value(one)]
    yield from _sense(line, shown)
    yield from _organism(line, shown)
    yield from _instead(line, held, shown)


def _value(thing: Thing) -> str:
    entry = thing.entry
    value = entry.value or ""
    worded = "" if re.fullmatch(r"[<>=]*\s*-?\d+(?:\.\d+)?", value) else value
    return " ".join(filter(None, (worded, *(code.display for code in entry.value_codes))))


def _sense(line: Line, shown: list[Thing]) -> Iterator[Fault]:
    """A test that the sentence names, called positive where it was negative, or the other way round."""
    for found in (*_NO.finditer(line.text), *_YES.finditer(line.text)):
        said = "no" if _NO.fullmatch(found.group()) else "yes"
        if said == "yes" and any(no.start() <= found.start() < no.end() for no in _NO.finditer(line.text)):
            continue
        if line.scopes.at(*found.span()).negated and said == "yes":
            said = "no"
        told = _meant(line, [one for one in shown if _of(_value(one))])
        if told and all(_of(_value(one)) != said for one in told):
            ids = tuple(one.entry.id for one in told)
            yield Fault("result", found.group(), *found.span(), contradicts=True, evidence=ids)


def _meant(line: Line, shown: list[Thing]) -> list[Thing]:
    """The tests that a sentence names: by a whole name, else by words that no other test has; of its day, if it has one."""
    told = [one for one in shown if _is_named(one, line)]
    if not told:
        others = {
            one.entry.id: frozenset().union(*(two.core for two in shown if two.core != one.core))
            for one in shown
        }
        told = [one for one in shown if (one.core - _SPECIMEN - others[one.entry.id]) & line.keys]
    days = line.keys & frozenset(day for one in told for day in one.days())
    return [one for one in told if not days or days & one.days()]


def _of(value: str) -> str:
    return "no" if _NO.search(value) else "yes" if _YES.search(value) else ""


def _is_named(thing: Thing, line: Line) -> bool:
    own = thing.core - _EMPTY
    return thing.is_named(line) or bool(own and own <= line.keys)


def _organism(line: Line, shown: list[Thing]) -> Iterator[Fault]:
    """Another organism than the record's cultures grew."""
    grown = [one for one in shown if _CULTURE.search(one.entry.name) or _BINOMIAL.match(_value(one))]
    grown = [one for one in grown if not _of(_value(one)) or len(_words(_value(one))) > 1]
    for found in _GROWS.finditer(line.text):
        end = next(
            (
                stop.start()
                for stop in re.finditer(
                    r"[.,;]|\b(?:and|on|from|at|which|that|in)\b", line.text[found.end() :]
                )
            ),
            None,
        )
        span = (found.end(), len(line.text) if end is None else found.end() + end)
        said = line.content(*span) - LEXICON.small
        named = [one for one in grown if _is_named(one, line)] or grown
        if not said or line.says(*span) != "yes" or not named:
            continue
        if not any(said & _words(_value(one)) for one in grown) and _looks_like_one(
            line.text[span[0] : span[1]]
        ):
            ids = tuple(one.entry.id for one in named)
            yield Fault("result", line.text[span[0] : span[1]].strip(), *span, contradicts=True, evidence=ids)


def _instead(line: Line, held: Held, shown: list[Thing]) -> Iterator[Fault]:
    """A test of the record's sort, of something else than the one that the record has and the text leaves out."""
    for found in re.finditer(
        r"\b(?:antigen|antibod\w+|pcr|naat|culture|titer|toxin)\b[^.;]{0,12}\b(?:for|of|against|to)\s+(?P<what>[\w ]+?)(?=\s+(?:was|were|is|came|on|in)\b|[.,;]|$)",
        line.text,
        re.I,
    ):
        said = line.content(*found.span("what")) - LEXICON.small
        sort = line.content(found.start(), found.start("what")) & _SPECIMEN
        like = [
            one
            for one in shown
            if sort & one.core and not any((one.core - _SPECIMEN) & each.keys for each in held.lines)
        ]
        if said and like and not any(said & one.words for one in shown):
            ids = tuple(one.entry.id for one in like)
            yield Fault("result", found["what"], *found.span("what"), contradicts=True, evidence=ids)


def _looks_like_one(text: str) -> bool:
    """Whether words can be an organism's name: a genus in capitals, or a word that ends as genera and families do."""
    first = text.strip().removeprefix("the ").removeprefix("a ")
    return bool(
        re.match(r"[A-Z][a-z]*\.? [a-z]{3,}|[A-Z]{3,6}\b", first)
        or re.search(
            r"\b\w{3,}(?:coccus|cocci|bacter|bacteria|bacillus|ella|monas|myces|virus|viridae|plasma|idium|idia|spirillum|treponema|candida|aureus)\b",
            first,
            re.I,
        )
    )


def _words(value: str) -> frozenset[str]:
    return frozenset(stem(word) for word in re.findall(r"[^\W_]+", value)) - LEXICON.small - _EMPTY
