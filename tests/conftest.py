"""A home of its own for every test run, before Django reads its settings; no test touches a person's home."""

import atexit
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import hypothesis
import pytest
from django.conf import settings

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
_HOME = Path(tempfile.mkdtemp(prefix="careloom-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
_KEPT = ("CARELOOM_DATABASE_URL", "CARELOOM_MODEL_WEIGHTS", "CARELOOM_TEST_SPARK_PYTHON")
for _name in [name for name in os.environ if name.startswith("CARELOOM_") and name not in _KEPT]:
    del os.environ[_name]
os.environ["CARELOOM_HOME"] = str(_HOME)
os.environ["CARELOOM_ENCRYPTION_KEY"] = "dGVzdHMgdXNlIHRoaXMga2V5IGFuZCBubyBvdGhlcnM="
os.environ["CARELOOM_SYNCHRONOUS"] = "OFF"
# Set up here and not through pyproject.toml: pytest-django would read the settings before this file is read.
os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
django.setup()
# Argon2 is slow on purpose; people are signed in with it as it is in tests/store/test_users.py.
settings.PASSWORD_HASHERS = ["tests.quick_passwords.QuickArgon2"]
# Pages look for a release once a second, which would be a question more or less to the database; tests/web/test_web_followed.py looks.
settings.CARELOOM_FOLLOWS = float("inf")
# What a test writes need not outlive a power cut. Tests of what is made durable look at who calls it.
os.fsync = lambda _: None

from tests import remembered  # noqa: E402  # after Django's set-up

remembered.static_files()
remembered.shipped_knowledge()

# Files of few tests that take long together, beside those with tests that are marked as slow.
_LONG = {
    "test_web_axe",
    "test_web_axe_worked",
    "test_web_calendar_browser",
    "test_planted_faults",
    "test_third_reader",
    "test_backup",
    "test_database",
}

if TYPE_CHECKING:
    from careloom.store import Store
    from tests.llm.endpoint import LocalEndpoint


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Empty the database quickly between tests that really commit, append-only tables, too."""
    from tests import emptied

    emptied.instead_of_djangos()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers share the tests file by file, the long files come first: who began one last would work on alone."""
    if not hasattr(config, "workerinput"):
        return
    tests = Counter(one.path for one in items)
    long = {one.path for one in items if one.path.stem in _LONG or one.get_closest_marker("slow")}
    items.sort(key=lambda one: (one.path not in long, -tests[one.path]))


def pytest_collection_finish() -> None:
    """What was imported stays: it isn't looked through for rubbish again, and rubbish is looked for as seldom as in a command of ours."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home directory for this test alone."""
    return tmp_path / "home"


@pytest.fixture
def key() -> str:
    """The encryption key of the test run."""
    return os.environ["CARELOOM_ENCRYPTION_KEY"]


@pytest.fixture
def store(db: None, home: Path, key: str) -> Iterator["Store"]:
    """An empty store of the organisation "demo"."""
    from careloom.store import open_store

    yield open_store(home=home, organisation="demo", encryption_key=key)


@pytest.fixture
def endpoint() -> Iterator["LocalEndpoint"]:
    """A language model's endpoint on loopback that says what a test tells it to."""
    from tests.llm.endpoint import LocalEndpoint

    local = LocalEndpoint()
    yield local
    local.server.shutdown()
    local.server.server_close()
