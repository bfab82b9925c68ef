"""HL7 v2 that nobody here wrote: what other converters find in it is in our record, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from careloom.care.detail import DETAIL
from tests.outside.hl7v2_pairs import Tally, compare, made_up, read

HL7 = Path(__file__).parents[2].parent / "shared" / "data" / "hl7v2"
MICROSOFT = HL7 / "microsoft-fhir-converter"
PRIME = HL7 / "prime-reportstream"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not HL7.exists(), reason="../shared/data/hl7v2 is absent"),
]


def microsoft() -> Iterator[tuple[Path, Path]]:
    for expected in sorted((MICROSOFT / "expected").rglob("*.json")):
        yield MICROSOFT / "input" / expected.name.replace("-expected.json", ".hl7"), expected


def prime() -> Iterator[tuple[Path, Path]]:
    for message in sorted(PRIME.rglob("*.hl7")):
        expected = message.with_suffix(".fhir")
        if expected.exists():
            yield message, expected


def told(pairs: Iterator[tuple[Path, Path]], zone: str) -> Tally:
    tally = Tally()
    for message, expected in pairs:
        compare(message, expected, zone, tally)
    print(f"\n{tally}")
    print("\n".join(sorted(set(tally.missed))[:40]))
    return tally


def test_what_one_converter_finds_in_sixty_messages_is_in_our_record():
    tally = told(microsoft(), "UTC")
    assert tally.all.total() > 1_900
    assert tally.share_of_said >= 0.99
    assert tally.share >= 0.91


def test_what_another_finds_field_by_field_is_in_our_record():
    tally = told(prime(), "UTC")
    assert tally.all.total() > 380
    assert tally.share_of_said >= 0.98
    assert tally.share >= 0.979


def test_nothing_in_our_record_is_made_up():
    found = []
    for message in (*(MICROSOFT / "input").glob("*.hl7"), *PRIME.rglob("*.hl7")):
        data = message.read_bytes()
        for reading in read(data, "UTC"):
            found += [
                f"{message.name} {one}" for one in made_up(reading, data.decode("utf-8", errors="replace"))
            ]
    assert found == []


def test_every_message_is_read_or_named_and_says_only_what_entries_may_say():
    seen = 0
    for message in (*(MICROSOFT / "input").glob("*.hl7"), *PRIME.rglob("*.hl7")):
        readings = read(message.read_bytes(), "UTC")
        assert readings, message.name
        entries = [entry for one in readings for entry in one.entries]
        rejected = [one for reading in readings for one in reading.rejected]
        assert entries or rejected or any(one.unknown for one in readings), message.name
        assert all(set(entry.detail) <= set(DETAIL) for entry in entries), message.name
        assert len({entry.id for entry in entries}) == len(entries), message.name
        seen += 1
    assert seen > 180
