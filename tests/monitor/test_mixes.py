"""Mixes and scales: nothing is said of few cases, a move must be large as well as certain, and chance alone keeps to its rate."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from careloom.care.watched import DayCount
from careloom.monitor import mixes
from careloom.monitor.chance import chi_square_tail, chi_square_tenth, evidence, normal_tail, smirnov_tail
from careloom.monitor.series import SCALES

FIRST = date(2024, 1, 1)
AGES = SCALES["age"]
BASE, OLDER = (0.05, 0.2, 0.35, 0.25, 0.15), (0.02, 0.08, 0.2, 0.35, 0.35)
BETWEEN = 60 * 52 / 2


def days(seed, number, each=20, begun=10**6, after=OLDER, series="age"):
    chance = np.random.default_rng(seed)
    for day in range(number):
        drawn = chance.multinomial(chance.poisson(each), after if day >= begun else BASE)
        yield DayCount(
            series=series,
            day=FIRST + timedelta(day),
            bins=dict(zip(AGES, map(int, drawn), strict=True)),
        )


def watched(every, as_of, series="age"):
    return mixes.watch(series, list(every), as_of, BETWEEN)


@pytest.mark.parametrize("series", ["age", "payer"])
def test_older_patients_are_noticed_in_weeks(series):
    every = list(days(3, 190, begun=140, series=series))
    (found, *_), standing = watched(every, every[-1].day, series)
    assert FIRST + timedelta(147) <= found.raised <= FIRST + timedelta(168)
    assert found.since == FIRST + timedelta(140)
    assert found.distance > 0.2
    assert not standing.judged


@pytest.mark.parametrize("series", ["age", "payer"])
def test_by_chance_alone_a_mix_stays(series):
    assert not any(watched(days(seed, 400, each=9), FIRST + timedelta(399), series)[0] for seed in range(6))


def test_a_certain_but_small_move_is_none():
    nearly = (0.05, 0.2, 0.33, 0.26, 0.16)
    every = list(days(1, 200, each=2000, begun=120, after=nearly))
    assert not watched(every, every[-1].day)[0]


def test_a_week_in_which_years_of_records_come_at_once_is_no_alarm_then_or_later():
    every = list(days(2, 300, begun=250))
    every[90] = DayCount(series="age", day=every[90].day, bins=dict.fromkeys(AGES, 10_000))
    (only,), _ = watched(every, every[-1].day)
    assert FIRST + timedelta(250) < only.raised <= FIRST + timedelta(278)


def test_few_cases_are_never_called_stable():
    two_weeks = watched(days(1, 14), FIRST + timedelta(13))[1]
    assert not two_weeks.judged and two_weeks.ready and two_weeks.ready > FIRST + timedelta(56)
    rare = watched(days(1, 200, each=0.05), FIRST + timedelta(199))[1]
    assert not rare.judged and rare.cases < mixes.FEWEST_BEFORE
    assert watched([], FIRST)[1].ready is None
    # Weeks of few patients are looked at together.
    spans = mixes.weeks_of(list(days(1, 140, each=3)), FIRST + timedelta(139))
    assert all(one.number >= mixes.FEWEST for one in spans) and (spans[0].last - spans[0].first).days > 7


def test_psi_is_what_it_is_by_hand_and_not_larger_for_few_cases():
    # (0.5 - 0.3) ln(0.5 / 0.3) + (0.5 - 0.7) ln(0.5 / 0.7) = 0.1694...
    assert mixes.stability(
        {"a": 3 * 10**6, "b": 7 * 10**6}, {"a": 5 * 10**6, "b": 5 * 10**6}
    ) == pytest.approx(0.16946, abs=1e-4)
    chance = np.random.default_rng(4)
    found = [
        mixes.stability(
            dict(zip(AGES, map(int, chance.multinomial(400, BASE)), strict=True)),
            dict(zip(AGES, map(int, chance.multinomial(50, BASE)), strict=True)),
        )
        for _ in range(200)
    ]
    assert np.mean(found) < 0.05


def test_chances_are_those_of_printed_tables():
    for value, freedom, exact in ((3.0, 2, 0.22313), (20.0, 5, 0.0012497), (45.0, 9, 9.2266e-07)):
        assert math.log(chi_square_tail(value, freedom)) == pytest.approx(math.log(exact), rel=0.05)
    for freedom, tenth in ((7, 2.8331), (25, 16.4734), (51, 38.5604)):
        assert chi_square_tenth(freedom) == pytest.approx(tenth, rel=0.02)
    assert normal_tail(3) == pytest.approx(0.0013499, rel=1e-4)
    # The limit of Kolmogorov's distribution at 1.3581 is 0.05.
    assert smirnov_tail(1.3581 / 5000**0.5, 10_000, 10_000) == pytest.approx(0.05, rel=0.02)


def test_evidence_against_chance_is_one_on_average_at_most():
    grid = (np.arange(200_000) + 0.5) / 200_000
    assert np.mean([evidence(p) for p in grid]) <= 1.0
    assert evidence(1e-6) > 1000 and evidence(0.5) < 1
