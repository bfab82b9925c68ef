"""The promises of quality measures: patients per CPU-second from Parquet beside cql-execution, memory beside fqm-execution, and growth.

The published cases of CMS122 and CMS165 are repeated to 1,000 and 10,000 patients; every run's answers are compared with what is published.
The peers need what isn't ours to ship: CARELOOM_QUALITY_PEERS names a folder with node_modules (fqm-execution, cql-execution, cql-exec-fhir) and, for
each measure, a folder by its number (CMS122/measure-bundle.json, cases.json, pop-1000.json …) as ../shared/peers/qm_build.py makes it of a checkout of
cqframework/ecqm-content-qicore-2024. Without it our own rows alone are measured, and say so.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import Row

SHARED = Path(__file__).parents[2] / "shared"
NAMES = {
    "CMS122": "DiabetesGlycemicStatusAssessmentGreaterThan9PercentFHIR",
    "CMS165": "ControllingHighBloodPressureFHIR",
}
SMALL, LARGE, TIMES = 1_000, 10_000, 5
FASTER, GROWTH, MEMORY = 50, 3.0, 0.5
# Three cases that no engine reproduces, or that we count otherwise (docs/measures.md).
KNOWN = {"CMS122": 2, "CMS165": 1}
# In a process of its own: peak memory is a process's, and what is imported is not measured.
ONE = """
import json, resource, sys, time
from pathlib import Path
import ibis, pyarrow
from careloom.measure.quality import MEASURES, running
from careloom.measure.quality.noun import period_of
folder = Path(sys.argv[1])
measure = next(one for one in MEASURES if one.name == sys.argv[2])
connection, view_of = running.duckdb(folder / "views", folder)
connection.raw_sql("select 1")
begun, wall = time.process_time(), time.perf_counter()
asked = running.ask(measure, period_of("2025"), view_of)
sql = connection.compile(asked.table)
translated = time.process_time()
rows = connection.con.sql(sql).to_arrow_table()
done = time.process_time()
columns = asked.columns(0)
answers = {row["id"]: {name: row[column] for name, column in columns.items()} for row in rows.to_pylist()}
print(json.dumps({
    "translating": translated - begun, "running": done - translated, "wall": time.perf_counter() - wall,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, "answers": answers,
}))
"""


def rows(home: Path) -> Iterable[Row]:
    """Our own speed and growth, and the peers' beside it where they are."""
    if not (SHARED / "data/measures").is_dir():
        yield ("quality measures", "not measured: ../shared/data/measures is absent", "", True)
        return
    for measure, name in NAMES.items():
        yield from _of(measure, name, home)


def _of(measure: str, name: str, home: Path) -> Iterator[Row]:
    from tests.measure.quality.cases import published

    cases = published(name)
    with tempfile.TemporaryDirectory(dir=home) as made:
        folders = {size: _written(Path(made) / str(size), cases, size) for size in (SMALL, LARGE)}
        found = {size: [_ours(folder, measure) for _ in range(TIMES)] for size, folder in folders.items()}
        agreed = sum(
            found[SMALL][0]["answers"][str(number)] == cases[number].expected[0]
            for number in range(len(cases))
        )
    wanted = len(cases) - KNOWN[measure]
    yield (f"{measure}: published cases", f"{agreed} of {len(cases)}", f"at least {wanted}", agreed >= wanted)
    spent = {size: statistics.median(one["running"] for one in told) for size, told in found.items()}
    translating = statistics.median(one["translating"] for one in found[SMALL])
    yield (
        f"{measure}: {LARGE:,} patients beside {SMALL:,}",
        f"{spent[LARGE] / spent[SMALL]:.2f} times the CPU ({spent[SMALL]:.2f} s and {spent[LARGE]:.2f} s; translating {translating:.2f} s)",
        f"at most {GROWTH:g}",
        spent[LARGE] / spent[SMALL] <= GROWTH,
    )
    peers = os.environ.get("CARELOOM_QUALITY_PEERS")
    if not peers:
        yield (
            f"{measure}: beside its peers",
            "not measured: CARELOOM_QUALITY_PEERS names no folder",
            "",
            True,
        )
        return
    yield from _beside(Path(peers), measure, SMALL / spent[SMALL], max(one["memory"] for one in found[LARGE]))


def _beside(peers: Path, measure: str, ours: float, memory: float) -> Iterator[Row]:
    theirs = _peer(peers, "qm_cqlexec.cjs", measure, SMALL)
    ratio = ours / theirs["pat_per_cpu_s"]
    yield (
        f"{measure}: patients per CPU-second beside cql-execution",
        f"{ratio:.0f} times ({ours:,.0f} and {theirs['pat_per_cpu_s']:,.0f}; it agrees in {theirs['agree']} of {theirs['of']})",
        f"at least {FASTER}",
        ratio >= FASTER,
    )
    heavy = _peer(peers, "qm_fqm.cjs", measure, LARGE, "lean")
    yield (
        f"{measure}: peak memory beside fqm-execution, {LARGE:,} patients",
        f"{memory / heavy['rss_mb']:.2f} of it ({memory:.0f} MB and {heavy['rss_mb']} MB)",
        f"at most {MEMORY:g}",
        memory / heavy["rss_mb"] <= MEMORY,
    )


def _peer(peers: Path, script: str, measure: str, size: int, *more: str) -> dict[str, Any]:
    text = (SHARED / "peers" / script).read_text().replace("@PEERS@/node", str(peers))
    done = subprocess.run(
        ["node", "--max-old-space-size=8192", "-", str(peers / measure), str(size), *more],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _written(folder: Path, cases: list[Any], size: int) -> Path:
    """The views of so many patients: the cases, again and again."""
    from careloom.measure.quality.writing import Writer, write_members
    from tests.measure.quality.cases import published_sets, read_case

    told = [read_case(one) for one in cases]
    with Writer(folder / "views") as writer:
        for number in range(size):
            writer.add(str(number), *told[number % len(told)])
    write_members(folder, published_sets().rows())
    return folder


def _ours(folder: Path, measure: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE, str(folder), measure],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
