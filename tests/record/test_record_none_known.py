"""Somebody says that there is none, somebody else lists one: what a nurse must see before a drug is given."""

import pytest

from tests.record.people import (
    a_condition,
    a_report,
    an_allergy,
    an_entry,
    an_order,
    kinds,
    the_only,
    the_record,
)
from tests.record.sources import allergy, coded, condition, observation, of, order, sct, the_record_of

PENICILLIN = {"text": "Penicillin"}
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"


@pytest.mark.parametrize(
    "denial",
    [
        allergy(sct("716186003", "No known allergy (situation)")),
        allergy(sct("409137002", "No known drug allergy")),
        allergy(coded("no-known-allergies", system=IPS)),
        allergy(coded("no-known-medication-allergies", system=IPS)),
        allergy({"text": "NKDA"}),
        allergy({"text": "No known drug allergies"}),
        allergy({"text": "None known"}),
        allergy({"text": "Patient denies any drug allergies"}),
        allergy(sct("416098002", "Allergy to drug"), verified="refuted"),
        allergy({"text": "Drug allergy"}, verified="refuted"),
        of("List", status="current", mode="working", code=coded("48765-2", "Allergies"), date="2026-01-01", emptyReason=coded("nilknown", system=EMPTY)),
        condition(sct("716186003", "No known allergy")),
        observation(coded("x", system="urn:local", text="Allergies"), "2026-01-01", "NKDA"),
        observation(sct("409137002", "No known drug allergy"), "2026-01-01"),
    ],
)  # fmt: skip
def test_whoever_says_that_there_is_none_contradicts_who_lists_penicillin(denial):
    record = the_record_of(hospital=[allergy(PENICILLIN)], clinic=[denial])
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("allergy_list", "Penicillin")
    assert conflict.why.startswith("listed in hospital; clinic says ")
    assert {record.by_id[one].source.system for one in conflict.entries} == {"hospital", "clinic"}
    assert [one.substance for one in record.allergies] == ["Penicillin"]
    assert not record.problems


@pytest.mark.parametrize(
    "silence",
    [
        allergy({"text": "Not on File"}),
        allergy(coded("no-allergy-info", "No information about allergies", IPS)),
        of("List", status="current", mode="working", code=coded("48765-2", "Allergies"), emptyReason=coded("notasked", system=EMPTY)),
        of("List", status="current", mode="working", code=coded("11450-4", "Problems"), emptyReason=coded("nilknown", system=EMPTY)),
        allergy({"text": "No known food allergies"}),
        observation(coded("x", system="urn:local", text="No known allergies"), "2026-01-01", "false"),
    ],
)  # fmt: skip
def test_who_was_not_asked_or_speaks_of_something_else_contradicts_nothing(silence):
    record = the_record_of(hospital=[allergy(PENICILLIN)], clinic=[silence])
    assert not record.conflicts
    assert [one.substance for one in record.allergies] == ["Penicillin"]


def test_no_known_allergy_to_latex_denies_latex_alone():
    denial = an_allergy("No known allergy to latex", source="clinic", recorded="2026-01-01", kind="")
    latex = an_allergy("Latex", recorded="2020-01-01")
    assert the_only(the_record(latex, denial).conflicts).why == "listed in ehr; refuted in clinic"
    assert not the_record(an_allergy("Penicillin", recorded="2020-01-01"), denial).conflicts


def test_none_except_one_is_one():
    record = the_record(an_allergy("No known allergies except sulfa", recorded="2026-01-01"))
    assert the_only(record.allergies).classes == ("sulfonamide antibiotics",)


def test_a_source_that_says_no_medicine_is_taken_contradicts_the_list_of_another():
    record = the_record_of(
        hospital=[order("Warfarin 5 MG Oral Tablet", "2026-03-01")],
        clinic=[of("MedicationStatement", status="active", effectiveDateTime="2026-10-01", medicationCodeableConcept=sct("787481004", "No known medications"))],
    )  # fmt: skip
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("medication_list", "medications")
    assert conflict.why == "clinic says No known medications on 2026-10-01; hospital lists warfarin"
    assert len(conflict.entries) == 2
    assert the_only(record.medications).name == "warfarin"


def test_a_medicine_that_was_first_ordered_afterwards_contradicts_nothing():
    denied = a_report("No current medications", source="clinic", on="2025-10-01")
    assert not the_record(an_order("Warfarin 5 MG", on="2026-03-01"), denied).conflicts
    assert kinds(the_record(an_order("Warfarin 5 MG", on="2024-03-01"), denied)) == ["medication_list"]


def test_no_known_problems_is_no_problem():
    record = the_record(
        a_condition("No current problems or disability", "sct|160245001", on="2026-01-01"),
        an_entry("Condition", "No known problems", status="active", on="2026-01-01"),
    )
    assert not record.problems


def test_a_later_allergy_in_another_file_of_an_unnamed_source_is_told_beside_a_denial_of_before():
    denied = an_allergy("NKDA", source="fhir", message="a", recorded="2015-01-01", kind="")
    listed = an_allergy("Penicillin", source="fhir", message="b", recorded="2020-01-01")
    assert kinds(the_record(denied, listed)) == ["allergy_unlisted"]
    assert not the_record(
        denied, an_allergy("Penicillin", source="fhir", message="a", recorded="2020-01-01")
    ).conflicts


def test_whoever_says_that_none_is_known_has_told_of_allergies_so_that_nothing_is_missing():
    told = the_record_of(clinic=[observation(sct("409137002", "No known drug allergy"), "2026-01-01")])
    assert "allergy_list" not in {gap.about for gap in told.gaps}
    asked = the_record_of(clinic=[observation({"text": "Allergies reviewed"}, "2026-01-01")])
    assert "allergy_list" in {gap.about for gap in asked.gaps}
