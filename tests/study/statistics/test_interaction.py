"""Groups are told apart by their difference, and a small group by nothing."""

from math import exp

import pytest

from careloom.study.statistics.cases import Case
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.interaction import by_group, heterogeneity
from careloom.study.statistics.minutes import DRAFT, USUAL, Minutes


def pilot(seed: str, **groups: tuple[int, float]) -> tuple[list[Case], dict[str, str]]:
    """For each language so many cases of two coordinators, every second by draft with this log ratio."""
    from scipy.stats import norm

    cases: list[Case] = []
    group_of: dict[str, str] = {}
    for name, (number, effect) in groups.items():
        for n, draw in enumerate(norm.ppf(uniforms(seed, name, number))):
            draft = n // 2 % 2
            case = Case(
                f"{name}-{n}",
                f"p{n % 2}",
                f"{name}-{n}",
                (USUAL, DRAFT)[draft],
                exp(3.5 + effect * draft + 0.4 * draw),
            )
            cases.append(case)
            group_of[case.id] = name
    return cases, group_of


def test_drafts_that_help_english_alone_are_told_as_that() -> None:
    found = by_group(*pilot("alone", english=(120, -0.6), spanish=(120, 0.1)), "seed")
    assert (
        found.p is not None and found.p < 0.001 and found.words.startswith("Drafts help groups differently")
    )


def test_one_interval_that_holds_1_and_one_that_does_not_are_no_difference() -> None:
    """The same ratio in a large and in a small group: the small one alone shows nothing, and that is no difference between them."""
    found = by_group(*pilot("same", english=(200, -0.3), spanish=(32, -0.3)), "seed")
    english, spanish = found.groups["english"], found.groups["spanish"]
    assert isinstance(english, Minutes) and isinstance(spanish, Minutes)
    assert english.verdict == "less" and spanish.verdict == "no_difference_shown"
    assert (
        found.p is not None
        and found.p > 0.05
        and found.words.startswith("No difference between groups was shown")
    )


def test_a_group_of_eight_is_hidden_and_takes_another_with_it() -> None:
    found = by_group(*pilot("small", english=(120, 0.0), spanish=(60, 0.0), haitian=(8, 0.0)), "seed")
    assert (
        found.groups["haitian"] is None
        and found.groups["spanish"] is None
        and isinstance(found.groups["english"], Minutes)
    )
    assert found.p is None and found.words == "Fewer than two groups are large enough to be compared."


def test_q_of_three_effects_computed_by_hand() -> None:
    """Effects 0, 0.5 and 1 with errors of 0.5: Q = (0.25 + 0 + 0.25) / 0.25 = 2, and chi-squared with 2 degrees leaves exp(-1)."""
    assert heterogeneity([(0.0, 0.5), (0.5, 0.5), (1.0, 0.5)]) == pytest.approx(exp(-1))


def test_whose_language_nobody_wrote_down_is_a_group_of_its_own() -> None:
    cases, group_of = pilot("unknown", english=(80, 0.0), spanish=(80, 0.0))
    found = by_group(cases, {name: group for name, group in group_of.items() if group == "english"}, "seed")
    assert set(found.groups) == {"english", "unknown"}
