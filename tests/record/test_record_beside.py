"""A record beside what a chart says right now, and with orders that nobody signed yet: for the drug rules alone."""

from dataclasses import replace
from datetime import date

from careloom import check
from careloom.care.entry import Dosage, Entry, Source
from careloom.care.record import Allergy, Demographics, Medication, PatientRecord, Problem
from careloom.record.beside import beside, with_orders
from tests.record.people import KNOWLEDGE

DAY = date(2026, 11, 23)
WARFARIN = Medication("warfarin", ("warfarin",), "prescribed_no_fill_seen", True, ("w",), "", doses=(("5 mg once daily", ("w",)),))  # fmt: skip
EMPTY = PatientRecord(
    patient="p", as_of=DAY, version="1", demographics=Demographics(birth_date="1949-06-30"), entries=()
)


def an_order(drug: str, id: str = "d", dose: str = "") -> Entry:
    dosage = Dosage(text=dose) if dose else None
    return Entry(
        id=id,
        kind="MedicationRequest",
        source=Source("m", "x", "ehr"),
        text=drug,
        status="draft",
        dosage=dosage,
    )


def allergy(status: str = "active", settled: str = "") -> Allergy:
    return Allergy("Penicillin", ("penicillin",), ("penicillins",), status, "allergy", "", ("a",), "", settled=settled)  # fmt: skip


def test_a_drug_that_one_of_the_two_holds_to_be_taken_counts_as_taken() -> None:
    stopped = replace(WARFARIN, current=False, state="stopped")
    for one, other in ((WARFARIN, stopped), (stopped, WARFARIN)):
        both = beside(replace(EMPTY, medications=(one,)), replace(EMPTY, medications=(other,)))
        assert [drug.name for drug in both.medications if drug.current] == ["warfarin"]


def test_the_charts_own_dose_of_today_stands_in_the_place_of_ours() -> None:
    today = replace(WARFARIN, doses=(("7.5 mg once daily", ("t",)),), entries=("t",))
    both = beside(replace(EMPTY, medications=(WARFARIN,)), replace(EMPTY, medications=(today,)))
    assert both.medications == (today,)


def test_an_allergy_that_was_settled_here_stays_settled_and_another_is_added() -> None:
    ours = replace(EMPTY, allergies=(allergy("refuted", "A. Osei settled it"),))
    assert beside(ours, replace(EMPTY, allergies=(allergy(),))).allergies == ours.allergies
    assert beside(EMPTY, replace(EMPTY, allergies=(allergy(),))).allergies == (allergy(),)


def test_a_problem_that_is_over_here_and_active_there_is_active() -> None:
    over = Problem("Heart failure", "resolved", ("h",), "", "heart_failure")
    both = beside(
        replace(EMPTY, problems=(over,)), replace(EMPTY, problems=(replace(over, status="active"),))
    )
    assert [one.status for one in both.problems] == ["resolved", "active"]


def test_an_order_of_the_same_drug_stands_in_its_place_and_says_whether_it_is_a_renewal() -> None:
    record = replace(EMPTY, medications=(WARFARIN,))
    for dose, renewal in (("5 mg once daily", True), ("", True), ("7.5 mg once daily", False)):
        standing, [order] = with_orders(record, [an_order("Warfarin", dose=dose)], KNOWLEDGE)
        assert len(standing.medications) == 1 and order.is_renewal is renewal
    _, [new] = with_orders(record, [an_order("Ibuprofen 200 MG")], KNOWLEDGE)
    assert new.before is None and not new.is_renewal


def test_only_what_an_order_has_part_in_is_told_and_what_stops_comes_first() -> None:
    taken = (
        WARFARIN,
        replace(WARFARIN, name="ibuprofen", ingredients=("ibuprofen",), entries=("i",), doses=()),
        replace(WARFARIN, name="simvastatin", ingredients=("simvastatin",), entries=("s",), doses=()),
    )
    record = replace(EMPTY, medications=taken, entries=tuple(an_order(name, name[0]) for name in ("warfarin", "ibuprofen", "simvastatin")))  # fmt: skip
    standing, [order] = with_orders(record, [an_order("Clarithromycin 500 MG")], KNOWLEDGE)
    alerts = check.of_orders(standing, {order.entry}, KNOWLEDGE)
    assert all(order.entry in one.finding.evidence for one in alerts)
    assert alerts[0].interrupts and "simvastatin" in alerts[0].heading
    assert not any({"warfarin", "ibuprofen"} <= set(one.heading.split()) for one in alerts)


def test_an_order_against_an_allergy_stops_and_one_against_an_uncertain_cross_reaction_does_not() -> None:
    record = replace(EMPTY, allergies=(allergy(),))
    standing, [order] = with_orders(record, [an_order("Amoxicillin 500 MG")], KNOWLEDGE)
    [told] = [one for one in check.of_orders(standing, {order.entry}, KNOWLEDGE) if one.finding.rule == "allergy"]  # fmt: skip
    assert told.interrupts and told.finding.message.startswith("amoxicillin is ordered, and an allergy")
    settled = replace(EMPTY, allergies=(allergy("refuted", "A. Osei settled it"),))
    standing, [order] = with_orders(settled, [an_order("Amoxicillin 500 MG")], KNOWLEDGE)
    [told] = [one for one in check.of_orders(standing, {order.entry}, KNOWLEDGE) if one.finding.rule == "allergy"]  # fmt: skip
    assert not told.interrupts
