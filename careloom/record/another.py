"""A note that seems to be about somebody else: its own words give another birth date, number, name, sex or age, or the same
text stands in another chart.

What it says stays in the record, and a person looks at it: it may have been copied into the wrong chart.

Misses   a copied note that names nobody and was changed; an identity line in other words
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from careloom.care.entry import Entry
from careloom.care.record import Conflict, Demographics
from careloom.record.words import key, on, whence

_HEAD = 3_000
_BORN = re.compile(
    r"\b(?:dob|d\.o\.b\.|date of birth|birth ?date|born(?: on)?)\s*[:#]?\s*(\d{4}-\d\d-\d\d|\d{1,2}[/-]\d{1,2}[/-]\d{4})",
    re.I,
)
_NUMBER = re.compile(
    r"\b(?:mrn|medical record (?:number|no\.?|#))\s*[:#]?\s*([A-Z0-9][A-Z0-9-]{3,20})\b", re.I
)
_NAMED = re.compile(
    r"^\s*(?:patient(?: name)?|name of patient|re)\s*:\s*([^\n]{3,60}?)\s*(?:[,;(|]|\bdob\b|\bmrn\b|\n|$)",
    re.I | re.M,
)
_AGED = re.compile(
    r"(?:^|[.!?\n]\s*)(?P<who>[^.!?\n]{0,60}?)\b(?:is|was) an? (?P<age>\d{1,3})[- ](?:year|yr)s?[- ]old"
    r"(?:\s+\w+){0,3}?\s+(?P<sex>man|woman|male|female|gentleman|lady)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:son|daughter|wife|husband|mother|father|brother|sister|child|partner|friend|neighbou?r|caregiver)\b",
    re.I,
)
_SEX = {
    "man": "male",
    "male": "male",
    "gentleman": "male",
    "woman": "female",
    "female": "female",
    "lady": "female",
}
_YEARS_OFF = 2


def another(
    entries: Iterable[Entry], who: Demographics, copied: frozenset[str] = frozenset()
) -> Iterator[Conflict]:
    """One conflict for each note that tells of somebody else, or is of the `copied` (by id); its reason never names whom."""
    for entry in entries:
        if entry.kind != "DocumentReference" or not entry.text:
            continue
        said = []
        if unlike := _unlike(entry, who):
            said.append(f"gives another {unlike} than this patient's")
        if not copied.isdisjoint((entry.id, *entry.same_as)):
            said.append("stands word for word in another patient's chart")
        if said:
            why = f"the note in {whence(entry)} {on(entry)} {' and '.join(said)}"
            yield Conflict("note_of_another", entry.detail.get("title") or "a note", (entry.id,), why)


def _unlike(entry: Entry, who: Demographics) -> str:
    """What the note gives that is not this patient's; "" where nothing speaks against it."""
    head = entry.text[:_HEAD]
    born = {_iso(found) for found in _BORN.findall(head)} - {""}
    if who.birth_date and len(who.birth_date) == 10 and born and who.birth_date not in born:
        return "birth date"
    numbers = {found.lower() for found in _NUMBER.findall(head) if any(map(str.isdigit, found))}
    own = {one.value.lower() for one in who.identifiers}
    named = _NAMED.search(head)
    other_name = bool(named and who.names and not _is_name(named[1], who))
    if other_name and (numbers or born or not own):
        return "name"
    if other_name and named and len(key(named[1]).split()) in (2, 3):
        return "name"
    return _unlike_age(entry, head, who)


def _is_name(said: str, who: Demographics) -> bool:
    """Whether a name shares a part with one of the patient's (a maiden name, a nickname beside the surname)."""
    parts = set(key(said).split())
    return any(parts & set(key(name.full).split()) for name in who.names)


def _unlike_age(entry: Entry, head: str, who: Demographics) -> str:
    for found in _AGED.finditer(head):
        if _RELATIVE.search(found["who"]):
            continue
        if who.sex in ("male", "female") and _SEX[found["sex"].lower()] != who.sex:
            return "sex"
        written = entry.happened.day if entry.happened else None
        if written and who.birth_date and len(who.birth_date) == 10:
            born = date.fromisoformat(who.birth_date)
            if abs((written - born).days / 365.25 - int(found["age"])) > _YEARS_OFF + 1:
                return "age"
    return ""


def _iso(said: str) -> str:
    """A birth date as ISO; "" where it is none. A US note writes the month first."""
    if said[4:5] == "-":
        return said
    month, day, year = re.split(r"[/-]", said)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
