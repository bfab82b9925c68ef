"""The speed promises of matching: a table of people against splink alone with the same settings, and one arriving person."""

import itertools
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.measure import Row, built, calibrate, median, once
from careloom.care.entry import HumanName, Identifier, Person

RECORDS = 100_000
PATIENTS = 1_000_000
ARRIVING = 100
GIVEN = ["ra", "mi", "lo", "te", "na", "si", "ve", "ko", "du", "fa", "be", "ri"]
HEADER = "Row,First,Last,Born,Sex,Home,Phone,SSN"
MAP = """
[person]
given = ["First"]
family = "Last"
birth_date = "Born"
sex = "Sex"
address = "Home"
telecoms = ["Phone"]
ssn = "SSN"
"""


def rows(home: Path) -> Iterable[Row]:
    """A hundred thousand rows of seventy thousand people into clusters; one arriving person among a million patients."""
    yield from batch(home)
    yield from arriving()


def batch(home: Path) -> Iterable[Row]:
    """From a CSV to clusters, against splink on prepared columns: as its documentation trains and scores, and scoring alone."""
    import duckdb

    from careloom.identity.batch import linker, load, telling
    from careloom.identity.weigh import weights
    from careloom.pipeline.mappings import mapping_of
    from careloom.pipeline.matching import described, match

    table, file = home / "people.csv", home / "people.toml"
    table.write_text("\n".join((HEADER, *people(RECORDS))) + "\n")
    file.write_text(MAP)
    mapping = mapping_of(file, people=True)
    plain = tuple(telling(tuple(described(table, mapping, "Row", "UTC").values())))

    def ours() -> None:
        found = match(table, mapping, "Row", "UTC")
        assert RECORDS * 0.6 < len(found.clusters) < RECORDS * 0.8, len(found.clusters)

    def splink(*, trained: bool) -> None:
        with duckdb.connect() as database:
            load(database, plain)
            found = linker(database)
            if trained:
                found.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
                for rule in ("l.birth = r.birth", "l.family = r.family AND l.given = r.given"):
                    # A level that nobody reaches stops splink's training; what it took until then is counted.
                    with suppress(ValueError):
                        found.training.estimate_parameters_using_expectation_maximisation(rule)
            scored = found.inference.predict(threshold_match_weight=weights().look, warning_mode="never")
            groups = found.clustering.cluster_pairwise_predictions_at_threshold(
                scored, threshold_match_weight=weights().same
            )
            counted = database.execute(f"SELECT count(*) FROM {groups.physical_name}").fetchall()
            assert counted == [(RECORDS,)]

    alone, mine, whole = (
        once(work) for work in (lambda: splink(trained=False), ours, lambda: splink(trained=True))
    )
    yield (
        f"{RECORDS:,} rows of a CSV into clusters, against splink that trains on prepared columns and scores them",
        f"{mine.cpu / whole.cpu:.2f} times its time in CPU, {mine.wall / whole.wall:.2f} in wall time",
        "at most 2 times",
        mine.cpu <= 2 * whole.cpu and mine.wall <= 2 * whole.wall,
    )
    yield (
        "the same, against splink that scores prepared columns with weights given to it",
        f"{mine.cpu / alone.cpu:.2f} times its time in CPU, {mine.wall / alone.wall:.2f} in wall time",
        "told, not promised: reading and describing the rows is most of it",
        True,
    )


def arriving() -> Iterable[Row]:
    """One arriving person, a hundred times, in an organisation of a million patients' indexes."""
    from careloom.pipeline import merging

    store = built("bench-matching").store
    filled(store.keys.organisation)
    known = [person(number) for number in range(ARRIVING)]
    with store.transaction():
        census = store.patients.census(known, None)
        for one in known:
            merging.founded(merging.arriving(one, census), census)
        census.save()
    numbers = itertools.count()

    def arrives() -> None:
        again = replace(known[next(numbers) % ARRIVING], identifiers=(Identifier("urn:other", "1"),))
        with store.transaction():
            census = store.patients.census((again,), None)
            assert merging.arriving(again, census).find() is not None

    cost = median(arrives, times=ARRIVING).cpu / calibrate() * 1000
    yield (
        f"one arriving person against {PATIENTS:,} patients (indexes of a made-up million in SQLite)",
        f"{cost:.2f} ms of CPU",
        "under 20 ms",
        cost < 20,
    )


def filled(organisation: str) -> None:
    """A million patients with four blind indexes each, of which two are shared by some."""
    from django.utils import timezone

    from careloom.store.bulk import insert
    from careloom.store.database import writing
    from careloom.store.ids import new_id
    from careloom.store.models import Patient, PatientIndex

    chance = random.Random(11)
    for begins in range(0, PATIENTS, 50_000):
        ids = [new_id() for _ in range(50_000)]
        now = timezone.now()
        found: list[tuple[Any, ...]] = []
        for place, one in enumerate(ids):
            digests = {f"{begins + place:063d}{kind}" for kind in range(2)}
            digests |= {
                f"letters{chance.randrange(PATIENTS // 4):057d}",
                f"name{chance.randrange(PATIENTS):060d}",
            }
            found += [(new_id(), organisation, one, "birth name", digest) for digest in digests]
        with writing():
            insert(Patient, ("id", "organisation", "created"), [(one, organisation, now) for one in ids])
            insert(PatientIndex, ("id", "organisation", "patient", "what", "digest"), found)


def person(number: int) -> Person:
    """An invented person."""
    chance = random.Random(number)
    given, family = ("".join(chance.choices(GIVEN, k=k)).title() for k in (3, 4))
    return Person(
        (Identifier("urn:bench:mrn", f"B-{number}"),),
        (HumanName(family, (given,)),),
        f"{chance.randint(1930, 2015)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        chance.choice(("female", "male")),
        (f"{number} Mill Street, Salem, OR 97301",),
        (f"503{2_000_000 + number}",),
    )


def people(count: int) -> Iterable[str]:
    """Invented rows: seven of ten are new people, three describe one of them again with a slip."""
    chance = random.Random(7)
    made: list[list[str]] = []
    for number in range(count):
        if made and chance.random() < 0.3:
            row = list(chance.choice(made[-5_000:]))
            place = chance.randrange(6)
            row[place] = row[place][:-1] if place < 2 else "" if place > 3 else row[place]
        else:
            row = [
                "".join(chance.choices(GIVEN, k=3)).title(),
                "".join(chance.choices(GIVEN, k=4)).title(),
                f"{chance.randint(1930, 2015)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                chance.choice("FM"),
                f'"{chance.randint(1, 9999)} {"".join(chance.choices(GIVEN, k=3))} Street, Salem, OR {chance.randint(97000, 97999)}"',
                f"503{chance.randint(2000000, 9999999)}",
                f"{chance.randint(100, 660)}-{chance.randint(10, 99)}-{chance.randint(1000, 9999)}",
            ]
            made.append(row)
        yield ",".join((str(number), *row))
