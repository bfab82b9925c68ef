"""One description of a person, flat: the columns by which two descriptions are compared, here and in a database."""

import csv
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from careloom.care.entry import HumanName, Person
from careloom.identity.distance import distance
from careloom.identity.seen import SSN, Name, identifiers, readings
from careloom.text import telling

_HERE = Path(__file__)
_NOBODY = Name((), "", "")
_DIGITS = re.compile(r"\D+")
# Behind the street's words: which room of the house.
_ROOM = re.compile(r" (?:apt|ste|rm|fl)\b")
# Of shorter words each is one slip away from some name.
_MEANT_FROM = 5
_VOWELS = frozenset("aeiouy")
# How names of other scripts, and of English, are written for one sound.
_SOUNDS = (("ph", "f"), ("kh", "h"), ("ch", "c"), ("ck", "c"), ("sch", "s"), ("sh", "s"), ("zh", "s"), ("th", "t"), ("gh", "g"), ("ts", "s"), ("cz", "s"), ("x", "cs"))  # fmt: skip
_ALIKE = str.maketrans({"k": "c", "q": "c", "g": "c", "z": "s", "j": "y", "w": "v", "d": "t", "h": ""})


class Traits(NamedTuple):
    """What one description says, "" or () where it says nothing. Names are in the letters of `spelling.letters`.

    given, middle      the first given name; the others as one run of letters
    givens             every given name; `nicks`: the full names for which the first one can stand
    family, families   the family name; every family name that is told, with the words of each
    generation         "jr", "sr", "iii" …; "ii" is "jr"
    given_known        it is in a list of names; `given_meant`: itself then, else the names that are one slip away
    given_digits, …    the digits of a name (Quill12): names whose digits differ are two names
    birth              the digits of an ISO date; `turned`: with day and month exchanged; `no_day`: it is in no calendar
    ssn                digits, all or the last four
    numbers, systems   other identifiers of persons as SYSTEM|VALUE, and their systems
    street, city, zip  as `telling.address` gives them; `house`: the street's number; `road`: its words alone
    """

    given: str = ""
    middle: str = ""
    givens: tuple[str, ...] = ()
    nicks: tuple[str, ...] = ()
    given_known: bool = False
    given_meant: tuple[str, ...] = ()
    given_sound: str = ""
    given_sorted: str = ""
    given_squeezed: str = ""
    given_vowels: str = ""
    given_digits: str = ""
    family: str = ""
    families: tuple[str, ...] = ()
    family_sound: str = ""
    family_digits: str = ""
    names: str = ""
    generation: str = ""
    birth: str = ""
    turned: str = ""
    no_day: bool = False
    sex: str = ""
    ssn: str = ""
    numbers: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    street: str = ""
    house: str = ""
    road: str = ""
    city: str = ""
    zip: str = ""
    phones: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""


def traits(person: Person) -> Traits:
    """The flat description of what one message says of a person."""
    names = [_likeliest(said) for said in person.names]
    name = next((one for one in names if one.given or one.family), _NOBODY)
    given = name.given[0] if name.given else ""
    said_birth = (person.birth_date or "").strip()
    birth = said_birth.replace("-", "") if telling.birth_tells(said_birth) else ""
    streets = [telling.address(said) for said in person.addresses]
    street, city, code = next((one for one in streets if any(one)), ("", "", ""))
    house, _, road = street.partition(" ") if street[:1].isdigit() else ("", "", street)
    phones = tuple(dict.fromkeys(number for said in person.telecoms if (number := _phone(said))))
    numbers = _numbers(person)
    return Traits(
        given=given,
        middle="".join(name.given[1:]),
        givens=name.given,
        **_forms(given),
        family=name.family,
        families=_families(names),
        family_sound=sound(name.family),
        family_digits=_DIGITS.sub("", name.family),
        names="|".join(sorted((given, name.family))) if given and name.family else "",
        generation=_generation(names),
        birth=birth,
        turned=_turned(birth),
        no_day=len(birth) == 8 and _is_no_day(birth),
        sex=person.sex if person.sex in ("female", "male") else "",
        ssn=_ssn(person),
        numbers=tuple(f"{system}|{value}" for system, value in numbers),
        systems=tuple(dict.fromkeys(system for system, _ in numbers)),
        street=street,
        house=house,
        road=_ROOM.split(road, maxsplit=1)[0],
        city=city,
        zip=code,
        phones=phones,
        phone=phones[0] if phones else "",
        email=next((mail for said in person.telecoms if (mail := telling.email(said))), ""),
    )


