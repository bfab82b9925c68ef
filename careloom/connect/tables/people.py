"""Whom a row is about."""

import re
from collections.abc import Callable
from typing import TypeVar

from careloom.care.entry import HumanName, Identifier, Message, Person
from careloom.connect.names import person_name
from careloom.connect.tables.cells import Row
from careloom.connect.tables.mapping import Cell, Whose
from careloom.errors import InputError

T = TypeVar("T")
SSN = "http://hl7.org/fhir/sid/us-ssn"
SEXES = {
    **dict.fromkeys(("f", "female", "w", "woman"), "female"),
    **dict.fromkeys(("m", "male", "man"), "male"),
    **dict.fromkeys(("u", "unk", "unknown"), "unknown"),
    **dict.fromkeys(("o", "other", "x"), "other"),
}
_YES = frozenset({"y", "yes", "true", "1", "deceased", "dead"})
_NO = frozenset({"n", "no", "false", "0", "alive", "living"})
_SSN_NAMES = frozenset({"ssn", "ss", "social security", "social security number"})
_WORDY = re.compile(r"[A-Za-z]+")


def person(whose: Whose, row: Row, message: Message) -> Person:
    """The person of a row. Raises InputError where it names nobody, or something of them can't be."""
    identifiers = _identifiers(whose, row, message)
    if (whose.identifiers or whose.ssn) and not identifiers:
        raise InputError("has no identifier of a person")
    name = _name(whose, row)
    if not identifiers:
        if name == HumanName() or not row.text(whose.birth_date):
            raise InputError("has no name with a birth date")
        # Not the source's own numbers: two rows without a number may be one person.
        nameless = f"urn:careloom:source:{message.source}:row"
        identifiers = (Identifier(nameless, f"{message.sha256[:32]} {row.where}"),)
    return Person(
        identifiers=identifiers,
        names=_names(name, row.text(whose.maiden)),
        birth_date=_born(whose.birth_date, row, message),
        sex=_sex(whose.sex, row),
        addresses=_addresses(whose, row),
        telecoms=_telecoms(whose, row),
        deceased=_deceased(whose.deceased, row),
    )


def described(whose: Whose, row: Row, message: Message, births: dict[str, str | None]) -> Person:
    """The person of a row as far as it can be read: what is no name, date or word that is known is left out.

    `births` remembers birth dates as they were read.
    """

    def tried(read: Callable[[], T], nothing: T) -> T:
        try:
            return read()
        except InputError:
            return nothing

    name = tried(lambda: _name(whose, row), HumanName())
    return Person(
        identifiers=tried(lambda: _identifiers(whose, row, message), ()),
        names=_names(name, tried(lambda: row.text(whose.maiden), "")),
        birth_date=tried(lambda: _born_or_digits(whose, row, births), None),
        sex=tried(lambda: _sex(whose.sex, row), None),
        addresses=tried(lambda: _addresses(whose, row), ()),
        telecoms=tried(lambda: _telecoms(whose, row), ()),
    )


def _born_or_digits(whose: Whose, row: Row, births: dict[str, str | None]) -> str | None:
    """A birth date, its day unknown perhaps; the eight digits of one that can't be (a 45th of May), which still tell."""
    said = row.text(whose.birth_date)
    if said not in births:
        try:
            born = row.date(whose.birth_date)
            births[said] = born.text[:10] if born else None
        except InputError:
            digits = re.sub(r"\D", "", said)
            births[said] = digits if len(digits) == 8 else None
    return births[said]


def _identifiers(whose: Whose, row: Row, message: Message) -> tuple[Identifier, ...]:
    own = tuple(
        Identifier(_system(system, message.source), value)
        for system, cell in whose.identifiers
        if (value := row.text(cell))
    )
    ssn = row.text(whose.ssn)
    return (*own, Identifier(SSN, ssn)) if ssn else own


def _names(name: HumanName, maiden: str) -> tuple[HumanName, ...]:
    if name == HumanName():
        return ()
    if not maiden or maiden.lower() == name.family.lower():
        return (name,)
    return (name, HumanName(maiden, name.given, name.suffix))


def _addresses(whose: Whose, row: Row) -> tuple[str, ...]:
    said = ", ".join(text for cell in (whose.address, whose.zip) if (text := row.text(cell)))
    return (said,) if said else ()


def _telecoms(whose: Whose, row: Row) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for cell in whose.telecoms if (said := row.text(cell))))


def _system(system: str, source: str) -> str:
    said = system.replace("{source}", source)
    if said.lower() in _SSN_NAMES:
        return SSN
    return said if ":" in said else f"urn:careloom:source:{source}:{said}"


def _name(whose: Whose, row: Row) -> HumanName:
    if whose.name is not None and (whole := row.text(whose.name)):
        return person_name(whole)
    given = tuple(word for cell in whose.given for word in row.text(cell).split())
    return HumanName(row.text(whose.family), given, row.text(whose.suffix))


def _born(cell: Cell | None, row: Row, message: Message) -> str | None:
    born = row.date(cell)
    if born is None:
        return None
    if len(born.text) < 10:
        raise InputError("birth date is not a day")
    if message.received is not None and born.day > message.received.date():
        raise InputError("birth date lies after the day on which the file came")
    return born.day.isoformat()


def _sex(cell: Cell | None, row: Row) -> str | None:
    said = row.text(cell)
    if not said:
        return None
    found = SEXES.get(said.lower())
    if found is None:
        raise InputError("sex is none of female, male, other, unknown; give its words in the mapping")
    return found


def _deceased(cell: Cell | None, row: Row) -> str | None:
    said = row.text(cell)
    if not said or said.lower() in _NO:
        return None
    if said.lower() in _YES:
        return "true"
    if _WORDY.fullmatch(said):
        raise InputError("deceased is neither yes, no nor a date")
    died = row.date(cell)
    return died.text if died else None
