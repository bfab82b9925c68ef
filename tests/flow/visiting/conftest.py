"""A nurse documents her contacts with Samuel in the afternoon of his day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.pipeline import Pipeline
from tests.flow.samuel import samuels_desk


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return samuels_desk(home, lambda: datetime(2026, 11, 23, 21, tzinfo=UTC))
