"""Running a measure: one Ibis expression over the views, the same on DuckDB and on Spark.

What depends on what follows fqm-execution and the Quality Measure IG: nobody outside the initial population is in the denominator;
exclusions and exceptions lie in the denominator; who is excluded is in no numerator; who meets the numerator is no exception.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError
from careloom.measure.quality import onepass
from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import Group, Measure, Shape, Span, Table, Truth, ValueSet, edition_of

POPULATIONS = (
    "initial-population",
    "denominator",
    "denominator-exclusion",
    "denominator-exception",
    "numerator",
    "numerator-exclusion",
)
_KNOWN = ("sex", "race", "ethnicity", "payer")
# Patients whose counts are held in memory at once.
TOGETHER = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure over a period, as an expression: one row a patient, with the counts of each group's populations."""

    measure: Measure
    period: Span
    groups: tuple[Shape, ...]
    table: Table
    used: tuple[ValueSet, ...]

    @property
    def edition(self) -> str:
        """Which edition answers for the period."""
        return edition_of(self.period)

    def columns(self, group: int) -> Mapping[str, str]:
        """Of a group the column of each population that it has."""
        return {name: f"g{group}_{name}" for name in self.groups[group].populations}

    def strata(self, group: int) -> Mapping[str, str]:
        """Of a group the column of each stratum."""
        return {name: f"s{group}_{number}" for number, name in enumerate(self.groups[group].strata)}


@dataclass(frozen=True, slots=True)
class Counted:
    """A patient's counts: by group, by population. `strata` names by group the strata that the patient is in."""

    patient: str
    source_ids: tuple[str, ...]
    groups: tuple[Mapping[str, int], ...]
    strata: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Supplement:
    """Supplemental data of a patient: administrative gender ("" unknown); race, ethnicity and coverage types as "system|code"."""

    sex: str
    race: tuple[str, ...]
    ethnicity: tuple[str, ...]
    payer: tuple[str, ...]


def ask(measure: Measure, period: Span, view_of: Callable[[str], Table]) -> Asked:
    """The expression of a measure; `view_of` gives a view's table by name ("encounter", "members", …)."""
    q = Question(edition_of(period), period, view_of, view_of("members"))
    groups = measure.populations(q)
    patients = view_of("patient")
    base = patients.select("patient", "birth", "birth_to", "sex")
    if measure.basis == "encounter":
        base = base.join(q.base, "patient")
    base = _answered(base, q)
    if measure.basis == "encounter":
        base = _joined(base, dict(enumerate(q.by_encounter)), "encounter")
    raw = base.mutate(
        **{
            f"r{number}_{name}": _sure(truth)
            for number, group in enumerate(groups)
            for name in POPULATIONS
            if (truth := _truth(group, name)) is not None
        },
        **{
            f"s{number}_{place}": _sure(truth)
            for number, group in enumerate(groups)
            for place, truth in enumerate(group.strata.values())
        },
    )
    counts = {
        key: value.cast("int64")
        for number, group in enumerate(groups)
        for key, value in _dependent(raw, number, group)
    }
    strata = {name: raw[name] for name in raw.columns if name.startswith("s") and name[1:2].isdigit()}
    table = raw.select("patient", **counts, **strata)
    if measure.basis == "encounter":
        table = table.group_by("patient").aggregate(
            **{name: table[name].sum() for name in counts}, **{name: table[name].any() for name in strata}
        )
        named = patients.select("patient", "id", "source_ids").left_join(table, "patient")
        table = named.select(
            "patient",
            "id",
            "source_ids",
            **{name: named[name].fill_null(0) for name in counts},
            **{name: named[name].fill_null(False) for name in strata},
        )
    else:
        table = table.join(patients.select("patient", "id", "source_ids"), "patient")
    shapes = tuple(map(_shape, groups))
    return Asked(measure, period, shapes, table, tuple(q.used.values()))


def refuse_missing(asked: Asked, held: Collection[str]) -> tuple[ValueSet, ...]:
    """The value sets that nobody has loaded and that not every site can have. Raises ConfigError naming any other one."""
    absent = [one for one in asked.used if one.oid not in held]
    if gone := [one for one in absent if not one.if_held]:
        named = "; ".join(f"{one.name} ({one.oid})" for one in gone)
        raise ConfigError(
            f"{asked.measure.name} needs {len(gone)} value sets that are not loaded: {named}. Load their FHIR expansions (VSAC, "
            "with a UMLS licence): careloom knowledge load FOLDER, or name the folder with --value-sets"
        )
    return tuple(absent)


