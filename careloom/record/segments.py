"""Segments: what came from a substance-use programme (42 CFR Part 2) kept apart from the rest, unless a consent opens it.

It follows the programme, never a diagnosis: the same diagnosis from a hospital stays in the record.

Source   42 CFR 2.12 (records of a programme), 2.31 (consent), 2.33 (use and disclosure with consent), 2024
Misses   what a programme's content became in another system's own words; medical emergencies (2.51)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.entry import Entry
from careloom.care.record import Consented
from careloom.record.consents import consents, opens


@dataclass(frozen=True, slots=True)
class Apart:
    """Entries that anybody may read who may read the record, and those that stay restricted."""

    open: tuple[Entry, ...]
    restricted: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Programmes:
    """A site's programmes, by the system that sends for them, and the names by which a consent may name this site."""

    by_system: Mapping[str, str]
    recipients: Collection[str] = ()

    def apart(self, entries: Sequence[Entry], as_of: date) -> Apart:
        """The entries in two parts, as of a date; in each their order stays."""
        closed = [entry for entry in entries if self.programme(entry)]
        if not closed:
            return Apart(tuple(entries))
        given = consents(entries, as_of)
        restricted = {entry.id for entry in closed if not self._opened(entry, given)}
        return Apart(
            tuple(entry for entry in entries if entry.id not in restricted),
            tuple(entry for entry in entries if entry.id in restricted),
        )

    def named(self, entry: Entry) -> Entry:
        """An opened entry with its programme's name, which goes with it wherever it is told."""
        programme = self.programme(entry)
        if not programme or "part2" in entry.detail:
            return entry
        return replace(entry, detail={**entry.detail, "part2": programme})

    def programme(self, entry: Entry) -> str:
        """The programme from which an entry comes: as segmented on arrival, else by its system now; "" for none."""
        return entry.detail.get("part2", "") or self.by_system.get(entry.source.system, "")

    def _opened(self, entry: Entry, given: Iterable[Consented]) -> bool:
        """Whether the newest consent that speaks of its programme opens it."""
        counselling = entry.kind == "DocumentReference" or "quote" in entry.detail
        last: bool | None = None
        for consent in given:
            said = opens(
                consent, self.programme(entry), entry.source.system, self.recipients, counselling=counselling
            )
            last = last if said is None else said
        return bool(last)
