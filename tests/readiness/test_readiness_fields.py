"""What is counted of a source: who has a field, whether it is whole, coded, plausible and fresh."""

import tracemalloc
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.care.entry import Code, Entry, Period, when
from careloom.readiness import Report, Tally, as_json, changes, from_json, report
from careloom.readiness.report import CellReport
from careloom.readiness.words import cell_words, change_words, mend_words, without_words
from tests.readiness.telling import (
    ALLERGY,
    AS_OF,
    CLINIC,
    EGFR,
    EHR,
    FIELDS,
    KNOWLEDGE,
    PROBLEM,
    daily,
    entry,
    hours_before,
    person,
    tally,
    told,
)


def of(found: Report, field: str, source: str = "") -> CellReport:
    line = next(one for one in found.fields if one.name == field)
    return line.sources[source] if source else line.whole


def test_a_source_with_a_coded_list_of_problems_for_all_is_good() -> None:
    found = report(tally(*(told(f"p{n}", entry(f"m{n}", 0, **PROBLEM)) for n in range(10))))
    cell = of(found, "diagnoses", EHR)
    assert (cell.verdict, cell.share, cell.coded, cell.whole) == ("good", 1.0, 1.0, 1.0)
    assert of(found, "allergies", EHR).verdict == "none"


def test_a_source_that_writes_problems_as_words_alone_is_not_coded() -> None:
    words = {"kind": "Condition", "text": "sugar", "status": "active"}
    cell = of(report(tally(told("p", entry("m", 0, **words)))), "diagnoses", EHR)
    assert (cell.verdict, cell.coded, dict(cell.lacking)) == ("partly", 0.0, {"code": 1})


def test_a_field_that_only_one_source_has_is_named_with_it() -> None:
    found = report(
        tally(
            told(
                "p",
                entry("m", 0, **PROBLEM),
                entry("n", 0, CLINIC, **PROBLEM),
                entry("n", 1, CLINIC, **ALLERGY),
            )
        )
    )
    only = {line.name: line.only for line in found.fields}
    assert only["allergies"] == CLINIC
    assert only["diagnoses"] == ""
    assert found.outside == 1


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"value": "4000", "unit": "mL/min/{1.73_m2}"}, "impossible value"),
        ({"value": "52", "unit": "furlong"}, "unit not known"),
        ({"value": "52"}, "unit missing"),
        ({"value": "52", "unit": "mL/min", "effective": Period(when("2027-03-01"))}, "in the future"),
        ({"value": "52", "unit": "mL/min", "effective": Period(when("1931-03-01"))}, "before birth"),
    ],
)
def test_a_result_that_cannot_be_right_is_doubted(what: dict[str, object], why: str) -> None:
    one = told("p", entry("m", 0, **{**EGFR, **what}), persons=[(EHR, person("Bea"))])
    cell = of(report(tally(one)), "kidney", EHR)
    assert dict(cell.doubts) == {why: 1}
    assert cell.verdict == "partly"


def test_an_appointment_next_year_is_no_error() -> None:
    booked = {"kind": "Appointment", "status": "booked", "effective": Period(when("2027-03-01"))}
    assert of(report(tally(told("p", entry("m", 0, **booked)))), "appointments", EHR).doubts == {}


def test_a_birth_date_in_the_future_is_doubted_and_a_missing_one_is_a_risk() -> None:
    found = report(
        tally(
            told("p", entry("m", 0, **PROBLEM), persons=[(EHR, person("Bea", "2050-01-01"))]),
            told("q", entry("n", 0, **PROBLEM), persons=[(EHR, person("Cal", None))]),
        )
    )
    assert dict(of(found, "demographics", EHR).doubts) == {"born in the future": 1}
    assert found.births == {"missing": 1}


def test_the_delay_is_that_of_the_newest_result_of_each_message() -> None:
    people = []
    for number, hours in enumerate([1] * 18 + [48] * 2):
        new = {**EGFR, "value": "52", "unit": "mL/min", "effective": hours_before(AS_OF, hours)}
        old = {**new, "effective": hours_before(AS_OF, 9000)}
        people.append(told(f"p{number}", entry(f"m{number}", 0, **old), entry(f"m{number}", 1, **new)))
    cell = of(report(tally(*people)), "labs", EHR)
    assert cell.median_hours == pytest.approx(1, rel=0.06)
    assert cell.p95_hours == pytest.approx(48, rel=0.06)


def test_the_same_statement_in_two_messages_and_in_two_sources_is_counted_as_said_again() -> None:
    found = report(
        tally(told("p", entry("m", 0, **PROBLEM), entry("n", 0, **PROBLEM), entry("o", 0, CLINIC, **PROBLEM)))
    )
    again = {one.name: (one.statements, one.again) for one in found.sources}
    assert again == {EHR: (2, 1), CLINIC: (1, 0)}
    assert found.across == 1


def test_two_sources_say_the_same_though_one_adds_a_code_and_another_day() -> None:
    twice = {**PROBLEM, "codes": (*PROBLEM["codes"], Code("http://snomed.info/sct", "44054006"))}
    other = {**PROBLEM, "effective": Period(when("2020-01-01"))}
    people = told(
        "p", entry("m", 0, **twice), entry("n", 0, CLINIC, **other), entry("n", 1, CLINIC, **ALLERGY)
    )
    assert report(tally(people)).across == 1


