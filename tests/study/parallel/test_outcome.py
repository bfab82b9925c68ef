"""What judged cases come to: blinding, agreement over time, and each criterion with its numbers."""

from datetime import date, timedelta
from random import Random

import pytest

from careloom.care.parallel import Choice, Criteria, Grave, Judged, Right, RunPlan, Side
from careloom.study.parallel import charts
from careloom.study.parallel.blinded import alike, hand_is_a, is_drawn, shown, who_was_right
from careloom.study.parallel.items import Item
from careloom.study.parallel.matched import Compared, compared
from careloom.study.parallel.outcome import Told, agreement, errors, minutes, weeks
from careloom.study.parallel.readiness import Name, State, is_ready, readiness
from careloom.study.parallel.written import problems, warnings
from careloom.study.statistics.estimate import Estimate, NotSaid

BEGAN = date(2026, 11, 2)
CRITERIA = Criteria(cases=40, fewest=20)


def item(name: str, drug: str, *words: str, text: str = "") -> Item:
    drugs = frozenset({drug} if drug else ())
    none: frozenset[str] = frozenset()
    said = text or f"takes {drug}."
    return Item(name, "medications", "fact", said, none, drugs, none, drugs, frozenset(words), none)


def two_documents() -> Compared:
    hand = [item("h1", "lisinopril"), item("h2", "metformin"), item("h3", "warfarin")]
    draft = [item("d1", "lisinopril"), item("d2", "insulin glargine")]
    return compared(hand, draft)


def case(number: int, *, both: int = 8, hand: int = 1, draft: int = 1, wrong: int = 0, omitted: int = 0, ratio: float = 0.6, judged: bool = True) -> Told:  # fmt: skip
    by_hand = 1800 + 60 * (number % 7)
    return Told(
        case=f"c{number}",
        day=BEGAN + timedelta(days=number % 35),
        both=both,
        only={Side.HAND: hand, Side.DRAFT: draft},
        against=0,
        judged=judged,
        wrong={Side.HAND: 0, Side.DRAFT: wrong},
        omitted={Side.HAND: 0, Side.DRAFT: omitted},
        seconds={Side.HAND: by_hand, Side.DRAFT: int(by_hand * ratio) + number % 5},
    )


def by_name(told: list[Told], **given: object) -> dict[Name, State]:
    return {one.name: one.state for one in readiness(told, CRITERIA, over=bool(given.get("over")))}


def test_whoever_judges_sees_a_and_b_in_an_order_of_the_seed_and_nothing_of_who_wrote() -> None:
    found = two_documents()
    firsts = {hand_is_a(b"seed", f"case {number}") for number in range(20)}
    assert firsts == {True, False}
    assert hand_is_a(b"seed", "case 1") == hand_is_a(b"seed", "case 1")
    told = shown(found, b"seed", "case 1")
    of_hand = {"Takes metformin", "Takes warfarin"}
    assert {one.a if hand_is_a(b"seed", "case 1") else one.b for one in told} == {*of_hand, ""}
    assert alike(found, b"seed", "case 1") == (("Takes lisinopril", "Takes lisinopril"),)


def test_a_share_is_drawn_by_the_seed_alone() -> None:
    drawn = [is_drawn(b"seed", f"case {number}", 20) for number in range(2000)]
    assert 330 < sum(drawn) < 470
    assert not any(is_drawn(b"seed", f"case {number}", 0) for number in range(50))
    assert all(is_drawn(b"seed", f"case {number}", 100) for number in range(50))


@pytest.mark.parametrize("hand_first", [True, False])
def test_what_was_said_of_a_and_b_is_counted_for_the_side_that_stood_there(hand_first: bool) -> None:
    assert who_was_right(Right.A, hand_first=hand_first) == {Side.HAND if hand_first else Side.DRAFT}
    assert who_was_right(Right.NEITHER, hand_first=hand_first) == frozenset()
    assert who_was_right(Right.BOTH, hand_first=hand_first) == set(Side)


def test_an_omission_that_mattered_counts_against_the_draft_and_wording_counts_against_nobody() -> None:
    found = two_documents()
    lacks = {one.hand.text: one.id for one in found.differences if one.hand}  # Metformin and warfarin.
    extra = next(one.id for one in found.differences if one.draft)
    right = Right.A
    said = {
        lacks["takes warfarin."]: Judged(right, Grave.SERIOUS, "no INR without it"),
        lacks["takes metformin."]: Judged(right, Grave.NONE, "wording"),
        extra: Judged(Right.BOTH, Grave.MINOR, "may stand"),
    }
    wrong, omitted = errors(found, [said], hand_first=True)
    assert (wrong[Side.DRAFT], omitted[Side.DRAFT]) == (1, 1)
    assert (wrong[Side.HAND], omitted[Side.HAND]) == (0, 0)


