"""What changed over time is told from what would have changed anyway, and not at all from too few periods or clinics."""

from math import sqrt

import pytest

from careloom.errors import InputError
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.differences import Differences, Row, difference_in_differences
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.series import Point, Series, interrupted


def normals(seed: str, count: int) -> list[float]:
    from scipy.stats import norm

    return [float(one) for one in norm.ppf(uniforms(seed, "series", count))]


def months(seed: str, level: float, slope: float, follows: float = 0.0, number: int = 24) -> list[Point]:
    error, found = 0.0, []
    for n, draw in enumerate(normals(seed, number)):
        error = draw if not n else follows * error + draw * sqrt(1 - follows**2)
        since = n - number // 2
        found.append(Point(n, 50 - 0.3 * n + (level + slope * since) * (since >= 0) + error, since >= 0))
    return found


def clinics(seed: str, effect: float, each: int = 4, ahead: float = 0.0) -> list[Row]:
    """Clinics with four periods, drafts in half of them from the third on; `ahead` is a trend that theirs had before."""
    draws, rows = iter(normals(seed, 2 * each * 13)), []
    for clinic in range(2 * each):
        own, drift, treated = next(draws), 0.3 * next(draws), clinic < each
        for period in range(4):
            value = own + 0.2 * period + drift * (period >= 2) + ahead * period * treated
            rows += [
                Row(
                    f"c{clinic}",
                    period,
                    treated and period >= 2,
                    value + effect * (treated and period >= 2) + 0.5 * next(draws),
                )
                for _ in range(2)
            ]
    return rows


def test_a_fall_of_five_at_once_is_seen_beside_the_trend_before() -> None:
    found = interrupted(months("fall", -5.0, 0.0))
    assert isinstance(found, Series)
    assert found.level.low < -5 < found.level.high < 0 and found.slope.low < 0 < found.slope.high
    assert found.before.low < -0.3 < found.before.high
    assert "comparison group" in found.caveats[0]


def test_a_fall_that_was_under_way_is_no_change() -> None:
    found = interrupted(months("under way", 0.0, 0.0, follows=0.4))
    assert (
        isinstance(found, Series)
        and found.level.low < 0 < found.level.high
        and found.end.low < 0 < found.end.high
    )


def test_without_errors_that_follow_it_is_least_squares() -> None:
    """The middle of the averaged estimate lies near least squares' (computed by statsmodels), within a tenth of its error."""
    import numpy as np
    import statsmodels.api as sm

    points = months("least", -3.0, -0.2, number=60)
    after = np.array([float(one.after) for one in points])
    time = np.arange(60.0) - 30
    theirs = sm.OLS(
        [one.value for one in points], np.column_stack([after, after * time, np.ones(60), time])
    ).fit()
    found = interrupted(points)
    assert isinstance(found, Series)
    assert found.level.value == pytest.approx(theirs.params[0], abs=0.35 * theirs.bse[0])
    assert found.slope.value == pytest.approx(theirs.params[1], abs=0.35 * theirs.bse[1])


def test_newey_and_west_are_those_of_an_independent_program() -> None:
    """statsmodels' HAC errors with as many lags and the same correction for small samples."""
    import numpy as np
    import statsmodels.api as sm

    points = months("hac", -3.0, 0.1, follows=0.3, number=36)
    after, time = np.array([float(one.after) for one in points]), np.arange(36.0) - 18
    design = np.column_stack([after, after * time, np.ones(36), time])
    theirs = sm.OLS([one.value for one in points], design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 7, "use_correction": True}
    )
    contrast = np.array([1.0, 17.0, 0.0, 0.0])
    found = interrupted(points)
    assert isinstance(found, Series) and "8 lags" in found.newey_west.method
    share = 8 / 36
    half = (1.96 + 2.9694 * share + 0.416 * share**2 - 0.5324 * share**3) * sqrt(
        contrast @ theirs.cov_params() @ contrast
    )
    assert found.newey_west.high - found.newey_west.value == pytest.approx(half, rel=1e-6)


