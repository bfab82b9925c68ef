"""`python -m tests.flow.watching.planted_years [SEEDS] [WHAT…]`: months of real messages, drafts and decisions of a site, with each drift planted by itself, watched week by week; `nothing` plants none, for a year."""

import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import django

NOTHING = "nothing"
# Drift begins after so many days and is looked for over so many; of a site at which people work, that gets less.
QUIET, BUSY, LOOKED = 95, 77, 30
# Where nothing is planted, so many days are lived through, with people at work, and watched every fourth week.
A_YEAR, SELDOM = 365, 28


def run(what: str, seed: int, home: Path) -> str:
    """One site: how many messages and plans, when what was planted was noticed, and all that was told."""
    from careloom import pipeline as pipelines
    from careloom.care.watched import Cause
    from careloom.settings import read
    from tests.flow.test_turning import Clock
    from tests.flow.watching.planted_messages import FIRST, PLANTED
    from tests.flow.watching.planted_site import PlantedSite

    clock = Clock()
    settings = replace(read(), home=home, model="none", organisation=f"{what} {seed}".replace(" ", "-"))
    cause, series = PLANTED.get(what, (None, ()))
    works, still = cause is Cause.PRACTICE, what == NOTHING
    begun = A_YEAR - LOOKED if still else BUSY if works else QUIET
    sources = {"clinic": 6} if works else dict.fromkeys(("lab", "hospital", "clinic"), 3 if still else 8)
    site = PlantedSite(
        pipelines.build(settings, clock=clock),
        clock,
        home,
        sources,
        drafts=4 if works else 3 if still else 0,
        seed=seed,
        planted={} if still else {what: begun},
        # What is prescribed otherwise is seen in plans of those for whom it is.
        newcomers=works and series == ("fired|",),
    )
    told: dict[str, str] = {}
    for number in range(begun + LOOKED):
        site.day(number)
        weekly = number % 7 == 6 and number > begun - 28
        if (number % SELDOM == SELDOM - 1 if still else weekly) or number == begun + LOOKED - 1:
            for one in site.watch().signals:
                mine = any(each.series.startswith(series or "-") for each in one.moved)
                days = (one.raised - FIRST - timedelta(begun)).days
                told.setdefault(
                    one.key,
                    f"{one.cause.value}{'' if mine else ' (other)'}: {one.leads.series}, day {days}, since {one.earliest} to {one.latest}",
                )
    return f"{site.sent} messages of {len(site.people)} people; began {FIRST + timedelta(begun)}; wanted {cause}; told {list(told.values())}"


def main(seeds: int, *only: str) -> None:
    """Print a line for each site."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {"CARELOOM_HOME": folder, "CARELOOM_MODEL": "none", "DJANGO_SETTINGS_MODULE": "careloom.django_settings"}  # fmt: skip
        django.setup()
        from careloom.cli import settle
        from careloom.store.database import prepare
        from tests.flow.watching.planted_messages import PLANTED

        prepare(home)
        settle()
        for seed in range(1, seeds + 1):
            for what in only or (*PLANTED, NOTHING):
                begun = time.process_time()
                print(
                    f"{what}: {run(what, seed, home)} ({time.process_time() - begun:.0f} s of CPU)",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1, *sys.argv[2:])
