"""Groups are compared without telling of whom, risks are taken into account, and what is missing is never silent."""

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.study.statistics.cases import Case
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.minutes import DRAFT, USUAL, Minutes
from careloom.study.statistics.missing import MinutesEnds, missing, worst_minutes, worst_shares
from careloom.study.statistics.proportions import Count
from careloom.study.statistics.risk import Adjusted, Patient, observed_expected, poisson
from careloom.study.statistics.subgroups import Subject, fairness, suppressed

ARMS = ("usual", "draft")
tables = st.integers(1, 3).flatmap(
    lambda columns: st.dictionaries(
        st.sampled_from("abcdef"),
        st.lists(st.integers(0, 40), min_size=columns, max_size=columns).map(
            lambda row: {f"c{n}": value for n, value in enumerate(row)}
        ),
        min_size=2,
        max_size=6,
    )
)


def people(**groups: tuple[int, int]) -> list[Subject]:
    """For each group how many in each arm, and how many of them it happened to: alternately in both arms."""
    return [
        Subject(arm, group, n < hits)
        for group, (number, hits) in groups.items()
        for arm in ARMS
        for n in range(number)
    ]


@settings(max_examples=300, deadline=None)
@given(tables)
def test_no_hidden_number_can_be_computed_from_what_is_shown(table: dict[str, dict[str, int]]) -> None:
    """Totals of rows and columns and all shown cells are known: the equations must leave every hidden cell open, unless its whole table is hidden."""
    import numpy as np

    hidden = sorted(suppressed(table, 11))
    cells = {(row, column): value for row, columns in table.items() for column, value in columns.items()}
    assert {cell for cell, value in cells.items() if 0 < value < 11} <= set(hidden)
    shown = [cell for cell in cells if cell not in hidden]
    rows, columns = sorted(table), sorted({column for _, column in cells})
    # A total of a line that is hidden whole and small is hidden, too.
    lines = [("row", name) for name in rows] + [("column", name) for name in columns]
    known = []
    for kind, name in lines:
        line = [cell for cell in cells if cell[kind == "column"] == name]
        if any(cell in shown for cell in line) or (sum(cells[cell] for cell in line) >= 11 and len(line) > 1):
            known.append([float(cell in line) for cell in hidden])
    if not hidden or len(hidden) == len(cells):
        return
    equations = np.array(known)
    rank = np.linalg.matrix_rank(equations)
    for place, cell in enumerate(hidden):
        alone = np.zeros(len(hidden))
        alone[place] = 1
        determined = np.linalg.matrix_rank(np.vstack([equations, alone])) == rank
        assert not determined, cell


def test_one_small_group_hides_a_second_so_that_the_total_tells_nothing() -> None:
    found = fairness(people(english=(60, 30), spanish=(25, 12), haitian=(4, 2)), ARMS)
    assert found.groups["haitian"]["draft"].number is None
    assert found.groups["spanish"]["draft"].number is None and found.groups["english"]["draft"].number == 60
    assert set(found.differences) == {"english"} and "hidden" in found.words


def test_a_share_of_few_is_hidden_although_its_group_is_large() -> None:
    """Of 60 three were hit: the number is told, who was hit isn't, nor of the group beside it."""
    found = fairness(people(women=(60, 3), men=(60, 30), unknown=(40, 20)), ARMS)
    women, unknown = found.groups["women"]["usual"], found.groups["unknown"]["usual"]
    assert women.number == 60 and women.hits is None and women.share is None
    assert unknown.hits is None and found.groups["men"]["usual"].hits == 30


def test_large_groups_are_compared_with_their_intervals() -> None:
    found = fairness(people(women=(60, 30), men=(60, 30)), ARMS)
    assert found.hidden == 0 and found.words == "No cell had to be hidden."
    assert found.differences["women"].low < 0 < found.differences["women"].high


def test_nobody_is_no_group() -> None:
    assert fairness([], ARMS).groups == {}


def patients(seed: str, harm: float = 0.0) -> list[Patient]:
    """The second clinic has more old people; `harm` is what it adds of itself (log odds)."""
    draws, found = uniforms(seed, "risk", 3 * 1_200), []
    for n in range(1_200):
        clinic = "ab"[n % 2]
        old = float(draws[3 * n] < (0.7 if clinic == "b" else 0.2))
        frail = float(draws[3 * n + 1])
        odds = exp(-3 + 1.5 * old + frail + (harm if clinic == "b" else 0))
        found.append(
            Patient(bool(draws[3 * n + 2] < odds / (1 + odds)), clinic, {"old": old, "frail": frail})
        )
    return found


