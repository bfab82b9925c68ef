"""My time as the page prints it: a week by day and case, a month by patient."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from careloom.errors import InputError
from careloom.pipeline.timing import Month, Worked
from careloom.store.proposals import Proposals
from careloom.web.present.kinds import named
from careloom.web.present.words import activity_word
from careloom.web.saying import later

DAY = timedelta(days=1)
# Who is not in her care any more is not named.
ELSEWHERE = later("Somebody who is not in your care now")


@dataclass(frozen=True, slots=True)
class Said:
    """A correction: "+10 min", and her reason."""

    minutes: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One activity of a day for a patient; `total` differs from `measured` where it was corrected."""

    patient: str
    name: str
    known: bool
    case: str
    kind: str
    activity: str
    word: str
    measured: str
    total: str
    corrections: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its rows and its total."""

    day: date
    total: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week, its total, today's where it is this week, and the weeks beside it ("" for one that is yet to come)."""

    monday: date
    sunday: date
    total: str
    today: str
    days: tuple[Day, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A patient's month."""

    patient: str
    name: str
    known: bool
    active: str
    attested: int
    left: int


def long(seconds: int) -> str:
    """ "1 h 04 min", "12 min 05 s"."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, part = divmod(minutes, 60)
    return (
        gettext("{hours} h {part} min").format(hours=hours, part=f"{part:02d}")
        if hours
        else gettext("{minutes} min {rest} s").format(minutes=minutes, rest=f"{rest:02d}")
    )


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def kinds_of(worked: Iterable[Worked], proposals: Proposals) -> dict[str, str]:
    """What each case is called."""
    cases = {one.case for one in worked if one.case}
    found = {}
    for case in cases:
        try:
            found[case] = named(proposals.get(case).document.kind).title
        except InputError:
            continue
    return found


def week(
    worked: Iterable[Worked], names: Mapping[str, str], kinds: Mapping[str, str], day: date, today: date
) -> Week:
    """The week of a day."""
    monday, sunday = week_of(day)
    by_day: dict[date, list[Worked]] = {}
    for one in worked:
        by_day.setdefault(one.day, []).append(one)
    sums = {one: sum(row.seconds for row in rows) for one, rows in by_day.items()}
    days = (
        Day(one, long(sums[one]), tuple(_row(row, names, kinds) for row in rows))
        for one, rows in by_day.items()
    )
    return Week(
        monday=monday,
        sunday=sunday,
        total=long(sum(sums.values())),
        today=long(sums.get(today, 0)) if monday <= today <= sunday else "",
        days=tuple(days),
        before=(monday - DAY).isoformat(),
        after=(sunday + DAY).isoformat() if sunday < today else "",
    )


def months(found: Iterable[Month], names: Mapping[str, str]) -> tuple[MonthRow, ...]:
    """A month by patient."""
    return tuple(
        MonthRow(
            one.patient,
            names.get(one.patient, ELSEWHERE),
            one.patient in names,
            long(one.seconds),
            one.attested,
            one.left,
        )
        for one in found
    )


def _row(row: Worked, names: Mapping[str, str], kinds: Mapping[str, str]) -> Row:
    return Row(
        patient=row.patient,
        name=names.get(row.patient, ELSEWHERE),
        known=row.patient in names,
        case=row.case,
        kind=kinds.get(row.case, ""),
        activity=row.activity,
        word=activity_word(row.activity),
        measured=long(row.measured),
        total=long(row.seconds),
        corrections=tuple(
            Said(gettext("{more} min").format(more=f"{one.seconds // 60:+d}"), one.why)
            for one in row.corrections
        ),
    )
