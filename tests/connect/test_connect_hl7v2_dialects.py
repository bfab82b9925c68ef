"""What real senders bend: types of values, merges of every version, events, times, fields and segments of their own."""

import pytest

from careloom.care.entry import Dosage, Period
from tests.connect.hl7 import MSH, entries, hl7, read, rejections, result, seg, the_entry, the_reading

ORC = "ORC|{0}|P-1^EHR|F-1^RX"
METFORMIN = "860975^metformin 500 MG^RXNORM"


@pytest.mark.parametrize(
    "version", ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"]
)
def test_every_version_is_read(version):
    msh = MSH.replace("2.5.1", version)
    data = hl7(
        "ORU^R01", "OBR|1|||24323-8^CMP^LN", "OBX|1|NM|2823-3^K^LN||4.10|mmol/L|3.5-5.1|H|||F", msh=msh
    )
    found = the_entry(data, "Observation")
    assert (found.value, found.unit, found.interpretation, found.status) == ("4.10", "mmol/L", "H", "final")


@pytest.mark.parametrize(
    ("kind", "said", "value", "comparator", "unit"),
    [
        ("SN", ">=^5", "5", ">=", "mg/dL"), ("SN", "<^0.06", "0.06", "<", "mg/dL"), ("SN", "=^440", "440", "", "mg/dL"),
        ("SN", "^1^:^128", "1:128", "", "mg/dL"), ("SN", "^2^+", "2+", "", "mg/dL"), ("NM", "<0.5", "0.5", "<", "mg/dL"),
        ("NM", "1,234", "1,234", "", "mg/dL"), ("NM", "3.5E2", "3.5E2", "", "mg/dL"), ("ST", "12", "12", "", "mg/dL"),
        ("TM", "1405", "14:05", "", None), ("DT", "20260102", "2026-01-02", "", None),
        ("TS", "202601021405-0500", "2026-01-02T14:05-05:00", "", None),
        ("CX", "123^^^LAB^PI", "123 LAB PI", "", None), ("FT", r"one\.br\two", "one\ntwo", "", "mg/dL"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_its_type(kind, said, value, comparator, unit):
    found = result(f"OBX|1|{kind}|2345-7^Glucose^LN||{said}|mg/dl^mg/dl^ISO+|||||F")
    assert (found.value, found.comparator, found.unit) == (value, comparator, unit)


@pytest.mark.parametrize(("unit", "read_as"), [("MG/DL^^ISO+", "mg/dL"), ("mm(hg)^^ANS+", "mm[Hg]"), ("MMOL/L^^ANSI+", "mmol/L")])  # fmt: skip
def test_units_in_capitals_are_those_of_the_same_system(unit, read_as):
    assert result(f"OBX|1|NM|2345-7^Glucose^LN||5|{unit}|||||F").unit == read_as


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [("3.5-5.1 mmol/L", "3.5", "5.1"), ("< 5.1mmol/l", None, "5.1"), ("70-100 mg/dL", None, None), ("3.5-5.1", "3.5", "5.1")],
)  # fmt: skip
def test_a_ranges_bounds_are_those_of_the_values_own_unit(said, low, high):
    found = result(f"OBX|1|NM|2823-3^K^LN||4.1|mmol/L|{said}||||F").range
    assert found is not None
    assert (found.low, found.high, found.text) == (low, high, said)


def test_a_pointer_to_a_file_is_a_document_that_lies_elsewhere():
    data = hl7("ORU^R01", "OBR|1|||1^Scan^L", "OBX|1|RP|18748-4^Report^LN||file/7.pdf^PACS^IM^PDF||||||F")
    found = the_entry(data, "DocumentReference")
    assert (found.text, found.detail["title"], found.detail["note"]) == ("", "Report", "kept at file/7.pdf")


@pytest.mark.parametrize(
    "event", ["A18", "A30", "A34", "A35", "A36", "A39", "A40", "A41", "A42", "A46", "A47"]
)
def test_a_merge_of_any_version_names_the_other_numbers(event):
    found = the_reading(hl7(f"ADT^{event}", "MRG|H-1^^^HARBOR^MR~H-2^^^HARBOR^MR"))
    assert [one.identifier.value for one in found.merges] == ["H-1", "H-2"]


def test_numbers_without_an_assigner_are_told_apart_by_their_field():
    found = the_reading(
        hl7("ADT^A28", pid=seg("PID", {2: "X-1", 3: "55", 5: "Quill^Marta", 7: "19490630", 18: "A-9"}))
    ).person
    assert {(one.system.rsplit(":", 1)[1], one.value) for one in found.identifiers} == {
        ("MR", "55"),
        ("PT", "X-1"),
        ("AN", "A-9"),
    }


@pytest.mark.parametrize("said", ["500101", "99991231", "22000101"])
def test_a_birth_date_in_another_writing_is_none(said):
    pid = f"PID|1||55^^^HARBOR^MR||Quill^Marta||{said}|F"
    assert rejections(hl7("ADT^A31", pid=pid)) == [
        ("message 1, PID-7", "is not a date or time that HL7 allows")
    ]
    (found,) = read(hl7("ADT^A31", pid=pid))
    assert found.person.birth_date is None


def test_times_of_a_stay_keep_their_offset():
    fields = {2: "I", 44: "20260304101500.250+0530", 45: "202603051200Z"}
    found = the_entry(hl7("ADT^A03", seg("PV1", fields)), "Encounter").effective
    assert found.start is not None and found.end is not None
    assert found.start.earliest.isoformat() == "2026-03-04T04:45:00.250000+00:00"
    assert found.end.earliest.isoformat() == "2026-03-05T12:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "segments", "place"),
    [
        ("AllergyIntolerance", ("ADT^A08", "AL1|1|DA|70618^Penicillin^RXNORM|MI|Hives|MI"), "AL1-6"),
        ("Condition", ("ADT^A08", "DG1|1||I10^Hypertension^I10C||soon"), "DG1-5"),
        ("Coverage", ("ADT^A08", seg("IN1", {4: "Blue Shore", 12: "x"})), "IN1-12"),
        ("ServiceRequest", ("ORM^O01", "ORC|NW", "OBR|1|||2345-7^Glucose^LN|||202603040800|0"), "OBR-8"),
        ("Specimen", ("ORU^R01", seg("OBR", {4: "1^A^L", 14: "Blood", 15: "BLD&Blood"})), "OBR-14"),
        ("DocumentReference", ("MDM^T02", seg("TXA", {2: "DS", 6: "x"}), "OBX|1|TX|1^N^L||Well.||||||F"), "TXA-6"),
        ("Appointment", ("SIU^S12", "SCH|A-1", "AIS|1||99213^Visit^C4|soon"), "AIS-4"),
        ("Immunization", ("VXU^V04", seg("RXA", {3: "20260301", 5: "140^Influenza^CVX", 22: "x"})), "RXA-22"),
    ],
)  # fmt: skip
def test_a_time_beside_a_statement_that_is_none_is_named_and_the_statement_kept(kind, segments, place):
    data = hl7(*segments)
    assert rejections(data) == [(f"message 1, {place}", "is not a date or time that HL7 allows")]
    (found,) = read(data)
    assert [one.kind for one in found.entries if one.kind == kind] == [kind]


def test_a_result_whose_order_has_no_time_that_can_be_read_has_none():
    data = hl7("ORU^R01", "OBR|1|||24323-8^CMP^LN|||soon", "OBX|1|NM|2823-3^K^LN||4.1|mmol/L|||||F")
    (found,) = read(data)
    (one,) = (entry for entry in found.entries if entry.kind == "Observation")
    assert (one.value, one.effective) == ("4.1", Period())


def test_a_schedule_after_its_patient_is_read_too():
    found = the_reading(hl7("SIU^S12", "SCH|A-1|B-1", "RGS|1", "AIS|1||99213^Visit^C4|202604010900"))
    assert [one.kind for one in found.entries] == ["Patient", "Appointment"]
    assert found.unknown == {}


@pytest.mark.parametrize(
    ("kind", "rx", "made"),
    [
        ("RDS^O13", seg("RXD", {1: "1", 2: METFORMIN, 3: "20260302", 4: "60", 5: "TAB"}), "MedicationDispense"),
        ("RGV^O15", seg("RXG", {4: METFORMIN, 5: "500", 7: "mg"}), "MedicationDispense"),
        ("RAS^O17", seg("RXA", {2: "1", 3: "202603020800", 5: METFORMIN, 6: "500", 7: "mg"}), "MedicationAdministration"),
        ("RDE^O11", seg("RXE", {2: METFORMIN, 3: "500", 5: "mg"}), "MedicationRequest"),
        ("ORM^O01", seg("RXO", {1: METFORMIN, 2: "500", 4: "mg"}), "MedicationRequest"),
    ],
)  # fmt: skip
def test_every_pharmacy_message_says_which_drug(kind, rx, made):
    found = the_reading(hl7(kind, ORC.format("RE"), rx, "RXR|PO^Oral^HL70162"))
    (one,) = (entry for entry in found.entries if entry.kind == made)
    assert [code.code for code in one.codes] == ["860975"]
    assert isinstance(one.dosage, Dosage) or made == "MedicationDispense"
    assert found.unknown == {}


def test_a_dose_with_a_reason_for_its_refusal_was_not_taken():
    rxa = {2: "1", 3: "202603020800", 5: METFORMIN, 18: "00^nausea^L"}
    found = the_entry(hl7("RAS^O17", seg("RXA", rxa)), "MedicationAdministration")
    assert (found.status, found.negated) == ("not-done", True)
    given = the_entry(hl7("RAS^O17", seg("RXA", {**rxa, 20: "CP"})), "MedicationAdministration")
    assert (given.status, given.negated) == ("completed", False)


def test_a_drug_encoded_in_other_words_keeps_those_in_which_it_was_ordered():
    data = hl7("RDE^O11", ORC.format("NW"), "RXO|G-1^Glucophage 500 mg^L|500||mg", seg("RXE", {2: METFORMIN}))
    assert the_entry(data, "MedicationRequest").detail["note"] == "ordered as Glucophage 500 mg"


def test_a_vaccine_keeps_its_lot_its_expiry_and_its_maker():
    rxa = {3: "20260301", 5: "140^Influenza^CVX", 15: "33K2A", 16: "20261210", 17: "PMC^Sanofi^MVX"}
    found = the_entry(hl7("VXU^V04", seg("RXA", rxa)), "Immunization")
    assert found.detail["note"] == "lot 33K2A; expires 2026-12-10; Sanofi"


def test_what_a_patient_died_of_is_a_diagnosis_of_who_certified_it():
    pda = {
        1: "I21.9^Infarction^I10C",
        4: "202603021230",
        5: "7^Hart^Lou",
        6: "Y",
        7: "20260302^20260303",
        9: "N",
    }
    found = the_entry(hl7("ADT^A03", seg("PDA", pda)), "Condition")
    assert [code.code for code in found.codes] == ["I21.9"]
    assert found.detail["author"] == "Lou Hart"
    told = "autopsy: yes; coroner: no; autopsy began 2026-03-02; autopsy ended 2026-03-03"
    assert found.detail["note"] == f"cause of death; {told}"


def test_an_accident_says_which_when_and_where():
    acc = seg("ACC", {1: "202603011530", 2: "FALL^Fall from a ladder^L", 3: "Pier 4", 5: "Y"})
    found = the_entry(hl7("ADT^A01", acc), "Observation")
    assert (found.name, found.value) == ("accident", "Fall from a ladder")
    assert found.effective.start is not None and found.effective.start.text == "2026-03-01T15:30"
    assert found.detail == {"note": "at Pier 4; at work"}


def test_when_she_is_expected_to_come_and_go_is_told_and_is_no_time_of_the_stay():
    pv2 = seg("PV2", {8: "20260310", 9: "20260314"})
    found = the_entry(hl7("ADT^A05", "PV1|1|P", pv2), "Encounter")
    assert found.detail["note"] == "expected admission 2026-03-10; expected discharge 2026-03-14"
    assert found.effective == Period()


def test_who_told_of_an_allergy_is_a_relative_where_the_relation_says_so():
    iam = seg("IAM", {2: "FA", 3: "256349002^Peanut^SCT", 14: "Quill^Per", 15: "SPO^Spouse^HL70063"})
    assert the_entry(hl7("ADT^A60", iam), "RelatedPerson").text == "Spouse: Per Quill"
    own = seg("IAM", {2: "FA", 3: "256349002^Peanut^SCT", 14: "Quill^Marta", 15: "SEL^Self^HL70063"})
    assert entries(hl7("ADT^A60", own), "RelatedPerson") == []


def test_a_next_of_kin_of_whom_only_the_time_is_told_is_kept_with_it():
    found = the_entry(hl7("ADT^A08", seg("NK1", {1: "1", 8: "20210102", 9: "20230304"})), "RelatedPerson")
    assert found.effective.start is not None and found.effective.start.text == "2021-01-02"


@pytest.mark.parametrize(("completed", "said"), [("AU", "final"), ("LA", "final"), ("DI", "preliminary"), ("IP", "preliminary")])  # fmt: skip
def test_a_document_that_nobody_has_authenticated_is_preliminary(completed, said):
    txa = seg("TXA", {2: "DS", 6: "202603041130", 17: completed})
    found = the_entry(hl7("MDM^T02", txa, "OBX|1|TX|1^Note^L||Well.||||||F"), "DocumentReference")
    assert found.detail["completion"] == said


@pytest.mark.parametrize(("said", "status"), [("remission", "remission"), ("R^Resolved^L", "resolved"), ("", "active"), ("Q7", None)])  # fmt: skip
def test_how_a_problem_stands_is_fhirs_word_and_an_unknown_one_is_none(said, status):
    prb = seg("PRB", {1: "AD", 3: "K80.00^Cholelithiasis^I10C", 14: said})
    assert the_entry(hl7("PPR^PC1", prb), "Condition").status == status
