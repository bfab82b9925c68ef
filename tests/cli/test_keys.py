"""careloom keys: what an operator does with a home's keys, while others work in it."""

import base64
import subprocess
import sys
import time
from pathlib import Path

import pytest

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom, environment

OLD, NEW = (base64.b64encode(bytes([one]) * 32).decode() for one in (1, 2))
WRITER = Path(__file__).with_name("rotating_writer.py")
ADA = HERE / "riverside_ehr" / "ada-moreno.json"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def writer(home: Path, name: str, key: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(WRITER), str(home), name]
    more = {"CARELOOM_ENCRYPTION_KEY": key, "PYTHONPATH": str(WRITER.parents[2])}
    return subprocess.Popen(command, env=environment(home, **more), text=True, stdout=subprocess.PIPE)


def messages(home: Path, key: str) -> int:
    (row,) = [
        one
        for one in answer(home, "doctor", CARELOOM_ENCRYPTION_KEY=key)["checks"]
        if one["name"] == "database"
    ]
    return int(row["detail"].split()[0])


def wait_for(home: Path, key: str, more_than: int) -> None:
    deadline = time.monotonic() + 60
    while messages(home, key) <= more_than and time.monotonic() < deadline:
        time.sleep(0.2)


def wait_until_newest_seals(home: Path, key: str) -> None:
    """Those who write look for a new data key at intervals: how many messages they write until then depends on the machine."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        newest = answer(home, "keys", CARELOOM_ENCRYPTION_KEY=key)["keys"][0]
        if "store_entryrevision.sealed" in newest["seals"]:
            return
        time.sleep(0.2)


def test_two_processes_of_different_age_go_on_while_the_master_key_and_the_data_key_change(
    home: Path,
) -> None:
    answer(home, "keys", CARELOOM_ENCRYPTION_KEY=OLD)
    old = writer(home, "old", OLD)
    wait_for(home, OLD, 2)
    rotated = answer(home, "keys", "rotate", CARELOOM_ENCRYPTION_KEY=f"{NEW},{OLD}")
    assert len(rotated["also_open"]) == 1
    new = writer(home, "new", NEW)
    answer(home, "keys", "new", CARELOOM_ENCRYPTION_KEY=f"{NEW},{OLD}")
    wait_until_newest_seals(home, NEW)
    (home.parent / "stop").touch()
    said = [process.communicate(timeout=60)[0] for process in (old, new)]
    assert [process.returncode for process in (old, new)] == [0, 0]
    assert all(int(one) > 0 for one in said)
    assert answer(home, "keys", "rotate", "--shut-out", CARELOOM_ENCRYPTION_KEY=NEW)["also_open"] == []
    verified = answer(home, "keys", "verify", "--whole", CARELOOM_ENCRYPTION_KEY=NEW)
    assert verified["ok"]
    assert verified["opened"]["messages' bytes"] == sum(map(int, said))
    assert verified["opened"]["store_entryrevision.sealed"] == 2 * sum(map(int, said))
    assert len(answer(home, "patients", CARELOOM_ENCRYPTION_KEY=NEW)["patients"]) == 1
    keys = answer(home, "keys", CARELOOM_ENCRYPTION_KEY=NEW)["keys"]
    assert [one["use"] for one in keys] == ["sealing", "sealing", "finding"]
    assert [one["writes"] for one in keys] == [True, False, False]
    assert all(one["seals"]["store_entryrevision.sealed"] > 0 for one in keys[:2])
    shut = careloom(home, "patients", CARELOOM_ENCRYPTION_KEY=OLD)
    assert shut.returncode == 78
    assert "no master key that is here opens the keyring" in shut.stderr


def test_a_rotated_home_still_has_ada_her_sign_in_and_her_audit_log(home: Path) -> None:
    answer(home, "connect", ADA, "--source", "riverside_ehr")
    licence = ("--licence", "MA:RN1:2099-01-01")
    token = answer(home, "user", "add", "nora", "--role", "registered_nurse", *licence)["token"]
    before = answer(home, "record", ADA_MRN, "--as-of", "2026-11-23")
    key = (home / "key").read_text()
    rotated = answer(home, "keys", "rotate")
    assert rotated["kept"] == "file"
    assert rotated["also_open"] == []
    assert (home / "key").read_text() != key
    assert answer(home, "record", ADA_MRN, "--as-of", "2026-11-23") == before
    proposal = answer(home, "draft", ADA_MRN, "--kind", "care_plan", "--as-of", "2026-11-23")
    decided = answer(home, "decide", proposal["id"], "return", "--reason", "a", CARELOOM_TOKEN=token)
    assert decided["status"] != "active"
    assert answer(home, "audit", "verify")["ok"]
    (home / "key").write_text(key)
    refused = careloom(home, "record", ADA_MRN)
    assert refused.returncode == 78
    assert "no master key" in refused.stderr


def test_a_key_file_that_the_group_may_read_opens_nothing(home: Path) -> None:
    answer(home, "patients")
    (home / "key").chmod(0o640)
    refused = careloom(home, "patients")
    assert refused.returncode == 78
    assert "others may use the key file" in refused.stderr


def test_verify_names_what_does_not_open_and_exits_with_an_operators_error(home: Path) -> None:
    answer(home, "connect", ADA, "--source", "riverside_ehr")
    (file,) = [one for one in (home / "messages").glob("??/*") if one.is_file()]
    file.write_bytes(b"x" + file.read_bytes()[1:])
    refused = careloom(home, "keys", "verify", "--json")
    assert refused.returncode == 78
    assert '"faults": 1' in refused.stdout


def test_a_fresh_key_fits_the_setting(home: Path) -> None:
    key = answer(home, "keys", "make")["key"]
    assert answer(home, "patients", CARELOOM_ENCRYPTION_KEY=key) == {"patients": []}
    listed = answer(home, "keys", "list", CARELOOM_ENCRYPTION_KEY=key)
    assert listed["keyring"]
    assert [(one["kept"], one["here"]) for one in listed["masters"]] == [("setting", True)]