def test_what_was_entered_in_error_is_no_allergy_list() -> None:
    wrong = {**ALLERGY, "certainty": "entered-in-error"}
    assert of(report(tally(told("p", entry("m", 0, **wrong)))), "allergies", EHR).patients == 0


def test_no_known_allergy_is_an_allergy_list() -> None:
    none = {"kind": "Observation", "codes": (Code("http://snomed.info/sct", "716186003"),), "status": "final"}
    assert of(report(tally(told("p", entry("m", 0, **none)))), "allergies", EHR).patients == 1


def test_a_line_says_what_a_nurse_cannot_do_and_whom_to_ask() -> None:
    found = report(tally(told("p", entry("m", 0, **PROBLEM))))
    line = next(one for one in found.fields if one.name == "allergies")
    definition = next(one for one in FIELDS if one.name == "allergies")
    assert "can't trust that a drug is safe" in without_words(line)
    asked = mend_words(line, definition, found.sources, found.main)
    assert "riverside_ehr (the vendor's profile: AllergyIntolerance)" in asked
    assert cell_words(line.whole, "everyone") == "Nothing of it came."


def test_a_run_is_compared_with_the_one_before() -> None:
    before = report(tally(*(told(f"p{n}", entry(f"m{n}", 0, **ALLERGY)) for n in range(4))))
    now = report(tally(*(told(f"p{n}", entry(f"m{n}", 0, **(PROBLEM if n else ALLERGY))) for n in range(4))))
    lost = next(one for one in changes(now, from_json(as_json(before))) if one.source == EHR)
    assert (lost.field, lost.before, lost.now, lost.lost) == ("allergies", 1.0, 0.25, True)
    assert changes(now, None) == ()
    assert from_json({"of": "an earlier version"}) is None


def test_a_smaller_share_of_more_patients_is_no_loss_and_both_counts_are_told() -> None:
    few = [told(f"p{n}", entry(f"m{n}", 0, **ALLERGY)) for n in range(4)]
    more = [told(f"q{n}", entry(f"n{n}", 0, **PROBLEM)) for n in range(36)]
    (one,) = [
        change
        for change in changes(report(tally(*few, *more)), report(tally(*few)))
        if change.source == EHR and change.field == "allergies"
    ]
    assert not one.lost
    assert change_words(one) == (
        "Allergies in riverside_ehr: 4 of 4 patients in the run before (100 %), 4 of 40 now (10 %)."
    )


def test_the_report_holds_no_word_of_a_patient() -> None:
    secret = {**PROBLEM, "text": "Sugar of Beatrix", "detail": {"note": "lives on Elm Street"}}
    said = str(as_json(report(tally(told("p", entry("m", 0, **secret), persons=[(EHR, person("Beatrix"))])))))
    for word in ("Beatrix", "Quill", "Elm", "Sugar", "1950"):
        assert word not in said


@given(st.permutations([*daily(AS_OF, 1, 3, PROBLEM, ALLERGY), *daily(AS_OF, 1, 3, PROBLEM, source=CLINIC)]))
def test_the_order_in_which_patients_are_counted_changes_nothing(people: list[object]) -> None:
    straight = [*daily(AS_OF, 1, 3, PROBLEM, ALLERGY), *daily(AS_OF, 1, 3, PROBLEM, source=CLINIC)]
    assert as_json(report(tally(*people))) == as_json(report(tally(*straight)))  # type: ignore[arg-type]


def test_a_whole_result_needs_its_unit_and_a_word_needs_none() -> None:
    def whole(one: Entry) -> float:
        return of(report(tally(told("p", one))), "labs", EHR).whole

    measured = entry("m", 0, **{**EGFR, "value": "52", "effective": Period(when("2026-11-01"))})
    assert whole(measured) == 0
    assert whole(replace(measured, unit="mL/min")) == 1
    assert whole(replace(measured, value="positive")) == 1


def test_counting_more_people_needs_no_more_memory() -> None:
    def peak(people: int) -> int:
        found = tally()
        tracemalloc.start()
        for one in daily(AS_OF, 1, people, PROBLEM, ALLERGY):
            found.add(one)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(20)
    assert peak(400) < 1.5 * peak(100) + 50_000


def test_of_a_day_without_an_hour_the_delay_is_counted_in_days_which_summer_time_does_not_stretch() -> None:
    counted = Tally(FIELDS, KNOWLEDGE, date(2026, 11, 28), zone=ZoneInfo("America/New_York"))
    for day in (date(2026, 10, 30), date(2026, 11, 3)):
        told_of = when((day - timedelta(days=2)).isoformat(), "America/New_York")
        counted.add(told(str(day), entry(str(day), 1, effective=Period(told_of), **EGFR), received=day))
    by_day = counted.lags[EHR]
    assert [set(by_day[day]) for day in sorted(by_day)] == [{48}, {48}]
    timed = told("t", entry("t", 1, effective=hours_before(AS_OF, 13.5), **EGFR))
    assert set(tally(timed).lags[EHR][AS_OF]) == {13}
