"""Minutes saved are said with an interval that covers, and not at all where there is nothing to say."""

from math import exp, log

import numpy as np
import pytest

from careloom.errors import InputError
from careloom.study.statistics.cases import Case
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.minutes import DRAFT, USUAL, Minutes, by_arm
from careloom.study.statistics.mixed import fitted
from careloom.study.statistics.strata import combined, permuted


def pilot(
    seed: str, providers: int = 3, each: int = 40, effect: float = 0.0, spread: float = 0.5
) -> list[Case]:
    """Coordinators who differ, each with `each` cases, every second by draft; `effect` is the log ratio."""
    from scipy.stats import norm

    draws = norm.ppf(uniforms(seed, "pilot", providers * (each + 1))).reshape(providers, each + 1)
    return [
        Case(
            f"{who}-{n}",
            f"p{who}",
            f"{who}-{n}",
            (USUAL, DRAFT)[n % 2],
            exp(3.5 + row[0] * 0.5 + effect * (n % 2) + spread * row[n + 1]),
            n + 1,
        )
        for who, row in enumerate(draws)
        for n in range(each)
    ]


def said(found: Minutes | NotSaid) -> Minutes:
    assert isinstance(found, Minutes)
    return found


def test_two_samples_of_student_1908_as_welch_compares_them() -> None:
    """Student's sleep data (Biometrika 6:1-25) by Welch, as R's t.test prints it: t = -1.8608, df = 17.776, interval -3.3655 to 0.2055."""
    one, other = (
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    )
    found = combined([(1, one), (-1, other)])
    assert found.value / found.error == pytest.approx(-1.8608, abs=1e-4)
    assert found.freedom == pytest.approx(17.776, abs=1e-3)


def test_reallocating_gives_the_p_of_every_reallocation() -> None:
    """Of the 20 ways to choose 3 of these 6, the observed one and its mirror are the furthest: p is 2 in 20, and by 4,999 draws near it."""
    p = permuted([1, 2, 3, 10, 11, 12], ["a"] * 6, [True] * 3 + [False] * 3, "seed", 4_999)
    assert p == pytest.approx(0.1, abs=0.02)


