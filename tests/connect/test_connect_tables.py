"""A site's own export: the mapping says what each column means, and nothing is guessed or lost."""

import io
from pathlib import Path

import pytest

from careloom.care.entry import Code, Identifier
from careloom.connect import tables
from careloom.errors import ConfigError, InputError
from tests.connect.made import message
from tests.connect.tabled import (
    FILE,
    HEADER,
    MARTA,
    PERSON,
    PROBLEM,
    ROW,
    entries,
    mapping,
    read,
    read_bytes,
    reasons,
)

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


def test_a_row_of_a_problem_list_is_a_condition_as_fhir_would_say_it():
    (entry,) = entries(HEADER, ROW)
    assert (entry.kind, entry.text, entry.status, entry.source.where) == (
        "Condition",
        "Type 2 diabetes",
        "active",
        "row 1",
    )
    assert entry.codes == (Code(ICD10, "E11.9", "Type 2 diabetes"),)
    assert entry.effective.start and entry.effective.start.text == "2026-02-03"


def test_the_person_is_known_by_number_name_and_birth_date():
    (reading,) = read(HEADER, ROW)
    person = reading.person
    assert person.identifiers == (Identifier("urn:oid:2.16.840.1.113883.19.5", "Q-778"),)
    assert (person.names[0].full, person.birth_date, person.sex) == ("Marta Jo Quill", "1949-06-30", "female")


def test_an_identifier_without_a_system_is_the_sources_own():
    (reading,) = read(HEADER, ROW, text=FILE + PERSON.replace("2.16.840.1.113883.19.5", "MRN") + PROBLEM)
    assert reading.person.identifiers[0].system == "urn:careloom:source:clinic:MRN"


def test_one_row_makes_several_entries_and_empty_columns_make_none():
    vitals = """
[[entry]]
kind = "Observation"
codes = [{ system = "loinc", code = { constant = "85354-9" }, display = { constant = "Blood pressure" } }]
category = [{ constant = "vital-signs" }]
start = "Seen"
components = [
  { codes = [{ system = "loinc", code = { constant = "8480-6" } }], value = { column = "BP", split = "/", part = 1 }, unit = { constant = "mm[Hg]" } },
  { codes = [{ system = "loinc", code = { constant = "8462-4" } }], value = { column = "BP", split = "/", part = 2 }, unit = { constant = "mm[Hg]" } },
]
[[entry]]
kind = "Observation"
codes = [{ system = "loinc", code = { constant = "29463-7" }, display = { constant = "Weight" } }]
value = "Weight"
unit = { constant = "kg" }
start = "Seen"
"""
    header = "MRN,Last Name,First Name,DOB,Sex,Seen,BP,Weight"
    text = FILE + PERSON + vitals
    both, weight = entries(header, f"{MARTA},03/04/2026,142/88,81.50", text=text)
    assert [(part.value, part.unit) for part in both.components] == [("142", "mm[Hg]"), ("88", "mm[Hg]")]
    assert (weight.value, weight.unit, weight.codes[0].code) == ("81.50", "kg", "29463-7")
    assert both.id != weight.id
    (alone,) = entries(header, f"{MARTA},03/04/2026,,80", text=text)
    assert alone.value == "80"


def test_a_row_is_in_out_or_told_never_lost():
    found = read(
        HEADER + ",Chart colour",
        ROW + ",blue",
        HEADER + ",Chart colour",
        "",
        ",,,,,,,,,",
        f"{MARTA},Gout,M10.9,Maybe,02/03/2026,red",
        f"{MARTA},,,Active,02/03/2026,red",
    )
    unknown = {key: n for reading in found for key, n in reading.unknown.items()}
    assert unknown == {"column chart colour": 1, "repeated header": 1, "empty row": 1}
    assert [one.where for reading in found for one in reading.rejected] == ["row 5", "row 6"]
    assert sum(len(reading.entries) for reading in found) == 1


def test_what_the_mapping_leaves_out_is_counted():
    (reading,) = read(
        HEADER,
        ROW,
        ROW.replace("Active", "Resolved"),
        text='ignore = ["Sex"]\n[unless]\nStatus = ["resolved"]\n' + FILE + PERSON + PROBLEM,
    )
    assert len(reading.entries) == 1
    assert reading.unknown == {"row that the mapping leaves out": 1}


def test_a_repeated_row_counts_once_and_a_contradicting_one_is_named():
    text = 'identity = ["MRN", "Problem"]\n' + FILE + PERSON + PROBLEM
    (reading,) = read(HEADER, ROW, ROW, ROW.replace("Active", "Resolved"), text=text)
    assert len(reading.entries) == 1
    assert reading.unknown == {"repeated row": 1}
    assert [(one.where, one.reason) for one in reading.rejected] == [
        ("row 3", "has the identity of row 1 and says something else")
    ]


