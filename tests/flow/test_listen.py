"""`careloom listen` as a site runs it: over TLS, on a full disk, stopped and started, with messages that are wrong."""

import os
import resource
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.flow.listening import Sender, listening, stored, stored_when_read
from tests.flow.process import answer, careloom, environment
from tests.wire.mllp.messages import admit, answered, framed


def certificate(folder: Path, name: str, *, ends: int = 1) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself and ends in so many days, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=9))
        .not_valid_after(today + timedelta(days=ends))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


def test_a_message_is_acknowledged_read_and_found_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(home, "--source", "mercy") as one:
        sender = Sender(one.port)
        assert sender.ask(admit("M1")) == [("AA", "M1")]
        assert sender.ask(admit("M1")) == [("AA", "M1")]  # its acknowledgement was lost
        assert sender.ask(admit("M1", family="Ashdown-Bright")) == [
            ("AA", "M1")
        ]  # other bytes, the same number
        found = stored_when_read(home)
        assert [source for _, _, source, _ in found["messages"]] == ["mercy"] * 3
        assert found["rows"] == 2
        checks = {row["name"]: row for row in answer(home, "doctor")["checks"]}
        assert checks["listener 0"]["ok"] and "0 messages wait" in checks["listener 0"]["detail"]
        assert "it is running" in checks["listener 0"]["detail"]
        assert checks["control ids"]["detail"].startswith("1 came with more than one message")
        assert one.stop() == {"kept": 3, "faulty": 0, "refused": 0}
    (patient,) = answer(home, "patients")["patients"]
    assert sorted(patient["names"]) == ["Alice Ashdown", "Alice Ashdown-Bright"]
    assert "a control id came again" in one.said
    assert "Ashdown" not in one.said


def test_what_is_wrong_is_answered_with_the_reason_and_on_the_dead_letter_list(tmp_path: Path) -> None:
    home = tmp_path / "home"
    two = admit("M2") + b"PID|2||4712^^^MERCY^MR||Bright^Bob||19710203|M\r"
    with listening(home) as one:
        sender = Sender(one.port)
        assert sender.ask(admit("M1", version="9.9")) == [("AE", "M1")]
        assert sender.ask(two) == [("AE", "M2")]
        assert sender.ask(admit("M3").replace(b"PID|", b"ZID|")) == [("AE", "M3")]
        assert sender.ask(b"this is no message") == [("AR", "")]
        assert sender.ask(admit("M4", mrn="4713", family="Cole")) == [("AA", "M4")]
        found = stored_when_read(home)
    assert len(found["messages"]) == found["rows"] == 5
    said = [(name.split()[-1], where, reason) for name, where, reason in found["rejected"]]
    assert ("M1", "MSH-12", "the version is none of 2.1 to 2.9") in said
    assert ("M2", "PID[2]", "one message holds two patients") in said
    assert ("M3", "PID", "is missing: the message names no patient") in said
    assert ("number", "MSH", "the frame does not begin with an MSH segment") in said
    assert not [one for one in said if one[0] == "M4"]
    assert not [word for word in ("Ashdown", "Alice", "Bright", "1971") if word in str(said)]


def test_a_stopped_listener_answered_what_it_kept_and_its_rest_can_be_read_without_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(home) as one:
        one.process.send_signal(signal.SIGSTOP)
        senders = [Sender(one.port) for _ in range(5)]
        for number, sender in enumerate(senders):
            sender.socket.sendall(framed(*(admit(f"M{number}-{n}", mrn=f"{number}{n}") for n in range(20))))
        one.process.send_signal(signal.SIGCONT)
        time.sleep(0.1)
        told = one.stop()
        acknowledged = 0
        for sender in senders:
            came = b""
            while more := sender.socket.recv(1 << 16):
                came += more
            acknowledged += len(answered(came))
        assert acknowledged == told["kept"]
    before = stored(home)
    assert len(before["messages"]) + before["unread"] == told["kept"]
    checks = {row["name"]: row for row in answer_of_doctor(home)}
    assert checks["listener 0"]["ok"] == (before["unread"] == 0)
    drained = answer(home, "listen", "--port", "0", "--drain")
    assert drained["messages"] == before["unread"]
    after = stored(home)
    assert (len(after["messages"]), after["unread"]) == (told["kept"], 0)
    assert answer(home, "listen", "--port", "0", "--drain")["messages"] == 0


