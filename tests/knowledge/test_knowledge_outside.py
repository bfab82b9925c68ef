"""Protocols over synthetic patients that nobody here made: whole sentences, real citations, in time."""

import gzip
import hashlib
import io
from functools import cache
from pathlib import Path

import pytest

from bench.measure import scaled
from careloom.care.entry import Message
from careloom.care.record import PatientRecord
from careloom.connect import read
from careloom.knowledge import load
from careloom.knowledge.protocol import candidates
from careloom.record import assemble

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "fhir" / "synthea-r4"
BUNDLES = sorted(FOLDER.glob("*.json.gz"))[:6]
KNOWLEDGE = load()

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not BUNDLES, reason="../shared/data is absent: no Synthea patients"),
]


@cache
def record_of(path: Path) -> PatientRecord:
    data = gzip.decompress(path.read_bytes())
    message = Message(
        sha256=hashlib.sha256(data).hexdigest(), source="synthea", format="fhir", name=path.name
    )
    readings = list(read(message, io.BytesIO(data), knowledge=KNOWLEDGE, max_json_mb=64))
    entries = [entry for reading in readings for entry in reading.entries]
    last = max(entry.happened.day for entry in entries if entry.happened)
    return assemble("patient", entries, KNOWLEDGE, last, [reading.person for reading in readings])


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name[:8])
def test_a_synthetic_patient_gets_only_whole_sentences_with_citations_and_in_time(path):
    record = record_of(path)
    found = candidates(record, KNOWLEDGE)
    ids = {entry.id for entry in record.entries}
    for one in found:
        assert one.citations
        assert set(one.citations) <= ids
        assert one.text.endswith((".", "?"))
    if record.demographics.deceased:
        assert found == ()
    else:
        assert {"core-review", "core-revision"} <= {one.rule for one in found}
    assert scaled(lambda: candidates(record, KNOWLEDGE), 3) < 0.03 * max(1, len(record.entries) / 500)


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name[:8])
def test_only_those_with_type_2_diabetes_get_its_rules(path):
    record = record_of(path)
    has_it = any(
        problem.status == "active" and KNOWLEDGE.conditions.is_a(problem.concept, "type_2_diabetes")
        for problem in record.problems
    )
    rules = [one.rule for one in candidates(record, KNOWLEDGE) if one.rule.startswith("t2d-")]
    assert not rules or has_it
