"""A site where Samuel is known, and a nurse who documents her contacts with him."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Reviewer
from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence

SAMUEL = "urn:oid:2.16.840.1.113883.19.5.1|RV160001"


@pytest.fixture
def desk(home: Path) -> Pipeline:
    now = datetime(2026, 11, 23, 21, tzinfo=UTC)
    built = pipelines.build(replace(settings.read(), home=home, model="none"), clock=lambda: now)
    built.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    until = AS_OF.replace(year=2030)
    built.store.users.create("nora", role="registered_nurse", licence=Licence("MA", "RN1", until))
    built.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", until))
    return built


@pytest.fixture
def who(desk: Pipeline) -> str:
    return desk.find(SAMUEL)


@pytest.fixture
def nurse(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("nora")
