"""A backup is whole or absent, restores on a clean machine, and nothing of Alice is lost or readable on the way."""

import base64
import io
import json
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from careloom.care.received import Received
from careloom.demo import HERE
from careloom.privacy.archive import ArchiveReader, ArchiveWriter, Openers
from careloom.privacy.custody import Custody
from careloom.privacy.held import site_keys
from careloom.store.journal import Journal
from tests.flow.process import ADA_MRN, careloom, environment
from tests.store.fresh_database import fresh_database

KEY = base64.b64encode(bytes([7]) * 32).decode()
PASSPHRASE = "an invented long passphrase"
OPENS = {"CARELOOM_BACKUP_PASSPHRASE": PASSPHRASE}
SITE = {"CARELOOM_ENCRYPTION_KEY": KEY}
WRITER = Path(__file__).parents[1] / "cli" / "rotating_writer.py"
DAY = ("--as-of", "2026-11-23")
# What a listener took and nobody has stored when the backup is made.
WAITING = b"MSH|^~\\&|LAB|H|C|H|20261129||ADT^A08|77|P|2.5\rPID|1||A-1^^^H^MR||Ashdown^Alice||19500203|F\r"


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    with fresh_database() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Path:
    """Ada's home: records, a draft, people, a letter, settings, a secret, and a message that waits in a journal."""
    found = tmp_path_factory.mktemp("site") / "home"
    more = SITE | database
    told(
        careloom(
            found, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr", **more
        )
    )
    told(careloom(found, "user", "add", "nora", "--role", "registered_nurse", **more))
    told(careloom(found, "draft", ADA_MRN, "--kind", "care_plan", *DAY, **more))
    (found / "sources.toml").write_text("[riverside_ehr]\nformat = 'fhir'\n")
    (found / "outbox" / "taken").mkdir(parents=True)
    (found / "outbox" / "letter.txt").write_text("To: Ada Moreno")
    (found / "keys").mkdir()
    (found / "keys" / "mercy.jwk").write_text("a secret of this machine")
    keys = site_keys("demo", found, Custody(KEY), datetime.now(UTC))
    with Journal(keys, found / "journal" / "2575") as journal:
        at = datetime(2026, 11, 29, tzinfo=UTC)
        journal.append([Received(body=WAITING, source="lab", peer="p", control="77", at=at)])
    return found


