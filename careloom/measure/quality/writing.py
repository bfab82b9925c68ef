"""Views as Parquet: one folder a view, written a few thousand patients at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from careloom.care.entry import Entry, Person
from careloom.knowledge.drugs import Drugs
from careloom.measure.quality.views import INTS, LISTS, TEXTS, VIEWS, Chart, DrugsOf, Row

if TYPE_CHECKING:
    import pyarrow as pa

# Rows of one view that wait in memory before they are written.
TOGETHER = 50_000
# Value sets as a view beside those of the patients.
MEMBERS: Mapping[str, str] = {"value_set": TEXTS, "coding": TEXTS}


def nothing_known(entry: Entry) -> Sequence[str]:
    """No ingredient of any fill: where no knowledge of drugs is at hand, PDC counts nobody."""
    del entry
    return ()


def ingredients(drugs: Drugs) -> DrugsOf:
    """Which ingredients a fill is of."""
    return lambda entry: [one.name for one in drugs.find(entry.name, entry.codes)]


@dataclass
class Writer:
    """Writes the views of many patients into a folder that nobody has yet; use it with `with`. `drugs_of` knows a fill's ingredients."""

    folder: Path
    drugs_of: DrugsOf = nothing_known
    patients: int = 0
    _row: int = 0
    _waiting: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in VIEWS})
    _open: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Writer:
        for name in VIEWS:
            (self.folder / name).mkdir(parents=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for name in VIEWS:
            if kind is None:
                self._flush(name)
            if name in self._open:
                self._open[name].close()

    def add(self, id: str, entries: Sequence[Entry], persons: Iterable[Person]) -> None:
        """One patient, by our id, with their entries and what messages said of who they are."""
        chart = Chart(self.patients, entries, self._row, self.drugs_of)
        self._row = chart.read(id, persons)
        self.patients += 1
        for name, rows in chart.rows.items():
            waiting = self._waiting[name]
            waiting += rows
            if len(waiting) >= TOGETHER:
                self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow.parquet as pq  # a fifth of a second

        rows, self._waiting[name] = self._waiting[name], []
        table = as_table(rows, VIEWS[name])
        if name not in self._open:
            self._open[name] = pq.ParquetWriter(
                self.folder / name / "part-0.parquet", table.schema, compression="zstd"
            )
        self._open[name].write_table(table)


def as_table(rows: Sequence[Row], columns: Mapping[str, str]) -> pa.Table:
    """Rows as an Arrow table."""
    import pyarrow as pa

    kinds = {
        INTS: pa.int64(),
        TEXTS: pa.string(),
        LISTS: pa.list_(pa.string()),
        "double": pa.float64(),
        "bool": pa.bool_(),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    held = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pa.Table.from_arrays(
        [pa.array(said, type=one.type) for said, one in zip(held, schema, strict=True)], schema=schema
    )


def write_members(folder: Path, members: Iterable[tuple[str, str]]) -> None:
    """(OID, coding) of value sets as the view "members"."""
    import pyarrow.parquet as pq

    (folder / "members").mkdir(parents=True, exist_ok=True)
    pq.write_table(
        as_table(list(members), MEMBERS), folder / "members" / "part-0.parquet", compression="zstd"
    )
