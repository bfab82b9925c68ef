"""Measuring on a shared machine: CPU time, medians, and a calibration loop in the same run."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import orjson

if TYPE_CHECKING:
    from careloom.pipeline import Pipeline

# What was measured, the figure, the promise, and whether it holds.
Row: TypeAlias = tuple[str, str, str, bool]

# CPU seconds that `calibrate` took on the machine on which the absolute bounds were agreed.
REFERENCE = 0.05
LOOP = orjson.dumps([{"resourceType": "Observation", "id": str(n), "value": n / 7} for n in range(1_000)])


@dataclass(frozen=True)
class Cost:
    """What one call took: CPU and wall seconds."""

    cpu: float
    wall: float


def once(work: Callable[[], object]) -> Cost:
    """Run it once."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def median(work: Callable[[], object], times: int = 5) -> Cost:
    """The median of several runs, after one that does not count."""
    work()
    costs = [once(work) for _ in range(times)]
    return Cost(statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs))


def calibrate() -> float:
    """How much slower than the reference this machine is now (1.0: as fast)."""
    return median(loop).cpu / REFERENCE


def scaled(work: Callable[[], object], times: int = 15) -> float:
    """CPU seconds on the reference machine: each run beside a calibration of its own, since a shared machine's speed jumps."""
    work(), loop()
    return statistics.median(once(work).cpu * REFERENCE / once(loop).cpu for _ in range(times))


def loop() -> None:
    for _ in range(280):
        orjson.loads(LOOP)


def pairs(ours: Callable[[], object], theirs: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Ours and theirs in alternation: the medians of theirs/ours in CPU and in wall time."""
    ours(), theirs()
    cpu, wall = [], []
    for _ in range(times):
        one, other = once(ours), once(theirs)
        cpu.append(other.cpu / one.cpu)
        wall.append(other.wall / one.wall)
    return statistics.median(cpu), statistics.median(wall)


def built(organisation: str) -> "Pipeline":
    """A pipeline over an empty store of its own."""
    from careloom import pipeline
    from careloom.settings import read

    return pipeline.build(replace(read(), organisation=organisation))
