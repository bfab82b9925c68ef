"""Drugs that somebody says were stopped or are on hold, and somebody else says are taken."""

from tests.record.people import a_fill, a_report, an_order, kinds, the_only, the_record
from tests.record.sources import the_conflict, the_drug


def test_a_report_that_she_stopped_is_a_conflict_with_the_order_and_not_its_end():
    record = the_record(
        an_order("Glipizide 5 MG Oral Tablet", on="2026-01-02"),
        a_report("glipizide", status="stopped", on="2026-10-09", quote="She stopped taking glipizide."),
    )
    drug = the_drug(record, "glipizide")
    assert drug.current
    assert "reported as stopped in notes on 2026-10-09" in drug.why
    assert set(the_conflict(record, "medication_status").entries) == set(drug.entries)


def test_an_order_that_another_system_stopped_later_is_a_conflict():
    record = the_record(
        an_order("Metformin 500 MG Oral Tablet", on="2025-10-14"),
        an_order("Metformin 500 MG Oral Tablet", status="stopped", source="clinic", on="2026-04-20"),
    )
    drug = the_only(record.medications)
    assert drug.current
    assert drug.why.endswith("stopped in clinic (ordered 2026-04-20)")
    assert set(the_conflict(record, "medication_status").entries) == set(drug.entries)


def test_an_order_that_another_system_stopped_before_is_history():
    record = the_record(
        an_order("Metformin 500 MG Oral Tablet", on="2025-10-14"),
        an_order("Metformin 500 MG Oral Tablet", status="stopped", source="clinic", on="2024-04-20"),
        an_order("Metformin 500 MG Oral Tablet", status="completed", source="clinic", on="2026-04-20"),
    )
    assert not record.conflicts


def test_a_drug_that_was_stopped_and_is_reported_all_the_same_is_a_conflict():
    record = the_record(
        an_order("Naproxen 500 MG Oral Tablet", status="stopped", on="2026-01-02", until="2026-06-01"),
        a_report("naproxen", on="2026-11-12"),
    )
    drug = the_only(record.medications)
    assert (drug.current, drug.state) == (True, "taking_as_reported")
    assert drug.why == "reported in notes on 2026-11-12; stopped in ehr on 2026-06-01"
    assert kinds(record) == ["medication_status"]


def test_what_the_hospital_stopped_and_a_pharmacy_filled_before_is_a_conflict_and_not_dropped():
    record = the_record(
        a_fill("POTASSIUM CHLORIDE ER 20 MEQ TABLET", on="2026-11-10"),
        a_report(
            "potassium chloride", status="stopped", on="2026-11-20", quote="STOP taking potassium chloride."
        ),
    )
    assert the_only(record.medications).current
    conflict = the_conflict(record, "medication_status")
    assert conflict.why.startswith("last fill 2026-11-10 for 30 days in pharmacy")
    assert conflict.why.endswith("reported as stopped in notes on 2026-11-20")


def test_a_course_that_was_filled_and_completed_is_no_conflict():
    record = the_record(
        a_fill("Metformin 500 MG Oral Tablet", on="2026-11-10"),
        a_report("metformin", status="completed", on="2026-11-20"),
    )
    assert not record.conflicts


def test_a_report_that_she_had_stopped_before_the_order_is_history():
    record = the_record(
        an_order("Glipizide 5 MG Oral Tablet", on="2026-05-02"),
        a_report("glipizide", status="stopped", on="2025-10-09"),
    )
    assert the_only(record.medications).current
    assert not record.conflicts


def test_a_newer_report_that_she_stopped_ends_an_older_report_that_she_takes_it():
    record = the_record(
        a_report("ibuprofen", on="2026-03-09"),
        a_report("ibuprofen", status="not-taken", negated=True, on="2026-10-09"),
    )
    drug = the_only(record.medications)
    assert not drug.current
    assert drug.why == "reported in notes on 2026-03-09; reported as not taken in notes on 2026-10-09"


def test_a_report_does_not_undo_that_the_hospital_stopped_it():
    listed = an_order("Losartan 50 MG Oral Tablet", on="2026-02-10")
    ended = an_order(
        "Losartan 50 MG Oral Tablet", source="hospital", status="stopped", on="2026-02-10", until="2026-11-05"
    )
    record = the_record(listed, ended, a_report("losartan 50 mg", on="2026-11-18"))
    assert kinds(record) == ["medication_status"]
    assert "stopped in hospital on 2026-11-05" in the_only(record.medications).why


def test_on_hold_here_and_active_there():
    held = an_order("Amiodarone 200 MG Oral Tablet", on="2026-01-15", status="on-hold")
    active = an_order("Amiodarone 200 MG Oral Tablet", on="2026-06-01", source="clinic")
    record = the_record(held, active)
    assert kinds(record) == ["medication_status"]
    assert set(the_only(record.conflicts).entries) == {held.id, active.id}
    assert "on hold in ehr since 2026-01-15" in the_only(record.conflicts).why
    resumed = an_order("Amiodarone 200 MG Oral Tablet", on="2026-06-01")
    assert kinds(the_record(held, resumed)) == []


def test_everybody_who_says_that_it_was_stopped_is_named():
    record = the_record(
        an_order("Sertraline 100 MG Oral Tablet", status="stopped", on="2024-02-01", until="2025-01-10"),
        a_report("sertraline", status="stopped", on="2026-10-02", quote="She stopped sertraline."),
    )
    drug = the_only(record.medications)
    assert drug.why == "stopped in ehr on 2025-01-10; reported as stopped in notes on 2026-10-02"
    assert len(drug.entries) == 2
