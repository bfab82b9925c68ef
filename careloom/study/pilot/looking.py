"""Looking: whether a stop rule of the protocol holds, at each look so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from careloom.care.pilot import Arm, PilotProtocol
from careloom.study.pilot.allocating import period
from careloom.study.pilot.cases import CaseRow
from careloom.study.statistics import stopping
from careloom.study.statistics.cases import Case
from careloom.study.statistics.proportions import Count

ARMS = {Arm.HAND: "usual", Arm.DRAFT: "draft"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One stop rule at a look: whether it holds, and what was seen in words."""

    rule: str
    holds: bool
    words: str


def as_cases(
    protocol: PilotProtocol, rows: Sequence[CaseRow], began: date, until: date | None = None
) -> tuple[Case, ...]:
    """The cases as the statistics take them, by the arm to which each was allocated; until a day those that were finished by then."""
    return tuple(
        Case(
            id=str(one.enrolled.number),
            provider=one.enrolled.who,
            patient=one.enrolled.patient,
            arm=ARMS[one.arm],
            minutes=one.minutes.minutes if one.minutes and not one.minutes.left_out else None,
            order=one.order,
            day=(one.enrolled.day - began).days,
            period=period(protocol, began, one.enrolled.day),
        )
        for one in rows
        if until is None or (one.finished is not None and one.finished <= until)
    )


def asked(
    protocol: PilotProtocol, rows: Sequence[CaseRow], serious: int, began: date, days: Sequence[date]
) -> tuple[Asked, ...]:
    """Every rule of the protocol at the last of the looks, which were on these `days`; `serious` events may have to do with a draft."""
    stops, planned = protocol.stops, protocol.cases * len(protocol.participants)
    alpha = protocol.expected.alpha
    event = stopping.serious_event(serious, len(rows), stops.serious - 1)
    found = [Asked("serious_event", event.fires, event.words)]
    drafts = [_drafts(rows, day) for day in days]
    if stops.floor:
        if drafts[-1].number < stops.fewest:
            found.append(Asked("accuracy_floor", False, _too_few("drafts", drafts[-1].number, stops.fewest)))
        else:
            floor = stopping.accuracy_floor(drafts, stops.floor / 100, max(planned // 2, 1), alpha)
            found.append(Asked("accuracy_floor", floor.fires, floor.words))
    if stops.slower:
        looks = [as_cases(protocol, rows, began, day) for day in days]
        timed = [
            sum(one.arm == arm and one.minutes is not None for one in looks[-1]) for arm in ARMS.values()
        ]
        if min(timed) < stops.fewest:
            found.append(
                Asked("review_time", False, _too_few("timed cases in an arm", min(timed), stops.fewest))
            )
        else:
            slower = stopping.review_time(looks, planned, alpha)
            found.append(Asked("review_time", slower.fires, slower.words))
    return tuple(found)


def due(
    protocol: PilotProtocol,
    rows: Sequence[CaseRow],
    seen: Sequence[tuple[date, int | None]],
    today: date,
    last: date,
) -> bool:
    """Whether a look that the protocol planned has come and nobody has looked since.

    `seen` has the day of each look and how many cases were finished then (None: it wasn't kept; those finished by that day). A look that somebody took
    earlier, of her own, stands for none that is planned for more cases. After the `last` day of enrolment one is due, too, and one more when all cases are finished.
    """
    done = sum(one.finished is not None for one in rows)
    day, known = seen[-1] if seen else (None, 0)
    if known is None:
        known = sum(one.finished is not None and day is not None and one.finished <= day for one in rows)
    planned = protocol.cases * len(protocol.participants)
    if any(100 * known < share * planned <= 100 * done for share in protocol.looks):
        return True
    if today <= last or done == known:
        return False
    return done == len(rows) or day is None or day <= last


def _drafts(rows: Sequence[CaseRow], day: date) -> Count:
    """Of the drafts decided by a day, those without substantial revision."""
    known = [one.revision for one in rows if one.revision and (one.finished is None or one.finished <= day)]
    return Count(sum(not one.substantial for one in known), len(known))


def _too_few(what: str, have: int, need: int) -> str:
    return f"{have} {what}: this rule is asked from {need} on."
