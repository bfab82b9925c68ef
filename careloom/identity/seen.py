"""A person's names, identifiers, birth date and sex in the form in which they are compared."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from careloom.care.entry import UNNAMED_SOURCES, HumanName, Person
from careloom.text import telling
from careloom.text.spelling import letters, tokens

_SUFFIXES = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv",
}  # fmt: skip
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})
SSN = frozenset({"http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1"})
_OURS = "urn:careloom:source:"
# Numbers of accounts, visits and policies: a family shares them, and they tell nobody apart.
_SHARED = "urn:careloom:number:"
# Everybody born on a day is compared with everybody else, again and again; a placeholder date is borne by thousands.
NAMES_KEPT = 1 << 16
_NINES = re.compile(r"9{8}\d$")
_NO_VALUE = frozenset({"", "unknown", "none", "na", "null", "tbd", "pending", "unassigned"})


@dataclass(frozen=True, slots=True)
class Name:
    """One way to read a name: given names in order, the family name as one run of letters, the suffix.

    Case, accents and punctuation are gone; `suffix` is a generation ("jr", "sr", "ii" …) or ""; `parts` are the
    words of the family name. What stands for nobody's name ("Baby Girl", "Unknown") is left out.
    """

    given: tuple[str, ...]
    family: str
    suffix: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one or several messages said of who a person is."""

    identifiers: frozenset[tuple[str, str]]
    names: frozenset[Name]
    births: frozenset[str]
    sexes: frozenset[str]

    def differs(self, other: "Seen") -> bool:
        """Whether one system numbers the two differently, and never the same."""
        mine, theirs = (_of_people(one.identifiers) for one in (self, other))
        return any(not mine[system] & theirs[system] for system in mine.keys() & theirs.keys())


def seen(persons: Iterable[Person]) -> Seen:
    """What these persons (all one patient, or one message's) say, united."""
    every = tuple(persons)
    return Seen(
        identifiers=frozenset(one for person in every for one in identifiers(person)),
        names=frozenset(name for person in every for said in person.names for name in readings(said)),
        births=frozenset(
            day for person in every if (day := (person.birth_date or "").strip()) and telling.birth_tells(day)
        ),
        sexes=frozenset(person.sex for person in every if person.sex in ("female", "male")),
    )


def identifiers(person: Person) -> Iterator[tuple[str, str]]:
    """The (system, value) of each number that can be one person's alone."""
    for one in person.identifiers:
        if one.system and not one.system.startswith(_SHARED) and _identifies(one.system, one.value):
            yield one.system, one.value.strip()


def _of_people(identifiers: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Values by system, without those that number a message (a note that bears no number of the person's) and
    without the server's own numbers where nobody named the server: two systems may hide behind one name.
    """
    values: dict[str, set[str]] = {}
    for system, value in identifiers:
        named = system.removeprefix(_OURS).partition(":")[0] not in UNNAMED_SOURCES
        if not system.startswith(_OURS) or (named and not value.startswith("note ")):
            values.setdefault(system, set()).add(value)
    return values


def _identifies(system: str, value: str) -> bool:
    """Whether a value can belong to one person alone: not a placeholder ("unknown", "999-99-9999")."""
    bare = re.sub(r"[^0-9a-z]", "", value.lower())
    if system in SSN:
        return len(bare) != 4 and telling.ssn_tells(bare)
    # Eight nines before another digit are typed by test systems (MADiE gives every patient of a measure's cases 999999995).
    return bare not in _NO_VALUE and not (len(bare) >= 4 and len(set(bare)) == 1) and not _NINES.match(bare)


@lru_cache(maxsize=NAMES_KEPT)
def readings(name: HumanName) -> tuple[Name, ...]:
    """The ways in which a name can be read: one where its parts are given, else every split of its text.

    A suffix that stands in the wrong part ("King Jr" as family name) is taken as one; of several ("Jr MD") the one
    that names a generation counts.
    """
    suffix = next((_SUFFIXES[word] for word in tokens(name.suffix) if word in _SUFFIXES), "")
    given = tuple(word for part in name.given for word in tokens(part))
    family = tokens(name.family)
    if not family and not given:
        return _of_text(name.text, suffix)
    given, of_given = _without_suffix(given)
    family, of_family = _without_suffix(family)
    return (_name(given, family, suffix or of_family or of_given),)


def _name(given: tuple[str, ...], family: tuple[str, ...], suffix: str) -> Name:
    whole = "".join(family)
    told = telling.family_tells(whole, given)
    return Name(telling.given_tells(given, whole), told, suffix, family if told else ())


def _of_text(text: str, suffix: str) -> tuple[Name, ...]:
    before, comma, after = text.partition(",")
    if comma and letters(after) not in _SUFFIXES:
        family, of_family = _without_suffix(tokens(before))
        given, of_given = _without_suffix(tokens(after))
        return (_name(given, family, suffix or of_family or of_given),)
    words, of_text = _without_suffix(tuple(word for word in tokens(text) if word not in _TITLES))
    suffix = suffix or of_text
    return tuple(_name(words[:cut], words[cut:], suffix) for cut in range(1, len(words)))


def _without_suffix(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    if len(words) > 1 and words[-1] in _SUFFIXES:
        return words[:-1], _SUFFIXES[words[-1]]
    return words, ""
