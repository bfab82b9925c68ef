"""The list of activities that Careloom ships, and what others published about one of them.

Source   the activities' domains: AHRQ, Care Coordination Measures Atlas Update, June 2014, AHRQ publication 14-0037, chapter 3
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.observed import ActivityList, StudyActivity

FILE = Path(__file__).parent / "starter.toml"
SOURCE = "AHRQ, Care Coordination Measures Atlas Update, June 2014, chapter 3 (coordination activities)"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others published of how long an activity takes: minutes once, from `low` to `high`, and who says so. Never mixed with what was measured."""

    activity: str
    low: int
    high: int
    source: str


BENCHMARKS = (
    Benchmark(
        "synthesise_plan",
        45,
        60,
        "published by others for care plan synthesis by hand, per patient (average 52; with the system 31); not measured here",
    ),
)


@lru_cache(maxsize=1)
def starter() -> ActivityList:
    """Version 0."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["activity"]
    return ActivityList(0, tuple(StudyActivity(**row) for row in rows))


def benchmark(activity: str) -> Benchmark | None:
    """What others published of this activity."""
    return next((one for one in BENCHMARKS if one.activity == activity), None)
