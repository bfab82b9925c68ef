"""A record of a long life is woven in a time that grows with its length."""

import random
import time
from datetime import date, timedelta

import orjson
import pytest

from careloom.record import to_json
from tests.record.people import (
    a_condition,
    a_fill,
    a_pressure,
    a_result,
    an_order,
    the_record,
)


def a_long_life(number, seed=7):
    """That many entries of every kind, repeats among them, over forty years."""
    chance = random.Random(seed)
    drugs = (
        "Metformin 500 MG Oral Tablet",
        "Lisinopril 20 MG Oral Tablet",
        "Zyxolumab 5 MG",
        "Warfarin 5 MG Oral Tablet",
    )
    entries = []
    for n in range(number):
        on = (date(1986, 1, 1) + timedelta(days=int(14_900 * n / number))).isoformat()
        kind = chance.randrange(10)
        if kind < 6:
            entries.append(
                a_result(
                    chance.choice(["4548-4", "98979-8", "2160-0"]),
                    f"{chance.uniform(4, 9):.1f}",
                    "%",
                    on,
                    n=n,
                )
            )
        elif kind == 6:
            entries.append(
                a_condition("Viral sinusitis", "sct|444814009", status="resolved", on=on, until=on, n=n)
            )
        elif kind == 7:
            entries.append(
                an_order(
                    chance.choice(drugs),
                    status=chance.choice(["active", "stopped"]),
                    on=on,
                    n=n,
                    dosage="twice daily",
                )
            )
        elif kind == 8:
            entries.append(a_fill(chance.choice(drugs), on=on, n=n))
        else:
            entries.append(a_pressure("150", "90", on, n=n, message="export", source="exchange"))
    return entries


def cpu(work):
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.slow
def test_ten_times_the_entries_take_about_ten_times_as_long():
    # Ten short lives against one of their length: both walk through as much memory. A busy machine may take half as
    # long again; a square would be ten times as long.
    shorts, long = [a_long_life(1_000, seed) for seed in range(10)], a_long_life(10_000)
    apart = min(cpu(lambda: [the_record(*one) for one in shorts]) for _ in range(3))
    tenfold = min(cpu(lambda: the_record(*long)) for _ in range(3))
    assert tenfold <= 1.5 * apart
    # An absolute figure is scaled by an orjson loop of the same run, so that a slow machine does not fail it: the
    # loop takes a twentieth of a second on the machine on which ten thousand entries may take a second and a half.
    bundle = orjson.dumps(to_json(the_record(*shorts[0])))
    unit = cpu(lambda: [orjson.loads(bundle) for _ in range(10)])
    assert tenfold < 30 * unit