def test_what_either_of_two_adjudicators_holds_against_a_side_counts() -> None:
    found = two_documents()
    [name, *_] = [one.id for one in found.differences if one.draft]
    mild, grave = Judged(Right.B, Grave.MINOR), Judged(Right.A, Grave.SERIOUS)
    wrong, _ = errors(found, [{name: mild}, {name: grave}], hand_first=True)
    assert wrong[Side.DRAFT] == 1


def test_three_cases_are_too_few_to_say_anything_and_nothing_has_a_p_value() -> None:
    told = [case(number) for number in range(3)]
    assert set(by_name(told).values()) == {State.OPEN}
    assert not is_ready(readiness(told, CRITERIA, over=False))
    assert isinstance(agreement(told), NotSaid)
    assert isinstance(minutes(told, 20), NotSaid)
    assert "too few" in str(getattr(agreement(told), "words", ""))


def test_a_good_draft_is_told_from_a_careless_one() -> None:
    good = [case(number, omitted=number % 12 == 0) for number in range(60)]
    careless = [case(number, both=2, hand=5, draft=4, wrong=number % 3 == 0, omitted=number % 2, ratio=1.3) for number in range(60)]  # fmt: skip
    assert set(by_name(good).values()) == {State.MET}
    assert by_name(careless) == {
        Name.CASES: State.MET,
        Name.SERIOUS: State.NOT_MET,
        Name.OMITTED: State.NOT_MET,
        Name.AGREEMENT: State.NOT_MET,
        Name.MINUTES: State.NOT_MET,
    }


def test_an_interval_across_the_limit_is_not_said_yet_and_too_few_cases_at_the_end_are_not_enough() -> None:
    few = [case(number, wrong=number % 8 == 0) for number in range(25)]
    states = by_name(few, over=True)
    assert (states[Name.CASES], states[Name.SERIOUS]) == (State.NOT_MET, State.OPEN)
    assert by_name(few)[Name.CASES] is State.OPEN


def test_minutes_that_no_clock_told_are_left_out_and_counted() -> None:
    told = [case(number) for number in range(30)]
    unmeasured = [
        Told(**{**{name: getattr(one, name) for name in one.__slots__}, "seconds": {Side.HAND: 600, Side.DRAFT: None}})
        for one in told[:15]
    ]  # fmt: skip
    found = minutes([*unmeasured, *told[15:]], 20)
    assert isinstance(found, NotSaid)
    assert found.have == 15


def test_weeks_without_a_case_stand_there_too() -> None:
    told = [case(0), case(15)]
    found = weeks(told, BEGAN)
    assert [(one.number, one.cases) for one in found] == [(1, 1), (2, 0), (3, 1)]
    assert weeks([], BEGAN) == ()


def test_the_interval_of_agreement_covers_where_lines_of_a_case_go_together() -> None:
    chance, truth, covered, simulated = Random(9), 0.7, 0, 400
    for _ in range(simulated):
        told = []
        for number in range(25):
            own = min(max(chance.betavariate(7, 3), 0.01), 0.99)
            both = sum(chance.random() < own for _ in range(12))
            told.append(case(number, both=both, hand=12 - both, draft=12 - both))
        found = agreement(told)
        assert isinstance(found, Estimate)
        covered += found.low <= truth <= found.high
    assert covered / simulated > 0.925


def test_a_plan_says_what_it_lacks() -> None:
    plan = RunPlan(
        title="Plans",
        question="Are drafts as good as plans by hand?",
        participants=("rosa", "nina"),
        adjudicators=("osei", "walt"),
    )
    able, kinds = {"rosa", "nina", "osei", "walt"}, {"care_plan"}
    assert problems(plan, able, kinds) == ()
    lacks = RunPlan(
        weeks=3,
        participants=("rosa",),
        adjudicators=("rosa",),
        kinds=("letter",),
        choice=Choice.DRAWN,
        criteria=Criteria(cases=5, fewest=3),
    )
    where = {one.where for one in problems(lacks, able, kinds)}
    assert where >= {"weeks", "participants", "adjudicators", "kinds", "share", "cases", "fewest", "title", "question", "second"}  # fmt: skip
    assert any("weeks" in one for one in warnings(RunPlan(weeks=8)))


def test_a_week_is_a_bar_of_what_both_say_and_of_what_differs_and_nothing_is_drawn_of_nothing() -> None:
    kinds = {name: f"kind {name}" for name in charts.COLOURS}
    words = charts.Words("week", "lines", kinds)
    told = weeks([case(number, hand=2, draft=3) for number in range(35)], BEGAN)
    drawn = charts.by_week(told, words)
    assert drawn.startswith("<svg") and all(name in drawn for name in kinds.values())
    assert drawn.count('aria-roledescription="bar"') == 4 * len(told) == 20
    assert charts.by_week((), words) == ""
    assert charts.by_week(weeks([case(1, both=0, hand=0, draft=0)], BEGAN), words) == ""
