"""A Question: the views, value sets and period that a measure file asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from careloom.measure.quality.noun import Edition, Span, Table, Truth, ValueSet


@dataclass
class Question:
    """What a measure file talks to. It gathers what was asked; `running.py` turns that into one expression.

    `view_of` gives a view's table by name, `members` is the table of value sets (`value_set`: its OID, `coding`).
    """

    edition: Edition
    period: Span
    view_of: Callable[[str], Table]
    members: Table
    used: dict[str, ValueSet] = field(default_factory=dict)
    by_patient: list[Table] = field(default_factory=list)
    criteria: list[Table] = field(default_factory=list)
    by_encounter: list[Table] = field(default_factory=list)
    base: Table = None
    # By the operation of a table that was given the view and the OIDs that it was asked with (onepass.py).
    retrieves: dict[Any, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def view(self, name: str) -> Table:
        """A whole view."""
        table = self.view_of(name)
        self.retrieves[table.op()] = (name, ())
        return table

    def of(self, name: str, *sets: ValueSet) -> Table:
        """A view's rows whose code is in any of the value sets (CQL's retrieve)."""
        table = self.among(self.view(name), *sets)
        self.retrieves[table.op()] = (name, tuple(one.oid for one in sets))
        return table

    def coded(self, name: str, *codings: str) -> Table:
        """A view's rows that have one of these codes ("system|code")."""
        view = self.view(name)
        return view.filter(view.coding.isin(codings))

    def sorted_by(self, name: str, *sets: ValueSet) -> Table:
        """As `of`, with a column `value_set` that says of which set (its OID) a row's code is: a row for each."""
        return self.view(name).inner_join(self._members(sets), "coding")

    def among(self, table: Table, *sets: ValueSet, column: str = "coding") -> Table:
        """A table's rows whose code is in any of the value sets."""
        return table.semi_join(self._members(sets), [(column, "coding")])

    def within(self, table: Table, column: str, *sets: ValueSet) -> Table:
        """A table's rows of which any code in a column of several ("values", "reasons", "diagnoses") is in any of the sets."""
        return self.among(table.mutate(one_of=table[column].unnest()), *sets, column="one_of").drop("one_of")

    def exists(self, table: Table, *, by: str = "patient") -> Truth:
        """Whether the patient has a row in the table; with by="encounter" whether the encounter has one (`encounter` is its row)."""
        import ibis  # over a quarter of a second

        gathered = self.by_encounter if by == "encounter" else self.by_patient
        if by == "patient":
            self.criteria.append(table)
        gathered.append(table.select(key=table["encounter" if by == "encounter" else "patient"]))
        return getattr(ibis._, f"{by}_{len(gathered) - 1}")

    def rows(self, encounters: Table) -> None:
        """Count these encounters instead of patients: each once, however many codes it has."""
        self.base = encounters.select("patient", encounter=encounters.row).distinct()

    @property
    def age_at_end(self) -> Truth:
        """Age in years on the last day of the period."""
        return self.age(self.period.last.year * 10_000 + self.period.last.month * 100 + self.period.last.day)

    @property
    def age_at_start(self) -> Truth:
        """Age in years on the first day of the period."""
        first = self.period.first
        return self.age(first.year * 10_000 + first.month * 100 + first.day)

    def age(self, on: int) -> Truth:
        """Age in years on a day (2025-12-31 is 20251231). Who was born on a day that nobody knows exactly has one where all days give the same."""
        import ibis  # over a quarter of a second

        oldest, youngest = (on - ibis._.birth) // 10_000, (on - ibis._.birth_to) // 10_000
        return (oldest == youngest).ifelse(oldest, None)

    @property
    def sex(self) -> Truth:
        """Administrative gender, FHIR's code."""
        import ibis  # over a quarter of a second

        return ibis._.sex

    def _members(self, sets: tuple[ValueSet, ...]) -> Table:
        for one in sets:
            self.used[one.oid] = one
        return self.members.filter(self.members.value_set.isin([one.oid for one in sets]))
