"""How many people share what describes each of them."""

import pytest

from careloom.privacy.risk import Described, risk_of


def test_small_classes_are_counted_with_the_people_in_them():
    people = (
        [Described("female", "1950", "021")] * 12
        + [Described("male", "1950", "021")] * 3
        + [Described("male", "90 or over", "000")]
    )
    risk = risk_of(people, 5)
    assert (risk.people, risk.classes, risk.smallest, risk.under, risk.sizes) == (
        16,
        3,
        1,
        4,
        {1: 1, 3: 1, 12: 1},
    )
    assert (risk.share_under, risk.highest, risk.average) == (0.25, 1.0, 3 / 16)


def test_nobody_has_no_risk_and_k_is_at_least_two():
    assert (risk_of([]).highest, risk_of([]).share_under, risk_of([]).smallest) == (0.0, 0.0, 0)
    with pytest.raises(ValueError, match="at least 2"):
        risk_of([], 1)
