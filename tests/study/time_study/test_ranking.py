"""Which work first: the score by hand, what an order hangs on, and nothing ranked that wasn't measured and said."""

from dataclasses import replace

import pytest

from careloom.care.observed import ActivityList, StudyActivity
from careloom.errors import InputError
from careloom.study.time_study.ranking import Case, Weights, ranking, tornado

PLAN = StudyActivity("plan", "Plans", outcome=3, satisfaction=0, volume=20, automatable=0.5, setup_hours=26)
PHONE = StudyActivity("phone", "Phone", outcome=0, satisfaction=3, volume=100, automatable=0.1, setup_hours=0)
FAX = StudyActivity("fax", "Faxes", volume=10, automatable=0.9)
LIST = ActivityList(1, (PLAN, PHONE, FAX))
MEASURED = {"plan": (30.0, 12), "phone": (60.0, 40)}
EVEN = Weights(outcome=1, satisfaction=0.5, effort=1, weeks=52)


def test_the_score_is_what_a_hand_reckons() -> None:
    case = Case(PLAN, *MEASURED["plan"])
    # 20 × 30 = 600 minutes a week, half of it 300; × (1 + 1 × 3/3) = 600; 26 h = 1560 min over 52 weeks = 30.
    assert (case.week, case.saved, case.score(EVEN)) == (600, 300, 570)
    # 1560 / (30 × 0.5) = 104 times, at 20 a week 5.2 weeks.
    assert (case.pays_after, case.weeks_to_pay) == (104, 5.2)


def test_what_can_t_be_taken_over_never_pays_back() -> None:
    none = Case(replace(PLAN, automatable=0.0), 30.0, 12)
    assert none.pays_after is None and none.weeks_to_pay is None and none.score(EVEN) == -30


def test_the_first_is_first_and_what_lacks_something_is_not_ranked() -> None:
    made = ranking(LIST, MEASURED, EVEN, "s")
    # The phone: 6000 minutes a week, a tenth of it 600, × (1 + 0.5) = 900.
    assert [(one.case.activity.id, one.rank, one.score) for one in made.ranked] == [
        ("phone", 1, 900),
        ("plan", 2, 570),
    ]
    assert made.unranked == ((FAX, ("measured", "effort")),)
    assert ranking(LIST, {}, EVEN, "s").ranked == ()
    assert ranking(ActivityList(1, (replace(FAX, used=False),)), {}, EVEN, "s").unranked == ()


def test_the_order_hangs_on_the_weights_as_often_as_the_draws_say() -> None:
    made = ranking(LIST, MEASURED, EVEN, "s")
    phone, plan = made.ranked
    assert (phone.best, phone.worst, plan.best, plan.worst) == (1, 2, 1, 2)
    assert phone.first + plan.first == pytest.approx(1) and 0.5 < phone.first < 1
    # Twice the weight of harm and half that of annoyance turn the two round: 870 against 750.
    turned = ranking(LIST, MEASURED, Weights(2, 0.25, 1, 52), "s")
    assert turned.ranked[0].case.activity.id == "plan"


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    one, same, other = (ranking(LIST, MEASURED, EVEN, seed).ranked[0].first for seed in ("s", "s", "t"))
    assert one == same != other
    assert abs(one - other) < 0.06


def test_one_case_alone_is_first_whatever_is_weighed() -> None:
    (alone,) = ranking(ActivityList(1, (PLAN,)), MEASURED, EVEN, "s").ranked
    assert (alone.best, alone.worst, alone.first) == (1, 1, 1.0)


def test_the_weight_that_moves_a_score_most_stands_first() -> None:
    swings = tornado(Case(PLAN, *MEASURED["plan"]), EVEN)
    # Harm: 300 × 1.5 − 30 = 420 to 300 × 3 − 30 = 870; effort: 585 to 540; weeks the other way round; nobody is annoyed.
    assert [(one.weight, one.low, one.high) for one in swings] == [
        ("outcome", 420, 870),
        ("effort", 585, 540),
        ("weeks", 540, 585),
        ("satisfaction", 570, 570),
    ]


def test_weights_that_do_not_fit_are_refused() -> None:
    for wrong in (
        Weights(outcome=-1),
        Weights(effort=11),
        Weights(weeks=0),
        Weights(satisfaction=float("nan")),
    ):
        with pytest.raises(InputError):
            wrong.checked()
