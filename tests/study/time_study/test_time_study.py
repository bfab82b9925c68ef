"""What an observer tapped becomes minutes: a doubt is told and counts for nothing, a phone that is off is corrected, nobody is told of another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careloom.care.observed import Placed, SaidOfTap, Tap
from careloom.errors import InputError
from careloom.study.time_study import table
from careloom.study.time_study.agreeing import agreed, minutes, together
from careloom.study.time_study.clocks import placed
from careloom.study.time_study.shifts import Doubt, Shift, shifts
from careloom.study.time_study.starter import benchmark, starter
from careloom.study.time_study.totals import totals

NINE = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
EVENING = NINE + timedelta(hours=12)
NEXT_DAY = NINE + timedelta(hours=24)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def tap(
    number: int, what: str, minutes: float, activity: str = "", *, shift: str = "s", whom: str = ""
) -> Tap:
    return Tap(
        id=f"{shift}{number:031d}"[:32],
        shift=shift,
        number=number,
        what=what,  # type: ignore[arg-type]
        phone=at(minutes),
        mono=minutes * 60_000,
        load="load",
        activity=activity,
        whom=whom,
    )


def sent(
    *taps: Tap, observer: str = "olga", off: float = 0.0, received: datetime = EVENING
) -> tuple[Placed, ...]:
    """Taps as they came, the phone's clock `off` seconds behind."""
    phone = received - timedelta(seconds=off)
    mono = (phone - NINE).total_seconds() * 1000
    return placed(taps, observer, phone, mono, "load", received=received)


def morning(shift: str = "s", whom: str = "cam", switch: float = 30) -> tuple[Tap, ...]:
    """From nine to ten: a plan, and from `switch` on the telephone."""
    return (
        tap(0, "begin", 0, shift=shift, whom=whom),
        tap(1, "activity", 0, "synthesise_plan", shift=shift),
        tap(2, "activity", switch, "call_patient", shift=shift),
        tap(3, "end", 60, shift=shift),
    )


def one(*taps: Tap, said: tuple[SaidOfTap, ...] = (), now: datetime = NEXT_DAY, **how: object) -> Shift:
    (found,) = shifts(sent(*taps, **how), said, now)  # type: ignore[arg-type]
    return found


def minutes_of(shift: Shift) -> dict[str, float]:
    return {part.activity: part.lasted / timedelta(minutes=1) for part in shift.stretches if part.counts}


def word(shift: Shift, number: int, what: str, value: str = "") -> SaidOfTap:
    part = shift.stretches[number]
    return SaidOfTap(part.shift, part.tap, what, value, "I was there", part.observer, EVENING)  # type: ignore[arg-type]


def test_an_activity_runs_until_the_next_tap() -> None:
    found = one(*morning())
    assert minutes_of(found) == {"synthesise_plan": 30, "call_patient": 30}
    assert (found.observer, found.observed, found.ended) == ("olga", "cam", at(60))
    assert not found.doubtful and not found.was_off


def test_a_tap_taken_back_never_was_and_a_pause_is_no_work() -> None:
    found = one(
        tap(0, "begin", 0, whom="cam"),
        tap(1, "activity", 0, "schedule"),
        tap(2, "activity", 5, "team"),
        tap(3, "undo", 6, f"s{2:031d}"[:32]),
        tap(4, "pause", 10),
        tap(5, "activity", 40, "team"),
        tap(6, "end", 50),
    )
    assert minutes_of(found) == {"schedule": 10, "team": 10}


def test_a_phone_two_hours_off_is_corrected_by_what_was_measured_and_it_is_said() -> None:
    early = tuple(replace(one, phone=one.phone - timedelta(hours=2)) for one in morning())
    (found,) = shifts(sent(*early, off=7200), (), NEXT_DAY)
    assert found.began == at(0) and minutes_of(found) == {"synthesise_plan": 30, "call_patient": 30}
    assert found.was_off and found.off == 7200
    assert sent(*early, off=7200)[0].tap.phone == at(-120)


def test_a_clock_that_ran_all_night_counts_for_nothing_until_somebody_says_how_long_it_was() -> None:
    night = (
        tap(0, "begin", 0, whom="cam"),
        tap(1, "activity", 0, "write_note"),
        tap(2, "end", 11 * 60),
    )
    found = one(*night)
    assert found.doubtful[0].doubts == {Doubt.TOO_LONG} and minutes_of(found) == {}
    mended = one(*night, said=(word(found, 0, "minutes", "12"),))
    assert minutes_of(mended) == {"write_note": 12} and not mended.doubtful
    again = one(*night, said=(word(found, 0, "minutes", "12"), word(found, 0, "undo")))
    assert again.doubtful and minutes_of(again) == {}


