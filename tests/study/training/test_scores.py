"""The score tells a careless reviewer from a careful one, and says nothing where it knows too little."""

from datetime import date, timedelta

from careloom.care.drill import Answered, FaultKind, Standing, TrainingStep
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count
from careloom.study.training.certifying import Habit, Lacks, Slips, habits, lacks, newest, slips, state
from careloom.study.training.scoring import Judged, judged, score
from tests.study.training.drafts import AT, a_drill, careful, careless, practised

TODAY = date(2026, 11, 23)


def test_a_careless_and_a_careful_reviewer_are_told_apart() -> None:
    """Eight drills each, ten times: their intervals of what they catch never meet; all of one way pass but by bad luck, none of the other ever."""
    passed, careful_lines, careless_lines = 0, list[Judged](), list[Judged]()
    for seed in range(1, 11):
        careful_lines += (hers := practised(careful, 8, seed))
        careless_lines += (his := practised(careless, 8, seed + 50))
        one, other = score(hers), score(his)
        assert isinstance(one.sensitivity, Estimate) and isinstance(other.sensitivity, Estimate)
        assert one.sensitivity.low > other.sensitivity.high
        passed += not lacks(one)
        assert Lacks.CAUGHT in lacks(other)
    assert passed >= 8
    reads, skims = score(careful_lines).bias, score(careless_lines).bias
    assert isinstance(reads, Estimate) and abs(reads.value) < 0.1
    assert isinstance(skims, Estimate) and skims.low > 0.2


def test_who_calls_everything_faulty_or_everything_fine_never_passes() -> None:
    suspicious = score(practised(lambda _faulty, _labelled, _chance: True, 8, 3))
    trusting = score(practised(lambda _faulty, _labelled, _chance: False, 8, 3))
    assert lacks(suspicious) == (Lacks.ALARMED,)
    assert Lacks.CAUGHT in lacks(trusting)


def test_four_ways_of_judging_are_told_apart_in_words() -> None:
    """Who reads, who takes everything for fine, who calls everything faulty, and who goes by the mark alone; of one drill nothing is said."""
    reads = score(practised(careful, 8, 21))
    trusts = score(practised(lambda _faulty, _labelled, _chance: False, 8, 22))
    suspects = score(practised(lambda _faulty, _labelled, _chance: True, 8, 23))
    by_mark = score(practised(lambda _faulty, labelled, _chance: not labelled, 8, 24))
    assert habits(reads) == (Habit.READS,)
    assert habits(trusts) == (Habit.PASSES,)
    assert habits(suspects) == (Habit.SUSPECTS,)
    assert Habit.MARK in (habits(by_mark) or ()) and Habit.READS not in (habits(by_mark) or ())
    assert Habit.READS not in (habits(score(practised(careless, 8, 25))) or (Habit.READS,))
    assert habits(score(practised(careful, 1, 26))) is None


def test_who_takes_whatever_is_labelled_has_a_high_index_and_who_reads_has_none() -> None:
    blind = score(practised(lambda faulty, labelled, _chance: faulty and not labelled, 6, 4))
    reads = score(practised(lambda faulty, _labelled, _chance: faulty, 6, 4))
    assert isinstance(blind.bias, Estimate) and blind.bias.value == 1
    assert isinstance(reads.bias, Estimate) and reads.bias.value == 0


def test_of_one_drill_no_index_is_said_and_nobody_passes() -> None:
    found = score(practised(lambda faulty, _labelled, _chance: faulty, 1, 5))
    assert isinstance(found.bias, NotSaid) and found.bias.why == "too_few"
    assert {Lacks.FAULTY, Lacks.FINE, Lacks.KINDS} <= set(lacks(found))
    assert isinstance(score([]).sensitivity, NotSaid)


def test_only_what_was_said_first_of_a_line_counts() -> None:
    one = a_drill(11)
    faulty = next(iter(one.keys))
    said = [
        Answered(one.id, faulty, None, AT),
        Answered(one.id, faulty, one.keys[faulty].kind, AT + timedelta(seconds=1)),
        Answered("another drill", faulty, None, AT),
        Answered(one.id, "no such line", None, AT),
    ]
    assert [line.right for line in judged([one], said)] == [False]


def test_a_beginners_faults_are_not_dragged_along() -> None:
    lines = [*practised(careless, 12, 6), *practised(lambda faulty, _labelled, _chance: faulty, 16, 7)]
    assert Lacks.CAUGHT in lacks(score(lines))
    assert lacks(score(newest(lines))) == ()


def test_who_slips_is_asked_to_practise_again_and_who_does_not_is_left_alone() -> None:
    nobody = Count(0, 0)
    assert slips(practised(careful, 6, 8), nobody) == ()
    assert set(slips(practised(careless, 16, 8), nobody)) == {Slips.CAUGHT, Slips.BIAS}
    assert slips([], Count(18, 20)) == (Slips.PACE,)
    assert slips([], Count(3, 4)) == slips([], Count(8, 30)) == ()


def _step(what: Standing, day: date) -> TrainingStep:
    return TrainingStep("nina", what, day, "careloom", "", AT)


def test_a_certificate_is_asked_for_from_its_day_and_holds_to_its_last() -> None:
    required = _step(Standing.REQUIRED, TODAY)
    passed = _step(Standing.CERTIFIED, TODAY + timedelta(days=365))
    assert state([], TODAY, everybody=False).may
    assert not state([], TODAY, everybody=True).may
    assert state([required], TODAY - timedelta(days=1), everybody=False).may
    assert not state([required], TODAY, everybody=False).may
    assert state([required, passed], passed.day, everybody=False).may
    assert not state([required, passed], passed.day + timedelta(days=1), everybody=False).may


def test_a_refresher_that_nobody_does_ends_the_certificate_on_its_day_and_passing_again_ends_the_refresher() -> (
    None
):
    due = TODAY + timedelta(days=14)
    steps = [
        _step(Standing.REQUIRED, TODAY),
        _step(Standing.CERTIFIED, TODAY + timedelta(days=300)),
        _step(Standing.REFRESHER, due),
    ]
    assert state(steps, due, everybody=False).may
    assert not state(steps, due + timedelta(days=1), everybody=False).may
    steps.append(_step(Standing.CERTIFIED, TODAY + timedelta(days=370)))
    after = state(steps, due + timedelta(days=1), everybody=False)
    assert after.may and after.refresher is None


def test_an_excuse_holds_to_its_day() -> None:
    steps = [_step(Standing.REQUIRED, TODAY), _step(Standing.EXCUSED, TODAY + timedelta(days=3))]
    assert state(steps, TODAY + timedelta(days=3), everybody=False).may
    assert not state(steps, TODAY + timedelta(days=4), everybody=False).may


def test_the_kinds_of_faults_are_counted_apart() -> None:
    found = score(practised(lambda faulty, _labelled, _chance: faulty, 6, 9))
    assert all(count.hits == count.number for count in found.by_kind.values())
    assert sum(count.number for count in found.by_kind.values()) == found.faulty.number
    assert found.by_kind[FaultKind.NUMBER].number > 0
