"""The promises of quality measures: patients per CPU-second from Parquet beside cql-execution, memory beside fqm-execution, and growth.

The published cases of CMS122 and CMS165 are repeated to 1,000 and 10,000 patients; every run's answers are compared with what is published.
The peers need what isn't ours to ship: CARELOOM_QUALITY_PEERS names a folder that `python -m bench.official FOLDER` prepared (docs/measures.md). Without
it our own rows alone are measured, and say so. Both sides run what was compiled before (their ELM, our SQL as a home keeps it; what translating takes the
first time is told); opening our Parquet is counted. A thick chart's loading is counted: theirs from FHIR in memory, ours from FHIR through the readers into Parquet.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import Row
from bench.official.people import THICK, THICK_PATIENTS, thick

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
import ibis.backends.duckdb
from careloom.measure.quality import MEASURES, running
from careloom.measure.quality.noun import period_of
from careloom.measure.quality.translated import ask_kept
folder = Path(sys.argv[1])
measure = next(one for one in MEASURES if one.name == sys.argv[2])
begun, wall = time.process_time(), time.perf_counter()
connection, view_of = running.duckdb(folder / "views", folder)
asked = ask_kept(measure, period_of("2025"), connection, view_of, folder / "kept")
translated = time.process_time()
rows = connection.con.sql(connection.compile(asked.table)).to_arrow_table()
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
    first, *others = [one["translating"] for one in found[SMALL]]
    translating = statistics.median(others)
    yield (
        f"{measure}: {LARGE:,} patients beside {SMALL:,}",
        f"{spent[LARGE] / spent[SMALL]:.2f} times the CPU ({spent[SMALL]:.2f} s and {spent[LARGE]:.2f} s; translating {first:.2f} s, once kept {translating:.2f} s)",
        f"at most {GROWTH:g}",
        spent[LARGE] / spent[SMALL] <= GROWTH,
    )
    loading, asking = _thick(home, cases, measure)
    yield (
        f"{measure}: charts of {THICK:,} resources",
        f"{THICK_PATIENTS / (loading + asking):.1f} patients a CPU-second, loading included ({loading:.2f} s to load {THICK_PATIENTS}, {asking:.2f} s to ask)",
        "",
        True,
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
    yield from _beside(
        Path(peers), measure, spent[SMALL], translating, max(one["memory"] for one in found[LARGE])
    )
    theirs = _peer(Path(peers), "qm_cqlexec.cjs", measure, "thick")
    yield (
        f"{measure}: the same charts in cql-execution",
        f"{theirs['pat_per_cpu_s']:.1f} patients a CPU-second, loading included ({theirs['load_ms'] / 1000:.2f} s of wall to load, {theirs['exec_ms'] / 1000:.2f} s to ask)",
        "",
        True,
    )


def _beside(peers: Path, measure: str, running: float, translating: float, memory: float) -> Iterator[Row]:
    theirs = _peer(peers, "qm_cqlexec.cjs", measure, SMALL)
    pace = theirs["pat_per_cpu_s"]
    pure, ratio = SMALL / running / pace, SMALL / (running + translating) / pace
    yield (
        f"{measure}: patients per CPU-second beside cql-execution, {SMALL:,} patients",
        f"{ratio:.0f} times, reading how it was asked before included ({SMALL / (running + translating):,.0f} and {pace:,.0f}; {pure:.0f} times without; it agrees in {theirs['agree']} of {theirs['of']})",
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


def _peer(peers: Path, script: str, measure: str, size: int | str, *more: str) -> dict[str, Any]:
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


def _thick(home: Path, cases: list[Any], measure: str) -> tuple[float, float]:
    """CPU seconds to load the thick charts into views, and to ask them."""
    from careloom.measure.quality.writing import Writer, write_members
    from tests.measure.quality.cases import published_sets, read_case

    charts = [
        cases[number % len(cases)]._replace(resources=thick(cases[number % len(cases)].resources, number))
        for number in range(THICK_PATIENTS)
    ]
    with tempfile.TemporaryDirectory(dir=home) as made:
        folder = Path(made)
        write_members(folder, published_sets().rows())
        begun = time.process_time()
        with Writer(folder / "views") as writer:
            for number, one in enumerate(charts):
                writer.add(str(number), *read_case(one))
        loading = time.process_time() - begun
        return loading, statistics.median(_ours(folder, measure)["running"] for _ in range(TIMES))


def _ours(folder: Path, measure: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE, str(folder), measure],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
