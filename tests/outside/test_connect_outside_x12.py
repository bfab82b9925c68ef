"""Sets that X12 published as examples: every one is read, and a fault of one is a fault that stands in it."""

from collections import Counter
from pathlib import Path

import pytest

from careloom.care.detail import DETAIL
from tests.connect.x12_made import read

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "x12"
KINDS = ("837", "837i", "835", "834", "270", "271", "276", "277")
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent"),
]
# What is wrong with the examples themselves, each looked at: another component separator than ISA-16 names in nine; no
# date or none that exists in BPR-16; a trailer with another number; codes, sums and loops that their guides don't have.
WRONG = {
    "TA1 027": 9,
    "IK4 1": 6,
    "IK4 7": 4,
    "IK4 8": 1,
    "IK4 9": 1,
    "IK4 4": 1,
    "IK4 5": 2,
    "IK3 5": 1,
    "IK3 3": 1,
    "IK3 2, IK4 7": 1,
    "IK5 3": 1,
    "ours: balance": 2,
}


def examples() -> list[Path]:
    return sorted(one for one in SHARED.rglob("*") if one.suffix.removeprefix(".") in KINDS)


def test_every_published_example_is_read_and_only_what_is_wrong_in_it_is_told(capsys):
    told: Counter[str] = Counter()
    faulty, kinds = 0, Counter()
    for path in examples():
        found = read(path.read_bytes())
        codes = [one.reason.rpartition("(")[2].rstrip(")") for reading in found for one in reading.rejected]
        told.update(codes)
        faulty += bool(codes)
        for reading in found:
            kinds.update(entry.kind for entry in reading.entries)
            assert all(set(entry.detail) <= set(DETAIL) for entry in reading.entries)
        read_something = any(one.entries or one.unknown for one in found)
        assert read_something or codes == ["IK5 3"], path.name
    with capsys.disabled():
        print(
            f"\n{len(examples())} examples, {sum(kinds.values())} entries, {faulty} with faults of their own"
        )
    assert told == WRONG
    assert kinds["Claim"] == 46
    assert kinds["ExplanationOfBenefit"] == 10


def test_every_claim_of_the_examples_has_its_patient_services_and_diagnoses():
    for path in examples():
        if not path.suffix.startswith(".837"):
            continue
        for reading in read(path.read_bytes()):
            for entry in reading.entries:
                if entry.kind != "Claim":
                    continue
                assert reading.person.names, path.name
                assert entry.codes, path.name
                assert entry.value_codes, path.name
                assert entry.effective.start, path.name
