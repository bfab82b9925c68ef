"""What an earlier version backed up comes up to today's, on SQLite and on PostgreSQL, and history stays as it was."""

from pathlib import Path

import pytest

from tests.flow.process import ADA_MRN, careloom
from tests.store.fresh_database import fresh_database
from tests.store.test_backup import OPENS, read_at, told

OLD = Path(__file__).parent / "backups" / "at-0023.careloom"
PLAN = "c050ae560dd6a6a50969c7cb92a1acd8"
DEMO = {"CARELOOM_DEMO": "1"}


@pytest.mark.slow
def test_a_backup_of_an_earlier_version_of_sqlite_is_restored_into_this_one_and_goes_on(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with fresh_database() as fresh:
        more = fresh | DEMO
        told(careloom(home, "restore", OLD, "--json", **OPENS, **more))
        assert read_at(home, "keys", "verify", "--whole", **more)["ok"]
        chain = read_at(home, "audit", "verify", **more)
        assert chain["ok"] and chain["sealed"] > 0
        record = read_at(home, "record", ADA_MRN, "--as-of", "2026-11-23", **more)
        assert len(record["entries"]) == 31
        (waiting,) = read_at(home, "queue", **more)["proposals"]
        assert (waiting["id"], waiting["tier"]) == (PLAN, "physician")
        # What is new since then works on what was restored.
        told(
            careloom(home, "decide", PLAN, "return", "--reason", "too long", "--as", "osei", "--json", **more)
        )
        assert read_at(home, "audit", "verify", **more)["ok"]
        assert {one["user"] for one in read_at(home, "user", "list", **more)["users"]} == {"nora", "osei"}
