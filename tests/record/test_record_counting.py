"""Which entries count: dates, entries in error, repeats."""

from dataclasses import replace
from datetime import date

import pytest

from tests.record.people import a_condition, a_result, an_entry, an_order, the_only, the_record

DIABETES = "sct|44054006"


def test_entries_come_in_time_order_whatever_order_they_arrive_in():
    entries = [
        a_result("4548-4", value, "%", on)
        for value, on in (("7.1", "2024-01-02"), ("7.9", "2025-03-04"), ("8.4", "2026-10-09"))
    ]
    record = the_record(*reversed(entries))
    assert [entry.value for entry in record.entries] == ["7.1", "7.9", "8.4"]
    assert the_record(*entries) == record


def test_what_happened_later_is_not_known_yet():
    early, late = a_result("4548-4", "7.1", "%", "2024-01-02"), a_result("4548-4", "8.4", "%", "2026-10-09")
    record = the_record(early, late, as_of=date(2025, 1, 1))
    assert [entry.id for entry in record.entries] == [early.id]


def test_what_was_recorded_later_and_has_no_time_of_its_own_is_not_known_yet():
    allergy = an_entry("AllergyIntolerance", "Penicillin", status="active", recorded="2026-05-05")
    assert the_record(allergy, as_of=date(2026, 5, 4)).entries == ()
    assert the_record(allergy, as_of=date(2026, 5, 5)).entries == (allergy,)


def test_the_evening_of_the_day_counts_in_its_own_zone():
    late = a_result("4548-4", "8.4", "%", "2026-10-09T22:30:00-05:00")
    assert the_record(late, as_of=date(2026, 10, 9)).entries == (late,)
    assert the_record(late, as_of=date(2026, 10, 8)).entries == ()


def test_a_booked_appointment_lies_ahead_and_counts():
    booked = an_entry("Appointment", "Eye examination", on="2026-12-15", status="booked")
    kept = an_entry("Appointment", "Eye examination", on="2027-12-15", status="fulfilled")
    assert the_record(booked, kept).entries == (booked,)


def test_an_entry_in_error_is_never_current_and_never_lost():
    for wrong in (
        a_condition("Diabetes mellitus type 2", DIABETES, on="2019-03-02", certainty="entered-in-error"),
        an_order("Warfarin 5 MG Oral Tablet", status="entered-in-error", on="2026-01-01"),
    ):
        record = the_record(wrong)
        assert record.withdrawn == (wrong,)
        assert not record.problems and not record.medications and not record.entries


def test_a_correction_takes_back_the_copy_in_an_older_export():
    old = a_condition("Diabetes mellitus type 2", DIABETES, on="2019-03-02", message="export of May")
    wrong = replace(
        old,
        id="f" * 32,
        status=None,
        certainty="entered-in-error",
        source=replace(old.source, message="export of June"),
    )
    record = the_record(old, wrong)
    assert {entry.id for entry in record.withdrawn} == {old.id, wrong.id}
    assert not record.problems


def test_a_valid_twin_beside_the_correction_stays():
    twin = a_condition("Diabetes mellitus type 2", DIABETES, on="2019-03-02", message="export of June")
    wrong = replace(twin, id="f" * 32, certainty="entered-in-error")
    assert the_record(twin, wrong).entries == (twin,)


def test_another_systems_entry_is_not_taken_back():
    clinic = a_condition("Diabetes mellitus type 2", DIABETES, on="2019-03-02", source="clinic")
    wrong = a_condition("Diabetes mellitus type 2", DIABETES, on="2019-03-02", certainty="entered-in-error")
    assert the_record(clinic, wrong).problems[0].status == "active"


def test_one_result_in_two_overlapping_exports_is_one_entry_with_both_sources():
    first = a_result("4548-4", "7.10", "%", "2026-10-09T09:00:00-04:00", message="export of May")
    again = replace(
        a_result("4548-4", "7.10", "%", "2026-10-09T13:00:00Z", message="export of June", source="exchange"),
        interpretation="H",
    )
    record = the_record(first, again)
    merged = the_only(record.entries)
    assert {merged.id, *merged.same_as} == {first.id, again.id}
    assert {source.system for source in (merged.source, *merged.also)} == {"ehr", "exchange"}
    assert merged.interpretation == "H" and merged.value == "7.10"
    assert record.by_id[first.id] is record.by_id[again.id] is merged


@pytest.mark.parametrize(
    "other",
    [
        {"value": "7.2"},
        {"unit": "mmol/mol"},
        {"status": "amended"},
        {"negated": True},
        {"subject": "family"},
        {"kind": "DiagnosticReport"},
    ],
)
def test_sources_that_disagree_stay_apart(other):
    first = a_result("4548-4", "7.1", "%", "2026-10-09", message="a")
    second = replace(a_result("4548-4", "7.1", "%", "2026-10-09", message="b"), **other)
    assert len(the_record(first, second).entries) == 2


def test_another_day_or_precision_is_another_statement():
    a_day = a_result("4548-4", "7.1", "%", "2026-10-09", message="a")
    an_hour = a_result("4548-4", "7.1", "%", "2026-10-09T09:00:00Z", message="b")
    assert len(the_record(a_day, an_hour).entries) == 2


def test_two_readings_of_one_value_stay_apart():
    high = replace(a_result("4548-4", "7.1", "%", "2026-10-09", message="a"), interpretation="H")
    normal = replace(a_result("4548-4", "7.1", "%", "2026-10-09", message="b"), interpretation="N")
    silent = a_result("4548-4", "7.1", "%", "2026-10-09", message="c")
    assert len(the_record(high, normal, silent).entries) == 3
    assert len(the_record(high, silent).entries) == 1


def test_what_one_message_says_twice_is_said_twice():
    twice = [a_result("2339-0", "101", "mg/dL", "2026-10-09T09:00:00Z", n=n, message="a") for n in (1, 2)]
    copies = [a_result("2339-0", "101", "mg/dL", "2026-10-09T09:00:00Z", n=n, message="b") for n in (1, 2)]
    merged = the_record(*twice, *copies).entries
    assert len(merged) == 2
    assert all(len(entry.same_as) == 1 for entry in merged)


def test_the_receipt_counts_every_source_and_its_newest_day():
    record = the_record(
        a_result("4548-4", "7.1", "%", "2026-10-09", message="a"),
        a_result("4548-4", "7.1", "%", "2026-10-09", message="b"),
        an_entry("Appointment", "Visit", on="2026-12-24", status="booked", source="clinic"),
        a_condition("Hypertension", "sct|38341003", on="2019-03-02", source="clinic"),
    )
    assert [(one.system, one.entries, one.newest) for one in record.searched] == [
        ("clinic", 2, "2019-03-02"),
        ("ehr", 2, "2026-10-09"),
    ]
