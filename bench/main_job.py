"""The speed promises of the main job, on the synthetic patients under ../shared/data."""

import gzip
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import django
import orjson

from bench.measure import Row, built, calibrate, median, pairs, scaled

if TYPE_CHECKING:
    from careloom.care.entry import Entry
    from careloom.pipeline import Pipeline

ROOT = Path(__file__).parent.parent
PATIENTS = ROOT.parent / "shared" / "data" / "fhir" / "synthea-r4"
AS_OF = date(2021, 6, 1)


def rows(home: Path) -> Iterable[Row]:
    """The main job: reading, drafting, checking, memory."""
    if not PATIENTS.exists():
        print("bench: the synthetic patients are absent; the main job was not measured")
        return
    yield from reading(home)
    yield from drafting()
    yield from memory()


def reading(home: Path) -> Iterable[Row]:
    """connect + durable store against a bare loop that parses and upserts the same resources."""
    folder = home / "in"
    folder.mkdir()
    for file in sorted(PATIENTS.glob("*.json.gz")):
        (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    numbers = itertools.count()

    def ours() -> None:
        report = built(f"bench-{next(numbers)}").connect([folder])
        assert report.messages == 24
        assert not report.rejected, report.rejected[:3]

    def bare() -> None:
        path = home / f"bare-{next(numbers)}.db"
        db = sqlite3.connect(path)
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=full")
        db.execute("create table r(rt text, id text, v int, j blob, primary key(rt, id))")
        for file in sorted(folder.iterdir()):
            rows = [
                (
                    entry["resource"]["resourceType"],
                    entry["resource"]["id"],
                    1,
                    orjson.dumps(entry["resource"]),
                )
                for entry in orjson.loads(file.read_bytes())["entry"]
            ]
            db.executemany("insert or replace into r values(?, ?, ?, ?)", rows)
            db.commit()
        db.close()

    cpu, wall = pairs(ours, bare)
    yield (
        "connect and store 24 bundles, against orjson + SQLite upsert",
        f"{cpu:.2f} of its speed in CPU, {wall:.2f} in wall time",
        "at least 0.12",
        cpu >= 0.12 and wall >= 0.12,
    )


def drafting() -> Iterable[Row]:
    """record + draft + check, with no model: the median patient, growth, and the check alone."""
    from careloom import record
    from careloom.llm import Opened

    speed = calibrate()
    pipeline = built("bench-draft")
    pipeline.connect([PATIENTS])
    sizes = sorted((pipeline.store.entries.count(one), one) for one in pipeline.store.patients.all())
    patient = sizes[len(sizes) // 2][1]
    entries = pipeline.store.entries.of(patient)
    persons = pipeline.store.patients.persons(patient)

    def plan(entries: Sequence["Entry"]) -> None:
        found = record.assemble(patient, entries, pipeline.knowledge, AS_OF, persons)
        pipeline.drafting.propose(found, "care_plan", Opened(None), pipeline.clock())

    cost = median(lambda: plan(entries))
    scaled = cost.cpu / speed
    yield (
        f"record + draft + check, median patient ({len(entries)} entries)",
        f"{scaled:.3f} s CPU (machine {speed:.2f}× the reference)",
        "under 0.3 s",
        scaled < 0.3,
    )
    big = median(lambda: plan(tenfold(entries)), 3)
    ratio = big.cpu / cost.cpu
    yield ("the same with ten times the entries", f"{ratio:.1f} times the time", "at most 12", ratio <= 12)
    yield from checking(pipeline, patient)


def tenfold(entries: Sequence["Entry"]) -> list["Entry"]:
    """Ten times as many different entries: each said again with another id and another time."""
    from careloom.care.entry import Period, When

    found = list(entries)
    for copy in range(1, 10):
        for entry in entries:
            start = entry.effective.start
            if start is not None:
                start = When(start.text, start.earliest, start.latest.replace(microsecond=copy), start.zone)
            moved = Period(start, entry.effective.end)
            found.append(replace(entry, id=f"{copy}{entry.id[1:]}", effective=moved))
    return found


def checking(pipeline: "Pipeline", patient: str) -> Iterable[Row]:
    """The check alone, for a plan of a hundred statements."""
    from careloom import check
    from careloom.llm import Opened

    found = pipeline.record("bench", patient, AS_OF)
    document = pipeline.drafting.propose(found, "care_plan", Opened(None), pipeline.clock()).document
    many = [
        replace(statement, id=f"{statement.id}-{n}") for n in range(100) for statement in document.statements
    ][:100]
    hundred = replace(document, statements=tuple(many), top=())
    cost = scaled(lambda: check.examine(hundred, found, pipeline.knowledge))
    yield ("check alone, 100 statements", f"{cost * 1000:.1f} ms CPU", "under 50 ms", cost < 0.05)


def memory() -> Iterable[Row]:
    """Peak memory of one patient's whole way, without the model, against the bundle's size."""
    # Nobody plans for the dead: of the living, the one with the largest bundle.
    sizes = {file: gzip.decompress(file.read_bytes()) for file in PATIENTS.glob("*.json.gz")}
    living = {file: len(body) for file, body in sizes.items() if b'"deceasedDateTime"' not in body}
    largest = max(living, key=lambda file: living[file])
    size = living[largest] / 1e6
    done = subprocess.run(
        [sys.executable, "-m", "bench.main_job", str(largest)],
        capture_output=True,
        text=True,
        check=True,
    )
    peak = float(done.stdout.split()[-1])
    bound = 6 * size + 150
    yield (
        f"peak memory, one patient ({size:.1f} MB bundle)",
        f"{peak:.0f} MB",
        f"under {bound:.0f} MB",
        peak < bound,
    )


def one_patient(file: Path) -> int:
    """Connect, record, draft and check one patient in this process; print its peak memory in MB."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CARELOOM_HOME": home, "CARELOOM_MODEL": "none"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
        django.setup()
        from careloom.store.database import prepare

        prepare(Path(home))
        pipeline = built("bench-one")
        (patient,) = pipeline.connect([file]).patients
        pipeline.propose("bench", patient, as_of=AS_OF, model="none")
    print(peak_mb())
    return 0


def peak_mb() -> float:
    """The most memory that this process took. Not what getrusage says: a process starts there with its parent's at the fork."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(one_patient(Path(sys.argv[1])))
