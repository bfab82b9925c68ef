"""Plans of patients that nobody here wrote: complete, cited, supported, and written in time."""

import gzip
import hashlib
import io
import statistics
import time
from pathlib import Path

import pytest

from careloom import connect, draft, record
from careloom.care.entry import Message
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "fhir" / "synthea-r4"

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER.name} is not here: ../shared/data is absent"),
]


def people():
    return sorted(FOLDER.glob("*.json.gz"))


def assembled(path):
    body = gzip.decompress(path.read_bytes())
    message = Message(hashlib.sha256(body).hexdigest(), "synthea", "fhir", path.name)
    readings = list(connect.read(message, io.BytesIO(body), knowledge=KNOWLEDGE, max_json_mb=64))
    entries = [entry for reading in readings for entry in reading.entries]
    last = max(entry.happened.day for entry in entries if entry.happened)
    return record.assemble("p", entries, KNOWLEDGE, last, [reading.person for reading in readings])


@pytest.mark.parametrize("place", range(0, 24, 4))
def test_a_synthetic_patients_plan_has_twelve_parts_and_every_line_stands(place):
    if place >= len(people()):
        pytest.skip("fewer patients than that")
    known = assembled(people()[place])
    if known.demographics.deceased:
        with pytest.raises(Refused):
            draft.write(known, KNOWLEDGE, None, calls=0, answers=Remembered())
        return
    document = draft.write(known, KNOWLEDGE, None, calls=0, answers=Remembered())
    assert len({one.section for one in document.statements}) == 12
    assert len(document.statements) <= 60 and len(document.top) == 3
    index = Index(known, KNOWLEDGE)
    for one in document.statements:
        cited = [known.by_id[citation] for citation in one.citations]
        assert cited and judge_with(index, one.text, cited, one.guideline).faults == (), one.section
        assert "(disorder)" not in one.text and "(finding)" not in one.text
        assert all(name.family not in one.text for name in known.demographics.names if name.family)


def test_a_plan_takes_little_time():
    spent = []
    for path in people()[:5]:
        known = assembled(path)
        begun = time.process_time()
        if not known.demographics.deceased:
            draft.write(known, KNOWLEDGE, None, calls=0, answers=Remembered())
            spent.append(time.process_time() - begun)
    assert statistics.median(spent) < 0.1
