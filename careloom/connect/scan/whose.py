"""Whose a scan is: what stands behind the labels of its pages ("Patient Name:", "DOB:", "MRN:"), and nothing guessed."""

import re
from collections.abc import Mapping, Sequence

from careloom.care.entry import HumanName, Identifier, Message, Person
from careloom.connect.names import person_name
from careloom.errors import PatientMismatch

# Labels as letters, lab reports, faxes and Spanish forms print them, at the start of a line or after wide space.
LABELS: Mapping[str, str] = {
    "name": r"patient(?:'s)?(?:\s+name)?|name|nombre(?:\s+del\s+paciente)?|paciente|re",
    "birth": r"d\.?o\.?b\.?|date\s+of\s+birth|birth\s*date|birthdate|fecha\s+de\s+nacimiento",
    "mrn": r"m\.?r\.?n\.?|medical\s+record(?:\s+(?:no|number|#))?\.?|chart\s+(?:no|number)\.?",
    "sex": r"sex|gender|sexo",
    "date": r"date\s+of\s+(?:service|visit|report)|report\s+date|visit\s+date|date|fecha",
    "title": r"re(?:port)?\s+type|document(?:\s+type)?|report",
    "author": r"author|provider|physician|signed\s+by|dictated\s+by|attending",
}
_END = r"(?=\s{3,}|\t|\n|$|[;|]|\s+(?:DOB|D\.O\.B|MRN|Sex|Gender|Date of Birth|Birth ?date|Age)\b)"
_AT = r"(?:^|\n|\s{2,}|\t|[;|]\s*|(?<=\w)\s+(?=(?:DOB|MRN|D\.O\.B|Date of Birth|Sex|Gender|Birth ?date)\b))"
PATTERNS = {
    kind: re.compile(rf"{_AT}[ \t]*(?:{label})[ \t]*[:#][ \t]*(\S.*?){_END}", re.IGNORECASE)
    for kind, label in LABELS.items()
}
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
WORDED = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:,?\s+[^\W\d_][\w'’.-]*){1,5},?(?:\s+(?:Jr|Sr|II|III|IV)\.?)?")
SEXES = {
    "f": "female",
    "female": "female",
    "femenino": "female",
    "m": "male",
    "male": "male",
    "masculino": "male",
}


def whose(texts: Sequence[str], message: Message, *, recognised: bool) -> Person:
    """Whom the pages name; of `recognised` ones, whose digits may be misread, by name and birth date at least.

    The empty Person where they name nobody for certain. Raises PatientMismatch where they name two people.
    """
    text = "\n".join(texts)
    names = {name.full.casefold(): name for name in map(_name, _all(text, "name")) if name}
    births = {day for day in map(iso_day, _all(text, "birth")) if day}
    numbers = dict.fromkeys(one.split()[0] for one in _all(text, "mrn"))
    if len(births) > 1 or len(numbers) > 1:
        raise PatientMismatch("its pages name more than one person", "page 1")
    if not (names and births) and (recognised or not numbers):
        return Person()
    system = f"urn:careloom:source:{message.source}"
    identifiers = [Identifier(f"{system}:MR", number) for number in numbers]
    sexes = {SEXES[one.lower()] for one in _all(text, "sex") if one.lower() in SEXES}
    return Person(
        identifiers=tuple(identifiers) or (Identifier(system, f"scan {message.sha256[:32]}"),),
        names=tuple(names.values())[:1],
        birth_date=births.pop() if births else None,
        sex=sexes.pop() if len(sexes) == 1 else None,
    )


def labelled(text: str, kind: str) -> str | None:
    """The first thing behind a label of that kind ("date" as an ISO day), or None."""
    for said in _all(text, kind):
        found = iso_day(said) if kind == "date" else said[:120].strip()
        if found:
            return found
    return None


def iso_day(text: str) -> str | None:
    """A day as YYYY-MM-DD: ISO, MM/DD/YYYY as in the United States, or "March 4, 2026"; None for anything else."""
    if found := ISO.match(text):
        year, month, day = map(int, found.groups())
    elif found := SLASHED.match(text):
        month, day, year = map(int, found.groups())
    elif (found := WORDED.match(text)) and found.group(1)[:3].lower() in MONTHS:
        month = MONTHS.index(found.group(1)[:3].lower()) + 1
        day, year = int(found.group(2)), int(found.group(3))
    else:
        return None
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _all(text: str, kind: str) -> list[str]:
    return [found.group(1).strip() for found in PATTERNS[kind].finditer(text)]


def _name(said: str) -> HumanName | None:
    found = NAME.match(said)
    if found is None:
        return None
    return person_name(found.group().rstrip(","))
