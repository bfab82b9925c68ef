"""Orders: what was asked for, by whom, why, and how it stands; drug orders, dispenses, doses and vaccines."""

import pytest

from careloom.connect.hl7v2.timing import pattern
from tests.connect.hl7 import entries, hl7, read, rejections, seg, the_entry

OBR = seg(
    "OBR",
    {
        4: "24323-8^Comprehensive panel^LN",
        6: "202603050800",
        13: "fasting",
        16: "7^Hart^Lou",
        31: "E11.9^Diabetes^I10C",
    },
)
RXE = seg(
    "RXE",
    {
        2: "860975^metformin 500 MG Oral Tablet^RXNORM",
        3: "1",
        5: "TAB^tablet",
        7: "^Take with food",
        10: "60",
        11: "TAB^tablet",
        12: "3",
        27: "^diabetes",
    },
)


def test_an_order_says_what_by_whom_why_and_when():
    data = hl7(
        "OML^O21",
        "ORC|NW|P-1||||||||||7^Hart^Lou",
        "TQ1|1||||||202603050800||S",
        OBR,
        "NTE|1||Call with result",
    )
    order = the_entry(data, "ServiceRequest")
    assert (order.status, order.codes[0].code, order.effective.start.text) == (
        "active",
        "24323-8",
        "2026-03-05T08:00",
    )
    assert order.detail == {
        "intent": "order",
        "priority": "stat",
        "prescriber": "Lou Hart",
        "reason": "Diabetes",
        "note": "fasting; Call with result",
    }
    assert "P-1" not in str(order)


@pytest.mark.parametrize(
    ("control", "said", "status"),
    [
        ("NW", "", "active"), ("NW", "CM", "completed"), ("SC", "IP", "active"), ("SC", "HD", "on-hold"),
        ("SC", "DC", "revoked"), ("CA", "", "revoked"), ("DC", "", "revoked"), ("OH", "", "on-hold"),
        ("SC", "ER", "entered-in-error"), ("RE", "", "unknown"), ("", "", "unknown"), ("SC", "??", "unknown"),
    ],
)  # fmt: skip
def test_an_orders_status_is_its_own_and_else_what_is_done_to_it(control, said, status):
    data = hl7("ORM^O01", seg("ORC", {1: control, 5: said}), OBR)
    assert the_entry(data, "ServiceRequest").status == status


def test_an_order_that_has_results_has_a_report_too():
    data = hl7("ORM^O01", "ORC|SC||||CM", OBR + "|" * 30, "OBX|1|NM|2823-3^K^LN||4.1||||||F")
    assert [one.kind for one in entries(data)] == ["Patient", "ServiceRequest", "Observation"]
    resulted = seg("OBR", {4: "24323-8^Comprehensive panel^LN", 7: "202603040800", 25: "F"})
    assert the_entry(hl7("ORM^O01", "ORC|SC||||CM", resulted), "DiagnosticReport").status == "final"


def test_each_order_of_a_message_has_its_own_control_and_results():
    data = hl7(
        "ORU^R01",
        "ORC|RE||||CM",
        OBR,
        "OBX|1|NM|2823-3^K^LN||4.1||||||F",
        "ORC|RE||||IP",
        "OBR|2|||58410-2^CBC^LN",
        "OBX|1|NM|718-7^Hb^LN||13.2||||||P",
    )
    assert [one.status for one in entries(data, "ServiceRequest")] == ["completed", "active"]
    first, second = entries(data, "DiagnosticReport")
    potassium, hb = entries(data, "Observation")
    assert potassium.id in first.references
    assert hb.id in second.references
    assert hb.id not in first.references


def test_a_drug_order_says_how_it_is_taken():
    data = hl7(
        "RDE^O11",
        "ORC|NW||||||||202603041000|||7^Hart^Lou|||||||||Lakeside Family Practice",
        RXE,
        "TQ1|1||BID|||30^d|20260305|20260604",
        "RXR|PO^Oral^HL70162",
        "NTE|1||Stop if unwell",
    )
    order = the_entry(data, "MedicationRequest")
    assert (order.codes[0].code, order.status) == ("860975", "active")
    assert (order.dosage.dose, order.dosage.route) == ("1 TAB", "Oral")
    assert (order.dosage.frequency, order.dosage.text) == ("twice daily for 30 d", "Take with food")
    assert (order.effective.start.text, order.effective.end.text) == ("2026-03-05", "2026-06-04")
    assert order.recorded.text == "2026-03-04T10:00"
    assert order.detail == {
        "intent": "order",
        "quantity": "60 TAB",
        "refills": "3",
        "prescriber": "Lou Hart",
        "practice": "Lakeside Family Practice",
        "reason": "diabetes",
        "note": "Stop if unwell",
    }


