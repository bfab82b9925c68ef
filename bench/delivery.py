"""The promise of delivery: 1,000 reminders a CPU-minute, from the released document to the server's answer, through the worker's queue."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Row, calibrate, once

if TYPE_CHECKING:
    from careloom.pipeline.delivering import Delivering
    from careloom.settings import Settings

PEOPLE, PROMISED = 200, 1_000
# In a process of its own, whose CPU is not ours: a real server that takes everything.
SERVER = """
import socketserver
class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 here\\r\\n")
        for line in self.rfile:
            word = line.strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\\r\\n")
                if any(line == b".\\r\\n" for line in self.rfile):
                    print("taken", flush=True)
            if word == b"QUIT":
                return
            self.wfile.write(b"250 well\\r\\n")
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


def rows(_home: Path) -> Iterable[Row]:
    """Reminders of people with 60 results each, queued and sent by one worker."""
    with _server() as (url, taken):
        delivering, proposals, settings = _released(url)

        def work() -> None:
            from careloom import jobs

            for one in proposals:
                delivering.queue("bench", one, "email")
            jobs.work(settings)

        slower = calibrate()
        cost = once(work)
        sent = taken()
    minute = sent * 60 / cost.cpu
    yield (
        f"delivery: {sent} reminders through SMTP",
        f"{minute:,.0f} a CPU-minute, {minute * slower:,.0f} calibrated",
        f"at least {PROMISED:,} calibrated",
        sent == PEOPLE and minute * slower >= PROMISED,
    )


def _released(url: str) -> "tuple[Delivering, list[str], Settings]":
    from careloom import pipeline
    from careloom.care.document import Document, Proposal, Statement, Tier, Verdict
    from careloom.care.entry import Entry, HumanName, Identifier, Period, Person, Source, entry_id, when
    from careloom.settings import read

    settings = replace(
        read(), organisation="delivery", smtp_url=url, quiet_hours="", practice_name="Harbor Clinic",
        practice_phone="555-555-0100", smtp_from="team@harbor.example",
    )  # fmt: skip
    built = pipeline.build(settings)
    proposals, now = [], datetime.now(UTC)
    for number in range(PEOPLE):
        message, _ = built.store.messages.put(
            iter([b"%d" % number]), source="ehr", format="fhir", name="n", zone="UTC"
        )
        born = f"19{number % 80 + 10}-01-{number % 28 + 1:02d}"
        who = built.store.patients.create(
            Person((Identifier("urn:ehr", f"N-{number}"),), (HumanName(f"Name{number}", ("Ann",)),), born,
                   telecoms=(f"ann{number}@example.org",)), message
        )  # fmt: skip
        places = [f"entry[{place}]" for place in range(60)]
        built.store.entries.add(
            who,
            message,
            [
                Entry(
                    id=entry_id(message.sha256, place, "Observation"), kind="Observation",
                    source=Source(message.sha256, place, "ehr"), text="Potassium", value="4.1", unit="mmol/L",
                    status="final", effective=Period(when("2026-03-04")),
                )
                for place in places
            ],
            "1",
        )  # fmt: skip
        line = Statement(
            id="s1", section="text", kind="fact", text="Your visit is on Monday at 10:00.", tier=Tier.NURSE,
            verdict=Verdict.SUPPORTED,
        )  # fmt: skip
        document = Document(
            patient=who, kind="appointment_reminder", as_of=now.date(), record_version="1", statements=(line,)
        )
        proposal = Proposal(
            id=f"{number:032x}", document=document, findings=(), tier=Tier.NURSE, created=now,
            status="active", released={"s1": "nora"},
        )  # fmt: skip
        built.store.proposals.add(proposal, {})
        proposals.append(proposal.id)
    return replace(built.delivering, audience_of=lambda _: "patient"), proposals, settings


@contextmanager
def _server() -> "Iterator[tuple[str, Callable[[], int]]]":
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()

    def taken() -> int:
        process.terminate()
        said, _ = process.communicate(timeout=10)
        return said.count("taken")

    try:
        yield f"smtp://127.0.0.1:{port}", taken
    finally:
        process.kill()
