"""The promises of knowledge: how long it takes to load in a process that starts, and what it takes of memory."""

import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Row, calibrate

TIMES, LOAD_MS, MEMORY_MB = 9, 50.0, 80.0
# In a process of its own: one that has loaded it already would measure what it remembers.
ONE = """
import time
def pages():
    return int(open("/proc/self/statm").read().split()[1])
before = pages()
from careloom import knowledge
start = time.process_time()
knowledge.load()
taken = time.process_time() - start
print(taken, (pages() - before) * 4096 / 1e6)
"""


def rows(_home: Path) -> Iterable[Row]:
    """Loading what was compiled before, and the memory of knowledge with the code that holds it."""
    _one()
    slower = calibrate()
    found = [_one() for _ in range(TIMES)]
    taken = statistics.median(one[0] for one in found) * 1000
    yield (
        "knowledge: loading it in a new process",
        f"{taken:.1f} ms of CPU, {taken / slower:.1f} calibrated",
        f"under {LOAD_MS:g} ms calibrated",
        taken / slower < LOAD_MS,
    )
    memory = max(one[1] for one in found)
    yield ("knowledge: memory", f"{memory:.0f} MB", f"under {MEMORY_MB:g} MB", memory < MEMORY_MB)


def _one() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", ONE], capture_output=True, text=True, check=True)
    taken, memory = map(float, done.stdout.split())
    return taken, memory
