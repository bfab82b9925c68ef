"""Scans that name nobody whom we know, and the patients whose they may be, as the pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.worklist import Row
from careloom.pipeline.assigning import Assigned, Match, Unassigned
from careloom.web.present.words import moment, sentence, source_name

# From the reader's queue so many are offered; who looks for somebody else searches.
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Nobodys:
    """A waiting scan: its id, the file's name, where it came from and when, and why nobody is certain."""

    message: str
    name: str
    source: str
    received: str
    reason: str


@dataclass(frozen=True, slots=True)
class Somebodys:
    """A scan that a person assigned: whose it is, and who said so."""

    message: str
    name: str
    source: str
    patient: str
    who: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A patient who can be chosen: name and birth date, and the numbers to compare with the paper."""

    patient: str
    label: str
    numbers: str


def nobodys(waiting: Iterable[Unassigned], now: datetime) -> tuple[Nobodys, ...]:
    """The waiting scans."""
    return tuple(
        Nobodys(
            one.message,
            one.name or gettext("a scan"),
            source_name(one.source),
            moment(one.received, now) if one.received else "",
            sentence(one.reason),
        )
        for one in waiting
    )


def somebodys(
    assigned: Iterable[Assigned], labels: Mapping[str, str], people: Mapping[str, str]
) -> tuple[Somebodys, ...]:
    """The assigned scans; `people` are the names of users by their id."""
    return tuple(
        Somebodys(
            one.message,
            one.name or gettext("a scan"),
            source_name(one.source),
            labels.get(one.patient, ""),
            people.get(one.who, one.who),
        )
        for one in assigned
    )


def matches(found: Iterable[Match]) -> tuple[Choice, ...]:
    """Patients whom a search found."""
    return tuple(
        Choice(
            one.patient, f"{one.name} · {one.birth_date or 'birth date not recorded'}", ", ".join(one.numbers)
        )
        for one in found
    )


def offered(rows: Iterable[Row], patients: int) -> tuple[tuple[Choice, ...], int]:
    """The first patients of the work list, each once, and how many more of all its `patients` there are."""
    found = {one.waiting.patient: f"{one.waiting.name} · {one.waiting.birth_date}" for one in rows}
    first = tuple(Choice(patient, label, "") for patient, label in list(found.items())[:MOST_OFFERED])
    return first, patients - len(first)