def test_a_day_without_an_end_is_asked_about_and_one_that_goes_on_is_not() -> None:
    begun = (
        tap(0, "begin", 0, whom="cam"),
        tap(1, "activity", 0, "schedule"),
        tap(2, "activity", 20, "team"),
    )
    goes_on = one(*begun, now=at(30))
    assert goes_on.goes_on and not goes_on.doubtful and minutes_of(goes_on) == {"schedule": 20}
    forgotten = one(*begun, now=NEXT_DAY)
    assert [part.doubts for part in forgotten.doubtful] == [{Doubt.NO_END}]
    assert minutes_of(forgotten) == {"schedule": 20}
    # Nobody knows its end, so that "it was so" says nothing.
    kept = one(*begun, now=NEXT_DAY, said=(word(forgotten, 1, "keep"),))
    assert kept.doubtful
    mended = one(*begun, now=NEXT_DAY, said=(word(forgotten, 1, "minutes", "15"),))
    assert minutes_of(mended) == {"schedule": 20, "team": 15}


def span(key: str, began: float, ended: float, activity: str) -> Tap:
    return Tap(key * 32, "t", 0, "span", at(began), activity=activity, whom="cam", until=at(ended))


def test_of_entries_that_overlap_none_counts_until_one_is_left_out() -> None:
    rows = (span("a", 0, 30, "schedule"), span("b", 20, 50, "team"), span("c", 60, 70, "team"))
    found = one(*rows)
    assert [part.doubts for part in found.stretches] == [{Doubt.OVERLAP}, {Doubt.OVERLAP}, frozenset()]
    assert minutes_of(found) == {"team": 10}
    # "It was so" of both would count twenty minutes twice.
    insisted = one(*rows, said=(word(found, 0, "keep"), word(found, 1, "keep")))
    assert minutes_of(insisted) == {"team": 10}
    left = one(*rows, said=(word(found, 1, "leave_out"),))
    assert minutes_of(left) == {"schedule": 30, "team": 10} and not left.doubtful


def test_a_clock_that_was_set_back_during_the_shift_is_seen() -> None:
    """At 30 minutes the phone's owner puts its clock an hour back: the tap before it seems an hour later than it can be."""
    received, phone = at(61), at(1)
    taps = (tap(0, "begin", 0, whom="cam"), tap(1, "activity", 0, "schedule"))
    after = (replace(tap(2, "end", 60), phone=at(0.5)),)
    came = placed((*taps, *after), "olga", phone, 61 * 60_000, "load", received=received)
    (found,) = shifts(came, (), NEXT_DAY)
    assert Doubt.CLOCK_SET in found.stretches[0].doubts and minutes_of(found) == {}


def test_a_phone_that_slept_is_not_called_wrong() -> None:
    """Its monotonic clock stood still for most of the hour."""
    came = placed(morning(), "olga", at(61), 60_000 * 61, "load", received=at(61))
    slept = tuple(replace(one, tap=replace(one.tap, mono=one.tap.mono / 10)) for one in came)
    again = placed([one.tap for one in slept], "olga", at(61), 60_000 * 7, "load", received=at(61))
    (found,) = shifts(again, (), NEXT_DAY)
    assert not found.doubtful and found.began == at(0)


# Who is told what


def week(people: int) -> tuple[Shift, ...]:
    taps = [one for number in range(people) for one in morning(f"s{number}", f"p{number}")]
    return shifts(sent(*taps), (), NEXT_DAY)


def test_of_four_people_who_did_not_agree_a_lead_sees_nothing_and_of_five_only_when_it_is_over() -> None:
    assert totals(week(4), (), NEXT_DAY).activities == ()
    running = totals(week(5), (), None)
    assert running.activities == () and running.waiting == 5
    over = totals(week(5), (), NEXT_DAY)
    assert {one.activity: one.people for one in over.activities} == {"synthesise_plan": 5, "call_patient": 5}
    assert over.find("call_patient") is not None and over.find("call_patient").mean_minutes == 30  # type: ignore[union-attr]


def test_whoever_agreed_counts_at_once_and_those_beside_her_stay_hidden() -> None:
    found = totals(week(5), ("p0",), NEXT_DAY)
    assert found.people == 1 and found.waiting == 4
    assert totals(week(2), ("p0", "p1"), None).people == 2


def test_an_activity_that_only_some_of_them_do_is_in_no_sum() -> None:
    alone = (
        tap(0, "begin", 90, shift="x", whom="p0"),
        tap(1, "activity", 90, "teach", shift="x"),
        tap(2, "end", 100, shift="x"),
    )
    taps = [one for number in range(5) for one in morning(f"s{number}", f"p{number}")]
    found = totals(shifts(sent(*taps, *alone), (), NEXT_DAY), (), NEXT_DAY)
    hidden = {one.activity for one in found.activities if one.seconds is None}
    assert hidden == {"teach"} and found.find("teach") is None
    assert found.seconds == 5 * 3600


