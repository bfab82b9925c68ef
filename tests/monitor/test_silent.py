"""A rule that never found anything, and from a day on does."""

from datetime import timedelta

from careloom.care.watched import Cause, DayCount
from careloom.monitor import watch
from careloom.monitor.silent import since_drafted
from tests.monitor.other_years import FIRST

BEGUN, DAYS, DRAFTS = 100, 110, 6
NEW, OLD = "fired|interaction", "fired|renal"


def year(begun: int = BEGUN) -> list[DayCount]:
    """Drafts of two strata a day; one rule finds something in a third of them from the second week on, the other in half from its day on."""
    counts = []
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        counts.append(DayCount(series="findings", day=day, number=DRAFTS, hits=DRAFTS))
        for series, first, hits in ((OLD, 14, 1.0), (NEW, begun, 1.5)):
            if number >= first:
                strata = {"few|less": (3.0, hits), "some|more": (3.0, hits)}
                counts.append(DayCount(series=series, day=day, number=DRAFTS, hits=2 * hits, strata=strata))
    return counts


def test_a_rule_that_never_fired_and_now_fires_is_told_within_a_week() -> None:
    (signal,) = watch(year(), FIRST + timedelta(DAYS - 1)).signals
    assert (signal.cause, signal.leads.series) == (Cause.PRACTICE, NEW)
    assert signal.since == FIRST + timedelta(BEGUN) and signal.raised < FIRST + timedelta(BEGUN + 7)
    assert signal.leads.shift.before[1] == 0 and signal.leads.shift.before[0] >= 300


def test_days_before_a_rules_first_finding_are_drafts_without_one_in_the_days_own_strata() -> None:
    told = {one.day: one for one in since_drafted(year()) if one.series == NEW}
    assert len(told) == DAYS
    # Before any rule found anything it is known how many drafts there were, not which.
    first, later, found = (told[FIRST + timedelta(number)] for number in (0, 50, BEGUN))
    assert (first.number, first.hits, first.strata) == (DRAFTS, 0, {})
    assert (later.hits, later.strata) == (0, {"few|less": (3.0, 0.0), "some|more": (3.0, 0.0)})
    assert found.hits == 3


def test_a_rule_that_fired_from_the_second_week_on_is_no_move() -> None:
    assert not watch(year(begun=14), FIRST + timedelta(DAYS - 1)).signals
