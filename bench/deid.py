"""The promise of de-identification: all three layers for at most 1.3 times the CPU of presidio alone with spaCy's small English model, in one run, and more found.

It runs where presidio is: in this environment or in tests/privacy/.venv (requirements/deid.txt).
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Row

ROOT = Path(__file__).parent.parent
MOST = 1.3


def rows(_home: Path) -> Iterable[Row]:
    """CPU and recall over the invented notes, half by half."""
    from careloom.privacy.spotting import installed

    own = ROOT / "tests" / "privacy" / ".venv" / "bin" / "python"
    if not installed() and not own.exists():
        yield "de-identification", "presidio is not installed", "told", True
        return
    python = sys.executable if installed() else str(own)
    for half in ("known", "held_out", "unseen", "last"):
        done = subprocess.run(
            [python, "-m", "tests.privacy.third_reader", half, "12"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        ratio = found["all"]["cpu"] / found["presidio"]["cpu"]
        yield (
            f"CPU of all layers over presidio's ({half})",
            f"{ratio:.2f} ({found['all']['cpu']:.1f} s / {found['presidio']['cpu']:.1f} s; without presidio {found['own']['cpu']:.1f} s)",
            f"<= {MOST}",
            ratio <= MOST,
        )
        told = {name: found[name] for name in ("presidio", "own", "all")}
        yield (
            f"identifiers found of {found['all']['gold']:.0f} ({half})",
            ", ".join(
                f"{name} {one['recall']:.1%} ({one['wrong']:.0f} of {one['spans']:.0f} wrong)"
                for name, one in told.items()
            ),
            ">= 98 %, more than presidio",
            found["all"]["recall"] >= max(0.98, found["presidio"]["recall"]),
        )