def kept(connection: Any, asked: Asked, folder: Path) -> Asked:
    """The same with its rows counted and kept in a folder, so that they can be read again and again."""
    file = folder / f"{asked.measure.name}-{asked.period.start}-{asked.period.end}.parquet"
    connection.to_parquet(asked.table, str(file))
    return replace(asked, table=connection.read_parquet(str(file), table_name=f"rows_{asked.measure.name}"))


def counted(connection: Any, asked: Asked) -> Iterator[Counted]:
    """Each patient's counts, in the order in which they were written; a few thousand are in memory at once."""
    counts_of = _counts_of(asked)
    for batch in batches(connection, asked.table.order_by("patient")):
        yield from map(counts_of, batch.to_pylist())


def supplemented(
    connection: Any, asked: Asked, view_of: Callable[[str], Table]
) -> Iterator[tuple[Counted, Supplement]]:
    """The same, each with the patient's supplemental data."""
    patients, coverage = view_of("patient"), view_of("coverage")
    payers = coverage.filter(coverage.coding.notnull()).group_by("patient")
    known = patients.left_join(payers.aggregate(payer=coverage.coding.collect()), "patient")
    known = known.select("patient", *_KNOWN)
    counts_of = _counts_of(asked)
    for batch in batches(connection, asked.table.join(known, "patient").order_by("patient")):
        for row in batch.to_pylist():
            race, ethnicity, payer = (tuple(row[name] or ()) for name in _KNOWN[1:])
            yield counts_of(row), Supplement(row["sex"] or "", race, ethnicity, tuple(sorted(set(payer))))


def _counts_of(asked: Asked) -> Callable[[Mapping[str, Any]], Counted]:
    columns = [(asked.columns(number), asked.strata(number)) for number in range(len(asked.groups))]

    def counts_of(row: Mapping[str, Any]) -> Counted:
        return Counted(
            row["id"],
            tuple(row["source_ids"] or ()),
            tuple({name: int(row[column]) for name, column in held.items()} for held, _ in columns),
            tuple(tuple(name for name, column in strata.items() if row[column]) for _, strata in columns),
        )

    return counts_of


def batches(connection: Any, table: Table) -> Iterator[Any]:
    """A table's rows as Arrow batches: DuckDB streams them, Spark gives them at once."""
    if connection.name == "duckdb":
        # Ibis 12 asks DuckDB 2 for its batches by a name that is gone.
        yield from connection.con.sql(connection.compile(table)).to_arrow_reader(TOGETHER)
    else:
        yield from connection.to_pyarrow(table).to_batches(max_chunksize=TOGETHER)


def totals(connection: Any, asked: Asked) -> tuple[Mapping[str, int], ...]:
    """The sums of each group's populations over all patients."""
    wanted = {
        f"t{number}_{name}": asked.table[column].sum()
        for number in range(len(asked.groups))
        for name, column in asked.columns(number).items()
    }
    row = connection.to_pyarrow(asked.table.aggregate(**wanted)).to_pylist()[0]
    return tuple(
        {name: int(row[f"t{number}_{name}"] or 0) for name in asked.columns(number)}
        for number in range(len(asked.groups))
    )


