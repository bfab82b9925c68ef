"""What every reader keeps to: equal bytes give equal entries, what is broken has a place and no content, nothing is lost."""

import hashlib
import io

import pytest

from careloom import connect, knowledge
from careloom.care.detail import DETAIL
from careloom.care.entry import Message, Reading
from careloom.connect.claims import COLUMNS
from careloom.errors import InputError
from tests.connect.hl7 import PID, hl7
from tests.connect.made import a1c, body, bundle, patient
from tests.connect.made_ccda import CCD
from tests.connect.scanned import pdf
from tests.connect.tabled import FILE, HEADER, PERSON, PROBLEM, ROW, mapping
from tests.connect.x12_made import PROFESSIONAL, whole
from tests.connect.x12_made import body as x12_body

SECRETS = ("Quill", "Marta", "QUILL", "MARTA", "1949-06-30", "19490630", "Q-778", "H-778")
CLAIM = (
    f"{','.join(COLUMNS)}\n"
    "Q-778,Quill,Marta,,1949-06-30,F,C-1,2026-02-03,00093-1048-01,860975,METFORMIN,500 mg,60,30,2,L,P,paid,\n"
)
RESULT = (
    "OBR|1|||24323-8^CMP^LN|||202603040800||||||||||||||||||F",
    "OBX|1|NM|2823-3^K^LN||7.00|mmol/L|||||F",
)
# Of each format: a good message, and the same with something broken inside that leaves the rest readable.
SAMPLES = {
    "ccda": (CCD.encode(), CCD.encode()[:-500]),
    "fhir": (
        body(bundle(patient(), a1c(), type="searchset")),
        body(bundle(patient(), a1c(effectiveDateTime="0000"), a1c(id="o2"), type="searchset")),
    ),
    "hl7v2": (
        hl7("ORU^R01", *RESULT),
        hl7("ORU^R01", *RESULT) + hl7("ORU^R01", *RESULT, pid=PID[:4]) + b"MSH|^\r",
    ),
    "pharmacy_claims": (CLAIM.encode(), CLAIM.encode() + b"only,three,cells\n"),
    "notes": (
        b"Patient: Marta Quill\nMRN: Q-778\nDate: 2026-03-04\n\nShe is well.\n",
        b"Patient Marta Quill\n\nShe",
    ),
    "scan": (pdf(), pdf()[:200]),
    "table:clinic": (
        f"{HEADER}\n{ROW}\n".encode(),
        f"{HEADER}\n{ROW}\n{ROW.replace('02/03/2026', 'soon')}\n".encode(),
    ),
    "x12": (x12_body(whole(PROFESSIONAL)), x12_body(whole(PROFESSIONAL)) + b"ISA*00*"),
}
MAPPINGS = {"clinic": mapping(FILE + PERSON + PROBLEM)}
FORMATS = sorted(SAMPLES)


def read(format: str, data: bytes) -> list[Reading]:
    message = Message(hashlib.sha256(data).hexdigest(), "harbor", format, "file", "America/New_York")
    return list(
        connect.read(message, io.BytesIO(data), knowledge=knowledge.load(), max_json_mb=8, mappings=MAPPINGS)
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_known_by_its_first_bytes(format):
    assert connect.detect("file", SAMPLES[format][0][:4096], MAPPINGS) == format


@pytest.mark.parametrize("format", FORMATS)
def test_equal_bytes_give_equal_entries_with_equal_ids(format):
    assert read(format, SAMPLES[format][0]) == read(format, SAMPLES[format][0])


@pytest.mark.parametrize("format", FORMATS)
def test_an_entry_says_where_it_stands_and_only_what_entries_may_say(format):
    data = SAMPLES[format][0]
    found = [entry for reading in read(format, data) for entry in reading.entries]
    assert found
    assert len({entry.id for entry in found}) == len(found)
    for entry in found:
        assert entry.source.message == hashlib.sha256(data).hexdigest()
        assert entry.source.where
        assert set(entry.detail) <= set(DETAIL)
        assert all(code.code for code in entry.codes)


@pytest.mark.parametrize("format", FORMATS)
def test_everybody_has_a_number_with_its_system(format):
    for reading in read(format, SAMPLES[format][0]):
        assert reading.person.identifiers
        assert all(one.system and one.value for one in reading.person.identifiers)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_broken_has_a_place_and_no_content_and_the_rest_is_read(format):
    whole, broken = SAMPLES[format]
    try:
        found = read(format, broken)
    except InputError as error:
        told = [(error.where, error.reason)]
    else:
        told = [(one.where, one.reason) for reading in found for one in reading.rejected]
        assert sum(len(reading.entries) for reading in found) >= sum(
            len(one.entries) for one in read(format, whole)
        )
    assert told
    for where, reason in told:
        assert where
        assert not any(secret in where + reason for secret in SECRETS)


def test_every_format_has_a_sample_here():
    assert {name.partition(":")[0] for name in FORMATS} == set(connect.READERS)
