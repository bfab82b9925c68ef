"""What a case costs and when it pays back."""

from careloom.measure.finance.costs import Prices, Spent, cost_of, together

PRICES = Prices(
    wages={"registered_nurse": 60.0, "physician": 180.0},
    read={"big": 2.0},
    written={"big": 8.0},
    machine_hour=0.5,
)


def test_minutes_tokens_and_machine_hours_add_up():
    one = cost_of(
        Spent("c", {"registered_nurse": 30, "physician": 2}, {"big": 500_000}, {"big": 250_000}, 0.2), PRICES
    )
    assert one.people == 30.0 + 6.0
    assert one.model == 1.0 + 2.0
    assert one.machine == 0.1
    assert one.whole == 39.1


def test_a_case_with_a_part_that_has_no_price_has_no_cost_and_is_counted_apart():
    without = cost_of(Spent("a", {"care_coordinator": 10}, {}, {}), PRICES)
    assert without.whole is None and without.unpriced == ("care_coordinator",)
    found = together([without, cost_of(Spent("b", {"registered_nurse": 60}, {"other": 0}, {}), PRICES)])
    assert (found.mean, found.priced, found.unpriced, found.lacking) == (60.0, 1, 1, ("care_coordinator",))


def test_no_case_has_no_mean():
    assert together([]).mean is None
