"""Minutes where arms weren't given by case: pairs, before and after, and steps. Each says what it can't tell."""

from math import exp, log

import pytest

from careloom.errors import InputError
from careloom.study.statistics.cases import Case
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.designs import Pair, before_after, by_step, paired
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.learning import Curve, learning
from careloom.study.statistics.minutes import DRAFT, USUAL, Minutes


def normals(seed: str, count: int) -> list[float]:
    from scipy.stats import norm

    return [float(one) for one in norm.ppf(uniforms(seed, "designs", count))]


def said(found: Minutes | NotSaid) -> Minutes:
    assert isinstance(found, Minutes), found
    return found


def twice(seed: str, number: int, effect: float) -> list[Pair]:
    draws = normals(seed, 2 * number)
    return [
        Pair(
            str(n),
            f"p{n % 2}",
            exp(3.5 + 0.6 * draws[2 * n]),
            exp(3.5 + 0.6 * draws[2 * n] + effect + 0.3 * draws[2 * n + 1]),
        )
        for n in range(number)
    ]


def over_time(seed: str, effect: float, drift: float = 0.0, days: int = 60) -> list[Case]:
    """Three coordinators with a case a day each; drafts from the middle on; `drift` a day, whatever is done."""
    draws = normals(seed, 3 * days)
    return [
        Case(f"{who}-{day}", f"p{who}", f"{who}-{day}", DRAFT if day >= days // 2 else USUAL,
             exp(3.5 + 0.3 * who + drift * day + effect * (day >= days // 2) + 0.4 * draws[3 * day + who]), day + 1, day)
        for day in range(days) for who in range(3)
    ]  # fmt: skip


def wedge(seed: str, effect: float, starts: dict[str, int], each: int = 10) -> list[Case]:
    periods = max(starts.values()) + 1
    draws, cases = iter(normals(seed, len(starts) * periods * (each + 1))), []
    for place, (who, start) in enumerate(starts.items()):
        for period in range(periods):
            shared = 0.05 * next(draws)
            for n in range(each):
                name, drafts = f"{who}-{period}-{n}", period >= start
                minutes = exp(3.5 + 0.2 * place - 0.1 * period + effect * drafts + shared + 0.3 * next(draws))
                cases.append(Case(name, who, name, DRAFT if drafts else USUAL, minutes, period=period))
    return cases


def test_the_same_case_twice_shows_a_fifth_less() -> None:
    found = said(paired(twice("pairs", 40, log(0.8))))
    assert found.verdict == "less" and found.ratio.low < 0.8 < found.ratio.high and found.saved is not None
    assert "half of the cases should be done by draft first" in found.caveats[0]


def test_pairs_of_one_provider_are_the_paired_t_test() -> None:
    """Student's sleep data (Biometrika 1908, 6:1-25), as R prints them: mean difference 1.58, t = 4.0621, df = 9, 95 % 0.7001 to 2.4599, p = 0.002833."""
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = said(
        paired([Pair(str(n), "p", exp(a), exp(b)) for n, (a, b) in enumerate(zip(one, other, strict=True))])
    )
    assert [log(x) for x in (found.ratio.value, found.ratio.low, found.ratio.high)] == pytest.approx(
        [1.58, 0.7001, 2.4599], abs=1e-4
    )
    assert found.p == pytest.approx(0.002833, abs=1e-6)


def test_a_pair_with_one_clock_missing_is_named_and_nine_are_too_few() -> None:
    pairs = [*twice("lost", 20, 0.0), Pair("half", "p0", 30.0, None), Pair("alone", "p9", 30.0, 20.0)]
    assert {one.id for one in said(paired(pairs)).left_out} == {"half", "alone"}
    few = paired(pairs[:9])
    assert isinstance(few, NotSaid) and few.have == 9
    with pytest.raises(InputError, match="twice"):
        paired([*pairs, pairs[0]])


def test_work_that_was_getting_faster_anyway_is_no_effect_of_drafts() -> None:
    found = said(before_after(over_time("drift", 0.0, drift=-0.015)))
    assert found.unadjusted is not None and found.unadjusted.high < 0.8
    assert found.verdict == "no_difference_shown" and found.caveats[0].startswith(
        "Before and after alone proves nothing"
    )


def test_a_sudden_fall_is_told_from_the_trend_and_still_proves_nothing_alone() -> None:
    found = said(before_after(over_time("fall", log(0.5))))
    assert found.verdict == "less" and "proves nothing" in found.caveats[0]


def test_more_cases_than_a_mixed_model_takes_are_said_to_have_none() -> None:
    """A patient comes twice, in 2,700 cases: the method that is named is the one that was used."""
    cases = over_time("large", log(0.8), days=900)
    cases[1] = Case("again", "p1", cases[0].patient, USUAL, 30.0, 1, 0)
    assert said(before_after(cases)).method == "linear model of logarithms, t, with a trend"
    assert (
        "random: patient"
        in said(before_after([case for case in cases if case.day < 30 or 450 <= case.day < 480])).method
    )


def test_before_and_after_mixed_up_is_refused() -> None:
    cases = over_time("mixed up", 0.0)
    cases[0] = Case("early", "p0", "x", DRAFT, 20.0, 1, 0)
    with pytest.raises(InputError, match="no before and after"):
        before_after(cases)


def test_providers_who_begin_one_after_another_show_the_effect_beside_the_trend() -> None:
    starts = {f"p{n}": 1 + n % 3 for n in range(6)}
    found = said(by_step(wedge("six in steps", log(0.7), starts), starts, "seed"))
    assert found.verdict == "less" and found.ratio.low < 0.7 < found.ratio.high
    assert found.p_chance is not None and found.p_chance == pytest.approx(1 / 90, abs=0.03)
    assert "0.011" in found.caveats[0]


def test_three_coordinators_are_told_how_small_their_p_can_be() -> None:
    starts = {"p0": 1, "p1": 2, "p2": 3}
    found = said(by_step(wedge("three", log(0.6), starts), starts, "seed"))
    assert found.p_chance is not None and found.p_chance >= 1 / 6 - 1e-9 and "0.17" in found.caveats[0]


def test_a_case_with_another_arm_than_its_step_says_counts_as_allocated() -> None:
    starts = {"p0": 1, "p1": 2, "p2": 3}
    cases = wedge("crossed", 0.0, starts)
    first = cases[0]
    cases[0] = Case(first.id, first.provider, first.patient, DRAFT, first.minutes)
    assert any(
        one.startswith("1 cases had another arm") for one in said(by_step(cases, starts, "seed")).caveats
    )


def test_two_coordinators_who_wait_cannot_be_told_from_their_months() -> None:
    starts = {"p0": 1, "p1": 2}
    found = by_step(wedge("two", 0.0, starts), starts, "seed")
    assert isinstance(found, NotSaid) and found.why == "one_cluster"
    with pytest.raises(InputError, match="allocated"):
        by_step(wedge("two", 0.0, starts), {"p0": 1}, "seed")


def practised(seed: str, slope: float, drift: float = 0.0) -> list[Case]:
    draws = normals(seed, 3 * 80)
    cases = []
    for who in range(3):
        for n in range(80):
            drafts = n // 2 + 1
            by_draft = n % 2 == 1
            value = (
                3.5
                + drift * log(drafts)
                + (slope * log(drafts) if by_draft else 0)
                + 0.2 * draws[80 * who + n]
            )
            cases.append(
                Case(
                    f"{who}-{n}", f"p{who}", f"{who}-{n}", DRAFT if by_draft else USUAL, exp(value), n + 1, n
                )
            )
    return cases


def test_ten_percent_less_each_doubling_is_learnt() -> None:
    found = learning(practised("learn", log(0.9) / log(2)))
    assert isinstance(found, Curve) and isinstance(found.net, Estimate)
    assert found.doubling.low < 0.9 < found.doubling.high < 1 and found.net.high < 1
    assert (
        found.last < found.first
        and found.reached == 40
        and found.words.startswith("Work with drafts becomes faster")
    )


def test_what_time_does_to_both_arms_is_no_learning() -> None:
    found = learning(practised("time", 0.0, drift=log(0.9) / log(2)))
    assert isinstance(found, Curve) and isinstance(found.net, Estimate) and found.net.low < 1 < found.net.high


def test_five_drafts_are_no_curve() -> None:
    found = learning([case for case in practised("five", 0.0) if case.order <= 2])
    assert isinstance(found, NotSaid) and found.have == 3
