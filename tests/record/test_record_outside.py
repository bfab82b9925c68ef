"""Twenty-four people whom nobody here invented (Synthea), read as their nurse would."""

import gzip
import hashlib
import io
from functools import cache
from pathlib import Path

import pytest

from careloom import connect
from careloom.care.entry import Entry, Message, Person
from careloom.care.record import PatientRecord
from careloom.record import assemble, to_json
from tests.record.people import KNOWLEDGE

FOLDER = Path(__file__).parents[2].parent / "shared/data/fhir/synthea-r4"
FILES = sorted(FOLDER.glob("*.json.gz"))

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FILES, reason="../shared/data/fhir/synthea-r4 is absent"),
]
people = pytest.mark.parametrize("file", FILES, ids=[file.name[:8] for file in FILES])


@cache
def read(file: Path) -> tuple[tuple[Entry, ...], tuple[Person, ...]]:
    body = gzip.decompress(file.read_bytes())
    message = Message(hashlib.sha256(body).hexdigest(), "ehr", "fhir", file.name, "America/New_York")
    readings = list(connect.read(message, io.BytesIO(body), knowledge=KNOWLEDGE, max_json_mb=64))
    entries = tuple(entry for reading in readings for entry in reading.entries)
    return entries, tuple(reading.person for reading in readings)


@cache
def the_record_of(file: Path) -> PatientRecord:
    entries, persons = read(file)
    last = max(entry.happened.day for entry in entries if entry.happened)
    return assemble("p-1", entries, KNOWLEDGE, last, persons)


@people
def test_what_is_active_is_active_and_what_has_ended_is_not(file):
    entries, record = read(file)[0], the_record_of(file)
    social = {id for need in record.needs for id in need.entries}
    own = [entry for entry in entries if entry.kind == "Condition" and entry.id not in social]
    of_entry = {id: problem for problem in record.problems for id in problem.entries}
    for entry in own:
        end = entry.effective.end
        ended = end.day <= record.as_of if end else entry.status == "resolved"
        past = entry.text.lower().startswith("history of")
        problem = of_entry.get(entry.id)
        if not ended and not past:
            assert problem is not None and problem.status == "active"
        elif problem is not None:
            assert problem.status == "resolved"


@people
def test_what_is_ordered_is_current_and_what_was_stopped_is_not(file):
    entries, record = read(file)[0], the_record_of(file)
    ordered = {"active": set(), "stopped": set()}
    for entry in entries:
        if entry.kind == "MedicationRequest":
            drugs = KNOWLEDGE.drugs.find(entry.text, entry.codes)
            assert drugs, entry.text
            ordered[entry.status].add(frozenset(drug.name for drug in drugs))
    current = {frozenset(drug.ingredients) for drug in record.medications if drug.current}
    assert current == ordered["active"]
    gone = {frozenset(drug.ingredients) for drug in record.medications if drug.state == "stopped"}
    assert gone == ordered["stopped"] - ordered["active"]


@people
def test_prediabetes_is_never_diabetes(file):
    record = the_record_of(file)
    texts = {entry.text for entry in record.entries if entry.kind == "Condition"}
    named = any(text == "Diabetes" or "type 2 diabetes" in text for text in texts)
    concepts = {problem.concept for problem in record.problems if problem.status == "active"}
    assert ("type_2_diabetes" in concepts) == named


@people
def test_every_id_that_the_record_names_resolves_and_nothing_was_dropped(file):
    entries, record = read(file)[0], the_record_of(file)
    found = to_json(record)
    ids = {id for entry in found["entries"] for id in (entry["id"], *entry["same_as"])}
    assert ids == {entry.id for entry in entries}
    for part in ("problems", "medications", "allergies", "needs", "conflicts", "trends", "gaps"):
        for one in found[part]:
            assert one["entries"]
            assert set(one["entries"]) <= ids


@people
def test_one_source_does_not_contradict_itself(file):
    kinds = {conflict.kind for conflict in the_record_of(file).conflicts}
    assert kinds <= {"problem_status", "dose", "two_strengths"}


@people
def test_a_trends_ends_are_results_of_two_years_or_three(file):
    record = the_record_of(file)
    for trend in record.trends:
        first, last = (record.by_id[id] for id in (trend.entries[0], trend.entries[-1]))
        assert (record.as_of - first.happened.day).days <= 1100
        assert first.happened.earliest < last.happened.earliest
        written = [{entry.value, *(part.value for part in entry.components)} for entry in (first, last)]
        assert trend.first in written[0] and trend.last in written[1]


@people
def test_a_second_export_of_the_same_chart_adds_sources_and_no_statement(file):
    entries, persons = read(file)
    body = gzip.decompress(file.read_bytes()) + b"\n"
    message = Message(hashlib.sha256(body).hexdigest(), "exchange", "fhir", file.name, "America/New_York")
    again = [
        entry
        for reading in connect.read(message, io.BytesIO(body), knowledge=KNOWLEDGE, max_json_mb=64)
        for entry in reading.entries
    ]
    once = the_record_of(file)
    twice = assemble("p-1", [*entries, *again], KNOWLEDGE, once.as_of, persons)
    assert len(twice.entries) == len(once.entries)
    assert all(len(entry.same_as) == 1 and entry.also for entry in twice.entries)
    assert [(one.name, one.status) for one in twice.problems] == [
        (one.name, one.status) for one in once.problems
    ]
    assert [(one.name, one.state) for one in twice.medications] == [
        (one.name, one.state) for one in once.medications
    ]
    assert len(twice.conflicts) == len(once.conflicts)
