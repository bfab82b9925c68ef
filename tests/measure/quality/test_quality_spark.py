"""The same expression on DuckDB and on a local Spark gives the same numbers of everybody."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.measure.quality.cases import Case, judged
from tests.measure.quality.cms122_people import ADA, BEN
from tests.measure.quality.one_code_each import ALL

# A Python with PySpark (requirements/spark.in): this one, or another that is named.
PYTHON = os.environ.get("CARELOOM_TEST_SPARK_PYTHON") or (sys.executable if find_spec("pyspark") else "")
ASKS = """
import sys
from pathlib import Path
from careloom.measure.quality import MEASURES, running
from careloom.measure.quality.noun import period_of
folder = Path(sys.argv[1])
connection, view_of = running.ENGINES["spark"](folder / "views", folder)
for measure in MEASURES[:2]:
    asked = running.ask(measure, period_of("2025"), view_of)
    print("COUNTED", [(one.patient, [dict(each) for each in one.groups]) for one in running.counted(connection, asked)])
"""


@pytest.mark.skipif(
    not PYTHON, reason="PySpark is absent (CARELOOM_TEST_SPARK_PYTHON names a Python that has it)"
)
@pytest.mark.slow
def test_spark_counts_what_duckdb_counts(tmp_path: Path) -> None:
    cases = [Case("ada", "", ADA, ()), Case("ben", "", BEN, ())]
    expected = []
    for name in ("CMS122", "CMS165"):
        folder = tmp_path / name
        folder.mkdir()
        found = judged(name, cases, folder, sets=ALL)
        expected.append(str([(one.case.name, [dict(each) for each in one.got]) for one in found]))
    told = subprocess.run(
        [PYTHON, "-c", ASKS, str(tmp_path / "CMS122")],
        capture_output=True, text=True, timeout=3600, check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ).stdout  # fmt: skip
    assert [
        line.removeprefix("COUNTED ") for line in told.splitlines() if line.startswith("COUNTED ")
    ] == expected
