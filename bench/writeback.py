"""The promise of write-back: 1,000 plans limited by the server alone; what the outbox adds to each is under 10 ms of CPU.

The outbox is all that is ours but the exchange itself: the chart's record, what may be told of it, the plan's resources, what is there, what has
to change, every step durable before anything goes out, read back and compared. How much of it the record takes is told too, and apart from it the
exchange and the server, a process of its own.
"""

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx

from bench.measure import Row, calibrate, once

if TYPE_CHECKING:
    from careloom.pipeline import Pipeline

PLANS, AT_ONCE = int(os.environ.get("N", "1000")), 50
PROMISED = 10
SYSTEM = "bench_ehr"
AS_OF = date(2026, 11, 23)
# A process of its own, whose CPU is not ours: it keeps what it is given, finds by identifier and target, and takes transactions.
SERVER = Path(__file__).parents[1] / "tests" / "peers" / "chart.py"


@dataclass
class Spent:
    """CPU seconds so far: in the exchange, and for the record of each document."""

    exchange: float = 0.0
    record: float = 0.0

    def on(self, what: str, act: Callable[[], Any]) -> Any:
        """Do it, and count what it takes."""
        began = time.process_time()
        try:
            return act()
        finally:
            setattr(self, what, getattr(self, what) + time.process_time() - began)


def _work(built: "Pipeline", batch: Iterable[str]) -> None:
    for one in batch:
        built.writing_back.work(one)


def rows(home: Path) -> Iterable[Row]:
    """1,000 signed plans of 1,000 people, written by one worker, batch by batch."""
    spent, batches = Spent(), []
    with _server() as (url, ended):
        built = _signed(home, url, spent)
        gc.freeze()  # as a worker does before it begins
        due = [ident for ident, _ in built.store.writings.due(datetime.now(UTC))]
        for start in range(0, len(due), AT_ONCE):
            batch, before = due[start : start + AT_ONCE], replace(spent)
            cost = once(partial(_work, built, batch))
            slower = calibrate() * len(batch)
            exchange, record = spent.exchange - before.exchange, spent.record - before.record
            batches.append([one / slower for one in (cost.cpu - exchange, record, exchange)])
        written = sum(one.state == "written" for one in built.store.writings.last(PLANS * 2))
        server = ended() / PLANS
    outbox, record, exchange = (statistics.median(one) * 1e3 for one in zip(*batches, strict=True))
    worst = max(one[0] for one in batches) * 1e3
    yield (
        f"write-back: {written:,} plans, what the outbox adds to each",
        f"{outbox:.1f} ms of CPU, calibrated (worst batch of {AT_ONCE}: {worst:.1f})",
        f"under {PROMISED:g}",
        written == PLANS and outbox < PROMISED,
    )
    yield (
        "write-back: of each",
        f"its record {record:.1f} ms; the exchange beside it {exchange:.1f} ms, the server's own {server * 1e3:.1f} ms, not calibrated",
        "told",
        True,
    )


def _signed(home: Path, url: str, spent: Spent) -> "Pipeline":
    """A site with everybody's plan signed and queued, that counts what it spends."""
    from careloom import pipeline
    from careloom.pipeline.ehr.writing_fhir import FhirDestination
    from careloom.settings import read
    from careloom.wire import fhir
    from careloom.wire.fhir.exchange import Exchange, Reply

    (home / "sources.toml").write_text(f'[{SYSTEM}]\nurl = "{url}"\n[{SYSTEM}.write]\n')
    built = pipeline.build(replace(read(), home=home, organisation="writeback", model="none"))

    class Counted(Exchange):
        """An exchange that counts what it takes."""

        def ask(self, *given: Any, **named: Any) -> Reply:
            return cast("Reply", spent.on("exchange", lambda: Exchange.ask(self, *given, **named)))

        def send(self, *given: Any, **named: Any) -> Reply:
            return cast("Reply", spent.on("exchange", lambda: Exchange.send(self, *given, **named)))

        def close(self) -> None:
            spent.on("exchange", lambda: Exchange.close(self))

    def opened(system: Any) -> fhir.Server:
        server = fhir.open_server(system, fhir.Time(built.clock, built.wait), 64 << 20)
        server.exchange.__class__ = Counted
        return server

    for number in range(PLANS):
        who = _person(home, number, built, url)
        proposal = built.propose("bench", who, as_of=AS_OF, model="none")
        signed = replace(
            proposal, status="active", released={one.id: "nora" for one in proposal.document.statements}
        )
        with built.store.transaction():
            built.store.proposals.replace(proposal, signed)
            built.store.chart.file(signed, built.clock())
            built.writing_back.as_filed(signed)
    inner = built.writing_back
    counting = replace(
        inner,
        destinations={"fhir": FhirDestination(opened)},
        filed_of=lambda *given: spent.on("record", lambda: inner.filed_of(*given)),
    )
    built.__dict__["writing_back"] = counting
    return built


def _person(home: Path, number: int, built: "Pipeline", url: str) -> str:
    """Somebody of whom the hospital told us, and who is in its chart."""
    born = f"19{number % 70 + 20}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    patient = {
        "resourceType": "Patient", "id": f"p{number}", "birthDate": born, "gender": "female",
        "identifier": [{"system": "urn:bench:mrn", "value": f"B-{number}"}],
        "name": [{"family": f"Name{number}", "given": ["Ann"]}],
    }  # fmt: skip
    about = {"subject": {"reference": f"Patient/p{number}"}}
    problems = [
        _coded("Condition", f"c{number}-{code}", about, "http://snomed.info/sct", code, text) | {"clinicalStatus": {"coding": [{"code": "active"}]}}
        for code, text in (("44054006", "Type 2 diabetes mellitus"), ("38341003", "Hypertension"), ("709044004", "Chronic kidney disease"))
    ]  # fmt: skip
    results = [
        _coded("Observation", f"o{number}-{code}", about, "http://loinc.org", code, text)
        | {
            "status": "final",
            "effectiveDateTime": "2026-10-02",
            "valueQuantity": {"value": value, "unit": unit},
        }
        for code, text, value, unit in (
            ("4548-4", "Hemoglobin A1c", 8.4, "%"),
            ("2160-0", "Creatinine", 1.3, "mg/dL"),
        )
    ]
    folder = home / "people"
    folder.mkdir(exist_ok=True)
    file = folder / f"{number}.json"
    entries = [{"resource": one} for one in (patient, *problems, *results)]
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    built.connect([file], source=SYSTEM)
    httpx.put(f"{url}/Patient/p{number}", json=patient)
    return built.find(f"urn:bench:mrn|B-{number}")


def _coded(kind: str, id: str, about: dict[str, Any], system: str, code: str, text: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": id,
        **about,
        "code": {"coding": [{"system": system, "code": code, "display": text}], "text": text},
    }


@contextmanager
def _server() -> "Iterator[tuple[str, Callable[[], float]]]":
    """The server's address, and what ends it and gives the CPU seconds that it took."""
    process = subprocess.Popen(
        [sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()

    def ended() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process.terminate()
        process.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    try:
        yield f"http://127.0.0.1:{port}", ended
    finally:
        process.kill()
