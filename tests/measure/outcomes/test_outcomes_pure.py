"""Outcomes from entries: values in one unit, changes around a start, readmissions, emergency visits and appointments."""

from datetime import date

from careloom.care.entry import LOINC, Code, Component, Entry, Period, Source, when
from careloom.knowledge import load
from careloom.measure.outcomes.noun import Taken, joined
from careloom.measure.outcomes.values import (
    COMPARED,
    INPATIENT,
    NO_UNIT,
    NOT_FINAL,
    UNTRUE,
    Change,
    change,
    measured,
    scored,
)
from careloom.measure.outcomes.visits import (
    AGAINST_WORDS,
    BY_DEATH,
    BY_LEAVING,
    TOO_LATE,
    appointments,
    emergencies,
    readmissions,
    stays,
    whole_months,
)

LABS = load().labs
LAST = date(2026, 12, 31)
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def entry(kind, day, *, end=None, **given):
    number = f"{kind}{day}{end}{sorted(given.items(), key=str)}"
    held = Period(when(day), when(end) if end else None)
    return Entry(
        id=number,
        kind=kind,
        source=Source("m", "1", "clinic"),
        effective=held,
        **{"status": "final", **given},
    )


def a1c(day, value, unit="%", **given):
    return entry("Observation", day, codes=(Code(LOINC, "4548-4"),), value=value, unit=unit, **given)


def pressure(day, systolic, **given):
    part = Component((Code(LOINC, "8480-6"),), "", systolic, "mm[Hg]")
    return entry("Observation", day, codes=(Code(LOINC, "85354-9"),), components=(part,), **given)


def stay(began, ended, how="", kind="IMP", priority="", **given):
    said = {"class": (f"{ACT}|{kind}",), "disposition": (f"x|{how}",) if how else (), "id": (began,)}
    if priority:
        said["priority"] = (f"http://terminology.hl7.org/CodeSystem/v3-ActPriority|{priority}",)
    return entry("Encounter", began, end=ended, elements=said, **{"status": "finished", **given})


def again(*entries, known=LAST):
    return readmissions("p", stays(entries), date(2026, 1, 1), LAST, known)


def test_hba1c_of_two_units_is_one_number_a_day_and_says_that_units_were_mixed():
    seen = measured("p", [a1c("2026-01-05", "8.0"), a1c("2026-03-05", "64", "mmol/mol")], "hba1c", LABS, LAST)
    assert [(one.day.month, round(one.value, 1)) for one in seen.taken] == [(1, 8.0), (3, 8.0)]
    assert seen.mixed and dict(seen.units) == {"%": 1, "mmol/mol": 1}


def test_what_does_not_count_is_counted_with_its_reason():
    bad = [
        a1c("2026-01-05", "8.0", "furlongs"),
        a1c("2026-01-06", "80"),
        a1c("2026-01-07", "14", comparator=">"),
        a1c("2026-01-08", "8", status="preliminary"),
        a1c("2026-01-09", "9", detail={"quote": "A1c was 9"}),
    ]
    seen = measured("p", bad, "hba1c", LABS, LAST)
    assert seen.taken == ()
    assert dict(seen.left) == {NO_UNIT: 1, UNTRUE: 1, COMPARED: 1, NOT_FINAL: 1}


def test_the_lowest_pressure_of_a_day_counts_and_none_of_a_stay():
    inside = stay("2026-02-01", "2026-02-04")
    found = [
        pressure("2026-01-05", "150"),
        pressure("2026-01-05", "138"),
        pressure("2026-02-02", "99", elements={"encounter": ("2026-02-01",)}),
    ]
    seen = measured("p", [inside, *found], "systolic", LABS, LAST)
    assert [one.value for one in seen.taken] == [138.0]
    assert dict(seen.left) == {INPATIENT: 1}


def test_a_total_that_no_questionnaire_gives_is_left_out():
    code = (Code(LOINC, "44261-6"),)
    rows = [entry("Observation", "2026-01-05", codes=code, value=said) for said in ("14", "31")]
    seen = scored("p", rows, "phq9", LAST)
    assert [one.value for one in seen.taken] == [14.0]
    assert dict(seen.left) == {UNTRUE: 1}


def test_a_change_takes_the_newest_value_of_each_window_or_says_which_lacks():
    start = date(2026, 6, 1)
    days = [(2025, 11, 1, 10.0), (2026, 3, 1, 9.0), (2026, 6, 1, 8.9), (2026, 7, 1, 8.0), (2026, 10, 1, 7.5)]
    taken = [Taken("p", date(*day), value) for *day, value in days]
    assert change(taken, start) == Change("p", 8.9, 7.5)
    assert "180 days before" in str(change(taken[:1], start))
    assert "90 to 365 days after" in str(change(taken[:4], start))


