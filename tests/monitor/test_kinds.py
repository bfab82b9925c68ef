"""Each kind of drift that is watched, planted by itself at a site that nothing was tuned on: noticed, and named by its cause."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.watched import Cause, DayCount
from careloom.monitor import watch
from careloom.monitor.judging import abreast_of, marks_of
from careloom.monitor.told import words_of
from tests.monitor.other_years import FIRST, PLANTED, Site, year

SITE = Site(drafts=30, messages=90, sources=1, rules=2, spread=0.1)
BEGUN, DAYS = 100, 142


@pytest.mark.parametrize("planted", PLANTED)
def test_each_kind_of_drift_is_noticed_and_named_by_its_cause(planted: str) -> None:
    cause, series = PLANTED[planted]
    # A measure is counted once a month; reasons are given for the few documents that are sent back.
    begun, days = (328, 450) if planted == "measure" else (BEGUN, DAYS)
    site = replace(SITE, drafts=200, messages=30) if planted in ("reasons", "burden") else SITE
    found = watch(year(4, site, days, planted, begun), FIRST + timedelta(days - 1))
    mine = [one for one in found.signals if {each.series for each in one.moved} & set(series)]
    assert [one.cause for one in mine] == [cause]
    began = FIRST + timedelta(begun)
    assert began <= mine[0].raised and mine[0].earliest - timedelta(3) <= began <= mine[0].latest + timedelta(
        28
    )
    words, values = words_of(mine[0])
    assert "{" not in words.format(**values)


def test_a_site_on_which_nothing_is_planted_tells_nothing() -> None:
    assert not watch(year(4, SITE, DAYS), FIRST + timedelta(DAYS - 1)).signals


def told(*names: str) -> list[DayCount]:
    """A day each; "a+b" are two names on one day, "" none."""
    return [
        DayCount(
            series="model", day=FIRST + timedelta(n), bins=dict.fromkeys(filter(None, one.split("+")), 1)
        )
        for n, one in enumerate(names)
    ]


def test_a_version_that_comes_back_is_a_change_and_senders_that_alternate_are_none() -> None:
    back = marks_of("model", told(*["a"] * 3, *["b"] * 20, "", "a"))
    assert [(one.before, one.name) for one in back] == [("a", "b"), ("b", "a")]
    assert [one.name for one in marks_of("model", told("a", "b", "a", "b", "a", "b"))] == ["b"]
    silent = told("a", *[""] * 40, "a")
    assert not marks_of("model", silent)


def test_workers_of_two_versions_side_by_side_are_told_and_the_day_of_a_change_is_not() -> None:
    half = told("a", "a", "a+b", "a+b", "a+b")
    (mark,) = abreast_of("model", half, half[-1].day)
    assert (mark.name, mark.day) == ("a, b", FIRST + timedelta(2))
    assert not abreast_of("model", told("a", "a+b", "b"), FIRST + timedelta(2))
    assert not abreast_of("model", told("a", "a+b"), FIRST + timedelta(1))
    assert not abreast_of("model", half, half[-1].day + timedelta(30))
    assert watch([*half], half[-1].day).abreast == (mark,)


def test_a_change_of_name_beside_which_nothing_moved_is_a_signal_and_else_stands_beside_it() -> None:
    alone = watch(year(4, SITE, DAYS, "version alone", BEGUN), FIRST + timedelta(DAYS - 1))
    (signal,) = alone.signals
    assert (signal.cause, signal.leads.alarm) == (Cause.DATA, False)
    words, values = words_of(signal)
    assert "version that s0 names: SOFT 9.1 since" in words.format(**values)
    beside = watch(year(4, SITE, DAYS, "completeness", BEGUN), FIRST + timedelta(DAYS - 1))
    (signal,) = beside.signals
    assert signal.leads.series == "shown|s0|labs" and [one.name for one in signal.marks] == ["SOFT 9.1"]
