"""Of material that nobody here wrote, no reader gives a field of which the audit says that the format can't carry it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from careloom.errors import InputError
from tests.readiness.test_readiness_carried import carried, told

SHARED = Path(__file__).parents[3] / "shared" / "data"
LARGEST = 3 << 20
FILES = {
    "ccda": ("ccda", (".xml",)),
    "fhir": ("fhir", (".json", ".gz")),
    "hl7v2": ("hl7v2", (".hl7",)),
    "x12": ("x12", (".837", ".837i", ".835", ".834", ".271", ".277", ".276", ".270")),
}
# What none of these samples shows: an Observation with another code, and kinds that tests of the reader show. All that
# HL7 v2 and X12 carry is shown by samples of our own (tests/readiness).
NOT_SHOWN = {"ccda": {"depression_screen"}, "fhir": {"appointments", "consent"}}


def messages(format: str) -> Iterator[bytes]:
    folder, ends = FILES[format]
    for path in sorted((SHARED / folder).rglob("*")):
        if path.is_file() and path.suffix in ends:
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            if len(data) <= LARGEST:
                yield data


def fields_of(format: str) -> set[str]:
    found: set[str] = set()
    for data in messages(format):
        try:
            found |= told(format, [data])
        except InputError:
            continue
    return found


@pytest.mark.parametrize("format", FILES)
def test_every_field_that_comes_is_one_that_the_format_is_said_to_carry(format: str) -> None:
    if not any(messages(format)):
        pytest.skip(f"no samples of {format} beside the checkout")
    found = fields_of(format)
    assert found <= carried(format)
    if format in NOT_SHOWN:
        assert carried(format) - found == NOT_SHOWN[format]
