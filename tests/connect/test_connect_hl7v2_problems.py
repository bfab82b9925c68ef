"""Diagnoses, problems, procedures, goals and allergies; what is taken back is entered in error."""

import pytest

from careloom.care.entry import Period
from tests.connect.hl7 import entries, hl7, read, rejections, seg, the_entry


def test_a_diagnosis_has_its_code_its_words_its_day_and_its_doctor():
    dg1 = seg(
        "DG1",
        {
            1: "1",
            3: "E11.9^Type 2 diabetes mellitus^I10C",
            5: "20240110",
            6: "F",
            16: "7^Hart^Lou",
            19: "20240112",
        },
    )
    data = hl7("ADT^A08", "PV1|1|O", dg1)
    found = the_entry(data, "Condition")
    assert (found.codes[0].code, found.category) == ("E11.9", ("encounter-diagnosis",))
    assert (found.effective.start.text, found.recorded.text, found.detail["author"]) == (
        "2024-01-10",
        "2024-01-12",
        "Lou Hart",
    )
    assert (found.status, found.certainty) == (None, "")
    assert found.references == (the_entry(data, "Encounter").id,)


@pytest.mark.parametrize(
    ("fields", "status", "certainty"),
    [
        ({6: "W"}, None, "provisional"),
        ({6: "A"}, None, ""),
        ({21: "D"}, "entered-in-error", "entered-in-error"),
    ],
)
def test_a_working_diagnosis_is_a_guess_and_a_deleted_one_an_error(fields, status, certainty):
    found = the_entry(hl7("ADT^A08", seg("DG1", {3: "I10^Hypertension^I10C", **fields})), "Condition")
    assert (found.status, found.certainty) == (status, certainty)


def test_a_diagnosis_of_an_older_version_has_its_system_and_words_apart():
    found = the_entry(hl7("ADT^A01", "DG1|1|I9|250.00|DIABETES MELLITUS|19960101||W"), "Condition")
    assert (found.codes[0].system, found.text) == ("http://hl7.org/fhir/sid/icd-9-cm", "DIABETES MELLITUS")


def test_a_problem_says_how_it_stands_and_when_it_began_and_ended():
    prb = seg(
        "PRB",
        {
            1: "AD",
            2: "20260304",
            3: "44054006^Type 2 diabetes^SCT",
            4: "P-1",
            7: "20200105",
            13: "C^Confirmed",
            14: "Active",
            16: "201912",
            17: "after a stay",
            26: "^moderate",
        },
    )
    found = the_entry(hl7("PPR^PC1", prb, "NTE|1||Diet alone"), "Condition")
    assert (found.status, found.certainty, found.category) == ("active", "confirmed", ("problem-list-item",))
    assert (found.effective.start.text, found.recorded.text) == ("2019-12", "2020-01-05")
    assert found.detail == {"severity": "moderate", "onset": "after a stay", "note": "Diet alone"}
    ended = seg("PRB", {1: "UP", 3: "786.5^Chest pain^I9C", 9: "20200601"})
    over = the_entry(hl7("PPR^PC2", ended), "Condition")
    assert (over.status, over.detail["abatement"], over.effective.end.text) == (
        "resolved",
        "2020-06-01",
        "2020-06-01",
    )


@pytest.mark.parametrize(("event", "action"), [("PC3", "DE"), ("PC3", "UP"), ("PC2", "DE")])
def test_a_problem_that_is_taken_back_is_in_error(event, action):
    found = the_entry(
        hl7(f"PPR^{event}", seg("PRB", {1: action, 3: "300.7^Hypochondriasis^I9C"})), "Condition"
    )
    assert (found.status, found.certainty) == ("entered-in-error", "entered-in-error")


def test_a_procedure_has_its_time_and_no_status_that_nobody_stated():
    pr1 = seg(
        "PR1",
        {
            3: "76164006^Biopsy of colon^SCT",
            4: "Biopsy",
            5: "202601251140",
            6: "D^Diagnostic^HL70230",
            7: "20",
            11: "7^Hart^Lou",
            15: "79900^Ulcer^L",
        },
    )
    found = the_entry(hl7("ADT^A08", pr1), "Procedure")
    assert (found.text, found.status, found.category) == ("Biopsy", "unknown", ("D",))
    assert (found.effective.end.text, found.detail) == (
        "2026-01-25T17:00:00Z",
        {"reason": "Ulcer", "author": "Lou Hart"},
    )


def test_a_goal_says_what_by_when():
    gol = seg(
        "GOL",
        {
            1: "AD",
            2: "20260304",
            3: "G1^HbA1c below 7 %^L",
            4: "1",
            7: "20260301",
            8: "20260901",
            18: "Active",
        },
    )
    found = the_entry(hl7("PGL^PC6", gol), "Goal")
    assert (found.text, found.status, found.detail["due"]) == ("HbA1c below 7 %", "active", "2026-09-01")


