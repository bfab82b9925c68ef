"""A hospital whose chart is a FHIR server that others wrote, and a site that pulls from it and writes back to it."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from careloom.demo import HERE
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Wish
from tests.flow.writing_site import WritingSite

PEERS = Path(__file__).parents[1] / "peers"
ABSENT = shutil.which("node") is None or not (PEERS / "node_modules" / "@medplum" / "fhir-router").exists()
KINDS = ("CarePlan", "Goal", "ServiceRequest", "Task", "Condition", "Provenance", "DocumentReference")


@contextmanager
def peer() -> Iterator[str]:
    """The server on a port of this machine, empty."""
    process = subprocess.Popen(
        ["node", "server.cjs", "200"], cwd=PEERS, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Ehr:
    """Ada Moreno's hospital: what its server holds, and how it behaves."""

    url: str

    def load(self) -> None:
        """Its record of her, under its own ids."""
        found = json.loads((HERE / "riverside_ehr" / "ada-moreno.json").read_text())
        for one in found["entry"]:
            resource = one["resource"]
            self.put(resource)

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Somebody there writes a resource."""
        answer = httpx.put(f"{self.url}/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code in (200, 201), answer.text[:300]
        return dict(answer.json())

    def behave(self, **how: Any) -> None:
        """From now on it behaves so."""
        assert httpx.post(f"{self.url}/$behave", json=how).status_code == 200

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every resource of a type that it holds."""
        return [one["resource"] for one in httpx.get(f"{self.url}/{kind}").json().get("entry", [])]

    def ours(self, kind: str) -> list[dict[str, Any]]:
        """Those that we wrote."""
        return [one for one in self.all(kind) if "careloom" in json.dumps(one).lower()]

    def count(self) -> dict[str, int]:
        """How many of each type we wrote."""
        return {kind: len(found) for kind in KINDS if (found := self.ours(kind))}


@dataclass
class Site(WritingSite):
    """A site that pulls from her hospital and writes back to it."""

    home: Path
    ehr: Ehr
    write: str = ""
    waited: list[float] = field(default_factory=list)

    def set_up(self) -> None:
        self.configure(self.write)

    def learn(self) -> None:
        self.desk.pull("riverside_ehr", Wish())

    def configure(self, write: str, **options: str) -> None:
        """What its sources.toml says of the hospital."""
        said = "".join(f'{name} = "{value}"\n' for name, value in options.items())
        (self.home / "sources.toml").write_text(
            f'[riverside_ehr]\nurl = "{self.ehr.url}"\n[riverside_ehr.options]\n{said}tries = "1"\ntimeout = "10"\n'
            f"[riverside_ehr.write]\n{write}\n"
        )

    def built(self) -> Pipeline:
        return replace(super().built(), wait=self.waited.append)
