"""Weaving: from what is stored of a patient to the record that people, drafts and pages read.

What a substance-use programme sent and no consent opens is kept out here, once for all of them; checks alone get it (`whole`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.system import SourceSystem
from careloom.knowledge import Knowledge
from careloom.pipeline.scans import settled
from careloom.record import Programmes, Remembered, assemble
from careloom.store.opening import Store

# Patients whose record's parts are kept in memory, so that an arriving message costs what it changes.
REMEMBERED = 8


@dataclass(frozen=True)
class Weaving:
    """The stage record over one store. `recipients` are the names by which a consent may name this site."""

    store: Store
    knowledge: Knowledge
    systems: Mapping[str, SourceSystem]
    recipients: tuple[str, ...] = ()

    def record(self, patient: str, as_of: date, *, closed: bool = False) -> PatientRecord:
        """A patient's record as of a day; of whoever is one person with others, that of all of them.

        `closed` leaves out what substance-use programmes sent also where a consent opens it: for roles that don't read it.
        """
        patient = self.store.sameness.first(patient)
        entries = settled(self.store.entries.of(patient), self.store.confirmations.of(patient))
        if closed:
            entries = [entry for entry in entries if not self.programmes.programme(entry)]
        apart = self.programmes.apart(entries, as_of)
        told = tuple(
            person if source not in self.programmes.by_system else replace(person, identifiers=())
            for source, person in self.store.patients.said(patient)
        )
        copied = self.store.entries.copied(patient)
        remembered = Remembered() if closed else self._remembered_of(patient)
        shown = tuple(map(self.programmes.named, apart.open))
        found = assemble(patient, shown, self.knowledge, as_of, told, remembered, copied=copied)
        if not apart.restricted:
            return found
        return replace(found, whole=assemble(patient, entries, self.knowledge, as_of, told, copied=copied))

    def entries(self, patient: str, as_of: date) -> tuple[Entry, ...]:
        """What may be used of a patient today, as its sources said it, before anything is made of it."""
        patient = self.store.sameness.first(patient)
        entries = settled(self.store.entries.of(patient), self.store.confirmations.of(patient))
        return tuple(self.programmes.apart(entries, as_of).open)

    @cached_property
    def programmes(self) -> Programmes:
        """The substance-use programmes among the source systems (42 CFR Part 2), and who a consent may name."""
        names = {name: system.programme for name, system in self.systems.items() if system.part2}
        return Programmes(names, self.recipients)

    def _remembered_of(self, patient: str) -> Remembered:
        """The parts of a record as they came out last; of those whom somebody asked for lately."""
        remembered = self._remembered.pop(patient, None) or Remembered()
        self._remembered[patient] = remembered
        while len(self._remembered) > REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)), None)
        return remembered

    @cached_property
    def _remembered(self) -> dict[str, Remembered]:
        return {}