def answer_of_doctor(home: Path) -> list[dict[str, object]]:
    import json

    rows: list[dict[str, object]] = json.loads(careloom(home, "doctor", "--json").stdout)["checks"]
    return rows


def test_over_tls_a_certified_sender_is_heard_and_nobody_else(tmp_path: Path) -> None:
    ours, ours_key = certificate(tmp_path, "careloom")
    theirs, theirs_key = certificate(tmp_path, "mercy")
    trusting = ssl.create_default_context(cafile=str(ours))
    known = ssl.create_default_context(cafile=str(ours))
    known.load_cert_chain(theirs, theirs_key)
    options = ("--tls-cert", str(ours), "--tls-key", str(ours_key), "--tls-clients", str(theirs))
    with listening(tmp_path / "home", *options) as one:
        mercy = Sender(one.port, partial(known.wrap_socket, server_hostname="localhost"))
        assert mercy.ask(admit("M1")) == [("AA", "M1")]
        with pytest.raises(OSError):
            Sender(one.port, partial(trusting.wrap_socket, server_hostname="localhost")).ask(admit("M2"))
        with pytest.raises(OSError):
            Sender(one.port).ask(admit("M3"))
        assert mercy.ask(admit("M4")) == [("AA", "M4")]
        assert one.stop()["kept"] == 2


def test_a_certificate_that_cannot_be_used_is_an_operators_error(tmp_path: Path) -> None:
    ours, _ = certificate(tmp_path, "careloom")
    _, wrong_key = certificate(tmp_path, "mercy")
    done = careloom(tmp_path / "home", "listen", "--port", "0", "--tls-cert", ours, "--tls-key", wrong_key)
    assert done.returncode == 78
    assert careloom(tmp_path / "home", "listen", "--port", "0", "--tls-key", wrong_key).returncode == 64


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    large = admit("M2", mrn="4712") + b"NTE|1||" + b"x" * 3_000_000 + b"\r"
    with listening(home) as one:
        sender = Sender(one.port)
        assert sender.ask(admit("M1")) == [("AA", "M1")]
        # As large as the journal's file is now, and no larger: what the listener meets on a disk that is full.
        journal = max(file.stat().st_size for file in (home / "journal" / "0").iterdir())
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (journal, resource.RLIM_INFINITY))
        assert sender.ask(large) == [("AR", "M2")]
        assert sender.ask(admit("M3", mrn="4713")) == [("AA", "M3")]  # room that was taken before
        resource.prlimit(
            one.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )
        assert sender.ask(large) == [("AA", "M2")]
        found = stored_when_read(home)
    assert [number for number, _, _, _ in found["messages"]] == ["M1", "M3", "M2"]
    assert "can't be kept" in one.said and "are kept again" in one.said


def test_a_reader_that_dies_is_started_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(home) as one:
        sender = Sender(one.port)
        assert sender.ask(admit("M1")) == [("AA", "M1")]
        stored_when_read(home)
        (reader,) = children(one.process.pid)
        os.kill(reader, signal.SIGKILL)
        assert sender.ask(admit("M2", mrn="4712")) == [("AA", "M2")]
        assert [number for number, _, _, _ in stored_when_read(home)["messages"]] == ["M1", "M2"]
        assert children(one.process.pid) != [reader]


def children(process: int) -> list[int]:
    said = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in said.split()]


def test_a_listener_needs_a_database_that_keeps_what_it_commits(tmp_path: Path) -> None:
    done = careloom(tmp_path / "home", "listen", "--port", "0", CARELOOM_SYNCHRONOUS="NORMAL")
    assert done.returncode == 78
    assert "CARELOOM_SYNCHRONOUS=FULL" in done.stderr


def test_two_listeners_of_a_site_each_have_a_journal_and_one_port_has_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(home, "--source", "mercy") as one:
        port = str(one.port)
        second = subprocess.run(
            [sys.executable, "-m", "careloom", "listen", "--port", "0"],
            env=environment(home),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert second.returncode == 78
        assert "another process" in second.stderr
        taken = subprocess.run(
            [sys.executable, "-m", "careloom", "listen", "--port", port],
            env=environment(home),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert taken.returncode == 78
        assert port in taken.stderr
        assert Sender(one.port).ask(admit("M1")) == [("AA", "M1")]