def test_seven_months_before_are_too_few() -> None:
    found = interrupted(months("few", 0.0, 0.0, number=14))
    assert (
        isinstance(found, NotSaid)
        and found.have == 7
        and "too few to tell a change from a trend" in found.words
    )
    flat = interrupted([Point(n, 3.0, n > 9) for n in range(20)])
    assert isinstance(flat, NotSaid) and flat.why == "no_spread"


def test_a_month_that_is_missing_or_out_of_order_is_refused() -> None:
    points = months("hole", 0.0, 0.0)
    with pytest.raises(InputError, match="missing"):
        interrupted(points[:3] + points[4:])
    with pytest.raises(InputError, match="before comes later"):
        interrupted([*points[:-1], Point(23, 1.0, False)])


def test_what_drafts_changed_is_told_from_what_changed_everywhere() -> None:
    found = difference_in_differences(clinics("effect", 2.0))
    assert isinstance(found, Differences)
    assert found.effect.low < 2 < found.effect.high and found.effect.low > 0 and found.p < 0.05
    assert found.clusters == (4, 4) and found.ahead is not None and "8 clusters are few" in found.caveats[1]


def test_clustered_errors_are_those_of_an_independent_program() -> None:
    """statsmodels with clinic and period dummies and errors by clinic (its factor (n - 1) / (n - k) taken out)."""
    import numpy as np
    import statsmodels.formula.api as smf

    rows = clinics("program", 1.0)
    import pandas as pd

    table = pd.DataFrame(
        [(row.cluster, row.period, float(row.exposed), row.value) for row in rows],
        columns=["c", "t", "d", "y"],
    )
    fit = smf.ols("y ~ d + C(c) + C(t)", table).fit(
        cov_type="cluster", cov_kwds={"groups": table["c"].astype("category").cat.codes}
    )
    found = difference_in_differences(rows)
    assert isinstance(found, Differences) and found.effect.value == pytest.approx(fit.params["d"])
    from scipy.stats import t

    ours = (found.clustered.high - found.effect.value) / t.ppf(0.975, 7)
    factor = np.sqrt((len(rows) - 1) / (len(rows) - len(fit.params)))
    assert ours * factor == pytest.approx(fit.bse["d"], rel=1e-6)


def test_of_clinics_alike_in_size_the_interval_is_student_s_of_their_changes() -> None:
    """Known without any regression: with as many values in each clinic and month, each clinic is its change, and both sides are two samples."""
    from statistics import fmean

    from scipy.stats import ttest_ind

    rows = clinics("two samples", 1.0)
    change = {
        clinic: fmean(row.value for row in rows if row.cluster == clinic and row.period >= 2)
        - fmean(row.value for row in rows if row.cluster == clinic and row.period < 2)
        for clinic in sorted({row.cluster for row in rows})
    }
    known = ttest_ind(list(change.values())[:4], list(change.values())[4:])
    found = difference_in_differences(rows)
    assert isinstance(found, Differences)
    span = known.confidence_interval(0.95)
    assert (found.effect.low, found.effect.high) == pytest.approx((span.low, span.high))
    assert found.freedom == pytest.approx(6) and found.p == pytest.approx(known.pvalue)


def test_one_large_clinic_among_small_ones_leaves_few_degrees_of_freedom() -> None:
    rows = clinics("unlike", 1.0)
    large = [row for row in rows if row.cluster == "c0"]
    found = difference_in_differences([*rows, *large * 20])
    assert isinstance(found, Differences) and found.freedom < 5


def test_no_change_is_reported_as_such() -> None:
    found = difference_in_differences(clinics("nothing", 0.0))
    assert isinstance(found, Differences) and found.effect.low < 0 < found.effect.high and found.p > 0.05


def test_trends_that_were_not_parallel_before_show_it() -> None:
    found = difference_in_differences(clinics("ahead", 0.0, ahead=1.5))
    assert isinstance(found, Differences) and isinstance(found.ahead, Estimate) and found.ahead.low > 0


def test_two_clinics_with_drafts_are_too_few() -> None:
    found = difference_in_differences(clinics("two", 1.0, each=2))
    assert isinstance(found, NotSaid) and (found.have, found.need) == (2, 3)
    rows = clinics("both", 1.0)
    with pytest.raises(InputError, match="exposed and not"):
        difference_in_differences([*rows, Row("c0", 3, False, 1.0)])
