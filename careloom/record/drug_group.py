"""All that is told of one drug: its orders, reports and fills, and what speaks against its being taken."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from careloom.care.entry import Entry
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.variants import names_of
from careloom.record.counting import overtaken
from careloom.record.doses import Dose, read
from careloom.record.overruled import is_settled
from careloom.record.words import systems

LISTED = frozenset({"active", "on-hold", "unknown", None})
REPORTED = frozenset({"active", "unknown", "intended", "on-hold", None})
_NO_ORDER = frozenset({"proposal", "option"})
_NO_STATUS = frozenset({"draft", "cancelled"})
_NOT_TAKEN = frozenset({"stopped", "not-taken", "completed"})
# How long a report with no end speaks for the present. Ours: two years, the span of the trends too.
_REPORT_LASTS = timedelta(days=730)


@dataclass(frozen=True)
class Group:
    """All entries about one drug, sorted by what they are: orders, reports and fills.

    `misspelt` are the texts among them that name the drug by a slip of the pen.
    """

    ingredients: tuple[Ingredient, ...]
    name: str
    entries: tuple[Entry, ...]
    as_of: date
    misspelt: frozenset[str] = frozenset()

    def dose(self, entry: Entry) -> Dose:
        """The dose that an entry of the group states."""
        return read(entry, names_of(self.ingredients))

    @cached_property
    def listed(self) -> tuple[Entry, ...]:
        """Orders that their source lists as active (or on hold) on that day."""
        ended = overtaken(
            self.entries, lambda entry: entry.kind == "MedicationRequest" and entry.status not in LISTED
        )
        return tuple(
            entry
            for entry in self.entries
            if entry.kind == "MedicationRequest"
            and entry.status in LISTED
            and entry.id not in ended
            and entry.detail.get("intent") not in _NO_ORDER
            and not entry.negated
            and not _ended(entry, self.as_of)
        )

    @cached_property
    def reported(self) -> tuple[Entry, ...]:
        """Reports that it is taken and that still speak for that day; what was settled here, as long as it is ordered."""
        return tuple(
            entry
            for entry in self.entries
            if entry.kind == "MedicationStatement"
            and entry.status in REPORTED
            and not entry.negated
            and not _ended(entry, self.as_of)
            and (
                day_of_entry(entry) > self.as_of - _REPORT_LASTS or (is_settled(entry) and bool(self.listed))
            )
        )

    @cached_property
    def stopped(self) -> tuple[Entry, ...]:
        """Reports that it is not taken, and orders that were stopped, oldest first."""
        current = {entry.id for entry in (*self.listed, *self.reported)}
        return tuple(
            entry
            for entry in self.entries
            if entry.kind in ("MedicationStatement", "MedicationRequest")
            and entry.id not in current
            and entry.status not in _NO_STATUS
            and entry.detail.get("intent") not in _NO_ORDER
        )

    @cached_property
    def said_stopped(self) -> tuple[Entry, ...]:
        """What speaks against its being taken: reports that it is not, and other systems' stopped orders, oldest first.

        Only a report that is as new as every order and report that it is taken, and an order that ended no earlier than the
        newest one that is listed (than the newest report, where none is): what a report says later, it does not undo.
        """
        ordered = max(map(day_of_entry, self.listed), default=date.min)
        since = max(map(day_of_entry, self.reported), default=date.min)
        listing = {system for entry in self.listed for system in systems(entry)}
        return tuple(
            entry
            for entry in self.stopped
            if (
                entry.kind == "MedicationStatement"
                and (entry.negated or entry.status in _NOT_TAKEN)
                and day_of_entry(entry) >= max(since, ordered)
            )
            or (
                entry.status == "stopped"
                and listing.isdisjoint(systems(entry))
                and last_day(entry) >= (ordered if self.listed else since)
            )
        )

    @cached_property
    def held_elsewhere(self) -> tuple[Entry, ...]:
        """Orders on hold in systems none of which lists the drug as active, where another system does."""
        active = {system for entry in self.listed if entry.status != "on-hold" for system in systems(entry)}
        held = [entry for entry in self.listed if entry.status == "on-hold"]
        return tuple(entry for entry in held if active and active.isdisjoint(systems(entry)))

    @cached_property
    def stopped_before(self) -> tuple[Entry, ...]:
        """The newest order that was stopped before a report says that it is taken all the same."""
        if self.listed or not self.reported:
            return ()
        newest = max(day_of_entry(entry) for entry in self.reported)
        orders = [e for e in self.stopped if e.kind == "MedicationRequest" and e.status == "stopped"]
        return tuple(e for e in orders[-1:] if newest - _REPORT_LASTS <= day_of_entry(e) <= newest)


def day_of_entry(entry: Entry) -> date:
    """The day on which it happened; the first of all days where nobody says."""
    return entry.happened.day if entry.happened else date.min


def last_day(entry: Entry) -> date:
    """The day on which an order ended, else that of the entry."""
    return entry.effective.end.day if entry.effective.end else day_of_entry(entry)


def _ended(entry: Entry, as_of: date) -> bool:
    return entry.effective.end is not None and entry.effective.end.day < as_of