def test_two_people_with_one_number_are_never_one():
    other = ROW.replace("Quill,Marta Jo,06/30/1949", "Ash,Robin,01/01/1980")
    assert reasons(HEADER, ROW, other) == [
        ("row 2", "birth date differs from another row of this identifier")
    ]


def test_a_ragged_row_costs_itself_alone():
    assert reasons(HEADER, ROW + ",more", "Q-778,Quill", ROW) == [
        ("row 1", "has 10 cells, its header 9"),
        ("row 2", "has 2 cells, its header 9"),
    ]


def test_a_quote_that_nobody_closes_costs_its_own_row_alone():
    broken = ROW.replace("Type 2 diabetes", '"Type 2 diabetes')
    found = read(HEADER, ROW, broken, ROW, ROW.replace("Type 2 diabetes", '"Gout,\nleft foot"'), ROW)
    assert [(one.where, one.reason) for reading in found for one in reading.rejected] == [
        ("row 2", "has a quote that is not closed")
    ]
    assert [entry.text for reading in found for entry in reading.entries][2] == "Gout,\nleft foot"
    assert sum(len(reading.entries) for reading in found) == 4


def test_an_inch_mark_is_no_quote():
    (entry,) = entries(HEADER, ROW.replace("Type 2 diabetes", 'Laceration 2" long'))
    assert entry.text == 'Laceration 2" long'


@pytest.mark.parametrize(("delimiter", "sign"), [(";", ";"), ("tab", "\t"), ("|", "|"), (",", ",")])
def test_any_delimiter(delimiter, sign):
    text = FILE + f'delimiter = "{delimiter}"\n' + PERSON + PROBLEM
    assert len(entries(HEADER.replace(",", sign), ROW.replace(",", sign), text=text)) == 1


@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "utf-16", "utf-8-sig"])
def test_the_mapping_names_the_charset(charset):
    text = FILE + f'charset = "{charset}"\n' + PERSON + PROBLEM
    data = f"{HEADER}\r\n{ROW.replace('Type 2 diabetes', 'Sjögren')}\r\n".encode(charset)
    assert read_bytes(data, text)[0].entries[0].text == "Sjögren"


@pytest.mark.parametrize(
    ("data", "why", "where"),
    [
        (f"{HEADER}\n{ROW}\n{ROW}ö\n".encode("latin-1"), "is not utf-8; name the charset", "line 3"),
        (f"{HEADER}\n".encode("utf-16"), "is UTF-16", "line 1"),
        (f"{HEADER}\n\x00\n".encode(), "holds a NUL", "line 2"),
        (HEADER.replace("Onset", "Began").encode(), "has no column onset", "row 0 (the header)"),
        (HEADER.replace("Sex", "DOB").encode(), "names column dob twice", "row 0 (the header)"),
    ],
)
def test_a_file_that_is_not_the_mappings_is_told_with_its_place(data, why, where):
    with pytest.raises(InputError) as told:
        read_bytes(data)
    assert why in told.value.reason
    assert told.value.where == where


def test_columns_by_position_where_there_is_no_header():
    text = """
[file]
header = false
dates = ["YYYYMMDD"]
[person]
id = 1
[[entry]]
kind = "Immunization"
codes = [{ system = "cvx", code = 2, display = 3 }]
status = { constant = "completed" }
start = 4
"""
    (entry,) = entries("Q-778,141,Influenza,20251001", text=text)
    assert (entry.codes[0].code, entry.effective.start.text, entry.source.where) == (
        "141",
        "2025-10-01",
        "row 1",
    )


def test_a_dispute_between_the_row_and_time_is_told():
    late = ROW.replace("02/03/2026", "13/45/2026")
    assert reasons(HEADER, late) == [("row 1", "column onset is not a date of the form MM/DD/YYYY")]


