"""Table: observations that were written down elsewhere, as CSV, line by line.

Takes    the text of a CSV file, the activities of the study's list, whom the study observes (by user name), and the site's zone
Gives    a span for each line that can be read, and for each that can't its number with every reason
Never    guesses a missing value, reads a line halfway, or takes the same line of the same observer twice
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from careloom.care.observed import ActivityList, Tap
from careloom.errors import InputError

COLUMNS = ("observed", "activity", "began", "ended")
NOTE = "note"
MOST_LINES = 5_000
LONGEST_NOTE = 500


class Fault(StrEnum):
    """What is wrong with a line."""

    COLUMNS = "columns"
    NOBODY = "nobody"
    NO_ACTIVITY = "no_activity"
    NO_TIME = "no_time"
    BACKWARDS = "backwards"
    FUTURE = "future"
    LONG_NOTE = "long_note"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that wasn't taken: its number in the file (the heading is 1), the column, and why. What stood there isn't repeated."""

    number: int
    column: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Read:
    """What a table gave."""

    spans: tuple[Tap, ...]
    bad: tuple[BadLine, ...]
    lines: int


def read(
    text: str, activities: ActivityList, observed: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> Read:
    """The spans of a table with the columns observed (a user name), activity (its id or label), began, ended, and a note if there is one.

    Times are ISO 8601 (2026-11-30 09:05), in the site's zone where they name none. Raises InputError for a file that is no such table.
    """
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    spans: list[Tap] = []
    bad: list[BadLine] = []
    lines = 0
    try:
        head = [one.strip().lower() for one in next(rows, [])]
        missing = [one for one in COLUMNS if one not in head]
        if missing:
            raise InputError(f"the first line must name the columns {', '.join(COLUMNS)}; {missing[0]} lacks")
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            lines += 1
            if lines > MOST_LINES:
                raise InputError(f"a table has at most {MOST_LINES} lines; send it in parts")
            made = tuple(_line(head, cells, activities, observed, (zone, now)))
            faults = [one for one in made if isinstance(one, BadLine)]
            if faults:
                bad.extend(BadLine(rows.line_num, one.column, one.fault) for one in faults)
            else:
                spans.extend(one for one in made if isinstance(one, Tap))
    except csv.Error:
        raise InputError(f"line {rows.line_num} is no CSV: its quotes don't fit") from None
    return Read(tuple(spans), tuple(bad), lines)


def _line(
    head: list[str],
    cells: list[str],
    activities: ActivityList,
    observed: Mapping[str, str],
    when: tuple[ZoneInfo, datetime],
) -> Iterator[Tap | BadLine]:
    if len(cells) != len(head):
        yield BadLine(0, "", Fault.COLUMNS)
        return
    row = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    names = {one.label.casefold(): one.id for one in activities.activities} | {
        one.id: one.id for one in activities.activities
    }
    whom, activity = observed.get(row["observed"], ""), names.get(row["activity"].casefold(), "")
    zone, now = when
    times = {name: _time(row[name], zone) for name in ("began", "ended")}
    began, ended = times["began"], times["ended"]
    faults = [BadLine(0, name, Fault.NO_TIME) for name, at in times.items() if at is None]
    if not whom:
        faults.append(BadLine(0, "observed", Fault.NOBODY))
    if not activity:
        faults.append(BadLine(0, "activity", Fault.NO_ACTIVITY))
    if began and ended and ended <= began:
        faults.append(BadLine(0, "ended", Fault.BACKWARDS))
    if ended and ended > now:
        faults.append(BadLine(0, "ended", Fault.FUTURE))
    if len(row.get(NOTE, "")) > LONGEST_NOTE:
        faults.append(BadLine(0, NOTE, Fault.LONG_NOTE))
    if faults or began is None or ended is None:
        yield from faults
        return
    # The same line sent again, or standing twice, has the same id: it counts once.
    said = f"{whom} {activity} {began.isoformat()} {ended.isoformat()}"
    shift = hashlib.sha256(f"table {whom} {began.astimezone(zone).date()}".encode()).hexdigest()[:32]
    yield Tap(
        id=hashlib.sha256(said.encode()).hexdigest()[:32],
        shift=shift,
        number=0,
        what="span",
        phone=began,
        activity=activity,
        whom=whom,
        until=ended,
        text=row.get(NOTE, ""),
    )


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("2026-11-30"):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
