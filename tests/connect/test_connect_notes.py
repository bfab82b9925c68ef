"""A note file: whose it is, who wrote it, and its text, whole."""

import io

import pytest

from careloom import connect, knowledge
from careloom.care.entry import HumanName, Identifier
from careloom.connect import notes
from careloom.connect.names import person_name
from careloom.errors import InputError
from tests.connect.made import message

HEADER = """Patient: Marta Jo Quill
Birth date: 1949-06-30
Sex: F
MRN: Q-778
MRN system: urn:clinic
Author: R. Blake
Role: Social worker
Date: 2026-10-09
Type: Home visit
Written by: person
"""


def read(text: str):
    data = text.encode()
    (reading,) = notes.read(message(data, "notes"), io.BytesIO(data))
    return reading


def test_a_note_is_one_document_with_its_whole_text():
    reading = read(HEADER + "\nShe lives alone.\n\nShe sleeps well.\n")
    (entry,) = reading.entries
    assert (entry.kind, entry.text, entry.status) == (
        "DocumentReference",
        "She lives alone.\n\nShe sleeps well.",
        "current",
    )
    assert (entry.detail["author"], entry.effective.start.text) == ("R. Blake, Social worker", "2026-10-09")


def test_the_header_says_who_the_patient_is():
    person = read(HEADER + "\nText.").person
    assert person.identifiers == (Identifier("urn:clinic", "Q-778"),)
    assert (person.names[0].family, person.birth_date, person.sex) == ("Quill", "1949-06-30", "female")


def test_a_note_without_a_number_is_known_by_name_and_birth_date():
    person = read("Patient: Marta Quill\nBirth date: 1949-06-30\n\nText.").person
    assert len(person.identifiers) == 1
    assert person.names[0] == HumanName("Quill", ("Marta",), "", "Marta Quill")


@pytest.mark.parametrize(
    ("written", "family", "given", "suffix"),
    [
        ("James Henry Carter Jr", "Carter", ("James", "Henry"), "Jr"),
        ("James Carter, Sr.", "Carter", ("James",), "Sr."),
        ("Carter, James Henry III", "Carter", ("James", "Henry"), "III"),
        ("Rosa de la Cruz", "de la Cruz", ("Rosa",), ""),
        ("Ludwig van Dyke", "van Dyke", ("Ludwig",), ""),
        ("Cher", "Cher", (), ""),
    ],
)
def test_names_are_read_as_people_write_them(written, family, given, suffix):
    name = person_name(written)
    assert (name.family, name.given, name.suffix) == (family, given, suffix)


def test_software_that_wrote_a_note_is_named_on_all_that_the_note_says():
    data = (HEADER.replace("person", "software") + "\nShe has no car.").encode()
    found = connect.read(message(data, "notes"), io.BytesIO(data), knowledge=knowledge.load(), max_json_mb=8)
    assert [entry.detail["machine_written"] for one in found for entry in one.entries] == ["true", "true"]


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("Marta Quill was seen today.\n\nText.", "line 1", "not a header line"),
        ("Patient: Marta Quill\nseen today\n\nText.", "line 2", "not a header line"),
        ("Author: R. Blake\n\nText.", "line 1", "names no patient"),
        ("Patient: Marta Quill\nBirth date: 30.6.1949\n\nText.", "line 2", "not a date"),
        ("Patient: Marta Quill\nBirth date: 1949\n\nText.", "line 2", "not a day"),
        ("Patient: Marta Quill\nSex: x\n\nText.", "line 2", "Sex is none"),
        ("Patient: Marta Quill\nWritten by: me\n\nText.", "line 2", "neither person nor software"),
        ("Patient: Marta Quill\nPatient: Marta Quill\n\nText.", "line 2", "twice"),
        ("Patient: Marta Quill\n\n \n", "line 2", "no text"),
        ("Patient: Marta Quill\n\nText\x00.", "line 3, byte 27", "NUL"),
    ],
)
def test_an_unreadable_header_is_refused_with_its_line(text, where, why):
    with pytest.raises(InputError) as refused:
        read(text)
    assert refused.value.where == where
    assert why in refused.value.reason
    assert "Quill" not in str(refused.value)


def test_lines_of_windows_are_lines():
    assert read((HEADER + "\nShe lives alone.\n").replace("\n", "\r\n")).entries[0].text == "She lives alone."


def test_headers_that_nobody_knows_are_counted():
    assert read(HEADER + "Mood: fine\n\nText.").unknown == {"header mood": 1}


def test_a_note_of_five_megabytes_is_read_whole_and_one_of_seven_is_refused():
    text = "She walks.\n" * 500_000
    (entry,) = read(f"{HEADER}\n{text}").entries
    assert len(entry.text) > 5 << 20
    with pytest.raises(InputError, match="larger than a note can be"):
        read(f"{HEADER}\n{'a' * (7 << 20)}")