def _likeliest(said: HumanName) -> Name:
    """Of a name in one text the reading whose last word alone is the family name."""
    every = readings(said)
    return every[-1] if every else _NOBODY


def _families(names: Iterable[Name]) -> tuple[str, ...]:
    every = dict.fromkeys(name.family for name in names if name.family)
    every |= dict.fromkeys(part for name in names for part in name.parts if len(part) > 2)
    return tuple(every)


def _generation(names: Iterable[Name]) -> str:
    said = next((name.suffix for name in names if name.suffix), "")
    return "jr" if said == "ii" else said


def _numbers(person: Person) -> tuple[tuple[str, str], ...]:
    if all(one.system in SSN for one in person.identifiers):
        return ()
    return tuple(sorted({one for one in identifiers(person) if one[0] not in SSN}))


def _phone(said: str) -> str:
    return "" if "@" in said else telling.phone(said)


def _ssn(person: Person) -> str:
    for one in person.identifiers:
        if one.system in SSN and telling.ssn_tells(digits := _DIGITS.sub("", one.value)):
            return digits
    return ""


def _turned(birth: str) -> str:
    """The birth date with day and month exchanged; "" where that is no date, or the same one."""
    year, month, day = birth[:4], birth[4:6], birth[6:]
    return f"{year}{day}{month}" if len(birth) == 8 and day <= "12" and day != month else ""


@lru_cache(maxsize=1 << 16)
def _is_no_day(birth: str) -> bool:
    """Whether eight digits are in no calendar, as a mistyped date may be (1907-01-58)."""
    try:
        date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
    except ValueError:
        return True
    return False


@lru_cache(maxsize=1 << 16)
def _forms(given: str) -> dict[str, Any]:
    """What is compared of a first given name beside its letters."""
    return {
        "nicks": full_names(given),
        "given_known": given in known_given(),
        "given_meant": meant(given),
        "given_sound": sound(given),
        "given_digits": _DIGITS.sub("", given),
        "given_sorted": "".join(sorted(given)),
        "given_squeezed": re.sub(r"(.)\1+", r"\1", given),
        "given_vowels": "".join(char for char in given if char in _VOWELS),
    }


@lru_cache(maxsize=1 << 16)
def sound(name: str) -> str:
    """The consonants of a name as they sound, whatever alphabet it was written over from; "" for fewer than three."""
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    plain = re.sub(r"(.)\1+", r"\1", name.translate(_ALIKE))
    bare = plain[:1] + "".join(char for char in plain[1:] if char not in _VOWELS)
    return bare if len(bare) > 2 else ""


def meant(given: str) -> tuple[str, ...]:
    """The known names that a given name can stand for: itself, or where it is none the names that are one slip away."""
    if given in known_given():
        return (given,)
    if len(given) < _MEANT_FROM:
        return ()
    near = {name for less in _less(given) for name in _shorter().get(less, ())}
    return tuple(sorted(name for name in near if distance(name, given) == 1))


def _less(name: str) -> set[str]:
    """A name, and the name without each of its letters: two names share one of these where a slip lies between them."""
    return {name, *(name[:place] + name[place + 1 :] for place in range(len(name)))}


@lru_cache(maxsize=1)
def _shorter() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in known_given():
        for less in _less(name):
            found.setdefault(less, []).append(name)
    return found


@lru_cache(maxsize=1)
def _variants() -> dict[str, tuple[str, ...]]:
    told = tomllib.loads(_HERE.with_name("variants.toml").read_text("utf-8"))
    found: dict[str, dict[str, None]] = {}
    for table in ("short", "written"):
        for full, others in told[table].items():
            for one in (full, *others):
                found.setdefault(one, {})[f"{table} {full}"] = None
    return {name: tuple(full) for name, full in found.items()}


def full_names(given: str) -> tuple[str, ...]:
    """The names for which a given name can stand, each with how ("short robert"); () for a name without variants."""
    return _variants().get(given, ())


@lru_cache(maxsize=1)
def known_given() -> dict[str, float]:
    """Given names and the share of people who bear each.

    Source: US Census Bureau, 1990 Census name files; for names that these lack the US Social Security Administration's
    card applications, names of at least 1,000 children born from 1940 to 2017.
    """
    return _shares("given_names.csv")


@lru_cache(maxsize=1)
def known_family() -> dict[str, float]:
    """The commonest family names and the share of people who bear each. Source: US Census Bureau, 1990 Census name files."""
    return _shares("family_names.csv")


def _shares(name: str) -> dict[str, float]:
    with _HERE.with_name(name).open(encoding="utf-8") as body:
        return {row["name"]: float(row["share"]) for row in csv.DictReader(body)}