@pytest.mark.parametrize(
    ("form", "said", "means"),
    [
        ("M/D/YYYY", "2/3/2026", "2026-02-03"),
        ("DD.MM.YYYY", "03.02.2026", "2026-02-03"),
        ("DD-Mon-YYYY", "03-FEB-2026", "2026-02-03"),
        ("YYYYMMDDHHmmss", "20260203141500", "2026-02-03T14:15:00"),
        ("MM/DD/YYYY hh:mm A", "02/03/2026 12:05 AM", "2026-02-03T00:05:00"),
        ("YYYY-MM", "2026-02", "2026-02"),
        ("iso", "2026-02-03 14:15:00", "2026-02-03T14:15:00"),
        ("iso", "2026-02-03T14:15:00-05:00", "2026-02-03T14:15:00-05:00"),
        ("excel", "46056", "2026-02-03"),
        ("excel", "46056.5", "2026-02-03T12:00:00"),
        ("excel", "59", "1900-02-28"),
        ("excel1904", "44594", "2026-02-03"),
        ("unix", "1770076800", "2026-02-03T00:00:00+00:00"),
    ],
)
def test_a_date_is_read_as_the_mapping_says(form, said, means):
    text = f'[file]\ndates = ["{form}"]\n[person]\nid = "MRN"\n[[entry]]\nkind = "Procedure"\ntext = "What"\nstart = "When"\n'
    (entry,) = entries("MRN,What,When", f"Q-778,Bandage,{said}", text=text)
    assert entry.effective.start.text == means


@pytest.mark.parametrize(("form", "said"), [("excel", "60"), ("MM/DD/YYYY", "46056"), ("iso", "02/03/2026")])
def test_a_date_of_another_form_is_never_guessed(form, said):
    text = f'[file]\ndates = ["{form}"]\n[person]\nid = "MRN"\n[[entry]]\nkind = "Procedure"\ntext = "What"\nstart = "When"\n'
    assert reasons("MRN,What,When", f"Q-778,Bandage,{said}", text=text)[0][0] == "row 1"


def test_two_forms_that_mean_two_days_are_no_date():
    text = FILE.replace('["MM/DD/YYYY"]', '["MM/DD/YYYY", "DD/MM/YYYY"]') + PERSON + PROBLEM
    assert "two forms" in reasons(HEADER, ROW, text=text)[0][1]


RESULT = """
[person]
id = "MRN"
[[entry]]
kind = "Observation"
text = "Test"
value = "Value"
unit = "Unit"
low = "Low"
"""


@pytest.mark.parametrize(
    ("signs", "said", "means"),
    [
        ("", "7.0", ("", "7.0")),
        ("", "<0.10", ("<", "0.10")),
        ("", ">= 60", (">=", "60")),
        ("", "-1.5", ("", "-1.5")),
        ('decimal = ","\nthousands = "."', "1.234,50", ("", "1234.50")),
        ('thousands = ","', "1,234.5", ("", "1234.5")),
        ("", "positive", ("", "positive")),
        ("", "1:128", ("", "1:128")),
    ],
)
def test_digits_stay_and_signs_are_the_mappings(signs, said, means):
    (entry,) = entries(
        "MRN;Test;Value;Unit;Low",
        f"Q-778;X;{said};mg/dL;",
        text=f'[file]\ndelimiter = ";"\n{signs}\n{RESULT}',
    )
    assert (entry.comparator, entry.value) == means


@pytest.mark.parametrize(
    ("signs", "said"), [("", "1,234"), ("", "1.234,5"), ('decimal = ","', "1.234"), ("", "<1,2")]
)
def test_a_number_written_otherwise_is_told_and_never_guessed(signs, said):
    text = f'[file]\ndelimiter = ";"\n{signs}\n{RESULT}'
    assert reasons("MRN;Test;Value;Unit;Low", f"Q-778;X;{said};mg/dL;", text=text) == [
        ("row 1", "column value is not a number as the mapping writes it")
    ]


def test_no_known_allergy_is_a_negated_entry():
    text = PERSON + '[[entry]]\nkind = "AllergyIntolerance"\ntext = "Allergen"\n'
    text = FILE + text
    header = "MRN,Last Name,First Name,DOB,Sex,Allergen"
    none, some = entries(header, f"{MARTA},NKDA", f"{MARTA},Penicillin", text=text)
    assert (none.negated, some.negated) == (True, False)


def test_a_status_that_is_not_fhirs_is_rejected():
    text = FILE + PERSON + PROBLEM.replace(', words = { Active = "active", Resolved = "resolved" }', "")
    assert [where for where, _ in reasons(HEADER, ROW, ROW.replace("Active", "Ongoing"), text=text)] == [
        "row 2"
    ]


def test_the_same_bytes_give_the_same_ids_and_long_files_come_in_pieces():
    lines = [HEADER, *(ROW.replace("Q-778", f"Q-{n % 3}") for n in range(2_500))]
    first, again = read(*lines), read(*lines)
    assert first == again
    ids = [entry.id for reading in first for entry in reading.entries]
    assert len(ids) == len(set(ids)) == 2_500
    assert len(first) == 9


