"""Measuring: the records of all patients as views, and measures asked of them.

Takes    the store, the site's value sets, the names of measures, a period, and an engine
Gives    each measure's populations, by patient and in all
Never    keeps views longer than the run, unless it is told where; measures with a value set that is missing
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from careloom.care.entry import Entry, Person
from careloom.errors import ConfigError, InputError
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.terms import Terms
from careloom.measure.quality import MEASURES, running
from careloom.measure.quality.noun import Measure, Span
from careloom.measure.quality.running import Asked
from careloom.measure.quality.sets import Sets, of_files
from careloom.measure.quality.translated import ask_kept
from careloom.measure.quality.writing import Writer, ingredients, write_members
from careloom.store.opening import Store

Step: TypeAlias = Callable[[int], None]
# Is shown each patient's id, entries and persons while views are written.
Shown: TypeAlias = Callable[[str, Sequence[Entry], Sequence[Person]], None]


@dataclass(frozen=True)
class Measured:
    """A measure that was counted: the expression, where its rows now lie, and which value sets were counted without."""

    asked: Asked
    rows: Asked
    connection: Any
    view_of: Callable[[str], Any]
    without: tuple[str, ...]

    def totals(self) -> tuple[Mapping[str, int], ...]:
        """Each group's populations over everybody."""
        return running.totals(self.connection, self.rows)

    def patients(self) -> Iterator[running.Counted]:
        """Everybody's populations."""
        return running.counted(self.connection, self.rows)

    def supplemented(self) -> Iterator[tuple[running.Counted, running.Supplement]]:
        """The same, each with what is known of who somebody is."""
        return running.supplemented(self.connection, self.rows, self.view_of)


@dataclass(frozen=True)
class Measuring:
    """The measures of one organisation's patients. `value_sets` is a folder with the site's own, or None."""

    store: Store
    terms: Terms
    drugs: Drugs
    home: Path
    value_sets: Path | None
    clock: Callable[[], datetime]

    def write_views(
        self, folder: Path, as_of: date, step: Step = lambda _: None, shown: Shown | None = None
    ) -> int:
        """Write the views of every patient into a new folder; how many patients. Raises ConfigError where there is one already.

        `as_of` leaves out what came later; each patient is `shown` on the way.
        """
        if folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder.name} is not empty; views are written into a new folder")
        with Writer(folder, ingredients(self.drugs)) as writer:
            for patient in self.store.arrived.patients():
                entries = self._known(self.store.entries.of(patient), as_of)
                persons = self.store.patients.persons(patient)
                writer.add(patient, entries, persons)
                if shown:
                    shown(patient, entries, persons)
                step(1)
        self.store.audit.note("operator", "measure", what=f"views of {writer.patients} patients")
        return writer.patients

    def _known(self, entries: Sequence[Entry], as_of: date) -> Sequence[Entry]:
        if as_of >= self.clock().date():
            return entries
        came = self.store.arrived.received({one.source.message for one in entries})
        return [
            one
            for one in entries
            if (at := came.get((one.source.message, one.source.system))) is None
            or at.astimezone().date() <= as_of
        ]

    def sets(self, folder: Path | None = None) -> Sets:
        """The value sets that the site has: of a folder, else of the setting's folder, and the loaded releases."""
        chosen = folder or self.value_sets
        return of_files(chosen) if chosen else Sets(self.terms.value_sets())

    @contextmanager
    def views(self, given: Path | None, as_of: date, step: Step = lambda _: None) -> Iterator[Path]:
        """A folder with the views: the given one as it is, else a new one that is gone afterwards."""
        if given is not None:
            if not (given / "patient").is_dir():
                raise ConfigError(
                    f"{given.name} has no views; careloom measure --write-views {given.name} makes them"
                )
            yield given
            return
        with TemporaryDirectory(dir=self.home, prefix="views-") as made:
            self.write_views(Path(made) / "views", as_of, step)
            yield Path(made) / "views"

    @contextmanager
    def engine(self, name: str, folder: Path, sets: Sets) -> Iterator["Asking"]:
        """An engine over a folder of views and the site's value sets."""
        with TemporaryDirectory(dir=self.home, prefix="measured-") as made:
            scratch = Path(made)
            write_members(scratch, sets.rows())
            connection, view_of = running.ENGINES[name](folder, scratch)
            yield Asking(connection, view_of, sets, scratch, self.home / "measures")


@dataclass(frozen=True)
class Asking:
    """Measures asked of an open engine.

    `scratch` holds the value sets, and the answers while they are read; `kept` how measures were asked before.
    """

    connection: Any
    view_of: Callable[[str], Any]
    sets: Sets
    scratch: Path
    kept: Path

    def ask(self, measure: Measure, period: Span) -> Asked:
        """One measure as an expression, with the value sets that it uses."""
        return ask_kept(measure, period, self.connection, self.view_of, self.kept)

    def measure(self, measure: Measure, period: Span) -> Measured:
        """Count one measure. Raises ConfigError naming the value sets that nobody has loaded."""
        asked = self.ask(measure, period)
        without = running.refuse_missing(asked, self.sets.held)
        rows = running.kept(self.connection, asked, self.scratch)
        words = tuple(f"{one.name} ({one.oid})" for one in without)
        return Measured(asked, rows, self.connection, self.view_of, words)


def named(names: Sequence[str]) -> tuple[Measure, ...]:
    """The measures of these names, all where none is given. Raises InputError naming those that there are."""
    found = []
    for name in names:
        one = next((measure for measure in MEASURES if measure.answers_to(name)), None)
        if one is None:
            raise InputError(
                f"no measure {name}; there are {', '.join(one.name for one in MEASURES)}", "NAME"
            )
        found.append(one)
    return tuple(one for one in MEASURES if one in found) if found else MEASURES