def test_an_unplanned_stay_within_thirty_days_is_a_readmission_and_a_planned_or_later_one_is_not():
    assert [
        one.value for one in again(stay("2026-01-01", "2026-01-05"), stay("2026-02-04", "2026-02-06")).taken
    ] == [
        1.0,
        0.0,
    ]
    later = again(stay("2026-01-01", "2026-01-05"), stay("2026-02-05", "2026-02-06"))
    planned = again(stay("2026-01-01", "2026-01-05"), stay("2026-01-20", "2026-01-22", priority="EL"))
    assert later.taken[0].value == planned.taken[0].value == 0.0


def test_the_first_readmission_decides_so_that_nothing_after_a_planned_one_counts():
    first = stay("2026-01-01", "2026-01-05")
    planned = stay("2026-01-10", "2026-01-12", priority="EL")
    after = stay("2026-01-20", "2026-01-22")
    assert [one.value for one in again(first, planned, after).taken] == [0.0, 1.0, 0.0]


def test_a_transfer_and_a_copy_from_another_source_are_one_stay():
    moved = again(stay("2026-01-01", "2026-01-05", "02"), stay("2026-01-06", "2026-01-09"))
    copied = again(stay("2026-01-01", "2026-01-05"), stay("2026-01-01", "2026-01-05", text="copy"))
    assert [(one.day.day, one.value) for one in moved.taken] == [(9, 0.0)]
    assert [(one.day.day, one.value) for one in copied.taken] == [(5, 0.0)]


def test_a_stay_whose_end_nobody_told_takes_no_later_one_with_it():
    seen = again(stay("2026-01-01", None), stay("2026-03-01", "2026-03-03"), stay("2026-03-10", "2026-03-12"))
    assert [one.value for one in seen.taken] == [1.0, 0.0]


def test_who_died_left_or_was_discharged_too_lately_is_told_apart():
    seen = again(
        stay("2026-01-01", "2026-01-05", "07"),
        stay("2026-05-01", "2026-05-05", detail={"discharge": f"Left {AGAINST_WORDS[0]}"}),
        stay("2026-08-01", "2026-08-05", "exp"),
        stay("2026-12-01", "2026-12-05"),
    )
    assert seen.taken == ()
    assert dict(seen.left) == {BY_LEAVING: 2, BY_DEATH: 1, TOO_LATE: 1}
    early = again(stay("2026-01-01", "2026-01-05"), known=date(2026, 1, 20))
    assert dict(early.left) == {TOO_LATE: 1}


def test_emergency_visits_count_once_a_day_over_the_months_that_the_record_knows():
    visits = [
        stay("2026-03-02", "2026-03-02", kind="EMER"),
        stay("2026-03-02", "2026-03-02", kind="EMER", text="copy"),
    ]
    seen = emergencies("p", visits, date(2026, 1, 1), date(2026, 6, 30), died=date(2026, 5, 2))
    assert [(one.day.month, one.value) for one in seen.taken] == [(3, 1.0), (4, 0.0), (5, 0.0)]
    assert emergencies("p", [], date(2026, 1, 1), LAST).taken == ()


def test_a_cancelled_appointment_is_neither_kept_nor_missed():
    every = [
        entry("Appointment", "2026-03-02", status=one)
        for one in ("fulfilled", "noshow", "cancelled", "booked")
    ]
    seen = appointments("p", every, date(2026, 1, 1), LAST)
    assert [one.value for one in seen.taken] == [1.0, 0.0]
    assert sum(seen.left.values()) == 2
    assert len(joined([seen, seen]).taken) == 4 and sum(joined([seen, seen]).left.values()) == 4


def test_a_disease_of_long_ago_makes_no_month_of_care_and_a_broken_month_does_not_count():
    old = entry("Condition", "2001-01-01")
    assert emergencies("p", [old], date(2026, 1, 1), LAST).taken == ()
    visit = stay("2026-02-03", "2026-02-03", kind="EMER")
    seen = emergencies("p", [old, visit], date(2026, 1, 10), date(2026, 4, 29))
    assert [(one.day.month, one.value) for one in seen.taken] == [(2, 1.0), (3, 0.0)]
    assert list(whole_months(date(2026, 1, 2), date(2026, 2, 27))) == []
    assert list(whole_months(date(2026, 2, 1), date(2026, 2, 28))) == [date(2026, 2, 1)]
