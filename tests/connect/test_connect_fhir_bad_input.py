"""What is wrong is named by its place, in words without the person; the rest goes on."""

import codecs
import json

import pytest

from careloom.errors import InputError
from tests.connect.made import NEVER_IN_ERRORS, a1c, about, body, bundle, entries, patient, read, rejections

WHOLE = body(bundle(patient(), a1c()))
PRETTY = json.dumps(json.loads(WHOLE), indent=1).encode()


@pytest.mark.parametrize(
    ("data", "where", "why"),
    [
        (WHOLE[:200], "line 1, byte 201", "cut short"),
        (
            PRETTY[:200],
            "byte 201",
            "cut short",
        ),
        (WHOLE.decode().encode("utf-16"), "byte 1", "UTF-16"),
        (WHOLE.decode().encode("utf-16-le"), "byte 2", "UTF-16"),
        (codecs.BOM_UTF8 + WHOLE, "line 1, byte 1", "byte-order mark"),
        (WHOLE.replace(b"Marta", b"M\xe1rta"), "byte", "not UTF-8"),
        (WHOLE.replace(b"Marta", b"M\x00rta"), "byte", "NUL"),
        (WHOLE.replace(b"Marta", b"M\\u0000rta"), "byte", "NUL"),
        (b"", "line 1", "empty"),
        (b" \n\n ", "line 1", "empty"),
        (b"{}", "line 1", "no resourceType"),
        (b'{"resourceType": 7}', "resourceType", "expected text"),
        (b'{"resourceType": "Bundle", "entry": "x"}', "Bundle.entry", "expected a list"),
        (b'{"a":' * 5_000, "line 1, byte 1", "deep"),
        (b"[1, 2]", "line 1, byte 1", "expected an object"),
        (b'{"resourceType": "Marta Quill"}', "line 1", "no resourceType"),
        (b"Patient: Marta Quill", "line 1", "not JSON"),
    ],
)
def test_a_broken_message_is_refused_with_line_and_byte(data, where, why):
    with pytest.raises(InputError) as refused:
        read(data)
    assert where in refused.value.where
    assert why in refused.value.reason
    assert not any(word in str(refused.value) for word in NEVER_IN_ERRORS)


def test_the_byte_of_a_wrong_letter_is_exact_even_far_into_the_file():
    filler = body(bundle(patient(), *(a1c(id=f"o{n}", note=[{"text": "x" * 5000}]) for n in range(300))))
    broken = filler[:-40] + b"\xff" + filler[-40:]
    with pytest.raises(InputError) as refused:
        read(broken)
    assert refused.value.where == f"line 1, byte {len(filler) - 40 + 1}"


def test_an_escaped_backslash_before_u0000_is_no_nul():
    (entry,) = entries(body(a1c(valueQuantity=None, valueString="\\u0000")))
    assert entry.value == "\\u0000"


def test_text_where_an_object_is_expected_rejects_that_resource_alone():
    resource = bundle(patient(), a1c(code="Hemoglobin A1c of Marta Quill"), a1c(id="o2"))
    assert rejections(resource) == [("Bundle.entry[1].resource.code", "expected an object, found text")]
    assert len(entries(resource)) == 2


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"category": "laboratory"}, ".category"),
        ({"valueQuantity": [1]}, ".valueQuantity"),
        ({"component": [{"code": 4}]}, ".component[0].code"),
        ({"effectiveDateTime": 20260304}, ".effectiveDateTime"),
        ({"contained": [{"resourceType": "Patient", "name": "Quill"}]}, ".contained[0].name"),
        ({"contained": ["x"]}, ".contained[0]"),
    ],
)
def test_the_field_that_is_wrong_is_named(wrong, where):
    assert [place for place, _ in rejections(bundle(patient(), a1c(**wrong)))] == [
        f"Bundle.entry[1].resource{where}"
    ]


@pytest.mark.parametrize(
    "date", ["0000", "2026-13", "2026-02-31", "yesterday", "2026-03-04T25:00:00Z", "03/04/2026"]
)
def test_a_date_that_is_none_rejects_the_resource_and_names_the_field(date):
    assert rejections(bundle(patient(), a1c(effectiveDateTime=date))) == [
        ("Bundle.entry[1].resource.effectiveDateTime", "not a date or time that FHIR allows")
    ]


def test_a_patient_with_a_date_of_birth_that_is_none_is_rejected_but_still_known_by_name():
    (reading,) = read(bundle(patient(birthDate="0000"), a1c()))
    assert reading.rejected[0].where == "Bundle.entry[0].resource.birthDate"
    assert (reading.person.birth_date, reading.person.names[0].family) == (None, "Quill")
    assert [entry.kind for entry in reading.entries] == ["Observation"]


@pytest.mark.parametrize(
    ("resource", "where"),
    [
        (a1c(code=None), "Observation.code"),
        (about("Condition"), "Condition.code"),
        (about("MedicationRequest"), "MedicationRequest.medication[x]"),
        (about("Procedure", code={"coding": [{"display": ""}]}), "Procedure.code"),
        (
            about("DocumentReference", content=[{"attachment": {"data": "%%%"}}]),
            "DocumentReference.content[0].attachment.data",
        ),
        (
            about("DocumentReference", content=[{"attachment": {"data": "/////w=="}}]),
            "DocumentReference.content[0].attachment.data",
        ),
    ],
)
def test_a_resource_that_says_nothing_is_rejected(resource, where):
    assert [place for place, _ in rejections(resource)] == [where]


def test_a_type_that_is_not_read_is_counted_by_its_name_where_that_is_fhirs():
    (reading,) = read(
        bundle(patient(), {"resourceType": "Ashdown"}, {"resourceType": "Sonnet"}, {"resourceType": "Media"})
    )
    assert reading.unknown == {"resource of a type that FHIR R4 doesn't have": 2, "Media": 1}


def test_what_is_no_resource_in_a_bundle_is_rejected():
    found = rejections(
        b'{"resourceType":"Bundle","type":"batch","entry":[7,{"resource":{}},{"resource":"x"},{},{"response":{"status":"201"}}]}'
    )
    assert [place for place, _ in found] == [
        "Bundle.entry[0]",
        "Bundle.entry[1].resource",
        "Bundle.entry[2].resource",
    ]


def test_a_json_larger_than_the_setting_is_refused_before_it_is_parsed():
    big = body(a1c(note=[{"text": "x" * 3_000_000}]))
    with pytest.raises(InputError, match="larger than 2 MB"):
        read(big, max_json_mb=2)
    with pytest.raises(InputError, match="larger than 2 MB"):
        read(json.dumps(json.loads(big), indent=1).encode(), max_json_mb=2)
    assert len(read(big, max_json_mb=4)) == 1


def test_every_resource_is_an_entry_a_lookup_unknown_or_rejected():
    resources = [
        patient(),
        a1c(),
        a1c(effectiveDateTime="0000"),
        {"resourceType": "Sonnet"},
        {"resourceType": "Location", "id": "l"},
        a1c(subject=None),
    ]
    (reading,) = read(bundle(*resources))
    counted = (
        len(reading.entries)
        + len(reading.rejected)
        + sum(reading.unknown.values())
        + sum(reading.looked_up.values())
    )
    assert counted == len(resources)
