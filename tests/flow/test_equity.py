"""Equity: groups are told with their intervals where they are large enough, and never a number from which a small one could be counted back."""

from itertools import chain

from careloom.pipeline import equity
from careloom.pipeline.equity import FEWEST
from careloom.study.pilot.groups import DIMENSIONS, UNKNOWN

NOTHING = dict.fromkeys(DIMENSIONS, UNKNOWN)


def people(number: int, name: str, **said: str) -> list[tuple[str, dict[str, str], bool]]:
    return [(f"{name}{one}", {**NOTHING, **said}, one % 2 == 0) for one in range(number)]


def test_two_large_groups_are_compared_and_what_nobody_recorded_is_not_measured() -> None:
    found = equity._told(chain(people(20, "a", language="es"), people(30, "b", language="en")))
    assert found.compared == ("language",) and found.drafts == 50
    told = {one.name: (one.drafts, one.patients, one.substantial) for one in found.groups}
    assert told == {"es": (20, 20, 10), "en": (30, 30, 15)}
    assert all(one.interval and one.interval[1] < 0.5 < one.interval[2] for one in found.groups)
    assert found.unknown["race"] == 50 and found.unknown["language"] == 0


def test_a_small_group_is_hidden_and_so_is_one_more_so_that_it_cannot_be_counted_back() -> None:
    drafts = [
        *people(FEWEST - 1, "a", race="Asian"),
        *people(20, "b", race="White"),
        *people(40, "c", race="Black"),
    ]
    found = equity._told(drafts)
    assert [one.name for one in found.groups if one.dimension == "race"] == ["Black"]
    assert found.small["race"] == 2 and "race" not in found.compared


def test_many_drafts_of_few_patients_are_no_group() -> None:
    drafts = (
        [("p", {**NOTHING, "sex": "male"}, True)] * 50
        + people(30, "b", sex="female")
        + people(30, "c", sex="other")
    )
    found = equity._told(drafts)
    assert "male" not in {one.name for one in found.groups if one.dimension == "sex"}
