"""What the audit says of a format is what its reader gives: no field is asked for that can't come, none is passed over."""

import hashlib
import io
from collections.abc import Iterable
from datetime import date

import pytest

from careloom import connect, knowledge, readiness
from careloom.care.entry import Message
from careloom.connect import READERS
from careloom.readiness.fields import PERSON, Lens
from tests.readiness.samples import SAMPLES

KNOWLEDGE = knowledge.load()
FIELDS = readiness.load_fields(KNOWLEDGE)


def carried(format: str) -> set[str]:
    return {one.name for one in FIELDS if format in one.carried}


def told(format: str, messages: Iterable[bytes]) -> set[str]:
    """The fields that a format's reader gives of these messages."""
    found: set[str] = set()
    lens = Lens(FIELDS, KNOWLEDGE)
    for data in messages:
        message = Message(hashlib.sha256(data).hexdigest(), "harbor", format, "file", "America/New_York")
        for reading in connect.read(message, io.BytesIO(data), knowledge=KNOWLEDGE, max_json_mb=8):
            for _, shown in lens.shown(reading.entries, date(2026, 11, 28)):
                found |= {one.name for one in shown}
            found |= {one.name for one in FIELDS for part in one.person if PERSON[part](reading.person)}
    return found


@pytest.mark.parametrize("format", SAMPLES)
def test_a_format_carries_what_its_reader_gives_and_nothing_else(format: str) -> None:
    assert told(format, SAMPLES[format]) == carried(format)


def test_every_format_of_the_list_has_a_reader_and_somebody_to_ask() -> None:
    named = {format for one in FIELDS for format in one.carried}
    assert named == set(READERS)
    assert named == set(readiness.words.MENDERS)
