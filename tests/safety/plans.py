"""Real plans to plant faults in: of the demo people from all their sources, and of the Synthea patients."""

import gzip
import hashlib
import io
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from careloom import connect, draft, identity, record
from careloom.care.document import Document
from careloom.care.entry import Entry, Message, Person
from careloom.care.record import PatientRecord
from careloom.errors import CareloomError, Refused
from careloom.knowledge import Knowledge, load
from tests.safety import six_people

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "careloom" / "demo"
SOURCES = ("riverside_ehr", "northgate_clinic", "county_health_plan", "harbor_pharmacy", "social_services")
SYNTHEA = ROOT.parent / "shared" / "data" / "fhir" / "synthea-r4"
AS_OF = date(2026, 11, 23)

Plan = tuple[PatientRecord, Document]


class NoAnswers:
    """An answer cache that keeps nothing: these plans ask no model."""

    def get(self, key: str) -> None:
        """Nothing is kept."""

    def put(self, key: str, answer: object) -> None:
        """Nothing is kept."""


@lru_cache(maxsize=1)
def demo_plans() -> tuple[Plan, ...]:
    """A plan for every demo person, woven from all sources."""
    known: list[identity.Known] = []
    entries: dict[str, list[Entry]] = {}
    persons: dict[str, list[Person]] = {}
    for source in SOURCES:
        for path in sorted((DEMO / source).glob("*")):
            for person, found in _read(path.read_bytes(), source, path.name):
                try:
                    who = identity.Arriving(person, known).find()
                except CareloomError:
                    continue  # somebody who can't be told apart: another test's matter
                who = who or f"person-{len(entries)}"
                known.append(identity.Known(who, person))
                entries.setdefault(who, []).extend(found)
                persons.setdefault(who, []).append(person)
    return tuple(_plans((who, entries[who], persons[who], AS_OF) for who in entries))


@lru_cache(maxsize=1)
def synthea_plans() -> tuple[Plan, ...]:
    """A plan for every living Synthea patient, as of the day of the last entry."""
    people = []
    for path in sorted(SYNTHEA.glob("*.json.gz")):
        readings = _read(gzip.decompress(path.read_bytes()), "Riverside EHR", path.name)
        entries = [entry for _, found in readings for entry in found]
        last = max(entry.happened.day for entry in entries if entry.happened)
        people.append((path.name[:8], entries, [person for person, _ in readings], last))
    return tuple(_plans(people))


@lru_cache(maxsize=1)
def six_plans() -> tuple[Plan, ...]:
    """A plan for each of six people who were invented for planting faults."""
    people = []
    for who, body in six_people.bundles():
        readings = _read(body, "Lakeshore Clinic", f"{who}.json")
        entries = [entry for _, found in readings for entry in found]
        people.append((who, entries, [person for person, _ in readings], AS_OF))
    return tuple(_plans(people))


def _read(body: bytes, source: str, name: str) -> list[tuple[Person, tuple[Entry, ...]]]:
    message = Message(hashlib.sha256(body).hexdigest(), source, connect.detect(name, body[:4096]), name=name)
    readings = connect.read(message, io.BytesIO(body), knowledge=knowledge(), max_json_mb=64)
    return [(reading.person, reading.entries) for reading in readings]


def _plans(people: Iterable[tuple[str, list[Entry], list[Person], date]]) -> Iterable[Plan]:
    for who, entries, persons, as_of in people:
        found = record.assemble(who, entries, knowledge(), as_of, persons)
        try:
            yield found, draft.write(found, knowledge(), None, calls=0, answers=NoAnswers())
        except Refused:
            continue  # no plan is drafted for the dead


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All knowledge, loaded once a process."""
    return load()
