"""Whom a row is about."""

import re

from careloom.care.entry import HumanName, Identifier, Message, Person
from careloom.connect.names import person_name
from careloom.connect.tables.cells import Row
from careloom.connect.tables.mapping import Cell, Whose
from careloom.errors import InputError

SEXES = {
    **dict.fromkeys(("f", "female", "w", "woman"), "female"),
    **dict.fromkeys(("m", "male", "man"), "male"),
    **dict.fromkeys(("u", "unk", "unknown"), "unknown"),
    **dict.fromkeys(("o", "other", "x"), "other"),
}
_YES = frozenset({"y", "yes", "true", "1", "deceased", "dead"})
_NO = frozenset({"n", "no", "false", "0", "alive", "living"})
_WORDY = re.compile(r"[A-Za-z]+")


def person(whose: Whose, row: Row, message: Message) -> Person:
    """The person of a row. Raises InputError where it names nobody, or something of them can't be."""
    identifiers = tuple(
        Identifier(_system(system, message.source), value)
        for system, cell in whose.identifiers
        if (value := row.text(cell))
    )
    if whose.identifiers and not identifiers:
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
        names=(name,) if name != HumanName() else (),
        birth_date=_born(whose.birth_date, row, message),
        sex=_sex(whose.sex, row),
        addresses=tuple(said for said in (row.text(whose.address),) if said),
        telecoms=tuple(dict.fromkeys(said for cell in whose.telecoms if (said := row.text(cell)))),
        deceased=_deceased(whose.deceased, row),
    )


def _system(system: str, source: str) -> str:
    said = system.replace("{source}", source)
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
