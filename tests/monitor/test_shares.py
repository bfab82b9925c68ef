"""Shares and rates: a stated distance between false alarms, whatever the days are like, and moves found soon."""

from datetime import date, timedelta
from math import exp

import numpy as np
import pytest

from careloom.care.watched import DayCount
from careloom.monitor import shares
from careloom.monitor.series import KINDS
from tests.monitor.few import DAYS
from tests.monitor.few import drawn as drawn_few

FIRST = date(2024, 1, 1)
SHARE, RATE = KINDS["shown"], KINDS["messages"]
# Sixty series that share two false alarms a year.
BETWEEN = 60 * 365 / 2


def line(number, hits):
    return shares.Line(FIRST, tuple(map(float, number)), tuple(map(float, hits)))


def drawn(kind, days, chance):
    weekday = np.arange(days) % 7
    number, share = chance.poisson(40, days), np.full(days, 0.2)
    if kind == "few":
        number, share = chance.poisson(3, days), np.full(days, 0.1)
    if kind == "weekdays differ":
        number, share = (
            chance.poisson(np.where(weekday > 4, 5, 60)),
            np.where(weekday > 4, 0.5, 0.2),
        )
    if kind == "growing":
        number = chance.poisson(20 * np.exp(np.arange(days) * 0.003))
    if kind == "days of nothing":
        number = number * (chance.random(days) < 0.3)
    if kind == "days follow one another":
        mood = 0.0
        for day in range(days):
            mood = 0.6 * mood + chance.normal() * 0.15
            share[day] = 1 / (1 + exp(1.4 - mood))
    return number, chance.binomial(number, share)


@pytest.mark.parametrize(
    "kind", ["alike", "few", "weekdays differ", "growing", "days of nothing", "days follow one another"]
)
def test_by_chance_alone_no_more_alarms_come_than_are_stated(kind):
    chance, alarms, years = np.random.default_rng(7), 0, 24
    for _ in range(years):
        number, hits = drawn(kind, shares.LEARNT + 365, chance)
        alarms += len(shares.watch(line(number, hits), SHARE, BETWEEN)[0])
    # A thirtieth of an alarm a series and year is allowed: in 24 years more than 4 come by chance once in a thousand.
    assert alarms <= 4


@pytest.mark.parametrize(("after", "soon"), [(0.0, 3), (0.3, 3), (0.75, 20)])
def test_a_field_that_falls_away_is_noticed_in_days_and_dated(after, soon):
    chance = np.random.default_rng(1)
    number = chance.poisson(60, 150)
    hits = chance.binomial(number, np.where(np.arange(150) < 100, 0.9, after))
    (found, *_), _ = shares.watch(line(number, hits), SHARE, BETWEEN)
    began = FIRST + timedelta(100)
    assert began < found.raised <= began + timedelta(soon)
    assert found.earliest <= began <= found.latest + timedelta(1)
    assert abs((found.since - began).days) <= 3
    assert found.before[1] / found.before[0] == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("how", ["alike", "weeks differ (0.3)"])
def test_a_rule_that_few_drafts_have_is_told_in_weeks_though_its_few_weeks_before_varied(how):
    chance, days = np.random.default_rng(9), []
    share = np.where(np.arange(137) < 77, 0.08, 0.55)
    for _ in range(20):
        told, _ = shares.watch(drawn_few(chance, 137, 2, share, DAYS[how]), KINDS["fired"], BETWEEN)
        days.append((told[0].raised - FIRST).days - 77 if told else 99)
    # Before, half of them were not told at all.
    assert np.median(days) <= 24 and max(days) < 99


def test_a_move_is_not_learnt_while_it_is_looked_into():
    chance, late = np.random.default_rng(10), 0
    for _ in range(20):
        number = chance.poisson(4, 240)
        hits = chance.binomial(number, np.where(np.arange(240) < 100, 0.3, 0.55))
        told, _ = shares.watch(line(number, hits), SHARE, BETWEEN)
        late += bool(told)
    assert late >= 14


def test_one_day_alone_is_no_alarm_and_two_are():
    number, hits = np.full(120, 50), np.full(120, 45)
    once = hits.copy()
    once[100] = 0
    assert not shares.watch(line(number, once), SHARE, BETWEEN)[0]
    once[101] = 0
    assert len(shares.watch(line(number, once), SHARE, BETWEEN)[0]) == 1


