"""Weaving: from what is stored of a patient to the record that people, drafts and pages read.

What a substance-use programme sent and no consent opens is kept out here, once for all of them; checks alone get it (`whole`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from careloom.care.entry import Entry, Person
from careloom.care.record import PatientRecord
from careloom.care.ruling import Ruling
from careloom.care.system import SourceSystem
from careloom.knowledge import Knowledge
from careloom.pipeline.memories import Memories
from careloom.pipeline.scans import settled
from careloom.record import Programmes, Remembered, assemble
from careloom.record.ruled import is_own
from careloom.record.segments import Apart
from careloom.store.opening import Store

# Records that are kept in memory with their parts, so that an arriving message costs what it changes and a page what it shows.
REMEMBERED = 16
# A patient's entries by id, as other mappings would have them read.
Reread = Callable[[str, Mapping[str, Entry]], Mapping[str, Entry]]


@dataclass(frozen=True, slots=True)
class Trial:
    """Something that isn't settled yet, with the entries by which it would be said."""

    ruling: Ruling
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Weaving:
    """The stage record over one store. `recipients` are the names by which a consent may name this site."""

    store: Store
    knowledge: Knowledge
    systems: Mapping[str, SourceSystem]
    recipients: tuple[str, ...] = ()
    # A record and its parts as they came out last; what is closed is kept by itself.
    _remembered: Memories[tuple[str, bool, bool]] = field(
        default_factory=lambda: Memories(REMEMBERED), init=False, repr=False, compare=False
    )

    def record(
        self,
        patient: str,
        as_of: date,
        *,
        closed: bool = False,
        trial: Trial | None = None,
        bare: bool = False,
    ) -> PatientRecord:
        """A patient's record as of a day; of whoever is one person with others, that of all of them.

        `closed` leaves out what substance-use programmes sent also where a consent opens it: for roles that don't read it. With a
        `trial` it is the record as it would be if that were settled, too; a `bare` one says nothing of what it lacks.
        """
        patient = self.store.sameness.first(patient)
        entries, rulings = self._said(patient, as_of, trial)
        remembered = Remembered() if trial else self._remembered.of((patient, closed, bare))

        def woven(
            entries: Sequence[Entry],
            rulings: Sequence[Ruling],
            said: Sequence[tuple[str, Person]],
            copied: frozenset[str],
            as_of: date,
        ) -> PatientRecord:
            apart = self._apart(entries, rulings, as_of)
            if closed:
                entries = [entry for entry in entries if not self.programmes.programme(entry)]
                apart = Apart(tuple(one for one in apart.open if not self.programmes.programme(one)))
            told = tuple(
                person if source not in self.programmes.by_system else replace(person, identifiers=())
                for source, person in said
            )
            shown = tuple(map(self.programmes.named, apart.open))
            found = assemble(
                patient,
                shown,
                self.knowledge,
                as_of,
                told,
                remembered,
                copied=copied,
                rulings=rulings,
                bare=bare,
            )
            if not apart.restricted:
                return found
            whole = assemble(patient, entries, self.knowledge, as_of, told, copied=copied, rulings=rulings)
            return replace(found, whole=whole)

        # What is stored is read each time; where all of it is what it was, so is the record.
        return remembered.part(
            woven,
            tuple(entries),
            tuple(rulings),
            self.store.patients.said(patient),
            self.store.entries.copied(patient),
            as_of,
        )

    def then(
        self,
        patient: str,
        as_of: date,
        at: datetime,
        seen: Collection[str],
        knowledge: Knowledge,
        reread: Reread | None = None,
    ) -> PatientRecord:
        """The record as a draft saw it that was queued `at` that time, whose record had the entries `seen`, made anew from what was stored by
        then. Which of two messages about one resource counted isn't asked again: `seen` says it. `reread` has entries as they would be by other mappings."""
        past, patient = self.store.past, self.store.sameness.first(patient)
        every = past.entries({*seen, *past.ids(patient, at)}, at)
        if reread is not None:
            as_read = reread(patient, every)
            seen = {*seen, *(as_read.keys() - every.keys())}
            every = as_read
        stood = settled(tuple(every.values()), self.store.confirmations.of(patient))
        rulings = [one for one in self.store.rulings.of(patient) if one.at <= at]
        rulings = [one for one in rulings if one.at.astimezone().date() <= as_of]
        apart = self._apart(stood, rulings, as_of)
        own = {entry.id for ruling in rulings for entry in apart.open if is_own(entry, ruling)}
        shown = [one for one in apart.open if one.id in seen or one.id in own]
        said = tuple(
            person if source not in self.programmes.by_system else replace(person, identifiers=())
            for source, person in past.persons(patient, at)
        )
        copied = self.store.entries.copied(patient)
        named = tuple(map(self.programmes.named, shown))
        found = assemble(patient, named, knowledge, as_of, said, copied=copied, rulings=rulings)
        if not apart.restricted:
            return found
        whole = [*shown, *apart.restricted]
        return replace(
            found,
            whole=assemble(patient, whole, knowledge, as_of, said, copied=copied, rulings=rulings),
        )

    def entries(self, patient: str, as_of: date) -> tuple[Entry, ...]:
        """What may be used of a patient today, as its sources said it, before anything is made of it."""
        patient = self.store.sameness.first(patient)
        return tuple(self._apart(*self._said(patient, as_of, None), as_of).open)

    def _said(
        self, patient: str, as_of: date, trial: Trial | None
    ) -> tuple[Sequence[Entry], Sequence[Ruling]]:
        """All entries as people confirmed them, and what was settled by that day."""
        entries = settled(self.store.entries.of(patient), self.store.confirmations.of(patient))
        known = [one for one in self.store.rulings.of(patient) if one.at.astimezone().date() <= as_of]
        rulings = self._of_one(patient, known, {entry.id for entry in entries}) if known else known
        if trial is None:
            return entries, rulings
        return [*entries, *trial.entries], [*rulings, trial.ruling]

    def _of_one(self, patient: str, rulings: Sequence[Ruling], here: Collection[str]) -> Sequence[Ruling]:
        """Those that rest on nothing of somebody else: what was settled of two who were held to be one rules neither of them."""
        members = set(map(str, self.store.sameness.members(patient)))
        absent = {one.id: [cover.entry for cover in one.covers if cover.entry not in here] for one in rulings}
        return [one for one in rulings if self.store.entries.filed(absent[one.id]) <= members]

    def _apart(self, entries: Sequence[Entry], rulings: Sequence[Ruling], as_of: date) -> Apart:
        """What is open and what restricted. That something of a programme's was settled is as open as all that it rests on."""
        apart = self.programmes.apart(entries, as_of)
        closed = {entry.id for entry in apart.restricted}
        opened: list[Entry] = []
        for ruling in rulings:
            own = [entry for entry in apart.restricted if is_own(entry, ruling)]
            programme = self._programme_of(ruling, entries)
            if own and programme and not any(cover.entry in closed for cover in ruling.covers):
                opened += [replace(one, detail={**one.detail, "part2": programme}) for one in own]
        if not opened:
            return apart
        ids = {entry.id for entry in opened}
        return Apart(
            (*apart.open, *opened), tuple(entry for entry in apart.restricted if entry.id not in ids)
        )

    def _programme_of(self, ruling: Ruling, entries: Sequence[Entry]) -> str:
        """The programme some of whose entries a ruling rests on; "" for none."""
        covered = {cover.entry for cover in ruling.covers}
        told = (self.programmes.programme(entry) for entry in entries if entry.id in covered)
        return next(filter(None, told), "")

    @cached_property
    def programmes(self) -> Programmes:
        """The substance-use programmes among the source systems (42 CFR Part 2), and who a consent may name."""
        names = {name: system.programme for name, system in self.systems.items() if system.part2}
        return Programmes(names, self.recipients)
