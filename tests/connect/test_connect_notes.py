"""A note file: whose it is, who wrote it, and its text, whole."""

import io

import pytest

from careloom import connect, knowledge
from careloom.care.entry import HumanName, Identifier
from careloom.connect import notes
from careloom.connect.names import person_name
from careloom.connect.said import said, span
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


@pytest.mark.parametrize(
    ("body", "where", "why"),
    [
        (
            "Patient: Marta Quill\n\nShe said she can\u2019t walk.".encode("cp1252"),
            "line 3, byte 39",
            "not UTF-8",
        ),
        ("Patient: Marta Quill\n\nText.".encode("utf-16"), "line 1, byte 1", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "line 3, byte 9", "NUL"),
        (b"\xff\xd8\xff\xe0JFIF", "line 1, byte 1", "not UTF-8"),
    ],
)
def test_a_note_in_another_encoding_and_a_binary_are_refused_with_their_place(body, where, why):
    with pytest.raises(InputError) as refused:
        list(notes.read(message(body, "notes"), io.BytesIO(body)))
    assert refused.value.where == where
    assert why in refused.value.reason
    assert "Quill" not in str(refused.value)


def test_a_note_of_one_line_is_read_to_its_end():
    line = (
        "She has no car. " * 2_000 + "BP 142/88. He is allergic to penicillin (hives). Metformin is on hold."
    )
    (entry,) = read(f"{HEADER}\n{line}").entries
    assert "\n" not in entry.text
    told = said(entry, knowledge.load())
    assert [one.text for one in told[-4:]] == [
        "diastolic blood pressure",
        "systolic blood pressure",
        "penicillin",
        "Metformin",
    ]
    for one in told:
        start, end = span(one)
        assert (
            one.detail["quote"].startswith(entry.text[start:end][:5])
            or entry.text[start:end] in one.detail["quote"]
        )


def test_a_line_break_of_windows_moves_no_place():
    text = HEADER + "\nShe lives alone.\nHe is allergic to latex (rash).\n"
    lines = [
        said(read(one).entries[0], knowledge.load())
        for one in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r"))
    ]
    assert [[one.source.where for one in told] for told in lines] == [
        [one.source.where for one in lines[0]]
    ] * 3


def test_lines_of_windows_are_lines():
    assert read((HEADER + "\nShe lives alone.\n").replace("\n", "\r\n")).entries[0].text == "She lives alone."


def test_headers_that_nobody_knows_are_counted_and_not_repeated():
    counted = read(HEADER + "Mood: fine\nAlice Ashdown: here\n\nText.").unknown
    assert counted == {"header that is not read": 2}


def test_a_note_of_five_megabytes_is_read_whole_and_one_of_seven_is_refused():
    text = "She walks.\n" * 500_000
    (entry,) = read(f"{HEADER}\n{text}").entries
    assert len(entry.text) > 5 << 20
    with pytest.raises(InputError, match="larger than a note can be"):
        read(f"{HEADER}\n{'a' * (7 << 20)}")
