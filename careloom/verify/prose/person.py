"""Is the person of a text of the patient's age and sex?

Misses   a person who is called otherwise than the record has it on purpose; ages in words; a pronoun of somebody else
"""

import re
from collections.abc import Iterator

from careloom.knowledge.days import age_on
from careloom.text.folding import fold
from careloom.text.language import language
from careloom.text.scope import relatives
from careloom.verify.case import Fault
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line

_AGE = re.compile(
    r"\b(?P<old>\d{1,3})[\s-]*(?:years?|yrs?|y)?[\s-]*(?:old\b|o\b|/o\b)|\b(?P<is>\d{1,3}) years? of age\b"
    r"|\baged? (?P<aged>\d{1,3})\b|\b(?:he|she|patient) is (?P<bare>\d{1,3})(?= and\b|,|\.|$| years? old)"
    r"|^(?:M[rs]s?\.?|The patient) [\w'’-]*,? ?(?P<comma>\d{1,3}),",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:at|from|since|until|by|before|after|when)(?: the)?(?: age)?(?: of)?\s*$", re.IGNORECASE
)
_MALE = "man|male|boy|gentleman"
_FEMALE = "woman|female|girl|lady"
_SEX = re.compile(
    rf"(?:\bold|\by/?o|\bpatient is an?|\bthis(?: is)?(?: an?)?)\W+(?:[\w-]+\W+){{0,4}}?\b(?:(?P<male>{_MALE})|(?P<female>{_FEMALE}))\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:(?P<male>Mr)|(?P<female>Mrs|Ms|Miss))\b\.?", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:(?P<male>he|his)|(?P<female>she|her))\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:dr|doctor|nurse|physician|surgeon|therapist|pharmacist|teacher|baby|infant|newborn)\b", re.I
)
# A birthday between the note and the day as of which it is checked.
_SLACK = 1


def person(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of age and sex where the sentence speaks of the patient."""
    yield from _age(line, held)
    sex = held.index.record.demographics.sex
    if sex not in ("male", "female"):
        return
    other = "female" if sex == "male" else "male"
    for pattern in (_SEX, _TITLE):
        for found in pattern.finditer(line.text):
            if found[other] and line.says(*found.span(other)) in ("yes", "open"):
                yield _fault(found[other], *found.span(other), held)
    said = _PRONOUN.match(line.text)
    if said and said[other] and not _somebody_else(line, held):
        yield _fault(said[other], *said.span(other), held)


def _age(line: Line, held: Held) -> Iterator[Fault]:
    born = held.index.record.demographics.birth_date
    now = [age for day in held.as_of if (age := age_on(day, born)) is not None]
    if not now:
        return
    for found in _AGE.finditer(line.text):
        group = found.lastgroup or ""
        if line.says(*found.span()) == "family" or _THEN.search(line.text[: found.start()]):
            continue
        if group == "old" and not re.search(r"y|o$|/o", found.group().lower()[len(found[group]) :]):
            continue
        if all(abs(int(found[group]) - age) > _SLACK for age in now):
            yield _fault(found[group], *found.span(group), held)


def _fault(words: str, start: int, end: int, held: Held) -> Fault:
    return Fault(
        "person", words, start, end, contradicts=True, evidence=held.index.record.demographics.entries
    )


def _somebody_else(line: Line, held: Held) -> bool:
    """Whether this sentence or the two before it name anybody else, whom a pronoun may mean."""
    at = next(place for place, one in enumerate(held.lines) if one is line)
    near = " ".join(one.text for one in held.lines[max(at - 2, 0) : at + 1])
    return bool(_OTHERS.search(near)) or any(True for _ in relatives(fold(near), language(near)))