def test_an_order_of_an_older_version_has_its_timing_in_one_field():
    rxo = seg(
        "RXO",
        {
            1: "860975^metformin 500 MG Oral Tablet^RXNORM",
            2: "1",
            3: "2",
            4: "TAB^tablet",
            11: "60",
            12: "TAB",
            13: "2",
        },
    )
    orc = seg("ORC", {1: "NW", 7: "1^Q6H^^20260305^20260604^PRN", 9: "20260304"})
    order = the_entry(hl7("ORM^O01", orc, rxo), "MedicationRequest")
    assert (order.dosage.dose, order.dosage.frequency) == ("1-2 TAB", "every 6 hours as needed")
    assert order.effective.end.text == "2026-06-04"


def test_a_strength_that_stands_apart_belongs_to_the_drugs_name():
    rxo = seg("RXO", {1: "6809^metformin^RXNORM", 2: "1", 4: "TAB", 18: "500", 19: "mg"})
    assert the_entry(hl7("OMP^O09", "ORC|NW", rxo), "MedicationRequest").text == "metformin 500 mg"


def test_a_compound_is_its_parts():
    parts = ("RXC|B^Base|1^saline^L|1000|mL", "RXC|A|8591^potassium chloride^RXNORM|20|meq")
    order = the_entry(hl7("OMP^O09", "ORC|NW", seg("RXO", {2: "1000", 4: "mL"}), *parts), "MedicationRequest")
    assert order.text == "saline; potassium chloride"
    assert order.codes[1].code == "8591"


@pytest.mark.parametrize(
    ("control", "said", "status"),
    [("NW", "", "active"), ("DC", "", "stopped"), ("CA", "", "cancelled"), ("HD", "", "on-hold"), ("RP", "", "stopped"),
     ("RO", "", "active"), ("SC", "CM", "completed"), ("SC", "DC", "stopped"), ("ZZ", "", "unknown")],
)  # fmt: skip
def test_a_drug_orders_status_is_fhirs_word_for_it(control, said, status):
    data = hl7("RDE^O11", seg("ORC", {1: control, 5: said}), RXE)
    assert the_entry(data, "MedicationRequest").status == status


def test_an_order_that_another_replaces_has_ended_and_the_other_is_current():
    other = RXE.replace("860975", "861004").replace("500 MG", "1000 MG")
    data = hl7("RDE^O11", "ORC|RP", RXE, "ORC|RO", other)
    assert [(one.codes[0].code, one.status) for one in entries(data, "MedicationRequest")] == [
        ("860975", "stopped"),
        ("861004", "active"),
    ]


def test_what_the_pharmacy_handed_out_is_a_dispense_of_that_order():
    rxd = seg(
        "RXD",
        {
            1: "1",
            2: "860975^metformin 500 MG Oral Tablet^RXNORM",
            3: "202603051200",
            4: "60",
            5: "TAB^tablet",
            8: "2",
            10: "9^Roe^Kim",
            9: "Ask for large print",
        },
    )
    data = hl7("RDS^O13", "ORC|RE", RXE, "RXR|PO^Oral", rxd)
    order = the_entry(data, "MedicationRequest")
    fill = the_entry(data, "MedicationDispense")
    assert (fill.status, fill.effective.start.text) == ("completed", "2026-03-05T12:00")
    assert fill.detail == {
        "quantity": "60 TAB",
        "refills": "2",
        "pharmacy": "Kim Roe",
        "note": "Ask for large print",
    }
    assert fill.dosage.dose == "1 TAB"
    assert order.id in fill.references


def test_a_dose_that_was_given_and_one_that_was_refused():
    given = seg(
        "RXA",
        {
            3: "202603050800",
            4: "202603050805",
            5: "860975^metformin^RXNORM",
            6: "500",
            7: "mg^^UCUM",
            10: "8^Ash^Rae",
            20: "CP",
        },
    )
    refused = seg(
        "RXA",
        {
            3: "202603052000",
            5: "860975^metformin^RXNORM",
            6: "500",
            7: "mg^^UCUM",
            18: "PR^Patient refused^L",
            20: "RE",
        },
    )
    data = hl7("RAS^O17", "ORC|RE", RXE, given, "RXR|PO^Oral", refused)
    first, second = entries(data, "MedicationAdministration")
    assert (first.status, first.negated, first.dosage.dose, first.dosage.route) == (
        "completed",
        False,
        "500 mg",
        "Oral",
    )
    assert (first.effective.end.text, first.detail["author"]) == ("2026-03-05T08:05", "Rae Ash")
    assert (second.status, second.negated, second.detail["note"]) == ("not-done", True, "Patient refused")


def test_an_order_that_names_no_drug_is_rejected_by_its_field():
    data = hl7("RDE^O11", "ORC|NW", seg("RXE", {3: "1"}), "ORC|NW", RXE)
    assert rejections(data) == [("message 1, RXE[1]-2", "names no drug")]
    (found,) = read(data)
    assert [one.kind for one in found.entries] == ["Patient", "MedicationRequest"]


RXA = {
    2: "1",
    3: "20261001",
    5: "141^Influenza, seasonal^CVX^49281-0421-50^Fluzone^NDC",
    6: "0.5",
    7: "mL^^UCUM",
    9: "00^New immunization record^NIP001",
    10: "8^Ash^Rae",
    20: "CP",
    21: "A",
}


