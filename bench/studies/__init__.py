"""Simulated studies with known truth: do intervals cover, do stop rules fire, and is nothing found, as often as they say?

Every row is a share of seeded simulations, with the interval of that share (95 %: how far so few simulations can know it), beside its nominal rate; it holds
within three standard errors of the simulation ("at least" and "at most": on that side). Rows that promise "told" are what docs/statistics.md tells of limits.
CARELOOM_BENCH_SCALE makes it shorter (0.1) or surer (0.5 if nothing is said; 5), CARELOOM_BENCH_STUDIES names the parts that run ("clinics over_time").
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.measure import Row
from bench.studies.compared import clinics, over_time
from bench.studies.minutes import minutes_of_designs, minutes_of_few, minutes_of_mixed
from bench.studies.planned import promised_power, stop_rules
from bench.studies.shares import charts_and_funnels, proportions_and_medians

PARTS = (
    minutes_of_few,
    minutes_of_mixed,
    promised_power,
    over_time,
    clinics,
    stop_rules,
    minutes_of_designs,
    charts_and_funnels,
    proportions_and_medians,
)


def rows(_home: Path) -> list[Row]:
    """Every simulation, two at a time, each on one thread; each part says on standard error how long it took."""
    wanted = os.environ.get("CARELOOM_BENCH_STUDIES", "").split()
    parts = [part for part in PARTS if not wanted or part.__name__ in wanted]
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            return [row for found in pool.map(_run, parts) for row in found]
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _run(part: Callable[[], list[Row]]) -> list[Row]:
    began = time.perf_counter()
    found = part()
    print(f"{part.__name__}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return found
