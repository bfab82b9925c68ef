"""By what a patient is found: a few patients share each, so that a million of them need not be looked through."""

from collections.abc import Iterable, Iterator

from careloom.care.entry import HumanName, Person
from careloom.text import telling
from careloom.text.spelling import letters, tokens

IDENTIFIER = "identifier"


def blocks(person: Person) -> Iterable[tuple[str, str]]:
    """What a person is searched by, as (what, value), each once.

    An identifier; the birth date with any word of the names, or with the first letters of the given name; the names
    with the year of birth; a telephone with the given name's first letter; an e-mail address. A placeholder is none.
    """
    found = [(IDENTIFIER, f"{one.system}|{one.value.strip()}") for one in person.identifiers]
    return dict.fromkeys((*found, *_of_names(person), *_of_telecoms(person)))


def _of_names(person: Person) -> Iterator[tuple[str, str]]:
    birth = (person.birth_date or "").strip()
    if not telling.birth_tells(birth):
        return
    for name in person.names:
        given, family = _parts(name)
        for word in (*given, *family, "".join(family)):
            if len(word) > 1:
                yield "birth name", f"{birth}|{word}"
        if given:
            yield "birth letters", f"{birth}|{given[0][:2]}"
            yield "names year", "|".join((birth[:4], *sorted((given[0], "".join(family)))))


def _parts(name: HumanName) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the given names and of the family name; of a name in one text its last word alone is the latter."""
    given = tuple(word for part in name.given for word in tokens(part))
    family = tokens(name.family)
    if not given and not family:
        before, comma, after = name.text.partition(",")
        words = tokens(before)
        given, family = (tokens(after), words) if comma else (words[:-1], words[-1:])
    whole = "".join(family)
    return telling.given_tells(given, whole), family if telling.family_tells(whole, given) else ()


def _of_telecoms(person: Person) -> Iterator[tuple[str, str]]:
    initials = {word[0] for name in person.names for part in name.given for word in [letters(part)] if word}
    for said in person.telecoms:
        if mail := telling.email(said):
            yield "email", mail
        elif number := telling.phone(said):
            for initial in sorted(initials):
                yield "phone", f"{number}|{initial}"
