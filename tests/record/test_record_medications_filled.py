"""Fills beside the list: what is filled and on no list, what is listed and not filled, and when silence says nothing."""

import pytest

from tests.record.people import a_fill, an_entry, an_order, kinds, the_only, the_record
from tests.record.sources import METFORMIN, other_claims, the_conflict, the_drug


def test_a_drug_that_is_filled_and_on_no_list_is_found():
    drug = the_drug(
        the_record(a_fill("Amlodipine 5 MG Oral Tablet", on="2026-11-01", quantity="30")), "amlodipine"
    )
    assert (drug.current, drug.state) == (True, "filled_not_listed")
    assert drug.why == "last fill 2026-11-01 for 30 days in pharmacy; on no list"


def test_a_fill_of_long_ago_is_not_current():
    record = the_record(a_fill("Amlodipine 5 MG Oral Tablet", on="2024-11-01"), *other_claims("2026-11-01"))
    assert not the_drug(record, "amlodipine").current


@pytest.mark.parametrize(("on", "current"), [("2026-11-12", True), ("2026-11-01", False)])
def test_a_short_course_is_over_when_its_pharmacy_is_silent(on, current):
    drug = the_only(the_record(a_fill("Cephalexin 500 MG Oral Capsule", on=on, days="7")).medications)
    assert drug.current is current


def test_a_month_of_supply_is_taken_to_go_on_when_its_pharmacy_is_silent():
    assert the_only(
        the_record(a_fill("Amlodipine 5 MG Oral Tablet", on="2026-08-01", days="30")).medications
    ).current


def test_a_fill_after_the_order_was_stopped_is_a_conflict():
    record = the_record(
        an_order(
            "Hydrochlorothiazide 25 MG Oral Tablet", status="stopped", on="2024-01-01", until="2026-08-01"
        ),
        a_fill("Hydrochlorothiazide 25 MG Oral Tablet", on="2026-11-10", quantity="30"),
    )
    drug = the_only(record.medications)
    assert (drug.current, drug.state) == (True, "filled_not_listed")
    assert drug.why.endswith("on no list; stopped in ehr on 2026-08-01")
    assert kinds(record) == ["medication_status"]


@pytest.mark.parametrize("status", ["declined", "cancelled", "stopped", "entered-in-error"])
def test_a_refused_or_reversed_claim_is_no_fill(status):
    record = the_record(
        an_order("Semaglutide 0.25 MG injection", on="2026-06-01"),
        a_fill("Semaglutide 0.25 MG injection", on="2026-06-02", status=status),
        *other_claims("2026-01-01", "2026-11-01"),
    )
    drug = the_drug(record, "semaglutide")
    assert (drug.last_fill, drug.state) == (None, "prescribed_no_fill_seen")


def test_no_fill_seen_is_said_of_the_time_that_the_pharmacy_covers():
    order = an_order(METFORMIN, on="2026-03-02")
    first, last = other_claims("2026-01-10", "2026-10-30")
    record = the_record(order, first, last)
    conflict = the_conflict(record, "no_fill")
    assert conflict.about == "metformin"
    assert conflict.why == "No fill seen in pharmacy between 2026-03-02 and 2026-10-30"
    assert set(conflict.entries) == {order.id, last.id}
    assert "not taking" not in the_drug(record, "metformin").why


def test_no_further_fill_seen_is_said_after_the_last_supply_ran_out():
    fill = a_fill(METFORMIN, on="2026-04-01", days="30")
    record = the_record(an_order(METFORMIN, on="2026-03-02"), fill, *other_claims("2026-01-10", "2026-10-30"))
    drug = the_drug(record, "metformin")
    assert (
        the_conflict(record, "no_fill").why
        == "No further fill seen in pharmacy between 2026-04-01 and 2026-10-30 "
        "(supply ended 2026-05-01, 182 days without supply since)"
    )
    assert "last fill 2026-04-01 for 30 days in pharmacy, supply ended 2026-05-01" in drug.why
    assert fill.id in the_conflict(record, "no_fill").entries
    assert (drug.current, drug.state) == (True, "prescribed_no_fill_seen")