def test_a_source_that_falls_silent_is_noticed_though_nothing_comes_any_more():
    chance = np.random.default_rng(2)
    hits = chance.poisson(np.where(np.arange(120) % 7 < 5, 80, 8))
    hits[100:] = 0
    (found, *_), _ = shares.watch(line(np.ones(120), hits), RATE, BETWEEN)
    assert found.raised <= FIRST + timedelta(104)


def test_a_practice_that_is_closed_at_weekends_is_no_source_that_fell_silent():
    chance = np.random.default_rng(6)
    for _ in range(8):
        hits = chance.poisson(np.where(np.arange(420) % 7 < 5, 150, 0))
        assert not shares.watch(line(np.ones(420), hits), RATE, BETWEEN)[0]


def test_what_never_happened_is_no_alarm_when_it_happens_once():
    number, hits = np.full(120, 40), np.zeros(120)
    hits[[90, 100]] = 1
    assert not shares.watch(line(number, hits), SHARE, BETWEEN)[0]


def test_two_weeks_say_what_is_lacking_and_when_there_will_be_enough():
    found, standing = shares.watch(line(np.full(14, 20), np.full(14, 10)), SHARE, BETWEEN)
    assert not found and not standing.judged
    assert standing.ready == FIRST + timedelta(57)
    few = shares.watch(line(np.full(14, 0.5), np.zeros(14)), SHARE, BETWEEN)[1]
    assert few.ready == FIRST + timedelta(200) and few.cases == 7
    nothing = shares.watch(shares.Line.of([], FIRST), SHARE, BETWEEN)[1]
    assert not nothing.judged and nothing.ready is None
    number = np.full(58, 20)
    assert shares.watch(line(number, number // 2), SHARE, BETWEEN)[1].judged


def test_days_after_the_day_that_is_looked_at_are_no_part_of_it():
    days = [DayCount(series="shown|a|labs", day=FIRST + timedelta(n), number=10, hits=9) for n in (0, 2, 400)]
    held = shares.Line.of(days, FIRST + timedelta(3))
    assert held.number == (10, 0, 10, 0)


def with_a_season(days, swing, chance, peak=0.0):
    number = chance.poisson(120, days)
    logit = swing * np.sin(2 * np.pi * np.arange(days) / 365.25 + peak)
    return number, 1 / (1 + np.exp(-logit))


def test_a_small_yearly_season_is_no_move_in_its_first_year():
    chance, alarms = np.random.default_rng(3), 0
    for phase in range(12):
        number, share = with_a_season(421, 0.14, chance, phase / 2)
        alarms += len(shares.watch(line(number, chance.binomial(number, share)), SHARE, BETWEEN)[0])
    assert not alarms


def test_the_same_weeks_of_last_year_are_no_move_and_what_moves_beside_them_is():
    chance = np.random.default_rng(4)
    days = 3 * 365
    number, share = with_a_season(days, 0.2, chance, 2.0)
    hits = chance.binomial(number, share)
    assert not shares.watch(line(number, hits), SHARE, BETWEEN)[0]
    begun = 800
    share[begun:] = 4 * share[begun:] / (1 + 3 * share[begun:])
    hits = chance.binomial(number, share)
    (found, *_), _ = shares.watch(line(number, hits), SHARE, BETWEEN)
    assert FIRST + timedelta(begun) < found.raised <= FIRST + timedelta(begun + 14)


def test_a_source_with_a_season_is_watched_by_last_years_weeks():
    chance = np.random.default_rng(5)
    days = np.arange(3 * 365)
    hits = chance.poisson(60 * (1 + 0.25 * np.sin(2 * np.pi * days / 365.25)))
    assert not shares.watch(line(np.ones(len(days)), hits), RATE, BETWEEN)[0]


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_a_day_on_which_years_of_records_come_at_once_is_no_alarm_then_or_later_and_blinds_nobody(kind):
    chance = np.random.default_rng(8)
    number = chance.poisson(80, 300)
    number[90] = 50_000
    share = np.full(300, 0.9)
    share[90] = 0.2
    share[250:] = 0.4
    if kind == "share":
        found, _ = shares.watch(line(number, chance.binomial(number, share)), SHARE, BETWEEN)
    else:
        number[250:] = chance.poisson(15, 50)
        found, _ = shares.watch(line(np.ones(300), number), RATE, BETWEEN)
    (only,) = found
    assert FIRST + timedelta(250) < only.raised <= FIRST + timedelta(254)
