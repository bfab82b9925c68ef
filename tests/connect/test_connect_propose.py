"""The wizard reads a header and some rows and proposes a mapping; whatever it is not sure of, it says."""

import pytest

from careloom.care.ndc import doubt, eleven
from careloom.connect import tables
from careloom.connect.tables.looks import is_loinc, is_snomed
from careloom.connect.tables.propose import propose
from careloom.errors import InputError
from tests.connect.tabled import read_bytes

CLAIMS = b"""Member ID;Last Name;First Name;Date of Birth;Gender;NDC Code;Drug Name;Qty;Days Supply;Date Filled;Claim Status;Group
Q-778;Quill;Marta;30.06.1949;F;0093-1048-01;Metformin 500 mg;60;30;13.02.2026;Paid;X
Q-779;Ash;Robin;01.01.1980;M;00093-1048-01;Metformin 500 mg;60;30;14.02.2026;Reversed;X
"""
PROBLEMS = b"""PAT_MRN_ID,PatientName,DOB,ProblemName,ICD10Code,OnsetDate,Status
Q-778,"Quill, Marta",1949-06-30,Type 2 diabetes,E11.9,2020-01-05,Active
Q-779,"Ash, Robin",1980-01-01,Gout,M10.9,2021-02-07,Resolved
"""
LABS = b"""MRN|Name|Birth Date|Test Name|LOINC|Result Value|Units|Reference Range|Abnormal Flag|Collection Date|Result Status
Q-778|Marta Quill|19490630|Hemoglobin A1c|4548-4|7.0|%|4.0-5.6|H|20260213|F
Q-779|Robin Ash|19800101|Creatinine|2160-0|1.10|mg/dL|0.6-1.2|N|20260214|F
"""


@pytest.mark.parametrize(
    ("data", "kinds", "code"),
    [
        (CLAIMS, {"MedicationDispense"}, "0093-1048-01"),
        (PROBLEMS, {"Condition"}, "E11.9"),
        (LABS, {"Observation"}, "4548-4"),
    ],
)
def test_what_is_proposed_reads_the_file(data, kinds, code):
    found = read_bytes(data, propose(data))
    assert [one.rejected for one in found if one.rejected] == []
    assert [reading.person.birth_date for reading in found] == ["1949-06-30", "1980-01-01"]
    entries = [entry for reading in found for entry in reading.entries]
    assert {entry.kind for entry in entries} == kinds
    assert entries[0].codes[0].code == code
    assert all(entry.happened for entry in entries)


def test_a_lab_result_has_its_value_unit_range_and_flag():
    entry = read_bytes(LABS, propose(LABS))[0].entries[0]
    assert (entry.value, entry.unit, entry.range.text, entry.interpretation, entry.status) == (
        "7.0",
        "%",
        "4.0-5.6",
        "H",
        "final",
    )


def test_a_fill_has_its_days_and_quantity_and_a_reversed_one_is_cancelled():
    first, second = (reading.entries[0] for reading in read_bytes(CLAIMS, propose(CLAIMS)))
    assert (first.detail["days_supply"], first.detail["quantity"]) == ("30", "60")
    assert (first.status, second.status) == ("completed", "cancelled")


@pytest.mark.parametrize("data", [CLAIMS, PROBLEMS, LABS, LABS.partition(b"\n")[2]])
def test_no_value_of_the_file_is_in_it(data):
    text = propose(data, "Observation" if data.startswith(b"Q") else "")
    for value in ("Q-778", "Quill", "Marta", "Metformin", "diabetes", "Hemoglobin", "4548", "1949", "7.0"):
        assert value not in text


def test_dates_that_fit_two_forms_are_told():
    text = propose(PROBLEMS.replace(b"2020-01-05", b"01/05/2020").replace(b"2021-02-07", b"02/07/2021"))
    assert "fit MM/DD/YYYY and DD/MM/YYYY; ask the sender" in text


def test_words_of_a_status_that_are_not_known_are_counted_not_shown():
    text = propose(PROBLEMS.replace(b"Resolved", b"Quiescent"))
    assert "cover 1 of the first 2 rows" in text
    assert "quiescent" not in text.lower()


