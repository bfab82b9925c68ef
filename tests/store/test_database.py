"""The database of a fresh home: made once, by whoever comes first, as durable as the setting says."""

import json
import os
import runpy
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from careloom import django_settings
from careloom.errors import ConfigError
from careloom.store import Store
from careloom.store.database import machine_errors, prepare
from careloom.store.models import Row
from tests.store.fresh_database import fresh_database

TOGETHER = "0001_squashed_0049_site_rules"
SQLITE = pytest.mark.skipif(bool(os.environ.get("CARELOOM_DATABASE_URL")), reason="SQLite's own settings")
ASK = """
import django, json, sys; django.setup()
from pathlib import Path
from typing import Any
from django.conf import settings
from django.db import connection
from careloom.store.database import prepare
prepare(Path(sys.argv[1]))
def one(pragma):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return cursor.fetchone()[0]
print(json.dumps({name: one(name) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    | {"mode": connection.transaction_mode, "secret": str(settings.SECRET_KEY), "debug": settings.DEBUG}))
"""

DIE = """
import django, os, sys; django.setup()
from pathlib import Path
from typing import Any
from django.db.migrations.recorder import MigrationRecorder
from careloom.store.database import prepare
named = MigrationRecorder.record_applied
def record_applied(self, app, name):
    (named if (app, name) != tuple(sys.argv[2:]) else lambda *_: os._exit(9))(self, app, name)
MigrationRecorder.record_applied = record_applied
prepare(Path(sys.argv[1]))
"""