def test_a_clinic_with_older_patients_is_not_worse_for_that() -> None:
    found = observed_expected(patients("older"))
    assert isinstance(found, Adjusted)
    rough = {name: group.observed / group.number for name, group in found.groups.items()}
    assert rough["b"] > 1.5 * rough["a"]
    assert all(group.ratio.low < 1 < group.ratio.high for group in found.groups.values())
    assert found.odds["old"].low < exp(1.5) < found.odds["old"].high and found.discrimination > 0.65
    assert sum(group.expected for group in found.groups.values()) == pytest.approx(
        sum(group.observed for group in found.groups.values())
    )


def test_the_logistic_model_is_that_of_an_independent_program() -> None:
    import numpy as np
    import statsmodels.api as sm

    rows = patients("program")
    design = sm.add_constant(np.array([[one.risks["frail"], one.risks["old"]] for one in rows]))
    theirs = sm.Logit([float(one.hit) for one in rows], design).fit(disp=0)
    found = observed_expected(rows)
    assert isinstance(found, Adjusted)
    assert found.odds["old"].value == pytest.approx(exp(theirs.params[2]), rel=1e-5)
    assert found.odds["old"].high == pytest.approx(exp(theirs.conf_int()[2][1]), rel=1e-4)


def test_ten_events_have_garwoods_interval() -> None:
    """Garwood 1936, table: 10 events, 95 %: 4.80 to 18.39; none: 0 to 3.69."""
    assert poisson(10) == pytest.approx((4.795, 18.39), abs=0.005)
    assert poisson(0) == pytest.approx((0.0, 3.689), abs=0.001)


def test_risks_that_cannot_be_estimated_are_refused_in_words() -> None:
    few = observed_expected(patients("few")[:60])
    assert isinstance(few, NotSaid) and few.why == "too_few"
    told = [Patient(n % 2 == 0, "a", {"tells": float(n % 2)}) for n in range(200)]
    found = observed_expected(told)
    assert isinstance(found, NotSaid) and "without exception" in found.words
    same = observed_expected([Patient(n % 2 == 0, "a", {"same": 1.0}) for n in range(200)])
    assert isinstance(same, NotSaid) and same.why == "not_identified"
    with pytest.raises(InputError, match="lacks a risk"):
        observed_expected([*told, Patient(True, "a", {})])


def test_what_is_missing_is_counted_by_arm() -> None:
    found = missing(
        [("usual", True)] * 40 + [("usual", False)] * 2 + [("draft", True)] * 30 + [("draft", False)] * 12
    )
    assert (found["usual"].missing, found["draft"].missing, found["draft"].number) == (2, 12, 42)
    assert found["draft"].share is not None and found["draft"].share.low > 0.1


def test_a_gain_that_twelve_missing_drafts_could_undo_does_not_stand() -> None:
    ends = worst_shares(Count(28, 40), Count(38, 42), (0, 12))
    assert isinstance(ends.measured, Estimate) and ends.measured.low > 0
    assert isinstance(ends.worst, Estimate) and ends.worst.low < 0 and not ends.stands
    assert worst_shares(Count(28, 40), Count(40, 42), (0, 0)).stands


def minutes(effect: float, lost: int) -> list[Case]:
    from scipy.stats import norm

    draws = norm.ppf(uniforms("missing minutes", "cases", 120))
    return [
        Case(
            str(n),
            f"p{n % 3}",
            str(n),
            (USUAL, DRAFT)[n // 3 % 2],
            None if n < lost and n // 3 % 2 else exp(3 + effect * (n // 3 % 2) + 0.3 * draws[n]),
        )
        for n in range(120)
    ]


def test_half_the_minutes_stand_whatever_the_missing_ones_were_and_a_tenth_less_does_not() -> None:
    large, small = worst_minutes(minutes(-0.9, 12), "seed"), worst_minutes(minutes(-0.15, 40), "seed")
    assert isinstance(large, MinutesEnds) and large.stands and large.words.endswith("the finding stands.")
    assert isinstance(small, MinutesEnds) and not small.stands
    assert (
        isinstance(small.worst, Minutes)
        and isinstance(small.best, Minutes)
        and small.worst.ratio.value > small.best.ratio.value
    )


def test_nothing_measured_has_no_worst_case() -> None:
    assert isinstance(worst_minutes([Case("1", "p", "x", DRAFT, None)], "seed"), NotSaid)
