"""One person's signs of life, and how long she worked by them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from careloom.care.worked import ACTIVITIES, WORDS, Beat, Stretch, Word
from careloom.measure.active_time import IDLE, REACH, by_day, running, stretches, together

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def beat(
    minutes: float,
    word: Word = "beat",
    *inputs: int,
    span: str = "tab",
    patient: str = "ada",
    activity: str = "review",
) -> Beat:
    return Beat(span, patient, f"plan of {patient}", activity, word, at(minutes), inputs)


def minutes(found: tuple[Stretch, ...]) -> float:
    return sum((one.lasted for one in found), timedelta()) / timedelta(minutes=1)


def test_a_nurse_who_types_now_and_then_works_all_the_time() -> None:
    beats = [beat(0, "begin"), *(beat(part / 4, "beat", 3) for part in range(1, 21)), beat(5, "leave")]
    assert stretches(beats) == (Stretch("ada", "plan of ada", "review", at(0), at(5)),)


def test_who_sits_still_is_counted_for_a_minute() -> None:
    beats = [beat(0, "begin"), *(beat(part / 4) for part in range(1, 41))]
    assert stretches(beats) == (Stretch("ada", "plan of ada", "review", at(0), at(1)),)


def test_a_pause_counts_a_minute_and_then_begins_anew() -> None:
    beats = [beat(0, "begin"), *(beat(part / 4) for part in range(1, 40)), beat(10, "beat", 0), beat(10.5)]
    assert [(one.began, one.ended) for one in stretches(beats)] == [(at(0), at(1)), (at(10), at(10.5))]


def test_leaving_the_page_ends_the_minute() -> None:
    beats = [beat(0, "begin"), beat(0.25, "leave"), beat(5, "begin"), beat(5.25)]
    assert minutes(stretches(beats)) == 0.5


def test_a_killed_browser_loses_what_came_after_its_last_sign_alone() -> None:
    beats = [beat(0, "begin"), beat(0.25, "beat", 1), beat(0.5, "beat", 1)]
    assert minutes(stretches(beats)) == 0.5


def test_two_tabs_of_one_plan_count_a_second_once() -> None:
    one = [beat(0, "begin"), *(beat(part / 4, "beat", 5, 10) for part in range(1, 9))]
    other = [
        beat(0.1, "begin", span="tab 2"),
        *(beat(part / 4, "beat", 2, 7, span="tab 2") for part in range(1, 9)),
    ]
    assert minutes(stretches([*one, *other])) == 2


def test_turning_to_another_patient_stops_the_first_ones_clock() -> None:
    beats = [
        beat(0, "begin"),
        beat(0.25, "beat", 1),
        beat(0.3, "begin", span="tab 2", patient="bob"),
        beat(0.5),
        beat(1, span="tab 2", patient="bob"),
        beat(1, span="tab"),
    ]
    found = stretches(beats)
    assert [(one.patient, one.began, one.ended) for one in found] == [
        ("ada", at(0), at(0.3)),
        ("bob", at(0.3), at(1)),
    ]


def test_a_call_runs_while_nobody_types() -> None:
    beats = [beat(0, "begin", activity="call"), *(beat(part / 4, activity="call") for part in range(1, 60))]
    found = stretches([*beats, beat(15, "stop", activity="call")])
    assert found == (Stretch("ada", "plan of ada", "call", at(0), at(15)),)


def test_typing_on_the_same_patients_page_during_a_call_is_the_call() -> None:
    call = [beat(part / 4, "beat" if part else "begin", span="call", activity="call") for part in range(41)]
    page = [beat(part / 4, "beat" if part else "begin", 1, 5) for part in range(41)]
    found = stretches([*call, *page])
    assert [(one.activity, one.lasted) for one in found] == [("call", timedelta(minutes=10))]


def test_opening_another_patient_stops_a_call() -> None:
    call = [beat(part / 4, "beat" if part else "begin", span="call", activity="call") for part in range(41)]
    other = [beat(3.1, "begin", patient="bob"), beat(3.25, patient="bob")]
    assert [(one.patient, one.ended) for one in stretches([*call, *other])] == [
        ("ada", at(3.1)),
        ("bob", at(3.25)),
    ]
    now = running([*call, *other], at(10))
    assert now is not None
    assert now.over


def calls(until: int) -> list[Beat]:
    return [beat(part, "beat" if part else "begin", activity="call") for part in range(until + 1)]


def test_a_long_call_is_asked_about_and_her_word_counts_what_lay_between() -> None:
    asked = running(calls(61), at(61))
    assert asked is not None
    assert asked.asks
    assert not asked.over
    assert minutes(stretches(calls(70))) == 60
    assert minutes(stretches([*calls(70), beat(70.5, "still", activity="call")])) == 70.5


def test_a_word_that_comes_the_next_morning_counts_nothing() -> None:
    late = [*calls(70), beat(14 * 60, "still", activity="call")]
    assert minutes(stretches(late)) == 60
    found = running(late, at(14 * 60))
    assert found is not None
    assert found.over


def test_a_tablet_that_slept_during_a_visit_asks_before_it_counts_the_sleep() -> None:
    visit = [beat(0, "begin", activity="visit"), beat(1, activity="visit"), beat(40, activity="visit")]
    asked = running(visit, at(40))
    assert asked is not None
    assert asked.asks
    assert minutes(stretches(visit)) == 1
    assert minutes(stretches([*visit, beat(40.5, "still", activity="visit")])) == 40.5


def test_a_page_whose_clock_is_wrong_gains_nothing() -> None:
    hostile = [beat(0, "begin", *range(300)), beat(0.25, "beat", *range(100_000)), beat(0.25, "beat", -50)]
    assert minutes(stretches(hostile)) == 0.25


def test_a_page_that_was_silent_for_hours_speaks_of_five_minutes_alone() -> None:
    silent = [beat(0, "begin"), beat(8 * 60, "beat", *range(8 * 60 * 60))]
    assert minutes(stretches(silent)) == 1 + REACH / timedelta(minutes=1)


def test_a_span_that_claims_another_case_is_passed_over() -> None:
    assert minutes(stretches([beat(0, "begin"), beat(1, "beat", 1, patient="bob")])) == 0


def test_an_hour_over_midnight_belongs_to_both_days() -> None:
    zone = ZoneInfo("America/Chicago")
    began = datetime(2026, 11, 23, 23, 50, tzinfo=zone)
    found = by_day([Stretch("ada", "p", "call", began, began + timedelta(minutes=30))], zone)
    assert [(key[0].day, long) for key, long in found.items()] == [
        (23, timedelta(minutes=10)),
        (24, timedelta(minutes=20)),
    ]


def test_the_night_on_which_the_clocks_go_back_has_its_real_length() -> None:
    zone = ZoneInfo("America/Chicago")
    began = datetime(2026, 11, 1, 0, 30, tzinfo=zone)
    ended = datetime(2026, 11, 2, 0, 30, tzinfo=zone)
    found = by_day([Stretch("ada", "p", "call", began, ended)], zone)
    assert [long / timedelta(minutes=30) for long in found.values()] == [49, 1]


def test_two_people_at_one_bedside_are_together_as_long_as_one() -> None:
    one = Stretch("ada", "p", "call", at(0), at(10))
    assert together([one, Stretch("ada", "p", "read", at(5), at(12)), one]) == timedelta(minutes=12)


BEATS = st.lists(
    st.builds(
        lambda second, word, inputs, span, patient, activity: Beat(
            span, patient, "", activity, word, NINE + timedelta(seconds=second), tuple(inputs)
        ),
        st.integers(0, 4 * 3600),
        st.sampled_from(WORDS),
        st.lists(st.integers(-100, 10_000), max_size=8),
        st.sampled_from("abcd"),
        st.sampled_from(["ada", "bob"]),
        st.sampled_from(list(ACTIVITIES)),
    ),
    max_size=40,
)


@given(BEATS)
def test_whatever_pages_say_no_second_counts_twice_and_none_that_did_not_pass(beats: list[Beat]) -> None:
    found = stretches(beats)
    for before, after in pairwise(found):
        assert before.ended <= after.began
    for one in found:
        assert one.began < one.ended
        mine = [two.at for two in beats if (two.patient, two.activity) == (one.patient, one.activity)]
        assert min(mine) <= one.began
        assert one.ended <= max(two.at for two in beats)


@given(BEATS)
def test_without_what_runs_by_itself_no_touch_counts_more_than_a_minute(beats: list[Beat]) -> None:
    sitting = [one for one in beats if ACTIVITIES[one.activity].asks_after is None]
    touches = sum(len(one.inputs) + 1 for one in sitting)
    assert sum((one.lasted for one in stretches(sitting)), timedelta()) <= touches * IDLE
