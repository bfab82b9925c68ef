"""Exports of many shapes: the wizard proposes a mapping that reads them, or says what it can't tell."""

import pytest

from careloom.care.entry import Entry
from careloom.care.ndc import eleven
from careloom.connect.tables.propose import propose
from careloom.errors import InputError
from tests.connect.tabled import read_bytes

VITALS = b"""PatientID,EncDate,Systolic BP,Diastolic BP,Pulse,Temp (F),Weight (lb),Height
Q-778,2026-11-01 10:00,148,88,72,98.6,182.5,64
Q-902,2026-11-02 11:30,130,80,,98.2,201,70
"""
APPOINTMENTS = b"""Appt ID;MRN;Last;First;Birthdate;Appt Date;Appt Time;Visit Type;Provider;Appt Status
1;Q-778;Quill;Marta;30.06.1949;01.12.2026;09:30;Follow-up;Dr. Osei;Scheduled
2;Q-902;Lund;Otto;02.01.1951;15.11.2026;14:00;New patient;Dr. Lee;No Show
"""
VISITS = b"""visit_no,mrn,pt_name,pt_dob,admit_dt,disch_dt,class,primary_dx,disch_disp
V1,Q-778,"QUILL,MARTA J",06301949,2026-10-01T08:00,2026-10-05T12:00,Inpatient,I50.9,Home
V2,Q-902,"LUND,OTTO",01021951,2026-10-11T08:00,2026-10-11T14:00,Emergency,R07.9,Home
"""
COMMA = "\ufeffPt MRN;Test Date;Test Name;LOINC;Result;Units\nQ-778;03.11.2026;Creatinine;2160-0;1,42;mg/dL\n".encode()
SCREENS = b"""MRN,Assessment,Score,Assessed On,Assessor
Q-778,PHQ-9,14,2026-09-01,R. Blake
"""
NEEDS = b"""client_id,dob,screen_date,living_situation,food_worry,transportation_need,screener
C1,1949-06-30,2026-10-01,no steady place,Often true,Yes,R. Blake
"""
MEDICINES = b"""MRN\tMedication\tStrength\tSig\tRoute\tStart Date\tStatus\tRxNorm
Q-778\tmetformin\t500 mg\t1 tablet by mouth twice daily\tPO\t1/5/26\tActive\t860975
"""
PROBLEMS = (
    "Patient ID\tDiagnosis\tICD-10\tDate Noted\tStatus\n1\tSjögren syndrome\tM35.0\t3/4/19\tActive\n".encode(
        "latin-1"
    )
)


CLAIMS = b"""MEMBER_ID,MBR_LAST_NM,MBR_FIRST_NM,MBR_DOB,MBR_GENDER_CD,DT_FILLED,NDC_CD,DRUG_LABEL_NM,QTY_DISPENSED,DAYS_SUPPLY_CNT,PHARMACY_NM,CLAIM_STATUS_CD
M1,Quill,Marta,19490630,F,20260201,00093104801,METFORMIN 500 MG,60,30,Corner Pharmacy,P
M1,Quill,Marta,19490630,F,20260301,0093-1048-01,METFORMIN 500 MG,60,30,Corner Pharmacy,P
M1,Quill,Marta,19490630,F,20260401,50111-433-01,METOPROLOL 50MG,60,30,Corner Pharmacy,P
M1,Quill,Marta,19490630,F,20260501,50111-0433-1,METOPROLOL 50MG,60,30,Corner Pharmacy,P
M1,Quill,Marta,19490630,F,20260601,5011104331,METOPROLOL 50MG,60,30,Corner Pharmacy,P
M1,Quill,Marta,19490630,F,20260701,930104801,METFORMIN 500 MG,60,30,Corner Pharmacy,P
"""


def read(data: bytes) -> list[Entry]:
    found = read_bytes(data, propose(data))
    assert [one.rejected for one in found if one.rejected] == []
    return [entry for reading in found for entry in reading.entries]