def together(totals: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    """The sums of all groups' populations, for a measure that has one rate over its groups."""
    return {name: sum(one.get(name, 0) for one in totals) for name in totals[0]}


def rate(counts: Mapping[str, int]) -> float | None:
    """Numerator over what of the denominator is neither excluded nor excepted; None where nobody is left."""
    rest = (
        counts["denominator"]
        - counts.get("denominator-exclusion", 0)
        - counts.get("denominator-exception", 0)
    )
    met = counts.get("numerator", 0) - counts.get("numerator-exclusion", 0)
    return met / rest if rest else None


def duckdb(folder: Path, sets: Path) -> tuple[Any, Callable[[str], Table]]:
    """A DuckDB in memory over a folder of views and one with the view of value sets ("members")."""
    import ibis  # over a quarter of a second, with DuckDB

    connection = ibis.duckdb.connect()
    for place in (*folder.iterdir(), sets / "members"):
        if any(place.glob("*.parquet")):
            connection.con.read_parquet(str(place / "*.parquet")).create_view(place.name, replace=True)
    return connection, _views(connection.table)


def spark(folder: Path, sets: Path) -> tuple[Any, Callable[[str], Table]]:
    """A local Spark over the same. Raises ConfigError where Spark is not installed."""
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError(
            "--engine spark needs Spark in an environment of its own (docs/measures.md); DuckDB gives the same numbers here"
        ) from None
    session = (
        SparkSession.builder.appName("careloom measure")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    connection = ibis.pyspark.connect(session)
    return connection, _views(
        lambda name: connection.read_parquet(str(_place(name, folder, sets)), table_name=name)
    )


def _place(name: str, folder: Path, sets: Path) -> Path:
    return sets / name if name == "members" else folder / name


ENGINES: Mapping[str, Callable[[Path, Path], tuple[Any, Callable[[str], Table]]]] = {
    "duckdb": duckdb,
    "spark": spark,
}


def _views(open_one: Callable[[str], Table]) -> Callable[[str], Table]:
    opened: dict[str, Table] = {}

    def view(name: str) -> Table:
        if name not in opened:
            opened[name] = open_one(name)
        return opened[name]

    return view


def _answered(base: Table, q: Question) -> Table:
    """The base with one column a criterion on patients; those that ask for rows of one view are answered together."""
    named = "patient_{}".format
    told = {number: onepass.simple(number, table, q.retrieves) for number, table in enumerate(q.criteria)}
    rest = {number: q.by_patient[number] for number, one in told.items() if one is None}
    columns = list(base.columns)
    for one in onepass.answered([one for one in told.values() if one], q.view_of, q.members, named):
        names = [name for name in one.columns if name != "patient"]
        columns += names
        base = base.left_join(one, "patient").select(*base.columns, *names)
    base = base.mutate(
        **{name: base[name].fill_null(False) for name in columns if name.startswith("patient_")}
    )
    return _joined(base, rest, "patient")


def _joined(base: Table, gathered: Mapping[int, Table], key: str) -> Table:
    """The base with one column a criterion: whether its key stands in that criterion's table."""
    if not gathered:
        return base
    import ibis

    told = [one.mutate(criterion=ibis.literal(number, "int16")) for number, one in gathered.items()]
    every = told[0] if len(told) == 1 else ibis.union(*told)
    names = [f"{key}_{number}" for number in gathered]
    met = every.group_by("key").aggregate(
        **{name: (every.criterion == number).any() for number, name in zip(gathered, names, strict=True)}
    )
    joined = base.left_join(met, base[key] == met.key)
    return joined.select(*base.columns, **{name: joined[name].fill_null(False) for name in names})


def _truth(group: Group, name: str) -> Truth:
    return getattr(group, name.replace("-", "_"))


def _has(group: Group, name: str) -> bool:
    return _truth(group, name) is not None


def _shape(group: Group) -> Shape:
    populations = tuple(name for name in POPULATIONS if _has(group, name))
    return Shape(group.id, group.title, populations, tuple(group.strata))


def _sure(truth: Truth) -> Truth:
    return truth.fill_null(False)


def _dependent(raw: Table, number: int, group: Group) -> Iterator[tuple[str, Truth]]:
    """The populations of a group, each only where those that come before it allow."""

    def said(name: str) -> Truth:
        return raw[f"r{number}_{name}"]

    inside = said("initial-population")
    yield f"g{number}_initial-population", inside
    below = inside & said("denominator")
    yield f"g{number}_denominator", below
    left = below
    if _has(group, "denominator-exclusion"):
        yield f"g{number}_denominator-exclusion", below & said("denominator-exclusion")
        left = below & ~said("denominator-exclusion")
    met = left & said("numerator")
    if _has(group, "denominator-exception"):
        yield f"g{number}_denominator-exception", left & ~said("numerator") & said("denominator-exception")
    yield f"g{number}_numerator", met
    if _has(group, "numerator-exclusion"):
        yield f"g{number}_numerator-exclusion", met & said("numerator-exclusion")
