"""Planted drifts in simulated years: each cause is noticed and named; what follows from it is told beside it and is no cause of its own."""

from datetime import timedelta

import pytest

from careloom.care.watched import Cause, DayCount
from careloom.monitor import watch
from tests.monitor.years import FIRST, SITES, year

BEGUN = 150
DAYS = BEGUN + 45
SITE = SITES["weekdays, days follow one another"]


def seen(planted, days=DAYS):
    counts = list(year(5, SITE, days, planted, BEGUN))
    return watch(counts, FIRST + timedelta(days - 1))


def causes(found):
    return {one.cause for one in found.signals}


@pytest.mark.parametrize(
    ("planted", "cause", "leads", "soon"),
    [
        ("data", Cause.DATA, "shown|east|labs", 5),
        ("population", Cause.POPULATION, "age", 25),
        ("practice", Cause.PRACTICE, "fired|allergy", 15),
        ("model", Cause.MODEL, "fallbacks", 10),
        ("load", Cause.QUEUE, "overdue", 10),
    ],
)
def test_a_cause_is_noticed_soon_named_rightly_and_dated(planted, cause, leads, soon):
    found = seen((planted,))
    (signal,) = found.signals
    began = FIRST + timedelta(BEGUN)
    assert signal.cause is cause and signal.leads.alarm
    assert leads in {one.series for one in signal.moved if one.alarm}
    assert began < signal.raised <= began + timedelta(soon)
    assert signal.earliest - timedelta(3) <= began <= signal.latest + timedelta(7)


def test_what_follows_from_a_field_that_fell_away_is_told_with_it_and_not_as_practice():
    (signal,) = seen(("data",)).signals
    moved = {one.series for one in signal.moved}
    assert moved >= {"shown|east|labs", "edited|care_plan"}
    assert [one.name for one in signal.marks] == ["EPR 12"]
    labs = signal.leads.shift
    assert labs.before[1] / labs.before[0] == pytest.approx(0.9, abs=0.03)
    assert labs.after[1] / labs.after[0] == pytest.approx(0.3, abs=0.05) and labs.cases > 100


def test_two_causes_at_once_are_both_told():
    found = seen(("data", "practice"))
    assert causes(found) == {Cause.DATA, Cause.PRACTICE}
    practice = next(one for one in found.signals if one.cause is Cause.PRACTICE)
    assert practice.within is True and "protocols 2" in {one.name for one in practice.marks}


def test_no_key_stands_twice_and_a_signal_keeps_its_key_as_days_go_by():
    later, sooner = seen(("data", "practice")), seen(("data", "practice"), DAYS - 20)
    keys = [one.key for one in later.signals]
    assert len(keys) == len(set(keys)) and {one.key for one in sooner.signals} <= set(keys)


def test_more_edits_among_drafts_that_lack_more_are_no_practice():
    """Only drafts are counted; how many of them lack much doubles, and each is edited as often as before."""
    counts = []
    for number in range(DAYS):
        few, many = (10, 30) if number >= BEGUN else (30, 10)
        strata = {"few|less": (few, few * 0.2), "many|less": (many, many * 0.7)}
        hits = sum(told for _, told in strata.values())
        counts.append(
            DayCount(
                series="edited|care_plan",
                day=FIRST + timedelta(number),
                number=40,
                hits=hits,
                strata=strata,
            )
        )
    (signal,) = watch(counts, FIRST + timedelta(DAYS - 1)).signals
    assert (signal.cause, signal.within) == (Cause.DATA, False)


def test_a_year_of_chance_alone_stays_within_what_is_stated():
    found = watch(year(3, SITE, 421), FIRST + timedelta(420))
    assert len(found.signals) <= 2 and found.judged == len(found.rows) and found.ready is None


def test_a_young_site_is_told_what_cannot_be_told_yet_and_when():
    found = watch(year(3, SITE, 14), FIRST + timedelta(13))
    assert not found.signals and not found.judged
    assert found.ready == FIRST + timedelta(57)


def test_what_an_older_version_counted_and_days_ahead_of_the_clock_are_passed_over():
    odd = [
        DayCount(series="forgotten|x", day=FIRST, number=1),
        DayCount(series="edited|x", day=FIRST + timedelta(30), number=1),
    ]
    found = watch(odd, FIRST + timedelta(10))
    assert not found.rows and not found.signals