def test_silence_is_no_conflict_without_a_pharmacy():
    record = the_record(an_order(METFORMIN, on="2026-03-02"))
    assert not record.conflicts


def test_silence_is_no_conflict_where_the_pharmacy_does_not_cover_the_time():
    record = the_record(an_order(METFORMIN, on="2026-10-20"), *other_claims("2026-01-10", "2026-10-30"))
    assert not record.conflicts


def test_silence_is_no_conflict_for_what_anybody_can_buy():
    record = the_record(
        an_order("Aspirin 81 MG Oral Tablet", on="2026-03-02"), *other_claims("2026-01-10", "2026-10-30")
    )
    assert not record.conflicts


def test_a_denied_claim_is_told_beside_the_fill_that_is_not_seen():
    record = the_record(
        an_order("Semaglutide 0.25 MG injection", on="2026-06-01"),
        a_fill("Semaglutide 0.25 MG injection", on="2026-06-02", status="declined"),
        *other_claims("2026-01-01", "2026-11-01"),
    )
    assert the_drug(record, "semaglutide").why == (
        "active in ehr since 2026-06-01; No fill seen in pharmacy between 2026-06-01 and 2026-11-01; "
        "claim of 2026-06-02 declined in pharmacy"
    )
    assert len(the_conflict(record, "no_fill").entries) == 3


def test_a_fill_of_something_unknown_may_be_the_drug_that_is_not_seen():
    order, known = an_order(METFORMIN, on="2026-03-02"), other_claims("2026-01-10", "2026-10-30")
    assert not the_record(order, a_fill("00093-5057-98", on="2026-05-05"), *known).conflicts
    assert kinds(the_record(order, a_fill("Blood glucose test strips", on="2026-05-05"), *known)) == [
        "no_fill"
    ]
    assert kinds(the_record(order, a_fill("00093-5057-98", on="2026-02-05"), *known)) == ["no_fill"]


def a_payers_claim(text, **more):
    detail = {"use": "claim", "outcome": "complete", "days_supply": "30", "quantity": "60"} | more.pop(
        "detail", {}
    )
    more = {"category": ("pharmacy",), "source": "payer", "status": "active"} | more
    return an_entry("ExplanationOfBenefit", text, detail=detail, **more)


def test_a_payers_pharmacy_claim_is_a_fill():
    record = the_record(an_order(METFORMIN, on="2026-05-02"), a_payers_claim(METFORMIN, on="2026-11-01"))
    assert the_only(record.medications).state == "prescribed_and_filled"


def test_a_payers_denied_or_cancelled_claim_or_visit_is_no_fill():
    for claim in (
        a_payers_claim(METFORMIN, on="2026-11-01", detail={"outcome": "denied"}),
        a_payers_claim(METFORMIN, on="2026-11-01", status="cancelled"),
        a_payers_claim(METFORMIN, on="2026-11-01", category=("professional",)),
        a_payers_claim(METFORMIN, on="2026-11-01", detail={"use": "preauthorization"}),
    ):
        drug = the_only(the_record(an_order(METFORMIN, on="2026-05-02"), claim).medications)
        assert (drug.state, drug.last_fill) == ("prescribed_no_fill_seen", None)


def test_a_supply_that_still_lasts_is_no_conflict():
    record = the_record(
        an_order(METFORMIN, on="2026-03-02"),
        a_fill(METFORMIN, on="2026-08-01", days="90", quantity="180"),
        *other_claims("2026-01-10", "2026-11-20"),
    )
    assert not record.conflicts


def test_a_fill_of_a_pen_stands_under_its_order():
    record = the_record(
        an_order(
            "insulin glargine 300 UNT/ML Pen Injector",
            on="2026-09-15",
            dosage="30 units under the skin at bedtime",
        ),
        a_fill("TOUJEO SOLOSTAR 300 UNIT/ML", on="2026-11-10", quantity="3"),
    )
    regimen = the_only(the_only(record.medications).regimens)
    assert (regimen.amount, regimen.route, len(regimen.entries)) == ("30 units", "subcutaneous", 2)
