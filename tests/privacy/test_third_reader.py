"""The third layer, presidio with spaCy's small English model, in an environment of its own: it adds to what we find, and costs little more than alone."""

import json
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PYTHON = HERE / ".venv" / "bin" / "python"
MOST_CPU = 1.3


@pytest.mark.deid
@pytest.mark.skipif(not PYTHON.exists(), reason="the extra deid is not installed in tests/privacy/.venv")
@pytest.mark.parametrize("half", ["unseen", "last"])
def test_all_three_layers_find_more_than_presidio_and_cost_little_more(half: str):
    done = subprocess.run(
        [PYTHON, "-m", "tests.privacy.third_reader", half, "6"],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["all"]["recall"] >= max(0.98, found["presidio"]["recall"])
    assert found["all"]["cpu"] <= MOST_CPU * found["presidio"]["cpu"]
    assert found["all"]["wrong"] <= found["presidio"]["wrong"] / 10
