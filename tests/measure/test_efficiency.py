"""Efficiency from cases: weeks, spreads over people, and what fewer than five people keep to themselves."""

from datetime import date

from careloom.measure.efficiency import Case, Spread, Week, Withheld, by_tier, per_week, time_to_plan, weeks

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 28)


def case(number, who="ada", **given):
    said = {"drafted": True, "tier": "nurse", "filed": date(2026, 11, 3), "reviewed": float(number)}
    return Case(
        id=str(number),
        patient=f"p{number}",
        kind="care_plan",
        who=who,
        people=frozenset({who}),
        **{**said, **given},
    )


def test_four_people_are_told_together_in_no_number_and_five_are():
    few = [case(one, f"n{one % 4}") for one in range(20)]
    enough = [case(one, f"n{one % 5}") for one in range(20)]
    assert isinstance(per_week(few, FIRST, LAST), Withheld)
    assert isinstance(by_tier(few)["nurse"], Withheld)
    assert "each sees her own" in per_week(few, FIRST, LAST).words
    assert per_week(enough, FIRST, LAST) == Spread(20, 5, 1.0, 1.0, 1.0)
    assert by_tier(enough)["nurse"].middle == 9.5


def test_a_tier_is_of_drafts_alone_and_what_is_not_filed_is_in_no_week():
    every = [case(one, f"n{one}", drafted=one > 0) for one in range(6)]
    assert by_tier(every)["nurse"].number == 5
    waiting = [case(one, f"n{one}", filed=None) for one in range(6)]
    assert isinstance(per_week(waiting, FIRST, LAST), Withheld)
    assert [one.number for one in weeks(waiting, FIRST, LAST)] == [0, 0, 0]


def test_weeks_are_whole_ones_from_monday_on():
    filed = [case(1), case(2, filed=date(2026, 11, 8)), case(3, filed=date(2026, 11, 9))]
    assert weeks(filed, FIRST, LAST) == (
        Week(date(2026, 11, 2), 2),
        Week(date(2026, 11, 9), 1),
        Week(date(2026, 11, 16), 0),
    )
    assert weeks(filed, FIRST, date(2026, 11, 4)) == ()


def test_the_time_to_a_plan_is_told_apart_by_what_it_is_counted_from_and_of_few_not_at_all():
    waited = [case(one, since="discharge", hours=float(one)) for one in range(1, 6)]
    waited.append(case(9, since="admission", hours=4.0))
    waited.append(case(10))
    found = time_to_plan(waited)
    assert found["discharge"].middle == 3.0
    assert isinstance(found["admission"], Withheld) and "too few" in found["admission"].words
    assert set(found) == {"admission", "discharge"}
