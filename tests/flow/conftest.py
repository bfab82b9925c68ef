"""Who works at the desks of these tests: a site that knows Samuel, unless a file makes a `desk` of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL, samuels_desk

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