def test_a_mixed_model_is_that_of_an_independent_program() -> None:
    """Random intercepts beside statsmodels' MixedLM (REML): effect, standard error and both variances."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    cases = pilot("mixed", providers=9, each=12, effect=-0.2)
    logs = np.array([log(case.minutes or 1) for case in cases])
    fixed = np.column_stack([[case.arm == DRAFT for case in cases], np.ones(len(cases))]).astype(float)
    groups = np.array([case.provider for case in cases])
    theirs = MixedLM(logs, fixed, groups).fit(reml=True)
    ours = fitted(logs, fixed, [(groups[:, None] == np.unique(groups)).astype(float)])
    assert ours.beta == pytest.approx(theirs.fe_params, abs=1e-4)
    assert ours.error([1, 0]) == pytest.approx(theirs.bse_fe[0], rel=1e-3)
    assert ours.random[0] == pytest.approx(float(theirs.cov_re[0, 0]), rel=1e-2)
    assert ours.residual == pytest.approx(theirs.scale, rel=1e-2)
    # Each arm is balanced within providers: the effect has the residual's degrees of freedom, the level about those of 9 providers.
    assert ours.freedom([1, 0]) == pytest.approx(108 - 9 - 1, abs=0.5)
    assert 7 < ours.freedom([0.5, 1]) < 11


def test_a_draft_that_saves_a_third_is_seen() -> None:
    found = said(by_arm(pilot("third", each=80, effect=log(2 / 3)), "seed"))
    assert found.verdict == "less" and found.ratio.low < 2 / 3 < found.ratio.high
    assert found.saved is not None and found.saved.low > 0
    assert found.p < 0.001 and found.p_chance == pytest.approx(0.0005)
    assert "Welch" in found.method and "too few to estimate how providers differ" in found.reason
    assert found.number == {USUAL: 120, DRAFT: 120} and "these providers" in " ".join(found.caveats)


def test_no_effect_is_reported_as_such() -> None:
    found = said(by_arm(pilot("nothing"), "seed"))
    assert found.verdict == "no_difference_shown"
    assert found.words.startswith("No difference was shown") and "interval" in found.words
    assert found.p > 0.05 and found.p_chance is not None and found.p_chance > 0.05


def test_a_draft_that_costs_time_is_told_as_that() -> None:
    assert said(by_arm(pilot("slower", effect=0.5), "seed")).verdict == "more"


def test_three_cases_are_refused_in_words_and_never_a_p() -> None:
    found = by_arm(pilot("three", providers=1, each=3), "seed")
    assert isinstance(found, NotSaid) and found.why == "too_few" and (found.have, found.need) == (1, 10)
    assert (
        found.words == "2 cases without and 1 with a draft are too few to say anything: it takes 10 of each."
    )


def test_nobody_and_one_arm_are_refused_in_words() -> None:
    assert isinstance(by_arm([], "seed"), NotSaid)
    alone = by_arm([case for case in pilot("alone") if case.arm == DRAFT], "seed")
    assert isinstance(alone, NotSaid) and alone.why == "one_arm"


def test_two_coordinators_each_in_one_arm_cannot_be_told_from_the_arms() -> None:
    cases = [case for case in pilot("apart", providers=2) if (case.provider == "p0") == (case.arm == DRAFT)]
    found = by_arm(cases, "seed")
    assert isinstance(found, NotSaid) and found.why == "not_identified"


def test_who_left_before_her_second_draft_is_left_out_by_name_of_the_case() -> None:
    """A fourth coordinator had nine cases by hand and one draft, then left."""
    fourth = [Case(f"late-{n}", "p9", f"late-{n}", DRAFT if n == 9 else USUAL, 30.0 + n) for n in range(10)]
    found = said(by_arm(pilot("left") + fourth, "seed"))
    assert {one.id for one in found.left_out} == {case.id for case in fourth} and found.providers == 3
    assert "9 cases without and 1 with a draft don't count" in found.caveats[0]


def test_minutes_that_were_not_measured_are_counted_and_named() -> None:
    cases = pilot("missing")
    cases[0] = Case("0-0", "p0", "0-0", USUAL, None)
    cases[1] = Case("0-1", "p0", "0-1", DRAFT, 0.0)
    assert {(one.id, one.why) for one in said(by_arm(cases, "seed")).left_out} == {
        ("0-0", "its minutes were not measured"),
        ("0-1", "its minutes are not above 0"),
    }


def test_a_clock_that_ran_all_night_is_named_and_the_ratio_told_without_it() -> None:
    cases = pilot("night", effect=-0.3)
    cases[1] = Case("0-1", "p0", "0-1", DRAFT, 14 * 60.0 * 10)
    found = said(by_arm(cases, "seed"))
    assert (
        found.far == ("0-1",)
        and found.without_far is not None
        and found.without_far.value < found.ratio.value
    )


def test_enrolled_twice_is_refused() -> None:
    cases = pilot("twice")
    with pytest.raises(InputError, match="enrolled twice: 0-0"):
        by_arm([*cases, cases[0]], "seed")
    with pytest.raises(InputError, match="protocol"):
        by_arm([*cases, Case("new", "p0", "x", "third", 1.0)], "seed")


def test_a_patient_who_comes_often_makes_the_model_mixed() -> None:
    cases = [
        Case(c.id, c.provider, f"patient {place % 25}", c.arm, c.minutes)
        for place, c in enumerate(pilot("again", each=30, effect=-0.3))
    ]
    found = said(by_arm(cases, "seed"))
    assert "random: patient" in found.method and "fixed because they are few" in found.reason


def test_many_providers_are_a_sample_of_providers() -> None:
    found = said(by_arm(pilot("many", providers=10, each=12, effect=-0.3), "seed"))
    assert "random: provider and provider's effect" in found.method and "sample of providers" in found.reason
    assert not any("these providers" in one for one in found.caveats)


def test_minutes_all_the_same_say_nothing_of_chance() -> None:
    found = by_arm([Case(c.id, c.provider, c.patient, c.arm, 30.0) for c in pilot("same")], "seed")
    assert isinstance(found, NotSaid) and found.why == "no_spread"


def test_intervals_cover_at_about_their_rate_with_two_coordinators() -> None:
    """200 seeded pilots with 2 x 20 cases and a true ratio of 0.8: 95 % of the intervals hold it, within 3 standard errors (4.6 points)."""
    found = [
        said(by_arm(pilot(f"cover {number}", providers=2, each=20, effect=log(0.8)), "seed"))
        for number in range(200)
    ]
    assert sum(one.ratio.low <= 0.8 <= one.ratio.high for one in found) / 200 == pytest.approx(
        0.95, abs=0.046
    )


def test_ten_thousand_cases_are_compared_without_reallocating() -> None:
    found = said(by_arm(pilot("crowd", providers=4, each=2_500, effect=log(0.9)), "seed"))
    assert found.p_chance is None and found.verdict == "less"
    assert found.ratio.high - found.ratio.low < 0.05


def test_too_many_cases_for_a_mixed_model_of_many_providers_are_compared_by_provider() -> None:
    found = said(by_arm(pilot("large site", providers=9, each=300, effect=log(0.9)), "seed"))
    assert (
        found.method == "mean of providers' differences of mean logarithms, t"
        and "too many for a mixed model" in found.reason
    )
    assert found.ratio.low < 0.9 < found.ratio.high