def test_every_fill_of_a_payers_export_comes_in_whatever_form_its_ndc_has():
    (reading,) = read_bytes(CLAIMS, propose(CLAIMS))
    assert [(one.where, "9 digits" in one.reason) for one in reading.rejected] == [("row 6, ndc", True)]
    assert reading.unknown == {"ndc of 10 digits without hyphens": 1}
    assert [one.detail["days_supply"] for one in reading.entries] == ["30"] * 6
    assert [eleven(one.codes[0].code) for one in reading.entries] == [
        "00093104801",
        "00093104801",
        "50111043301",
        "50111043301",
        None,
        None,
    ]


def test_a_wide_table_of_vital_signs_gives_each_with_its_code_unit_and_time():
    found = read(VITALS)
    assert [(one.codes[0].code, one.value, one.unit) for one in found[:6]] == [
        ("8480-6", "148", "mm[Hg]"),
        ("8462-4", "88", "mm[Hg]"),
        ("8867-4", "72", "/min"),
        ("8310-5", "98.6", "[degF]"),
        ("29463-7", "182.5", "[lb_av]"),
        ("8302-2", "64", "[in_i]"),
    ]
    assert len(found) == 11
    assert {one.effective.start.text for one in found} == {"2026-11-01T10:00", "2026-11-02T11:30"}
    assert '# Not sure: "Height" names no unit' in propose(VITALS)


def test_a_day_and_its_time_of_day_in_two_columns_are_one_time():
    text = propose(APPOINTMENTS)
    assert 'Not used: "Appt ID".' in text
    first, second = read(APPOINTMENTS)
    assert (first.effective.start.text, second.effective.start.text) == (
        "2026-12-01T09:30:00",
        "2026-11-15T14:00:00",
    )
    assert (first.status, second.status) == ("booked", "noshow")


def test_shortened_headers_and_dates_without_signs_are_understood():
    first, _ = read(VISITS)
    assert (first.kind, first.detail["class"], first.detail["discharge"]) == (
        "Encounter",
        "Inpatient",
        "Home",
    )
    assert (first.effective.start.text, first.effective.end.text) == ("2026-10-01T08:00", "2026-10-05T12:00")
    assert "V1" not in first.text


def test_a_decimal_comma_is_seen_and_the_digits_stay():
    assert 'decimal = ","' in propose(COMMA)
    (entry,) = read(COMMA)
    assert (entry.value, entry.unit) == ("1.42", "mg/dL")


def test_a_decimal_comma_beside_a_point_is_told():
    mixed = COMMA + b"Q-778;04.11.2026;Creatinine;2160-0;1.50;mg/dL\n"
    assert 'decimal = ","  # not sure: other numbers have a point' in propose(mixed)


def test_a_list_of_scores_is_read_as_results():
    (entry,) = read(SCREENS)
    assert (entry.kind, entry.text, entry.value) == ("Observation", "PHQ-9", "14")


def test_answers_of_a_screening_come_as_answers_and_which_are_a_need_is_asked():
    text = propose(NEEDS)
    assert "Not sure: which answers mean a need" in text
    assert "Often true" not in text
    found = read(NEEDS)
    assert [(one.text, one.value, one.category) for one in found][1] == (
        "food_worry",
        "Often true",
        ("sdoh",),
    )


def test_a_drug_is_named_with_its_strength():
    (entry,) = read(MEDICINES)
    assert (entry.name, entry.dosage.text, entry.status) == (
        "metformin 500 mg",
        "1 tablet by mouth twice daily",
        "active",
    )


def test_tabs_latin_letters_and_short_years_are_read_and_what_is_uncertain_is_told():
    text = propose(PROBLEMS)
    assert 'delimiter = "tab"' in text and "pivot = 30  # not sure" in text and "cp1252" in text
    (entry,) = read(PROBLEMS)
    assert (entry.text, entry.effective.start.text) == ("Sjögren syndrome", "2019-03-04")


def test_a_result_whose_value_column_nobody_knows_is_told():
    text = propose(b"MRN,LOINC,Wert\nQ-778,2160-0,1.42\n")
    assert "no column is called like the value" in text


@pytest.mark.parametrize("data", [b"a,b,c\n1,x,foo\n", b"height,colour\n3,red\n"])
def test_what_tells_nothing_of_a_patient_is_refused(data):
    with pytest.raises(InputError, match="no kind of entry"):
        propose(data)