def asked(home: Path, *words: str, code: str = ASK, **environ: str) -> "subprocess.Popen[str]":
    """A process that prepares this home and tells how its database is set, or does what the code says."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")}
    given = {"CARELOOM_HOME": str(home), "DJANGO_SETTINGS_MODULE": "careloom.django_settings", **environ}
    return subprocess.Popen(
        [sys.executable, "-c", code, str(home), *words],
        env=plain | given,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


@SQLITE
def test_two_processes_make_one_fresh_home_that_only_its_owner_reads(home: Path) -> None:
    both = [asked(home), asked(home)]
    told = []
    for process in both:
        said, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        told.append(json.loads(said))
    assert told[0] == told[1]
    assert told[0] | {"secret": ""} == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "mode": "IMMEDIATE",
        "secret": "",
        "debug": False,
    }
    assert len(told[0]["secret"]) == 64
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in ("key", "careloom.db"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert (home / "key").read_text().strip() not in told[0]["secret"]


@pytest.mark.skipif(not os.environ.get("CARELOOM_DATABASE_URL"), reason="needs PostgreSQL")
def test_two_processes_prepare_one_empty_postgresql_database(home: Path) -> None:
    prepares = "import django, sys; django.setup()\nfrom pathlib import Path\nfrom careloom.store.database import prepare\n"
    with fresh_database() as fresh:
        for both in (2, 1):
            code = prepares + "prepare(Path(sys.argv[1]))"
            processes = [asked(home / str(number), code=code, **fresh) for number in range(both)]
            for process in processes:
                _, error = process.communicate(timeout=120)
                assert process.returncode == 0, error


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_known_by_its_notes_and_loads_no_migration(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(_: Any) -> None:
        raise LookupError

    monkeypatch.setattr("careloom.store.database.MigrationExecutor", loaded)
    assert prepare(home) is False
    MigrationRecorder.Migration.objects.filter(app="store", name="0007_pulls").delete()
    with pytest.raises(LookupError):
        prepare(home)


@pytest.mark.django_db
def test_who_came_up_one_migration_at_a_time_has_what_was_put_together_and_notes_it_once(home: Path) -> None:
    MigrationRecorder(connection).record_unapplied("store", TOGETHER)
    assert prepare(home) is False
    assert ("store", TOGETHER) in MigrationRecorder(connection).applied_migrations()


def test_what_was_put_together_is_what_its_migrations_make_one_by_one() -> None:
    each = MigrationLoader(None, replace_migrations=False).project_state(("store", "0049_site_rules"))
    both = MigrationLoader(None).project_state(("store", TOGETHER))
    for before, after in ((each, both), (both, each)):
        changes = MigrationAutodetector(before, after).changes(MigrationGraph())
        assert "store" not in changes


@SQLITE
@pytest.mark.parametrize("name", ["0001_initial", "0003_confirmations", "0007_pulls"])
def test_who_dies_between_a_table_and_its_note_leaves_a_home_that_the_next_can_prepare(
    home: Path, name: str
) -> None:
    died = asked(home, "store", name, code=DIE)
    assert (died.wait(timeout=60), died.communicate()[1]) == (9, "")
    after = asked(home)
    _, error = after.communicate(timeout=60)
    assert after.returncode == 0, error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARELOOM_SYNCHRONOUS", "PERHAPS"),
        ("CARELOOM_ZONE", "Nowhere/Atall"),
        ("CARELOOM_ZONE", ""),
        ("CARELOOM_LOG_LEVEL", "LOUD"),
        ("CARELOOM_DATABASE_URL", "mysql://somewhere/x"),
        ("CARELOOM_DATABASE_URL", "postgresql://somewhere"),
        ("CARELOOM_DATABASE_URL", "postgresql://somewhere/x?prepare_threshold=often"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.delenv("CARELOOM_DATABASE_URL", raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^{name} must be"):
        runpy.run_path(django_settings.__file__)


@pytest.mark.django_db(transaction=True)
def test_a_request_asks_over_the_connection_of_the_one_before() -> None:
    connection.close()
    connection.ensure_connection()
    opened = connection.connection
    close_old_connections()
    assert connection.connection is opened


@pytest.mark.parametrize(
    ("said", "after"), [("", 2), ("?prepare_threshold=0", 0), ("?prepare_threshold=none", None)]
)
def test_a_site_behind_a_pooler_has_no_plans_kept(
    monkeypatch: pytest.MonkeyPatch, said: str, after: int | None
) -> None:
    monkeypatch.setenv("CARELOOM_DATABASE_URL", f"postgresql://somewhere/x{said}")
    found = runpy.run_path(django_settings.__file__)
    assert found["CARELOOM_PREPARES_AFTER"] == after
    assert "prepare_threshold" not in found["DATABASES"]["default"]["OPTIONS"]


def test_a_database_url_says_where_postgresql_is(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://care%40loom:p%2Fw@db.example:6543/name?sslmode=require&connect_timeout=5"
    monkeypatch.setenv("CARELOOM_DATABASE_URL", url)
    found = runpy.run_path(django_settings.__file__)["DATABASES"]["default"]
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "care@loom",
        "p/w",
        "db.example",
        "6543",
        "name",
    )
    assert found["OPTIONS"] == {"sslmode": "require", "connect_timeout": "5"}


def test_a_home_that_cannot_be_made_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError):
        prepare(tmp_path / "file" / "home")


@SQLITE
def test_a_full_disk_under_the_database_is_an_operators_error(tmp_path: Path) -> None:
    full = sqlite3.connect(tmp_path / "full.db")
    full.execute("CREATE TABLE t (x)")
    full.execute("PRAGMA max_page_count = 3")
    with pytest.raises(ConfigError, match="disk is full") as refused, machine_errors():
        try:
            full.execute("INSERT INTO t VALUES (zeroblob(100000))")
        except sqlite3.OperationalError as error:
            raise OperationalError(*error.args) from error
    assert "INSERT" not in str(refused.value)


def test_an_error_of_ours_in_a_statement_stays_a_bug(store: Store) -> None:
    with pytest.raises(DatabaseError), store.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")


def test_the_migrations_make_what_the_models_say(store: Store) -> None:
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)


def test_every_table_has_a_uuid_and_an_organisation() -> None:
    models = list(apps.get_app_config("store").get_models())
    assert len(models) > 15
    for model in models:
        assert issubclass(model, Row), model
        assert model._meta.pk is not None and model._meta.pk.name == "id"
