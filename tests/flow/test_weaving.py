"""Records that are kept in memory are asked for by several threads of a server at the same moment."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom.pipeline.weaving import REMEMBERED
from careloom.settings import Settings

PATIENTS = REMEMBERED * 2


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.django_db
def test_threads_that_show_many_patients_at_once_lose_no_page(home: Path, key: str, hurried: None) -> None:
    weaving = pipelines.build(Settings(home=home, encryption_key=key, model="none")).weaving

    def shows(first: int) -> int:
        return len(
            {id(weaving._remembered.of((f"{first + n * 7 % PATIENTS}", False))) for n in range(20_000)}
        )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(shows, range(4)))
    assert len(weaving._remembered._of) == REMEMBERED
