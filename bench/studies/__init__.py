"""Simulated studies with known truth: do intervals cover, do stop rules fire, and is nothing found, as often as they say?

Every row is a share of seeded simulations beside its nominal rate; it holds within three standard errors of the simulation ("at least" and "at most": on that
side). Rows that promise "told" are what docs/statistics.md tells of limits. CARELOOM_BENCH_SCALE makes it shorter (0.2) or surer (5).
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.measure import Row
from bench.studies.compared import clinics, over_time
from bench.studies.minutes import minutes_of_designs, minutes_of_few, minutes_of_mixed
from bench.studies.planned import promised_power, stop_rules
from bench.studies.shares import charts_and_funnels, proportions_and_medians

PARTS = (
    minutes_of_mixed,
    minutes_of_few,
    minutes_of_designs,
    stop_rules,
    over_time,
    clinics,
    proportions_and_medians,
    charts_and_funnels,
    promised_power,
)


def rows(_home: Path) -> list[Row]:
    """Every simulation, two at a time, each on one thread."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            return [row for found in pool.map(_run, PARTS) for row in found]
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _run(part: Callable[[], list[Row]]) -> list[Row]:
    return part()