def test_an_allergy_has_its_kind_its_severity_and_its_reactions():
    al1 = "AL1|1|DA^Drug allergy^HL70127|70618^Penicillin^RXNORM|SV^Severe^HL70128|Hives~Wheezing|20100101"
    found = the_entry(hl7("ADT^A08", al1), "AllergyIntolerance")
    assert (found.codes[0].code, found.category, found.status) == ("70618", ("medication",), "active")
    assert found.effective.start.text == "2010-01-01"
    assert found.detail == {
        "allergy_type": "allergy",
        "criticality": "high",
        "severity": "severe",
        "reaction": "Hives; Wheezing",
    }
    assert not found.negated


@pytest.mark.parametrize(
    ("kind", "category", "of"),
    [("FA", ("food",), "allergy"), ("EA", ("environment",), "allergy"), ("LA", ("environment",), "allergy"),
     ("AA", ("biologic",), "allergy"), ("MA", (), "allergy"), ("MC", (), None), ("", (), None)],
)  # fmt: skip
def test_an_allergys_kind_is_fhirs_category(kind, category, of):
    found = the_entry(hl7("ADT^A08", f"AL1|1|{kind}|1^Thing^L|MO"), "AllergyIntolerance")
    assert (found.category, found.detail.get("allergy_type"), found.detail["severity"]) == (
        category,
        of,
        "moderate",
    )
    assert "criticality" not in found.detail


@pytest.mark.parametrize(
    "said", ["^NKDA", "^No known drug allergies", "716186003^No known allergy^SCT", "NKA^^L"]
)
def test_that_there_is_no_allergy_is_negated_and_no_substance(said):
    assert the_entry(hl7("ADT^A08", f"AL1|1|DA|{said}"), "AllergyIntolerance").negated


def test_an_adverse_reaction_says_how_sure_it_is_when_it_began_and_who_told():
    iam = seg(
        "IAM",
        {
            2: "DA",
            3: "2670^codeine^RXNORM",
            4: "MO",
            5: "^Nausea",
            6: "A",
            9: "IN",
            11: "20180501",
            12: "as a child",
            13: "20260304",
            14: "Ost^Iver",
            17: "C",
        },
    )
    found = the_entry(hl7("ADT^A60", iam), "AllergyIntolerance")
    assert (found.status, found.certainty) == ("active", "confirmed")
    assert (found.effective.start.text, found.recorded.text) == ("2018-05-01", "2026-03-04")
    assert found.detail == {
        "allergy_type": "intolerance",
        "reaction": "Nausea",
        "severity": "moderate",
        "onset": "as a child",
        "author": "Iver Ost",
    }


@pytest.mark.parametrize(
    ("fields", "status", "certainty"),
    [({17: "I"}, "inactive", "confirmed"), ({17: "U"}, "active", "unconfirmed"), ({17: "E"},) + ("entered-in-error",) * 2,
     ({6: "D", 17: "C"},) + ("entered-in-error",) * 2, ({}, "active", "")],
)  # fmt: skip
def test_an_adverse_reactions_status_is_fhirs_word_for_it(fields, status, certainty):
    found = the_entry(
        hl7("ADT^A60", seg("IAM", {2: "DA", 3: "2670^codeine^RXNORM", **fields})), "AllergyIntolerance"
    )
    assert (found.status, found.certainty) == (status, certainty)


def test_what_says_nothing_is_rejected_by_its_field_and_the_rest_is_read():
    data = hl7(
        "ADT^A08", "AL1|1|DA", "DG1|1", "PR1|1", "PRB|AD", "GOL|AD", "DG1|2||I10^Hypertension^I10C||20261340"
    )
    assert rejections(data) == [
        ("message 1, AL1-3", "is missing"),
        ("message 1, DG1[1]-3", "is missing"),
        ("message 1, PR1-3", "is missing"),
        ("message 1, PRB-3", "is missing"),
        ("message 1, GOL-3", "is missing"),
        ("message 1, DG1[2]-5", "is not a date or time that HL7 allows"),
    ]
    (found,) = read(data)
    assert [(one.kind, one.effective) for one in found.entries[1:]] == [("Condition", Period())]


def test_the_future_is_read_as_it_is_sent():
    found = the_entry(hl7("ADT^A08", "DG1|1||I10^Hypertension^I10C||20990101"), "Condition")
    assert found.effective.start.text == "2099-01-01"
    assert len(entries(hl7("ADT^A08"))) == 1
