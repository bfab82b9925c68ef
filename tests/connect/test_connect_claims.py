"""A pharmacy's claims: who was given what, when, and what was refused."""

import io
from collections.abc import Iterator

import pytest

from careloom.care.entry import Identifier
from careloom.connect import claims
from careloom.connect.claims import COLUMNS
from careloom.errors import InputError
from tests.connect.made import message

HEADER = ",".join(COLUMNS)
ROW = {
    "member_id": "M-1",
    "member_family": "Quill",
    "member_given": "Marta Jo",
    "birth_date": "1949-06-30",
    "sex": "F",
    "claim_id": "C-1",
    "fill_date": "2026-02-03",
    "ndc": "00093-1048-01",
    "rxcui": "860975",
    "drug_name": "METFORMIN HCL",
    "strength": "500 mg",
    "quantity": "60.50",
    "days_supply": "30",
    "refills_left": "2",
    "prescriber": "L. Osei",
    "pharmacy": "Harbor Pharmacy",
    "status": "paid",
    "reject_reason": "",
}


def row(**given: str) -> str:
    return ",".join((ROW | given).get(name, "") for name in COLUMNS)


def read(*rows: str, header: str = HEADER):
    data = "\n".join((header, *rows)).encode() + b"\n"
    return list(claims.read(message(data, "pharmacy_claims"), io.BytesIO(data)))


def test_a_paid_claim_is_a_fill_with_its_own_digits():
    (reading,) = read(row())
    (entry,) = reading.entries
    assert (entry.kind, entry.status, entry.text, entry.source.where) == (
        "MedicationDispense",
        "completed",
        "METFORMIN HCL 500 mg",
        "row 1",
    )
    assert (entry.detail["quantity"], entry.detail["days_supply"], entry.detail["pharmacy"]) == (
        "60.50",
        "30",
        "Harbor Pharmacy",
    )
    assert {code.system.rpartition("/")[2]: code.code for code in entry.codes} == {
        "ndc": "00093-1048-01",
        "rxnorm": "860975",
    }


def test_the_member_is_known_by_the_plans_number_name_and_birth_date():
    (reading,) = read(row(member_suffix="Sr"))
    person = reading.person
    assert person.identifiers == (Identifier("urn:careloom:member:clinic", "M-1"),)
    assert (person.names[0].full, person.birth_date, person.sex) == (
        "Marta Jo Quill Sr",
        "1949-06-30",
        "female",
    )


def test_what_was_denied_or_reversed_was_not_handed_out():
    (reading,) = read(
        row(status="denied", reject_reason="Prior authorization required"), row(status="reversed")
    )
    assert [entry.status for entry in reading.entries] == ["declined", "cancelled"]
    assert reading.entries[0].detail["disposition"] == "Prior authorization required"


def test_each_member_has_a_reading():
    found = read(row(), row(member_id="M-2", birth_date="1950-01-01"), row(claim_id="C-3"))
    assert [(one.person.birth_date, len(one.entries)) for one in found] == [
        ("1949-06-30", 2),
        ("1950-01-01", 1),
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"fill_date": "02/03/2026"}, "fill_date is not a date"),
        ({"fill_date": "0000-00-00"}, "fill_date is not a date"),
        ({"birth_date": "June"}, "birth_date is not a date"),
        ({"birth_date": "1949"}, "birth_date is not a day"),
        ({"status": "maybe"}, "status is none of"),
        ({"quantity": "many"}, "quantity is not a number"),
        ({"days_supply": "-3"}, "days_supply is not a number"),
        ({"member_id": ""}, "member_id is empty"),
        ({"drug_name": ""}, "drug_name is empty"),
        ({"sex": "Q"}, "sex is none of"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(wrong, why):
    found = read(row(), row(**wrong), row())
    (rejection,) = [one for reading in found for one in reading.rejected]
    assert rejection.where == "row 2"
    assert why in rejection.reason
    assert not any(word in rejection.reason for word in ("Quill", "M-1", "1949"))
    assert sum(len(one.entries) for one in found) == 2


@pytest.mark.parametrize("line", ["only,three,cells", 'M-1,"Quill"x,' + row()[4:]])
def test_a_row_that_is_no_row_is_named_and_the_rest_goes_on(line):
    found = read(row(), line, row())
    assert [one.where for reading in found for one in reading.rejected] == ["row 2"]
    assert sum(len(one.entries) for one in found) == 2


def test_one_member_with_two_birth_dates_is_rejected_at_the_second():
    found = read(row(), row(birth_date="1950-01-01"))
    assert [one.where for reading in found for one in reading.rejected] == ["row 2"]


def test_a_cell_with_a_comma_and_a_line_break_is_one_cell():
    (reading,) = read(row(pharmacy='"Harbor, Pharmacy\nEast"'))
    assert reading.entries[0].detail["pharmacy"] == "Harbor, Pharmacy\nEast"


def test_columns_that_nobody_knows_are_counted():
    (reading,) = read(row() + ",x", header=HEADER + ",lot")
    assert reading.unknown == {"column lot": 1}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"member_id,status\n1,paid\n", "has no column fill_date, drug_name"),
        (HEADER.encode() + b",member_id\n", "names column member_id twice"),
        ((HEADER + "\n" + row()).encode("utf-16"), "UTF-16"),
        ((HEADER + "\n" + row(prescriber="Peña")).encode("latin-1"), "not UTF-8"),
        ((HEADER + "\n" + row(prescriber="a\x00b")).encode(), "NUL"),
        (b"", "has no column"),
    ],
)
def test_a_file_that_is_none_is_refused(data, why):
    with pytest.raises(InputError, match=why):
        list(claims.read(message(data), io.BytesIO(data)))


def test_a_byte_order_mark_as_spreadsheets_write_it_does_no_harm():
    data = b"\xef\xbb\xbf" + (HEADER + "\n" + row() + "\n").encode()
    assert len(next(claims.read(message(data), io.BytesIO(data))).entries) == 1


def test_a_long_file_is_read_in_parts():
    def lines() -> Iterator[str]:
        for number in range(2_500):
            yield row(claim_id=f"C-{number}")

    found = read(*lines())
    assert [len(one.entries) for one in found] == [1_000, 1_000, 500]
    assert len({entry.id for one in found for entry in one.entries}) == 2_500


def test_an_ndc_that_is_none_is_told_and_the_fill_is_kept():
    (reading,) = read(row(ndc="009310480"), row(ndc="0093104801", claim_id="C-2"), row(claim_id="C-3"))
    assert len(reading.entries) == 3
    assert [(one.where, one.reason) for one in reading.rejected] == [
        ("row 1, ndc", "is an NDC of 9 digits in segments that no NDC has: kept as said, looked up nowhere")
    ]
    assert reading.unknown == {"ndc of 10 digits without hyphens": 1}
