"""Who works at the desks of these tests: a site that knows Samuel, unless a file makes a `desk` of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Proposal, Reviewer
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.connect.made import Resource, body, bundle, patient
from tests.flow.letters import Site
from tests.flow.samuel import SAMUEL, samuels_desk
from tests.flow.test_access import person

PEOPLE = "R. Blake <blake@harbor.example>; Dr. Osei <osei@harbor.example>"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return samuels_desk(home, lambda: NOW)


@pytest.fixture
def who(desk: Pipeline) -> str:
    return desk.find(SAMUEL)


@pytest.fixture
def plan(desk: Pipeline) -> Proposal:
    return desk.propose("test", desk.find(SAMUEL), as_of=AS_OF, model="none")


@pytest.fixture
def nurse(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("nora")


@pytest.fixture
def physician(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("osei")


@pytest.fixture
def pipeline(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


@pytest.fixture
def rosa(pipeline: Pipeline) -> Reviewer:
    return person(pipeline, "rosa", "registered_nurse")


@pytest.fixture
def arrives(pipeline: Pipeline, tmp_path: Path) -> Callable[..., str]:
    """Resources about a patient come from a source; our id of the patient."""

    def come(*resources: Resource, who: int = 1, source: str = "mercy", **person: object) -> str:
        name = [{"family": f"Quill{who}", "given": ["Marta"]}]
        given = patient(f"p{who}", name=name, birthDate=f"19{49 + who % 40}-0{who % 9 + 1}-17", **person)
        about = [{**one, "subject": {"reference": f"Patient/p{who}"}} for one in resources]
        file = tmp_path / f"{who}-{source}-{len(list(tmp_path.iterdir()))}.json"
        file.write_bytes(body(bundle(given, *about)))
        report = pipeline.connect([file], source=source)
        assert report.rejected == []
        (found,) = report.patients
        return found

    return come


@pytest.fixture
def site(home: Path, key: str) -> Site:
    """A site that names two people to be told of what can't wait."""
    home.mkdir()
    return Site(home, key=key, settings={"urgent_people": PEOPLE})
