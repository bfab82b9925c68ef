"""Measure cases, published or invented: Bundles read as `careloom connect` reads them, views, and the counts that come of them."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from careloom import connect
from careloom.care.entry import Entry, Message, Person
from careloom.knowledge import load
from careloom.measure.quality import MEASURES, running
from careloom.measure.quality.noun import period_of
from careloom.measure.quality.sets import Sets, of_files
from careloom.measure.quality.writing import Writer, write_members

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "measures"
NOT_THE_PATIENTS = ("MeasureReport", "Measure", "Group")
Counts = tuple[Mapping[str, int], ...]


class Case(NamedTuple):
    """A case: its folder's name, what it is about, its resources, and the counts that its MeasureReport expects, by group."""

    name: str
    about: str
    resources: list[dict[str, Any]]
    expected: Counts


class Judged(NamedTuple):
    """A case, and what we counted."""

    case: Case
    got: Counts


def published(name: str) -> list[Case]:
    """The published cases of a measure of 2025, by the name of its FHIR Measure."""
    return [
        _case(folder) for folder in sorted((SHARED / "qicore-2024/tests" / name).iterdir()) if folder.is_dir()
    ]


def _case(folder: Path) -> Case:
    every = [json.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))]
    report = next(one for one in every if one["resourceType"] == "MeasureReport")
    expected = tuple(
        {one["code"]["coding"][0]["code"]: one.get("count", 0) for one in group["population"]}
        for group in report["group"]
    )
    about = next((one["valueMarkdown"] for one in report.get("extension", []) if "valueMarkdown" in one), "")
    resources = [one for one in every if one["resourceType"] not in NOT_THE_PATIENTS]
    return Case(folder.name, about, resources, expected)


@lru_cache
def published_sets() -> Sets:
    """The published value sets of both editions."""
    return of_files(SHARED)


def judged(
    measure: str, cases: Iterable[Case], folder: Path, *, period: str = "2025", sets: Sets | None = None
) -> list[Judged]:
    """What a measure counts of each case; `folder` is empty, and keeps the views."""
    by_name = {one.name: one for one in cases}
    views = folder / "views"
    with Writer(views) as writer:
        for one in by_name.values():
            writer.add(one.name, *read_case(one))
    sets = sets or published_sets()
    write_members(folder, sets.rows())
    connection, view_of = running.duckdb(views, folder)
    chosen = next(one for one in MEASURES if one.answers_to(measure))
    asked = running.ask(chosen, period_of(period), view_of)
    running.refuse_missing(asked, sets.held)
    return [Judged(by_name[one.patient], one.groups) for one in running.counted(connection, asked)]


def read_case(case: Case) -> tuple[list[Entry], list[Person]]:
    """The entries of a case, and what it says of who the patient is."""
    entries, persons = [], []
    for reading in _readings(case):
        assert reading.rejected == (), f"{case.name}: {reading.rejected}"
        entries += reading.entries
        persons += [reading.person] if reading.person.identifiers else []
    return entries, persons


def _readings(case: Case) -> list[Any]:
    body = json.dumps(bundle(case.resources)).encode()
    message = Message(hashlib.sha256(body).hexdigest(), "clinic", "fhir")
    return list(connect.read(message, io.BytesIO(body), knowledge=load(), max_json_mb=64))


def bundle(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Resources as a Bundle about one person."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