def test_columns_that_nobody_uses_and_a_charset_are_told():
    assert '# Not used: "Group"' in propose(CLAIMS)
    assert 'charset = "cp1252"' in propose(PROBLEMS.replace(b"Gout", "Sjögren".encode("latin-1")))
    assert 'charset = "utf-16"' in propose(PROBLEMS.decode().encode("utf-16"))


@pytest.mark.parametrize(
    ("data", "why"), [(b"hello\nworld\n", "one column"), (b"colour,shape\nred,round\n", "no kind of entry")]
)
def test_what_is_no_table_or_of_no_kind_is_told(data, why):
    with pytest.raises(InputError, match=why):
        propose(data)


def test_a_proposal_without_rows_is_a_mapping_all_the_same():
    for data in (CLAIMS, PROBLEMS, LABS):
        assert tables.parse("x", propose(data.partition(b"\n")[0] + b"\n")).entries


@pytest.mark.parametrize(
    ("said", "is_one"),
    [("4548-4", True), ("85354-9", True), ("2160-0", True), ("4548-5", False), ("12", False)],
)
def test_a_loinc_number_has_its_check_digit(said, is_one):
    assert is_loinc(said) is is_one


@pytest.mark.parametrize(("said", "is_one"), [("44054006", True), ("73211009", True), ("44054007", False)])
def test_a_snomed_concept_has_its_check_digit(said, is_one):
    assert is_snomed(said) is is_one


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("0093-1048-01", "00093104801"),
        ("60505-260-01", "60505026001"),
        ("60505-2601-1", "60505260101"),
        ("00093-1048-01", "00093104801"),
        ("00093104801", "00093104801"),
    ],
)
def test_an_ndc_with_hyphens_has_eleven_digits(said, means):
    assert eleven(said) == means
    assert doubt(said) == ""


@pytest.mark.parametrize("said", ["0093104801", "009310480", "0093-1048", "00093-10480-1", "X0093104801", ""])
def test_an_ndc_that_could_be_several_is_never_guessed(said):
    assert eleven(said) is None
    assert doubt(said)
    assert not said or said not in doubt(said)


def test_an_ndc_of_nine_digits_is_told_and_its_fill_is_kept():
    data = CLAIMS.replace(b"0093-1048-01;", b"009310480;", 1)
    found = read_bytes(data, propose(CLAIMS))
    assert [(one.where, one.reason[:22]) for reading in found for one in reading.rejected] == [
        ("row 1, ndc", "is an NDC of 9 digits ")
    ]
    assert len([entry for reading in found for entry in reading.entries]) == 2


ROSTER = b"""row,first_name,last_name,suffix,maiden_name,date_of_birth,gender,ssn,mrn,street,city,state,zip,phone,email
1,Marta,Quill,,Ash,1949-06-30,F,412-55-1801,Q-778,4 Tanner Court,Salem,OR,97301,503-867-1144,marta@quill.example
2,Robin,Ash,Jr,,1980-01-01,M,,Q-779,,,,,,
"""


def test_a_table_of_people_alone_is_proposed_with_all_that_tells_who_they_are():
    text = propose(ROSTER)
    found = read_bytes(ROSTER, text)
    assert {entry.kind for one in found for entry in one.entries} == {"Patient"}
    marta, robin = (one.person for one in found)
    assert [(name.given, name.family) for name in marta.names] == [(("Marta",), "Quill"), (("Marta",), "Ash")]
    assert {one.value for one in marta.identifiers} == {"Q-778", "412-55-1801"}
    assert marta.addresses == ("4 Tanner Court, Salem, OR, 97301",)
    assert marta.telecoms == ("503-867-1144", "marta@quill.example")
    assert (robin.names[0].suffix, robin.birth_date) == ("Jr", "1980-01-01")
    assert "ignore" in text
    assert "1801" not in text
    with pytest.raises(InputError):
        propose(b"a,b\nx,y\n")
