"""A hospital whose chart is a FHIR server that others wrote, and a site that pulls from it and writes back to it."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from careloom import pipeline, settings
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.writing import Writing
from careloom.demo import HERE
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Wish
from careloom.store.licence import Licence

PEERS = Path(__file__).parents[1] / "peers"
ABSENT = shutil.which("node") is None or not (PEERS / "node_modules" / "@medplum" / "fhir-router").exists()
ADA = "urn:oid:2.16.840.1.113883.19.5.1|RV104471"
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
class Site:
    """A site that writes back to her hospital; its clock stands still unless it is moved."""

    home: Path
    ehr: Ehr
    write: str = ""
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 15, tzinfo=UTC))
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.configure(self.write)
        self.desk = self.built()
        self.desk.pull("riverside_ehr", Wish())
        until = self.now.date().replace(year=2030)
        self.desk.store.users.create("nora", role="registered_nurse", licence=Licence("MA", "RN1", until))
        self.desk.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", until))
        self.who = self.desk.find(ADA)

    def configure(self, write: str, **options: str) -> None:
        """What its sources.toml says of the hospital."""
        said = "".join(f'{name} = "{value}"\n' for name, value in options.items())
        (self.home / "sources.toml").write_text(
            f'[riverside_ehr]\nurl = "{self.ehr.url}"\n[riverside_ehr.options]\n{said}tries = "1"\ntimeout = "10"\n'
            f"[riverside_ehr.write]\n{write}\n"
        )

    def built(self) -> Pipeline:
        """The pipeline as a process that starts now has it."""
        own = replace(settings.read(), home=self.home, model="none")
        built = pipeline.build(own, clock=lambda: self.now)
        return replace(built, wait=self.waited.append)

    @property
    def physician(self) -> Reviewer:
        return self.desk.store.users.reviewer("osei")

    @property
    def nurse(self) -> Reviewer:
        return self.desk.store.users.reviewer("nora")

    def sign(self, kind: str = "care_plan") -> Proposal:
        """A plan of hers, drafted today and signed whole."""
        plan = self.desk.propose("test", self.who, as_of=self.now.date(), model="none", kind=kind)
        lines = tuple(one.id for one in plan.document.statements)
        filed = self.desk.decide(self.physician, plan.id, Action.APPROVE, opened=lines)
        assert filed.status == "active"
        return filed

    def work(self) -> list[Writing]:
        """A worker does what is due; everything that was ever queued, as it stands."""
        for ident, _ in self.desk.store.writings.due(self.now):
            self.desk.writing_back.work(ident)
        return [self.desk.store.writings.get(one.id) for one in self.desk.store.writings.last()]

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
