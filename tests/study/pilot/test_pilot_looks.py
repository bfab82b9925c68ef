"""When a look is due: by the cases that are finished, however often somebody looked of her own before."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from careloom.care.pilot import Arm, Enrolled, PilotProtocol
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.looking import due

BEGAN = date(2026, 9, 1)
LAST = date(2026, 10, 12)
PROTOCOL = PilotProtocol(participants=("rosa", "nina"), cases=50, looks=(25, 50, 75))


def rows(done: int, open_: int = 0) -> list[CaseRow]:
    case = Enrolled(
        number=1, who="rosa", patient="p", day=BEGAN, at=datetime(2026, 9, 1), arm=Arm.HAND
    )  # fmt: skip
    return [
        CaseRow(enrolled=replace(case, number=n), order=n, finished=BEGAN + timedelta(days=n // 4) if n < done else None)
        for n in range(done + open_)
    ]  # fmt: skip


def is_due(
    done: int, *seen: tuple[date, int | None], open_: int = 10, today: date = date(2026, 9, 20)
) -> bool:
    return due(PROTOCOL, rows(done, open_), seen, today, LAST)


def test_a_look_is_due_when_its_share_of_the_planned_cases_is_finished():
    assert not is_due(24)
    assert is_due(25)
    assert not is_due(26, (date(2026, 9, 8), 25))
    assert is_due(50, (date(2026, 9, 8), 25))


def test_looks_that_somebody_took_early_stand_for_none_that_is_planned_later():
    early = [(date(2026, 9, day), day) for day in (2, 3, 4, 5)]
    assert is_due(25, *early)
    assert is_due(75, *early)


def test_of_a_look_that_kept_no_number_the_cases_that_were_finished_by_then_count():
    day = BEGAN + timedelta(days=6)  # by then four a day: 28
    assert not is_due(30, (day, None))
    assert is_due(51, (day, None))


def test_when_the_weeks_are_over_one_is_due_however_few_cases_came_and_one_when_all_are_finished():
    after = LAST + timedelta(days=1)
    assert is_due(12, today=after)
    assert not is_due(12, (after, 12), today=after)
    assert not is_due(15, (after, 12), today=after), "some are still being written"
    assert is_due(22, (after, 12), open_=0, today=after)
    assert not is_due(0, today=after)