def test_a_vaccine_says_which_how_much_where_and_by_whom():
    data = hl7(
        "VXU^V04",
        "ORC|RE",
        seg("RXA", RXA),
        "RXR|IM^Intramuscular^HL70162|LD^Left deltoid^HL70163",
        "OBX|1|CE|64994-7^Eligibility^LN|1|V02^Medicaid^HL70064||||||F",
    )
    vaccine = the_entry(data, "Immunization")
    assert {code.code for code in vaccine.codes} == {"141", "49281-0421-50"}
    assert (vaccine.status, vaccine.negated, vaccine.effective.start.text) == (
        "completed",
        False,
        "2026-10-01",
    )
    assert vaccine.detail == {
        "quantity": "0.5 mL",
        "author": "Rae Ash",
        "body_site": "Left deltoid",
        "note": "New immunization record; Intramuscular",
    }
    assert vaccine.id in the_entry(data, "Observation").references


def test_a_vaccine_that_was_refused_is_negated_with_the_reason():
    refused = seg("RXA", {**RXA, 6: "999", 18: "00^Parental decision^NIP002", 20: "RE"})
    vaccine = the_entry(hl7("VXU^V04", "ORC|RE", refused), "Immunization")
    assert (vaccine.status, vaccine.negated) == ("not-done", True)
    assert "quantity" not in vaccine.detail
    assert vaccine.detail["note"].startswith("Parental decision")


def test_a_vaccine_told_from_memory_says_so_and_one_taken_back_is_in_error():
    told = the_entry(
        hl7("VXU^V04", seg("RXA", {**RXA, 9: "01^Historical information^NIP001"})), "Immunization"
    )
    assert told.detail["note"] == "Historical information"
    assert (
        the_entry(hl7("VXU^V04", seg("RXA", {**RXA, 21: "D"})), "Immunization").status == "entered-in-error"
    )


def test_that_no_vaccine_was_given_is_no_vaccine():
    nothing = seg("RXA", {**RXA, 5: "998^no vaccine administered^CVX", 6: "999", 20: "NA"})
    data = hl7("VXU^V04", "ORC|RE", nothing, "OBX|1|CE|59784-9^Immunity^LN|1|38907003^Varicella^SCT||||||F")
    assert [one.kind for one in entries(data)] == ["Patient", "Observation"]


def test_vaccines_without_a_control_segment_are_each_their_own():
    data = hl7(
        "VXU^V04",
        seg("RXA", RXA),
        "RXR|IM^Intramuscular",
        seg("RXA", {**RXA, 5: "33^PPV23^CVX"}),
        "RXR|SC^Subcutaneous",
    )
    assert [one.detail["note"].rpartition("; ")[2] for one in entries(data, "Immunization")] == [
        "Intramuscular",
        "Subcutaneous",
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("BID", "twice daily"), ("TID", "three times daily"), ("QD", "once daily"), ("QOD", "every 2 days"),
        ("Q6H", "every 6 hours"), ("Q1H", "every hour"), ("Q30M", "every 30 minutes"), ("Q2W", "every 2 weeks"),
        ("5ID", "5 times daily"), ("QHS", "at bedtime"), ("PRN", "as needed"), ("PRNQ4H", "every 4 hours as needed"),
        ("QJ135", "on Monday, Wednesday, Friday"), ("Q2J1", "every 2 weeks on Monday"), ("ACM", "before breakfast"),
        ("Once", "once"), ("when hungry", "when hungry"),
    ],
)  # fmt: skip
def test_a_repeat_pattern_is_in_words(code, words):
    assert pattern(code) == words


def test_a_charge_says_what_was_done_dispensed_and_diagnosed():
    ft1 = seg(
        "FT1",
        {
            4: "20260304",
            6: "CG",
            7: "71045",
            19: "R05.9^Cough^I10C",
            20: "7^Hart^Lou",
            25: "71045^Chest X-ray^C4",
            29: "00093-1048-01^METFORMIN^NDC",
            43: "60^TAB&tablet&L",
        },
    )
    data = hl7("DFT^P03", ft1)
    assert the_entry(data, "Procedure").codes[0].code == "71045"
    assert the_entry(data, "Condition").codes[0].code == "R05.9"
    assert the_entry(data, "MedicationDispense").detail == {"quantity": "60 TAB"}


def test_a_referral_is_an_order():
    rf1 = seg(
        "RF1",
        {1: "A", 2: "A", 3: "CAR^Cardiology^L", 7: "20260304", 8: "20260904", 10: "R07.9^Chest pain^I10C"},
    )
    data = hl7("REF^I12", pid="").decode().rstrip("\r") + "\r" + rf1 + "\r" + "PID|1||H-1||Quill^Marta\r"
    order = the_entry(data.encode(), "ServiceRequest")
    assert (order.status, order.text, order.codes[0].display) == ("active", "", "Cardiology")
    assert order.detail == {"intent": "order", "priority": "asap", "reason": "Chest pain"}
    assert the_entry(data.replace("I12", "I14").encode(), "ServiceRequest").status == "revoked"