def test_a_file_is_known_by_its_header_and_the_closer_mapping_wins():
    wide = mapping(FILE + PERSON + PROBLEM, "wide")
    narrow = mapping('[person]\nid = "MRN"\n[[entry]]\nkind = "Condition"\ntext = "Problem"\n', "narrow")
    head = f"\ufeff{HEADER}\r\n".encode()
    assert tables.recognised(head, [narrow, wide]) == "wide"
    assert tables.recognised(b"mrn,problem\n", [narrow, wide]) == "narrow"
    assert tables.recognised(b"a,b\n", [narrow, wide]) is None
    with pytest.raises(InputError, match="more than one mapping"):
        tables.recognised(head, [wide, mapping(FILE + PERSON + PROBLEM, "other")])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (PROBLEM, "person is missing"),
        (PERSON, "entry is missing"),
        (PERSON + PROBLEM.replace("Condition", "Problem"), r"line 11: entry\[1\].kind is none of"),
        (PERSON + PROBLEM.replace('"resolved"', '"over"'), r"entry\[1\].status means 'over'"),
        (PERSON + PROBLEM.replace('"icd10"', '"icd"'), r"line 13: entry\[1\].codes\[1\].system is none of"),
        (PERSON + PROBLEM + 'colour = "blue"\n', r"line 16: entry\[1\].colour means nothing here"),
        (PERSON + PROBLEM + '[entry.detail]\nmood = "x"\n', "mood is none of"),
        ('[file]\ndates = ["MM/DD/YY"]\n' + PERSON + PROBLEM, "line 2: file.dates has years of two digits"),
        ('[file]\ncharset = "latin-99"\n' + PERSON + PROBLEM, "line 2: file.charset"),
        ('[file]\ndecimal = ","\nthousands = ","\n' + PERSON + PROBLEM, "decimal sign too"),
        ("[file]\nheader = false\n" + PERSON + PROBLEM, "the file has no header"),
        ("[person\n", "clinic.toml"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_line_and_key(text, named):
    with pytest.raises(ConfigError, match=named):
        mapping(text)


def test_years_of_two_digits_need_their_pivot():
    text = '[file]\ndates = ["MM/DD/YY"]\npivot = 30\n' + PERSON + PROBLEM
    (reading,) = read(HEADER, ROW.replace("1949", "49").replace("2026", "26"), text=text)
    assert reading.person.birth_date == "1949-06-30"
    assert reading.entries[0].effective.start.text == "2026-02-03"


def test_the_mapping_in_the_documents_is_one():
    text = (
        (Path(__file__).parents[2] / "docs" / "mappings.md")
        .read_text()
        .partition("```toml\n")[2]
        .partition("```")[0]
    )
    known = mapping(text)
    assert [made.kind for made in known.entries] == ["Condition", "Observation"]
    assert tables.needed(known) == {
        *("row id", "mrn", "last", "first", "middle", "dob", "sex", "problem", "icd10", "status", "onset"),
        *("deleted", "weight", "seen"),
    }


def test_who_the_rows_describe_is_read_as_far_as_it_can_be():
    text = '[file]\ndates = ["iso"]\n[person]\nid = "MRN"\nfamily = "Last"\ngiven = "First"\nbirth_date = "DOB"\nsex = "Sex"\nssn = "SSN"\n'
    body = b"Row,MRN,Last,First,DOB,Sex,SSN\na,1,Quill,Marta,1949-06-30,F,412551801\n,,,,,,\nb,,Quill,,1949-45-30,perhaps,\n"
    known = tables.parse("clinic", text, people=True)
    (first, marta), (second, other) = tables.people(
        message(body, "table:clinic"), io.BytesIO(body), known, "row"
    )
    assert (first, second) == ("a", "b")
    assert [one.value for one in marta.identifiers] == ["1", "412551801"]
    assert (marta.birth_date, marta.sex) == ("1949-06-30", "female")
    assert (other.birth_date, other.sex, other.names[0].family) == ("19494530", None, "Quill")
    with pytest.raises(ConfigError):
        tables.parse("clinic", text)


def test_a_row_without_its_id_is_named():
    text = '[person]\nfamily = "Last"\nbirth_date = "DOB"\n'
    for body in (b"Row,Last,DOB\n,Quill,1949-06-30\n", b"Row,Last,DOB\na,Quill\n"):
        known = tables.parse("clinic", text, people=True)
        with pytest.raises(InputError) as raised:
            list(tables.people(message(body, "table:clinic"), io.BytesIO(body), known, "row"))
        assert raised.value.where == "row 1"
        assert "Quill" not in str(raised.value)
