"""Master keys behind a site's own command: it works, or nothing opens."""

import base64
import os
import stat
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.errors import ConfigError
from careloom.privacy import keyring
from careloom.privacy.custody import Custody
from careloom.privacy.held import Held
from careloom.privacy.rotating import rotate

NOW = datetime(2026, 11, 29, tzinfo=UTC)
OLD = base64.b64encode(bytes([1]) * 32).decode()
# What stands for a key service: it hides bytes under a key of its own that no other process has.
SERVICE = """\
import base64, sys, os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
cipher = AESGCM(bytes(range(32)))
given = base64.b64decode(sys.stdin.read())
assert not [name for name in os.environ if name.startswith("CARELOOM_")]
open({log!r}, "a").write(sys.argv[1] + "\\n")
if sys.argv[1] == "wrap":
    said = b"n" * 12 + cipher.encrypt(b"n" * 12, given, None)
else:
    said = cipher.decrypt(given[:12], given[12:], None)
print(base64.b64encode(said).decode())
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """What the service was asked."""
    return tmp_path / "asked"


def command(folder: Path, body: str, seconds: float = 10.0) -> Custody:
    """A custody whose command is this Python."""
    script = folder / "service of keys.py"
    script.write_text(body)
    return Custody(command=f"{sys.executable} '{script}'", seconds=seconds)


@pytest.fixture
def service(tmp_path: Path, asked: Path) -> Custody:
    return command(tmp_path, SERVICE.format(log=str(asked)))


def test_a_home_behind_a_key_service_holds_no_key_that_opens_it(
    tmp_path: Path, service: Custody, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELOOM_ENCRYPTION_KEY", OLD)
    home = tmp_path / "home"
    keyring.begin(home, service, NOW)
    assert not (home / "key").exists()
    keys = Held(home, service).keys("mercy")
    assert [key.seals for key in keys] == [True, False]
    asked.write_text("")
    held = Held(home, service)
    for _ in range(100):
        held.keys("mercy")
    assert asked.read_text().split() == ["unwrap"]
    with pytest.raises(ConfigError, match="no master key that is here"):
        Held(home, Custody(OLD))


def test_a_home_goes_from_its_key_file_to_a_key_service_and_on_to_a_new_key_there(
    tmp_path: Path, service: Custody
) -> None:
    home = tmp_path / "home"
    keyring.begin(home, Custody(), NOW)
    before = Held(home, Custody()).keys("mercy")
    assert [one.origin for one in rotate(home, service, NOW).others] == ["file"]
    assert Held(home, Custody()).keys("mercy") == before
    rotate(home, service, NOW, shut_out=True)
    (home / "key").unlink()
    assert Held(home, service).keys("mercy") == before
    first = keyring.read(home)
    rotate(home, service, NOW, shut_out=True)
    second = keyring.read(home)
    assert first and second
    assert first.masters[0].id != second.masters[0].id
    assert Held(home, service).keys("mercy") == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; sys.exit(3)", "failed at unwrap .exit 3"),
        ("print('no base64 at all')", "not base64"),
        ("print('')", "not the key"),
        ("print('QUJD')", "not the key"),
        ("import base64; print(base64.b64encode(bytes(32)).decode())", "not the key"),
        ("while True: print('A' * 65536)", "more than a key"),
        ("raise SystemExit('secret words of the service')", "exit 1"),
        ("import os; os.kill(os.getpid(), 9)", "failed"),
    ],
)
def test_a_key_service_that_fails_or_answers_nonsense_opens_nothing(
    body: str, words: str, tmp_path: Path, service: Custody
) -> None:
    home = tmp_path / "home"
    keyring.begin(home, service, NOW)
    with pytest.raises(ConfigError, match=words) as refused:
        Held(home, command(tmp_path, body))
    assert "secret words" not in str(refused.value)


def test_a_slow_key_service_and_what_it_started_are_ended(tmp_path: Path, service: Custody) -> None:
    home = tmp_path / "home"
    keyring.begin(home, service, NOW)
    pid = tmp_path / "pid"
    slow = f"import subprocess; p = subprocess.Popen(['sleep', '60']); open({str(pid)!r}, 'w').write(str(p.pid)); p.wait()"
    began = time.monotonic()
    with pytest.raises(ConfigError, match="no answer in 1 seconds"):
        Held(home, command(tmp_path, slow, seconds=1))
    assert time.monotonic() - began < 10
    status = Path(f"/proc/{pid.read_text()}/stat")
    deadline = time.monotonic() + 5
    while status.exists() and status.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_a_key_service_that_hands_the_key_back_unwrapped_is_refused(tmp_path: Path) -> None:
    echo = command(tmp_path, "import sys; print(sys.stdin.read().strip())")
    with pytest.raises(ConfigError, match="no wrapped key"):
        keyring.begin(tmp_path / "home", echo, NOW)
    assert not (tmp_path / "home" / "keyring").exists()


def test_a_key_service_that_can_not_unwrap_what_it_wrapped_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    half = "import sys\nif sys.argv[1] != 'wrap': sys.exit(9)\nprint('QUJD')"
    with pytest.raises(ConfigError, match="failed at unwrap"):
        keyring.begin(tmp_path / "home", command(tmp_path, half), NOW)
    assert not (tmp_path / "home" / "keyring").exists()


@pytest.mark.parametrize("line", ["/nowhere/at/all", "'unbalanced", ""])
def test_a_command_that_is_not_there_opens_nothing(line: str, tmp_path: Path, service: Custody) -> None:
    home = tmp_path / "home"
    keyring.begin(home, service, NOW)
    with pytest.raises(ConfigError):
        Held(home, Custody(command=line))


def test_nothing_in_the_command_is_read_by_a_shell(tmp_path: Path, service: Custody) -> None:
    home = tmp_path / "home"
    keyring.begin(home, service, NOW)
    with pytest.raises(ConfigError):
        Held(home, Custody(command=f"true; touch {tmp_path}/planted"))
    assert not (tmp_path / "planted").exists()
    script = tmp_path / "run"
    script.write_text("#!/bin/sh\nexit 4\n")
    script.chmod(0o700)
    assert os.access(script, os.X_OK) and stat.S_IMODE(script.stat().st_mode) == 0o700
    with pytest.raises(ConfigError, match="exit 4"):
        Held(home, Custody(command=str(script)))
