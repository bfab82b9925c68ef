"""A bulk server that others wrote, run from its package: an export gives what searches give, at every level, once."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from careloom import pipeline
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Pulled, Wish
from careloom.settings import Settings
from careloom.store.clock import now
from careloom.wire.fhir.keys import make_key, public_set
from tests.flow.hospital import entries, texts

SEKMET = Path(__file__).parents[1] / "peers" / ".venv" / "bin" / "sekmet"
WRITER = {"authorization": "Bearer writer"}
Open = Callable[..., Pipeline]

pytestmark = [
    pytest.mark.peer,
    pytest.mark.django_db,
    pytest.mark.skipif(
        not SEKMET.exists(),
        reason="the bulk server is absent (python3 -m venv tests/peers/.venv; its pip install -r requirements/peers.txt)",
    ),
]


def person(id: str, family: str, born: str) -> dict[str, Any]:
    number = {"system": "urn:peer:mrn", "value": id}
    name = {"family": family, "given": ["Invented"]}
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [number],
        "name": [name],
        "birthDate": born,
        "gender": "female",
    }


def condition(id: str, whose: str) -> dict[str, Any]:
    subject = {"reference": f"Patient/{whose}"}
    return {"resourceType": "Condition", "id": id, "subject": subject, "code": {"text": f"condition {id}"}}


GROUP = {
    "resourceType": "Group",
    "id": "programme",
    "type": "person",
    "actual": True,
    "member": [{"entity": {"reference": "Patient/p1"}}],
}
HELD = [
    person("p1", "Quill", "1949-06-30"),
    person("p2", "Roth", "1950-01-02"),
    *(condition(f"c{n}", "p1") for n in range(8)),
    *(condition(f"d{n}", "p2") for n in range(3)),
    GROUP,
]


def put(url: str, *resources: dict[str, Any]) -> None:
    for one in resources:
        answer = httpx.put(f"{url}/{one['resourceType']}/{one['id']}", json=one, headers=WRITER)
        assert answer.status_code in (200, 201), answer.text[:300]


@pytest.fixture
def url(tmp_path: Path, home: Path) -> Iterator[str]:
    """The peer on a port of this machine: it wants signed statements, and its tokens end while they are used."""
    make_key(home / "keys" / "peer.jwk")
    keys = public_set(make_key(tmp_path / "key.jwk"))
    (home / "keys" / "peer.jwk").write_bytes((tmp_path / "key.jwk").read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}/fhir"
    client = {"client_id": "careloom", "jwks": keys, "scopes": "system/*.read"}
    auth = {
        "types": ["smart", "bearer"],
        "tokens": ["writer"],
        "token_lifetime": 31,
        "smart_clients": [client],
    }
    said = {
        "base_url": base,
        "host": "127.0.0.1",
        "port": port,
        "data_dir": str(tmp_path / "peer"),
        "server_auth": auth,
        "simulator": {"enabled": False, "delay_seconds": 1.0},
    }
    (tmp_path / "peer.yaml").write_bytes(msgspec.json.encode(said))  # every JSON is YAML
    process = subprocess.Popen(
        [str(SEKMET), "serve", "--config", str(tmp_path / "peer.yaml")],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{base}/metadata")
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        put(base, *HELD)
        yield base
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def opened(home: Path, key: str, url: str) -> Open:
    def make(more: str = "") -> Pipeline:
        (home / "sources.toml").write_text(
            f'[peer]\nurl = "{url}"\nclient_id = "careloom"\nkey = "keys/peer.jwk"\n{more}'
        )
        return pipeline.build(Settings(home=home, encryption_key=key), now)

    return make


def pulled(desk: Pipeline, wish: Wish) -> Pulled:
    found = desk.pull("peer", wish)
    assert found.failed == ""
    assert found.report.rejected == []
    return found


def test_an_export_gives_what_searches_give_and_then_what_has_changed(opened: Open, url: str) -> None:
    desk = opened()
    found = pulled(desk, Wish(bulk=True))
    assert found.results["Condition"] == 11
    assert len(entries(desk, "Condition")) == 11
    assert len(desk.store.patients.all()) == 2
    assert pulled(desk, Wish()).report.entries == 0
    put(url, condition("c9", "p1"))
    assert pulled(desk, Wish(bulk=True)).results == {"Condition": 1}
    assert "condition c9" in texts(desk, "Condition")
    assert pulled(desk, Wish(bulk=True, full=True)).report.entries == 0


def test_a_group_gives_its_own_people_and_the_system_everybody(opened: Open) -> None:
    desk = opened()
    pulled(desk, Wish(bulk=True, group="programme"))
    assert len(desk.store.patients.all()) == 1
    assert len(entries(desk, "Condition")) == 8
    pulled(opened('[peer.options]\nexport = "system"\n'), Wish(bulk=True))
    assert len(entries(desk, "Condition")) == 11
    assert "it did not find this" in desk.pull("peer", Wish(bulk=True, group="nobody")).failed


def test_only_the_types_that_the_site_wants_are_exported(opened: Open) -> None:
    desk = opened('[peer.options]\ntypes = "Patient"\n')
    assert pulled(desk, Wish(bulk=True)).results == {"Patient": 2}