def two_observers(switch: float) -> tuple[Shift, ...]:
    first = sent(*morning("a"), observer="olga")
    second = sent(*morning("b", switch=switch), observer="otto")
    return shifts((*first, *second), (), NEXT_DAY)


def test_a_minute_that_two_observers_saw_counts_once() -> None:
    found = totals(two_observers(36), ("cam",), None)
    assert found.seconds == 3600


def test_two_observers_agree_slice_by_slice() -> None:
    (pair,) = together(two_observers(36))
    assert (pair.first, pair.second, len(pair.pairs)) == ("olga", "otto", 60)
    found = agreed(pair.pairs, [one.id for one in starter().activities])
    assert found is not None and found.observed == 0.9
    # By hand: 30 and 24 of 60 said alike, chance 0.5 × 0.6 + 0.5 × 0.4 = 0.5, kappa (0.9 − 0.5) / 0.5.
    assert found.kappa == pytest.approx(0.8)
    assert agreed(pair.pairs[:9], ["synthesise_plan"]) is None


def test_the_minutes_that_two_observers_count_of_an_activity_are_compared() -> None:
    assert minutes(together(two_observers(36))) == ((30.0, 24.0), (30.0, 36.0))


def test_what_is_in_doubt_is_compared_with_nothing() -> None:
    night = (
        tap(0, "begin", 0, shift="b", whom="cam"),
        tap(1, "activity", 0, "team", shift="b"),
        tap(2, "end", 600, shift="b"),
    )
    both = (*sent(*morning("a")), *sent(*night, observer="otto"))
    assert together(shifts(both, (), NEXT_DAY)) == ()


# A table

ZONE = ZoneInfo("America/New_York")
HEAD = "observed,activity,began,ended,note\n"


def read(lines: str) -> table.Read:
    return table.read(HEAD + lines, starter(), {"cam": "u1"}, ZONE, NEXT_DAY)


def test_a_table_is_read_in_the_sites_zone_and_by_name_or_id() -> None:
    found = read(
        "cam,Writing a note of a call or visit,2026-11-30 09:00,2026-11-30 09:10,\n"
        "cam,call_patient,2026-11-30T09:10,2026-11-30T09:20,waited on hold\n"
    )
    assert [(one.activity, one.phone, one.whom) for one in found.spans] == [
        ("write_note", NINE, "u1"),
        ("call_patient", NINE + timedelta(minutes=10), "u1"),
    ]
    assert found.bad == () and found.spans[1].text == "waited on hold"


def test_each_bad_line_is_told_with_its_number_and_every_reason() -> None:
    found = read(
        "cam,call_patient,2026-11-30 09:00,2026-11-30 09:10,\n"
        "eve,dancing,soon,2026-11-30 09:00,\n"
        "cam,team,2026-11-30 09:10,2026-11-30 09:05,\n"
        "cam,team,2026-11-30,2026-11-30 09:05,\n"
        "cam,team\n"
        "cam,team,2027-11-30 09:00,2027-11-30 09:10,\n"
    )
    assert len(found.spans) == 1 and found.lines == 6
    assert [(one.number, one.column, one.fault) for one in found.bad] == [
        (3, "began", table.Fault.NO_TIME),
        (3, "observed", table.Fault.NOBODY),
        (3, "activity", table.Fault.NO_ACTIVITY),
        (4, "ended", table.Fault.BACKWARDS),
        (5, "began", table.Fault.NO_TIME),
        (6, "", table.Fault.COLUMNS),
        (7, "ended", table.Fault.FUTURE),
    ]


def test_the_same_line_sent_again_is_the_same_observation() -> None:
    line = "cam,team,2026-11-30 09:00,2026-11-30 09:10,\n"
    assert read(line).spans[0].id == read(line + line).spans[1].id


def test_a_file_that_is_no_such_table_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="activity lacks"):
        table.read("observed,began,ended\n", starter(), {}, ZONE, NEXT_DAY)
    with pytest.raises(InputError, match="no CSV"):
        table.read(HEAD + '"cam,team', starter(), {}, ZONE, NEXT_DAY)


def test_the_shipped_list_says_where_it_is_from_and_no_volume_that_nobody_measured() -> None:
    assert len({one.id for one in starter().activities}) == len(starter().activities) >= 12
    assert all(one.domain for one in starter().activities if one.id != "other")
    assert all(one.volume is one.automatable is one.setup_hours is None for one in starter().activities)
    known = benchmark("synthesise_plan")
    assert known is not None and (known.low, known.high) == (45, 60)
