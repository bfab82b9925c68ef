"""What cannot be true of an entry or of a person, by its kind: the dates and the values that somebody must look at."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from careloom.care.entry import Entry, Person
from careloom.knowledge.labs import Labs

# Clocks and zones differ by less.
A_DAY = timedelta(days=1)
OLDEST = 120


def doubts(
    entry: Entry, labs: Labs, *, births: Iterable[date], received: datetime | None, ahead: bool
) -> Iterator[str]:
    """Why an entry can't be right as it stands: "in the future", "before birth", "impossible value", "unit not known".

    `ahead`: its dates may lie in the future. The limits of values are those of knowledge's labs.
    """
    start = entry.effective.start
    if received and not ahead and start and start.earliest > received + A_DAY:
        yield "in the future"
    if received and entry.recorded and entry.recorded.earliest > received + A_DAY:
        yield "in the future"
    if start and entry.subject == "patient" and entry.kind != "FamilyMemberHistory":
        born = min(births, default=None)
        if born and start.latest.date() < born - A_DAY:
            yield "before birth"
    if entry.kind == "Observation":
        yield from _of_values(entry, labs)


def of_person(person: Person, as_of: date) -> Iterator[str]:
    """Why a birth date can't be right: "born in the future", "older than 120", "no calendar day"."""
    if not person.birth_date:
        return
    born = first_day(person.birth_date)
    if born is None:
        yield "no calendar day"
    elif born > as_of:
        yield "born in the future"
    elif as_of.year - born.year > OLDEST:
        yield f"older than {OLDEST}"


def first_day(text: str | None) -> date | None:
    """The first day of an ISO date, month or year; None where it is none."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10] if len(text or "") < 10 else (text or "")[:10])
    except ValueError:
        return None


def _of_values(entry: Entry, labs: Labs) -> Iterator[str]:
    parts = [(entry.codes, entry.text, entry.value, entry.unit)]
    parts += [(part.codes, "", part.value, part.unit) for part in entry.components]
    for codes, text, value, unit in parts:
        lab = labs.find(codes, text)
        if lab is None or not value or not value[:1].isdigit():
            continue
        fits = lab.plausible(value, unit)
        if fits is None:
            yield "unit not known" if unit else "unit missing"
        elif not fits:
            yield "impossible value"
