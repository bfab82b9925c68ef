"""A site whose clock a test turns, and one patient of it."""

import pytest

from careloom.pipeline import Pipeline
from careloom.store import Store
from tests.flow.test_alarming import site
from tests.flow.test_turning import Clock
from tests.flow.watching.counted import NOON
from tests.store.people import ALICE


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = NOON
    return made


@pytest.fixture
def desk(store: Store, home, key, clock) -> Pipeline:
    return site(store, home, key, clock)


@pytest.fixture
def alice(desk: Pipeline) -> str:
    return desk.store.patients.create(ALICE)
