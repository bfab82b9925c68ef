"""How the work lies among people, and who is away, as pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from careloom.care.turns import Absence
from careloom.care.worklist import Load


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One reviewer's work: what waits, what is overdue of it, lines signed of all, and decisions of the week."""

    name: str
    waiting: int
    overdue: int
    signed: int
    lines: int
    decided: int


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence in words, and whether this reader may end it."""

    id: str
    words: str
    now: bool
    ends: bool


def loads(found: Mapping[str, Load], people: Mapping[str, str]) -> tuple[LoadRow, ...]:
    """Nobody's first, then by name; somebody who is gone stands there as long as something waits for them."""
    rows = [
        LoadRow(
            people.get(user, gettext("Somebody who left")) if user else "",
            one.waiting,
            one.overdue,
            one.signed,
            one.lines,
            one.decided,
        )
        for user, one in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def absences(
    found: Iterable[Absence], people: Mapping[str, str], today: date, user: str, *, leads: bool
) -> tuple[AbsenceRow, ...]:
    """Those of today and later."""
    return tuple(
        AbsenceRow(
            one.id,
            gettext("{person} is away from {first} to {last}; {person2} covers.").format(
                person=people.get(one.who, gettext("Somebody")),
                first=one.first,
                last=one.last,
                person2=people.get(one.cover, "somebody"),
            ),
            one.holds(today),
            leads or one.who == user,
        )
        for one in found
        if one.last >= today
    )