@pytest.fixture(scope="module")
def backup(home: Path, database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "one"
    made = told(careloom(home, "backup", file, "--json", **SITE, **OPENS, **database))
    assert made["left_out"] == ["keys"]
    return file


def told(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout


def members(file: Path) -> dict[str, bytes]:
    """Everything in a backup, in clear."""
    with file.open("rb") as opened:
        reader = ArchiveReader(opened, Openers(passphrase=PASSPHRASE))
        with tarfile.open(fileobj=reader, mode="r|") as tar:
            return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def rewritten(file: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A backup that somebody who knows its passphrase wrote anew with something changed in it (None: left out)."""
    with to.open("wb") as out:
        writer = ArchiveWriter(out, Openers(passphrase=PASSPHRASE))
        with tarfile.open(fileobj=writer, mode="w|") as tar:
            for name, body in members(file).items():
                changed = change(name, body)
                if changed is not None:
                    info = tarfile.TarInfo(name)
                    info.size = len(changed)
                    tar.addfile(info, io.BytesIO(changed))
        writer.finish()
    return to


def until_stored(home: Path, messages: int) -> None:
    """Wait until so many were stored, however slow the machine is."""
    patience = time.monotonic() + 60
    while sum(file.is_file() for file in (home / "messages").rglob("*")) < messages:
        assert time.monotonic() < patience, "nobody stores anything"
        time.sleep(0.05)


def read_at(home: Path, *arguments: str | Path, **more: str) -> Any:
    return told(careloom(home, *arguments, "--json", **more))


def test_a_backup_restores_on_a_clean_machine_under_a_key_of_its_own(
    home: Path, backup: Path, database: dict[str, str], tmp_path: Path
) -> None:
    new = tmp_path / "new machine" / "home"
    with fresh_database() as fresh:
        answer = read_at(new, "restore", backup, **OPENS, **fresh)
        assert answer["opened"]["messages' bytes"] == 1
        assert answer["opened"]["journals"] == 1
        before = read_at(home, "record", ADA_MRN, *DAY, **SITE, **database)
        assert read_at(new, "record", ADA_MRN, *DAY, **fresh) == before
        assert read_at(new, "keys", "verify", "--whole", **fresh)["ok"]
        told(careloom(new, "listen", "--port", "2575", "--drain", **fresh))
        assert len(read_at(new, "patients", **fresh)["patients"]) == 2
        (new / "key").unlink()
        refused = careloom(new, "patients", **SITE, **fresh)
        assert (refused.returncode, "no master key that is here" in refused.stderr) == (78, True)
    assert (new / "sources.toml").read_text() == (home / "sources.toml").read_text()
    assert (new / "outbox" / "letter.txt").read_text() == "To: Ada Moreno"
    assert not (new / "keys").exists()
    open_to_others = [one for one in new.rglob("*") if one.is_file() and one.stat().st_mode & 0o077]
    assert [one.name for one in open_to_others] in ([], ["lock"])


def test_the_drill_says_what_it_compared_and_leaves_nothing_behind(
    backup: Path, tmp_path: Path, database: dict[str, str]
) -> None:
    before = set(tmp_path.iterdir())
    drill = read_at(
        tmp_path / "unused", "backup", "verify", backup, **OPENS, **database, TMPDIR=str(tmp_path)
    )
    assert drill["ok"]
    assert drill["rows"] > 50
    assert drill["seconds"] > 0
    assert set(tmp_path.iterdir()) == before


def test_the_file_shows_nothing_and_holds_no_master_key(home: Path, backup: Path) -> None:
    raw = backup.read_bytes()
    for word in (b"Moreno", b"store_patient", b"manifest", b"riverside"):
        assert word not in raw
    inside = b"".join(members(backup).values())
    for form in (KEY.encode(), bytes([7]) * 32, b"a secret of this machine"):
        assert form not in inside
    assert not [name for name in members(backup) if "keyring" in name or name.endswith("/key")]
    assert backup.stat().st_mode & 0o077 == 0


def test_what_waited_to_be_sent_waits_for_a_person_after_a_restore(tmp_path: Path) -> None:
    script = Path(__file__).with_name("waiting_letter.py")
    home = tmp_path / "home"
    environ = environment(home, **SITE, PYTHONPATH=str(script.parents[2]))
    subprocess.run([sys.executable, str(script), "queue"], env=environ, check=True)
    told(careloom(home, "backup", tmp_path / "b", **SITE, **OPENS))
    told(careloom(tmp_path / "new", "restore", tmp_path / "b", **OPENS))
    environ = environment(tmp_path / "new", PYTHONPATH=str(script.parents[2]))
    state = subprocess.run(
        [sys.executable, str(script), "state"], env=environ, check=True, stdout=subprocess.PIPE, text=True
    )
    assert state.stdout.strip() == "unknown"


REFUSED: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "a row changed": (
        lambda name, body: body.replace(b"registered_nurse", b"physician") if "store_user" in name else body,
        "the rows of store_user are not those",
    ),
    "a row taken out": (
        lambda name, body: b"".join(body.splitlines(keepends=True)[1:]) if "entryrevision" in name else body,
        "are not those",
    ),
    "a file taken out": (
        lambda name, body: None if name.startswith("home/messages/") else body,
        "the files are not those",
    ),
    "a file changed": (
        lambda name, body: body + b"x" if name == "home/sources.toml" else body,
        "the files are not those",
    ),
    "no manifest": (lambda name, body: None if name == "manifest.json" else body, "no manifest"),
    "a newer version": (
        lambda name, body: (
            body.replace(b'"0001_initial"]', b'"0001_initial"],["store","9999_later"]', 1)
            if name == "about.json"
            else body
        ),
        "newer Careloom: store.9999_later",
    ),
    "another format": (
        lambda name, body: body.replace(b'"format":1', b'"format":2') if name == "about.json" else body,
        "format 2",
    ),
    "nothing at all": (lambda name, body: None, "does not say what it is"),
}


LEAD_OUT = ("home/../../planted", "/home/planted", "elsewhere/planted", "home")


def test_a_backup_that_was_changed_is_refused_in_words_and_the_home_is_empty_again(
    backup: Path, tmp_path: Path
) -> None:
    expected = {}
    for number, (change, words) in enumerate(REFUSED.values()):
        expected[rewritten(backup, tmp_path / str(number), change)] = words
    for number, name in enumerate(LEAD_OUT):
        expected[leading_out(name, tmp_path / f"out {number}")] = "no file of a home"
    for name, body, words in (
        ("cut", backup.read_bytes()[:-20], "altered or cut"),
        ("other", b"PK", "no backup of Careloom"),
    ):
        (tmp_path / name).write_bytes(body)
        expected[tmp_path / name] = words
    script = Path(__file__).with_name("refusing_process.py")
    with fresh_database() as fresh:
        done = subprocess.run(
            [sys.executable, str(script), PASSPHRASE, *map(str, expected), str(backup)],
            env=environment(tmp_path / "new home", **fresh, PYTHONPATH=str(script.parents[2])),
            stdout=subprocess.PIPE,
            text=True,
        )
    said = told(done)
    for file, words in expected.items():
        assert words in said[file.name], file.name
        assert "left" not in said[file.name], file.name
    assert said[backup.name] == "restored"
    assert not (tmp_path / "planted").exists()


def leading_out(name: str, to: Path) -> Path:
    """A backup with a file that would lie outside of the home."""
    with to.open("wb") as out:
        writer = ArchiveWriter(out, Openers(passphrase=PASSPHRASE))
        with tarfile.open(fileobj=writer, mode="w|") as tar:
            tar.addfile(tarfile.TarInfo(name))
        writer.finish()
    return to


def test_a_wrong_passphrase_restores_nothing_and_a_drill_fails_loudly(backup: Path, tmp_path: Path) -> None:
    drill = careloom(
        tmp_path / "new", "backup", "verify", backup, CARELOOM_BACKUP_PASSPHRASE="another long passphrase"
    )
    assert drill.returncode == 78
    assert "does not open" in drill.stderr
    assert "does not restore" in drill.stderr
    assert not (tmp_path / "new").exists()


def test_nothing_is_restored_over_something(
    home: Path, backup: Path, tmp_path: Path, database: dict[str, str]
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("mine")
    full = careloom(tmp_path / "new", "restore", backup, **OPENS)
    assert (full.returncode, "holds something already" in full.stderr) == (78, True)
    assert (tmp_path / "new" / "mine").read_text() == "mine"
    if database:
        used = careloom(tmp_path / "other", "restore", backup, **OPENS, **database)
        assert (used.returncode, "database holds something already" in used.stderr) == (78, True)
    again = careloom(home, "backup", backup, **SITE, **OPENS, **database)
    assert (again.returncode, "never written over" in again.stderr) == (78, True)


def test_a_restore_that_was_stopped_is_a_home_that_nobody_can_use(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "restoring").touch()
    refused = careloom(tmp_path / "home", "patients")
    assert (refused.returncode, "restore it again" in refused.stderr) == (78, True)


def test_a_full_disk_stops_backup_and_restore_in_words_and_leaves_nothing(
    home: Path, backup: Path, tmp_path: Path, database: dict[str, str]
) -> None:
    def limited(*arguments: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
        # A limit on the size of a file stands for a disk that is full.
        command = f'ulimit -f 200; exec "{sys.executable}" -m careloom "$@"'
        return subprocess.run(
            ["bash", "-c", command, "careloom", *map(str, arguments)],
            env=environment(tmp_path / "new", **OPENS, **more),
            capture_output=True,
            text=True,
        )

    made = limited("backup", tmp_path / "b", "--home", home, **SITE, **database)
    restored = limited("restore", backup, "--home", tmp_path / "new")
    assert (made.returncode, restored.returncode) == (78, 78), made.stderr + restored.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == []


def test_a_home_whose_master_key_seals_rows_is_not_backed_up_before_it_has_a_keyring(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told(careloom(home, "patients", **SITE))
    for one in ("keyring", "keyring.lock"):
        (home / one).unlink()
    refused = careloom(home, "backup", tmp_path / "b", **SITE, **OPENS)
    assert (refused.returncode, "careloom keys rotate" in refused.stderr) == (78, True)
    told(careloom(home, "keys", "rotate", **SITE))
    told(careloom(home, "backup", tmp_path / "b", **SITE, **OPENS))
    assert base64.b64decode(KEY) not in (tmp_path / "b").read_bytes()


def test_a_recovery_key_opens_what_a_server_without_it_wrote(tmp_path: Path) -> None:
    home = tmp_path / "home"
    public = read_at(home, "backup", "key", tmp_path / "recovery")["public"]
    told(careloom(home, "backup", tmp_path / "b", CARELOOM_BACKUP_TO=public))
    assert careloom(tmp_path / "new", "restore", tmp_path / "b").returncode == 78
    assert read_at(tmp_path / "new", "restore", tmp_path / "b", "--key", tmp_path / "recovery")["rows"]
    nobody = careloom(home, "backup", tmp_path / "c")
    assert (nobody.returncode, "nobody could open" in nobody.stderr) == (78, True)


def test_backups_taken_while_others_write_are_each_one_moment(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with fresh_database() as database:
        told(careloom(home, "patients", **SITE, **database))
        environ = environment(home, **SITE, **database, PYTHONPATH=str(WRITER.parents[2]))
        writers = [
            subprocess.Popen(
                [sys.executable, str(WRITER), str(home), name], env=environ, stdout=subprocess.PIPE, text=True
            )
            for name in ("one", "two")
        ]
        until_stored(home, 4)
        found = [
            read_at(home, "backup", tmp_path / str(number), **SITE, **OPENS, **database)
            for number in range(2)
        ]
        (tmp_path / "stop").touch()
        said = [process.communicate(timeout=60)[0] for process in writers]
    assert all(int(one) > 0 for one in said)
    assert found[0]["rows"] < found[1]["rows"]
    for number in range(2):
        new = tmp_path / f"home {number}"
        read_at(new, "restore", tmp_path / str(number), **OPENS)
        whole = read_at(new, "keys", "verify", "--whole")
        assert whole["ok"]
        assert 2 * whole["opened"]["messages' bytes"] - whole["opened"]["store_entryrevision.sealed"] in (
            0,
            2,
            4,
        )


@pytest.mark.kill
def test_a_backup_that_is_killed_leaves_no_file_that_looks_whole(
    home: Path, database: dict[str, str], tmp_path: Path
) -> None:
    environ = environment(home, **SITE, **OPENS, **database)
    for number in range(6):
        file = tmp_path / f"b{number}"
        process = subprocess.Popen(
            [sys.executable, "-m", "careloom", "backup", str(file)],
            env=environ,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while (
            not list(tmp_path.glob(f".b{number}.*"))
            and process.poll() is None
            and time.monotonic() < deadline
        ):
            time.sleep(0.002)
        time.sleep(0.01 * number)
        process.kill()
        process.wait()
        if file.exists():
            assert members(file)["manifest.json"]
    told(careloom(home, "backup", tmp_path / "last", **SITE, **OPENS, **database))
    assert not list(tmp_path.glob(".b*"))
    assert (tmp_path / "last").exists()
