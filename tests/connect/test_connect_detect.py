"""The format of a file is told by what is in it, and only then by its name."""

import io

import pytest

from careloom import connect, knowledge
from careloom.connect.claims import COLUMNS
from careloom.errors import InputError
from tests.connect.made import message


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("x.txt", b' \n{"resourceType":"Patient"}', "fhir"),
        ("x.json", b"\xef\xbb\xbf{}", "fhir"),
        ("x.json", ",".join(COLUMNS).encode() + b"\n", "pharmacy_claims"),
        ("x.csv", b'"status","drug_name","fill_date","member_id"\r\n', "pharmacy_claims"),
        ("x.csv", b"Patient: A B\nMRN: 1\n\nText", "notes"),
        ("x", b"Author: Z\nPatient: A\n\nText", "notes"),
        ("x.txt", b"\r\nISA*00*          *00*          *ZZ*A", "x12"),
        ("x.dat", b"GS*HC*A*B*20260301*1015*1*X*005010X222A1~ST*837", "x12"),
    ],
)
def test_what_is_inside_tells(name, head, format):
    assert connect.detect(name, head) == format


@pytest.mark.parametrize(
    ("name", "head", "why"),
    [
        ("x.json", b"", "empty"),
        ("x.json", b"[{}]", "JSON list"),
        ("x.xml", b"<Patient/>", "ClinicalDocument as its root"),
        ("x.json", b"hello", "does not begin with {"),
        ("x.csv", b"a,b,c\n", "CSV without the columns"),
        ("x.txt", b"Dear doctor,\n", "note's header"),
        ("x.bin", b"PK\x03\x04", "none of"),
        ("x.json", '{"a":1}'.encode("utf-16"), "UTF-16"),
        ("x.json", '{"a":1}'.encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_file_of_no_format_is_refused_in_words_that_help(name, head, why):
    with pytest.raises(InputError) as refused:
        connect.detect(name, head)
    assert why in refused.value.reason


def test_a_message_of_a_format_that_nobody_reads_is_refused():
    with pytest.raises(InputError, match="no reader"):
        list(connect.read(message(b"", "fax"), io.BytesIO(b""), knowledge=knowledge.load(), max_json_mb=8))


def test_every_format_that_is_told_has_a_reader():
    assert {format for format, _ in connect.SIGNS} | {"table"} == set(connect.READERS)
