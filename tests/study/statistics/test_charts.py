"""Charts, funnels and observers are those of the textbooks and papers that their formulas come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.study.statistics.charts import Chart, Exposed, Signal, p_chart, u_chart, xmr
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.funnel import Funnel, funnel, limits
from careloom.study.statistics.observers import Limits, bland_altman, icc
from careloom.study.statistics.proportions import Count

CANS = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]


def drawn(found: Chart | NotSaid) -> Chart:
    assert isinstance(found, Chart), found
    return found


def test_flow_rates_of_the_nist_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041 (3 / 1.128 instead of 2.66)."""
    found = drawn(xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]))
    assert found.centre == pytest.approx(50.81)
    assert (found.low[0], found.high[0]) == (
        pytest.approx(45.8159, abs=2e-3),
        pytest.approx(55.8041, abs=2e-3),
    )
    assert not found.signals


def test_orange_juice_cans_of_montgomery() -> None:
    """Montgomery 2013, example 7.1: mean 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 are out."""
    found = drawn(p_chart([Count(one, 50) for one in CANS]))
    assert found.centre == pytest.approx(0.2313, abs=1e-4)
    assert (found.low[0], found.high[0]) == (pytest.approx(0.0524, abs=2e-4), pytest.approx(0.4102, abs=2e-4))
    assert [one.point + 1 for one in found.signals if one.rule == "beyond_limit"] == [15, 23]


def test_computers_of_montgomery() -> None:
    """Montgomery 2013, section 7.3.1, 20 samples of 5 computers with 193 nonconformities: mean 1.93, limits 0.07 and 3.79, none out."""
    found = drawn(u_chart([Exposed(one, 5) for one in COMPUTERS]))
    assert (found.centre, found.low[0], found.high[0]) == (
        pytest.approx(1.93),
        pytest.approx(0.07, abs=0.005),
        pytest.approx(3.79, abs=0.005),
    )
    assert not [one for one in found.signals if one.rule == "beyond_limit"]


BASE = [1.0, -1.0] * 6


def test_each_rule_is_found_where_it_is_completed() -> None:
    """A baseline around 0 with limits at 5.32: then a point out, eight on one side, six rising, two of three far out, fifteen near."""
    for more, signal in (
        ([6.0], Signal(12, "beyond_limit")),
        ([0.5] * 8, Signal(19, "run_of_eight")),
        ([-2, -1.5, 0.5, 1, 1.5, 2], Signal(17, "trend_of_six")),
        ([4.0, 0.0, 4.0], Signal(14, "two_of_three_outer")),
    ):
        found = drawn(xmr([*BASE, *more], baseline=12))
        assert signal in found.signals and not [one for one in found.signals if one.point < 12]
    assert Signal(14, "fifteen_inner") in drawn(xmr([*BASE, 0.5, -0.5, 0.5], baseline=12)).signals


def test_a_month_of_nobody_is_passed_over() -> None:
    found = drawn(p_chart([Count(3, 20)] * 10 + [Count(0, 0)] + [Count(19, 20)]))
    assert found.values[10] is None and found.low[10] is None and Signal(11, "beyond_limit") in found.signals


def test_charts_of_nothing_are_refused_in_words() -> None:
    few, same, never = xmr([1.0, 2.0, 3.0]), xmr([5.0] * 12), p_chart([Count(0, 20)] * 12)
    assert (
        isinstance(few, NotSaid) and few.words == "Periods with anything counted: 3; control limits take 10."
    )
    assert isinstance(same, NotSaid) and isinstance(never, NotSaid) and never.why == "no_spread"


@given(st.lists(st.builds(Count, st.integers(0, 20), st.integers(20, 60)), min_size=10, max_size=40))
def test_limits_of_shares_stay_between_0_and_1(counts: list[Count]) -> None:
    found = p_chart(counts)
    if isinstance(found, Chart):
        assert all(
            low is not None and high is not None and 0 <= low <= found.centre <= high <= 1
            for low, high in zip(found.low, found.high, strict=True)
        )


@given(st.integers(1, 400), st.floats(0.02, 0.98))
def test_a_funnel_narrows_and_holds_its_centre(number: int, centre: float) -> None:
    near, far = limits(number, centre, 0.025), limits(number, centre, 0.001)
    assert 0 <= far[0] <= near[0] <= centre + 1 / number and centre - 1 / number <= near[1] <= far[1] <= 1
    assert limits(20 * number, centre, 0.025)[1] - centre <= near[1] - centre + 1 / number


def test_a_provider_far_out_of_the_funnel_is_named_and_small_ones_are_not() -> None:
    counts = {f"p{n}": Count(10 + n % 3, 100) for n in range(10)} | {
        "far": Count(40, 100),
        "small": Count(2, 5),
        "nobody": Count(0, 0),
    }
    found = funnel(counts)
    assert isinstance(found, Funnel)
    assert (
        found.places["far"].outside == 2
        and found.places["small"].outside < 2
        and "nobody" not in found.places
    )
    assert isinstance(funnel({"a": Count(1, 2)}), NotSaid)


def test_four_judges_of_shrout_and_fleiss() -> None:
    """Shrout & Fleiss 1979, tables 2 to 4: six targets, four judges, ICC(2,1) = 0.29; its interval 0.02 to 0.76 (McGraw & Wong 1996)."""
    found = icc([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    assert isinstance(found, Estimate)
    assert (found.value, found.low, found.high) == pytest.approx((0.2898, 0.0188, 0.7611), abs=2e-4)


def test_peak_flow_meters_of_bland_and_altman() -> None:
    """Bland & Altman 1986: 17 subjects, mean difference -2.1 (-22.0 to 17.8), limits -79.7 (-114.3 to -45.1) and 75.5 (40.9 to 110.1)."""
    large = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    found = bland_altman(list(zip(large, mini, strict=True)))
    assert isinstance(found, Limits)
    assert (found.bias.value, found.bias.low, found.bias.high) == pytest.approx((-2.1, -22.0, 17.8), abs=0.15)
    # The paper doubles a rounded standard deviation (38.8); 1.96 of it is a little narrower.
    assert (found.low.value, found.high.value) == pytest.approx((-79.7, 75.5), abs=2.0)
    assert (found.low.low, found.high.high) == pytest.approx((-114.3, 110.1), abs=2.5)


def test_observers_who_say_all_the_same_or_too_little_have_no_number() -> None:
    assert isinstance(icc([[1.0, 1.0]] * 6), NotSaid) and isinstance(icc([[1.0, 2.0]] * 3), NotSaid)
    assert isinstance(bland_altman([(1.0, 2.0)]), NotSaid)
    with pytest.raises(InputError):
        icc([[1.0, 2.0], [1.0]])
