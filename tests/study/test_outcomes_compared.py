"""Outcomes compared: with a trend, with panels without drafts, and never from before to after alone."""

from datetime import date
from random import Random

from careloom.measure.outcomes import OUTCOMES
from careloom.measure.outcomes.noun import Seen, Taken
from careloom.measure.outcomes.values import Change
from careloom.measure.outcomes.visits import whole_months
from careloom.study.outcomes import ALONE, Panels, compared
from careloom.study.statistics.differences import Differences
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.series import Series

SPAN = (date(2025, 1, 1), date(2026, 12, 31))
START = date(2026, 1, 15)
MONTHS = list(whole_months(*SPAN))


def taken(patients, fall, seed=1, which=MONTHS):
    """HbA1c values of each month around 8 that rise slowly, and fall by so much from the start on for the first half of the patients."""
    chance = Random(seed)
    found = []
    for number in range(patients):
        for place, month in enumerate(which):
            less = fall if month >= START.replace(day=1) and number < patients / 2 else 0.0
            found.append(Taken(f"p{number}", month, 8 + place * 0.01 - less + chance.gauss(0, 0.2)))
    return Seen(tuple(found))


def test_a_fall_is_found_against_the_trend_and_against_panels_that_went_on_as_before():
    panels = Panels({f"p{one}": f"n{one % 12}" for one in range(12)}, {f"n{one}": START for one in range(6)})
    changes = [Change(f"p{one}", 8.0, 7.0 + one / 100) for one in range(12)]
    found = compared(OUTCOMES["hba1c"], taken(12, 1.0), SPAN, START, panels, changes=changes)
    assert isinstance(found.series, Series) and found.series.end.high < 0
    assert isinstance(found.differences, Differences)
    assert found.differences.effect.low < -1.0 < found.differences.effect.high < 0
    assert isinstance(found.changes, Estimate) and round(found.changes.value, 2) == -0.94
    assert (found.patients, found.number, len(found.months)) == (12, 288, 24)


def test_a_change_without_either_comparison_is_withheld_in_words():
    few = taken(3, 1.0, which=MONTHS[9:15])
    changes = [Change(f"p{one}", 8.0, 7.0 + one / 100) for one in range(12)] + ["no value before"]
    found = compared(OUTCOMES["hba1c"], few, SPAN, START, Panels(), changes=changes)
    assert isinstance(found.series, NotSaid) and "18 of 24 months have no value" in found.series.words
    assert isinstance(found.differences, NotSaid) and "0 clusters with" in found.differences.words
    assert found.changes == NotSaid("not_identified", ALONE)
    assert found.left == {"no value before": 1}


def test_nobody_at_all_is_said_in_words():
    for outcome in OUTCOMES.values():
        found = compared(outcome, Seen(), SPAN, None, Panels())
        assert isinstance(found.value, NotSaid) and isinstance(found.series, NotSaid)
        assert isinstance(found.differences, NotSaid)


def test_emergency_visits_are_a_rate_for_a_hundred_patient_months():
    every = [Taken(f"p{number}", month, float(number == 0)) for number in range(10) for month in MONTHS]
    found = compared(OUTCOMES["emergency"], Seen(tuple(every)), SPAN, None, Panels())
    assert isinstance(found.value, Estimate) and found.value.value == 10.0
    assert found.value.low < 10.0 < found.value.high
    assert found.months[0].value == 10.0
