"""A hospital's FHIR server in a process of its own (`tests/peers/chart.py`), and a site that writes back to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from careloom.demo import HERE
from tests.flow.writing_site import WritingSite

PROGRAM = Path(__file__).parents[1] / "peers" / "chart.py"
CHART = HERE / "riverside_ehr" / "ada-moreno.json"


@dataclass
class Chart:
    """The server, spoken to as somebody of the hospital speaks to it."""

    url: str

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """What it answers to somebody there."""
        own = {"X-There": "yes"}
        return httpx.request(method, f"{self.url}/{path}", headers=own, verify=False, **sent)

    def behave(self, *faults: dict[str, Any]) -> None:
        """From now on it behaves so; as it should where nothing is named."""
        assert self.ask("POST", "$behave", json=list(faults)).status_code == 200

    @property
    def came(self) -> list[str]:
        """The requests that came, the first line of each."""
        return [str(one) for one in self.ask("GET", "$came").json()["lines"]]

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every resource of a type that it holds."""
        entries = self.ask("GET", kind).json()["entry"]
        return [dict(one["resource"]) for one in entries]

    def put(self, resource: dict[str, Any]) -> None:
        """Somebody there writes a resource."""
        answer = self.ask("PUT", f"{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 200, answer.text

    def ours(self) -> dict[str, int]:
        """How many resources of each type we wrote."""
        kinds = ("CarePlan", "Goal", "ServiceRequest", "Task", "Provenance", "DocumentReference")
        return {kind: len(found) for kind in kinds if (found := self.all(kind))}


@contextmanager
def chart(certificate: tuple[Path, Path] | None = None) -> Iterator[Chart]:
    """The server with Ada Moreno's record, until the block ends; by TLS with a certificate and its key."""
    environ = dict(os.environ)
    if certificate:
        environ |= {"CERTIFICATE": str(certificate[0]), "KEY": str(certificate[1])}
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM)],
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        host = "https://localhost" if certificate else "http://127.0.0.1"
        found = Chart(f"{host}:{port}")
        load(found)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Site(WritingSite):
    """A site that has her record from a file of the hospital's, and writes back to it."""

    home: Path
    chart: Chart
    write: str = ""
    options: dict[str, str] = field(default_factory=dict)
    more: str = ""

    def set_up(self) -> None:
        self.configure(self.write)

    def configure(self, write: str) -> None:
        """What its sources.toml says of writing there, from now on."""
        said = "".join(
            f'{name} = "{value}"\n'
            for name, value in ({"tries": "1", "timeout": "10"} | self.options).items()
        )
        (self.home / "sources.toml").write_text(
            f'[riverside_ehr]\nurl = "{self.chart.url}"\n{self.more}\n[riverside_ehr.options]\n{said}\n'
            f"[riverside_ehr.write]\n{write}\n"
        )

    def learn(self) -> None:
        self.desk.connect([CHART], source="riverside_ehr")


def load(there: Chart) -> None:
    """The hospital's record of her, under its own ids."""
    for one in json.loads(CHART.read_text())["entry"]:
        there.put(one["resource"])
