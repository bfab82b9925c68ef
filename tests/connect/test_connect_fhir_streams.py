"""NDJSON is read line by line, in flat memory; a broken line is named and the rest goes on."""

import io
from collections.abc import Iterator

import pytest

from careloom.care.entry import Message
from careloom.connect import fhir
from tests.connect.made import a1c, about, body, bundle, entries, patient, read, rejections


def ndjson(*resources):
    return b"\n".join(one if isinstance(one, bytes) else body(one) for one in resources) + b"\n"


def test_each_line_is_about_its_own_patient():
    found = read(ndjson(patient(), patient("p2"), a1c(), a1c(id="o2", subject={"reference": "Patient/p2"})))
    assert [[entry.source.where for entry in one.entries] for one in found] == [
        ["line 1", "line 3"],
        ["line 2", "line 4"],
    ]


def test_blank_lines_count_as_lines():
    assert [entry.source.where for entry in entries(b"\n" + body(patient()) + b"\n\n\r\n" + body(a1c()))] == [
        "line 2",
        "line 5",
    ]


def test_a_single_line_is_a_resource():
    assert [entry.source.where for entry in entries(body(a1c()) + b"\n")] == ["Observation"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"resourceType":"Observation", "status": "fi', "cut short"),
        (b'{"resourceType":"Observation","id":"\xff"}', "UTF-8"),
        (b'{"resourceType":"Observation","id":"a\\u0000"}', "NUL"),
        (b"Marta Quill", "JSON"),
        (b'{"no":"type"}', "resourceType"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(line, why):
    data = ndjson(patient(), line, a1c())
    assert len(entries(data)) == 2
    ((where, reason),) = rejections(data)
    assert where == "line 2"
    assert why in reason


def test_a_broken_first_line_is_named_and_the_rest_goes_on():
    data = ndjson(b'{"resourceType":"Pat', patient(), a1c())
    assert [where for where, _ in rejections(data)] == ["line 1"]
    assert len(entries(data)) == 2


def test_a_field_is_named_within_its_line():
    assert (
        rejections(ndjson(patient(), a1c(effectiveDateTime="0000")))[0][0]
        == "line 2 Observation.effectiveDateTime"
    )


def test_a_line_larger_than_the_setting_is_rejected_and_the_rest_goes_on():
    data = ndjson(patient(), a1c(note=[{"text": "x" * 2_500_000}]), a1c(id="o2"))
    found = read(data, max_json_mb=2)
    assert [one.where for reading in found for one in reading.rejected] == ["line 2"]
    assert [entry.source.where for reading in found for entry in reading.entries] == ["line 1", "line 3"]


def test_a_bundle_on_a_line_keeps_its_own_rules():
    found = read(ndjson(bundle(patient(), a1c()), bundle(patient(), patient("p2"))))
    assert [entry.source.where for one in found for entry in one.entries] == [
        "line 1.entry[0].resource",
        "line 1.entry[1].resource",
    ]
    assert [one.error for reading in found for one in reading.rejected] == ["PatientMismatch"]


def test_a_drug_named_thousands_of_lines_before_is_still_known():
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "Metformin 500 mg"}}
    order = about("MedicationRequest", medicationReference={"reference": "Medication/m"})
    data = ndjson(drug, *(a1c(id=f"o{n}") for n in range(2_100)), order)
    assert entries(data)[-1].text == "Metformin 500 mg"


def test_a_custom_layout_with_one_entry_a_line_is_still_one_bundle():
    lines = [
        b'{"resourceType":"Bundle","type":"collection","entry":[',
        b'{"resource":' + body(patient()) + b"},",
        b'{"resource":' + body(a1c()) + b"}",
        b"]}",
    ]
    assert [entry.kind for entry in entries(b"\n".join(lines))] == ["Patient", "Observation"]


class Counting(io.RawIOBase):
    """Lines made as they are read; `made` says how many."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.rest, self.made = lines, b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self.rest:
            self.rest = next(self.lines, b"")
            self.made += bool(self.rest)
        taken = self.rest[: len(buffer)]
        self.rest = self.rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def test_a_long_stream_is_never_held_as_a_whole():
    line = body(a1c(note=[{"text": "x" * 4_000}])) + b"\n"
    stream = Counting(line.replace(b'"r1"', b'"r%d"' % number) for number in range(5_000))
    given = most = 0
    for reading in fhir.read(Message("0" * 64, "clinic", "fhir"), io.BufferedReader(stream), max_json_mb=8):
        given += len(reading.entries)
        most = max(most, stream.made - given)
    assert given == 5_000
    assert most <= 50  # What is buffered beyond the lines that were just given.
