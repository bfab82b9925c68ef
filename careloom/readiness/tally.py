"""The tally: one patient after another is counted and forgotten."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import attrgetter

from careloom.care.arrived import Arrived
from careloom.care.entry import Entry, Person, When
from careloom.knowledge import Knowledge
from careloom.readiness.arrivals import Arrivals
from careloom.readiness.counting import Cell
from careloom.readiness.fields import PERSON, Field, Lens
from careloom.readiness.identifiers import kinds_told
from careloom.readiness.plausible import doubts, first_day, of_person
from careloom.readiness.sameness import Repeated, free_text, repeats

WHOLE = ""
CODED, NO_UNIT, NO_CODE = "standard code", "no unit", "no standard code"
# Days of arrivals that are kept for telling a field that fell away: a yearly feed is not judged.
KEPT = timedelta(days=400)
# What spans so long names a day, of which the shortest has 23 hours.
NO_HOUR = timedelta(hours=22)
_earliest = attrgetter("earliest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that is known of one patient.

    `persons` are (source, what it says of who the patient is), the source "" where nobody knows; `received` has, by (SHA-256 of a message, its
    source), when that message came.
    """

    patient: str
    entries: Sequence[Entry]
    persons: Sequence[tuple[str, Person]]
    received: Mapping[tuple[str, str], datetime]


@dataclass
class SourceCount:
    """What is counted of one source besides its fields. `formats` are what its messages are in."""

    arrivals: Arrivals = field(default_factory=Arrivals)
    formats: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    repeated: Repeated = field(default_factory=Repeated)
    told: int = 0
    texts: int = 0
    identifiers: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """Counts as of a day; days are those of arrival, in `zone`.

    `cells` are by (source, field), the whole under the source "". `days[source, field][day]` counts the patients'
    messages of that day that show the field, `days[source, ""]` all of them, and `parts[source, field, part]` those of the
    field in which any entry has the part (CODED: a standard code). `systems[source, field][day]` counts its entries by the coding systems of their codes, `units[source, lab][day]` counts the units of its results, `lags[source][day]` how many hours
    entries took to arrive. `together` counts patients by the
    sources that tell of them. `labs` counts patients by measurement that a protocol asks for.
    """

    fields: tuple[Field, ...]
    knowledge: Knowledge
    as_of: date
    zone: tzinfo = UTC
    patients: int = 0
    cells: defaultdict[tuple[str, str], Cell] = field(default_factory=lambda: defaultdict(Cell))
    sources: defaultdict[str, SourceCount] = field(default_factory=lambda: defaultdict(SourceCount))
    days: defaultdict[tuple[str, str], Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    parts: defaultdict[tuple[str, str, str], Counter[date]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    units: defaultdict[tuple[str, str], defaultdict[date, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    systems: defaultdict[tuple[str, str], defaultdict[date, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    lags: defaultdict[str, defaultdict[date, Counter[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    together: Counter[frozenset[str]] = field(default_factory=Counter)
    labs: Counter[str] = field(default_factory=Counter)
    births: Counter[str] = field(default_factory=Counter)
    across: int = 0

    def __post_init__(self) -> None:
        self._lens = Lens(self.fields, self.knowledge)

    def message(self, one: Arrived) -> None:
        """Count a message."""
        count = self.sources[one.source]
        count.arrivals.add(one.received.astimezone(self.zone))
        count.formats[one.format.partition(":")[0]] += 1
        count.entries += one.entries
        count.unknown.update(one.unknown)
        count.rejected.update(one.rejected)

    def add(self, told: Told) -> None:
        """Count a patient."""
        self.patients += 1
        sources = {entry.source.system for entry in told.entries} | {source for source, _ in told.persons}
        self.together[frozenset(sources - {WHOLE})] += 1
        self._count_birth([person for _, person in told.persons])
        self._count_fields(told)
        self._count_persons(told)
        across, within = repeats(told.entries)
        self.across += across
        for source, repeated in within.items():
            self.sources[source].repeated.add(repeated)
        for entry in told.entries:
            self.sources[entry.source.system].told += 1
            self.sources[entry.source.system].texts += free_text(entry)
        named = [(source, person) for source, person in told.persons if source != WHOLE]
        for source, kinds in kinds_told(told.entries, named).items():
            self.sources[source].identifiers.update(kinds)

    def _count_fields(self, told: Told) -> None:
        births = [born for _, person in told.persons if (born := first_day(person.birth_date))]
        telling: defaultdict[str, set[str]] = defaultdict(set)
        newest: dict[tuple[str, str, str], When | None] = {}
        having: set[tuple[str, str, str, str]] = set()
        labs: set[str] = set()
        for entry, shown in self._lens.shown(told.entries, self.as_of):
            source, came = entry.source.system, told.received.get((entry.source.message, entry.source.system))
            labs |= (measured := self._lens.labs(entry))
            if measured and (day := self._arrival(told, entry.source.message, source)):
                for lab in measured:
                    self.units[source, lab][day][entry.unit or NO_UNIT] += 1
            for one in shown:
                why = set(doubts(entry, self.knowledge.labs, births=births, received=came, ahead=one.ahead))
                for where in (source, WHOLE):
                    _count_entry(self.cells[where, one.name], one, entry, why)
                if not one.person:
                    telling[one.name].add(source)
                    if one.systems and (day := self._arrival(told, entry.source.message, source)):
                        self.systems[source, one.name][day].update(one.spoken(entry) or {NO_CODE})
                key = (source, one.name, entry.source.message)
                newest[key] = max(
                    filter(None, (newest.get(key), _event(entry, one))), key=_earliest, default=None
                )
                having |= {(*key, part) for part in _parts(entry, one)}
        self._count_days(told, newest)
        for source, name, message, part in having:
            if day := self._arrival(told, message, source):
                self.parts[source, name, part][day] += 1
        self.labs.update(labs)
        for name, sources in telling.items():
            self._count_patient(name, sources)

    def _count_patient(self, name: str, sources: Iterable[str]) -> None:
        every = sorted(sources)
        for where in (*every, WHOLE):
            self.cells[where, name].patients += 1
        if len(every) == 1:
            self.cells[every[0], name].alone += 1

    def _count_days(self, told: Told, newest: Mapping[tuple[str, str, str], When | None]) -> None:
        """A message that tells of a patient counts once in its day, and once for each field that it shows."""
        for message, source in {(one.source.message, one.source.system) for one in told.entries}:
            if day := self._arrival(told, message, source):
                self.days[source, ""][day] += 1
        for (source, name, message), event in newest.items():
            if day := self._arrival(told, message, source):
                self.days[source, name][day] += 1
            came = told.received.get((message, source))
            if came is not None and event is not None:
                for where in (source, WHOLE):
                    self.cells[where, name].delays.add(came - event.earliest)
                if day := self._arrival(told, message, source):
                    self.lags[source][day][_hours(event, came, self.zone)] += 1

    def _arrival(self, told: Told, message: str, source: str) -> date | None:
        """The day on which a message came; None where that is not known, too long ago, or after the tally's day."""
        came = told.received.get((message, source))
        day = came.astimezone(self.zone).date() if came else None
        return day if day and self.as_of - KEPT <= day <= self.as_of else None

    def _count_persons(self, told: Told) -> None:
        """Fields of the person: whether the parts are there, in whichever message of a source."""
        for one in self.fields:
            if not one.person:
                continue
            parts: defaultdict[str, set[str]] = defaultdict(set)
            why: defaultdict[str, set[str]] = defaultdict(set)
            for source, person in told.persons:
                for where in (source, WHOLE):
                    parts[where] |= {part for part in one.person if PERSON[part](person)}
                    if "birth_date" in one.person:
                        why[where] |= set(of_person(person, self.as_of))
            telling = {source for source, found in parts.items() if found and source != WHOLE}
            for where in [*telling, *([WHOLE] if telling else [])]:
                cell = self.cells[where, one.name]
                cell.entries += 1
                cell.whole += parts[where] == set(one.person)
                cell.lacking.update(set(one.person) - parts[where])
                cell.doubtful += bool(why[where])
                cell.doubts.update(why[where])
            self._count_told_person(one, telling)

    def _count_told_person(self, one: Field, telling: set[str]) -> None:
        """A field that entries and the person tell is counted by the person: each source that says who it is tells it."""
        for source in telling:
            cell = self.cells[source, one.name]
            cell.patients += 1
            cell.alone += len(telling) == 1
        self.cells[WHOLE, one.name].patients += bool(telling)

    def _count_birth(self, persons: Sequence[Person]) -> None:
        said = {person.birth_date for person in persons if person.birth_date}
        if not said:
            self.births["missing"] += 1
        elif all(len(one) < 10 for one in said):
            self.births["not to the day"] += 1
        if len({one for one in said if len(one) == 10}) > 1:
            self.births["said in two ways"] += 1


def _count_entry(cell: Cell, one: Field, entry: Entry, why: set[str]) -> None:
    if one.person:
        return  # counted by the person, of whom not every source sends an entry
    cell.entries += 1
    lacks = one.lacks(entry)
    cell.whole += not lacks
    cell.lacking.update(lacks)
    cell.coded += bool(one.systems) and one.coded(entry)
    cell.doubtful += bool(why)
    cell.doubts.update(why)


def _parts(entry: Entry, one: Field) -> set[str]:
    if one.person:
        # What a message's Patient entry says of the person; name, address and telephone stand in none.
        return {part for part in one.person if entry.kind == "Patient" and entry.detail.get(part)}
    found = set(one.parts) - set(one.lacks(entry)) - {"status"}
    return found | {CODED} if one.coded(entry) else found


def _hours(event: When, came: datetime, zone: tzinfo) -> int:
    """Whole hours until it came; of what has no hour, whole days, since summer time moves a fixed hour's midnight."""
    if event.latest - event.earliest >= NO_HOUR:
        return max((came.astimezone(zone).date() - event.day).days, 0) * 24
    return max(int((came - event.earliest).total_seconds() // 3600), 0)


def _event(entry: Entry, one: Field) -> When | None:
    """When it happened: a finished stay when it ended; what lasts or lies ahead when somebody wrote it down."""
    if one.event == "recorded" or one.ahead:
        return entry.recorded
    return entry.effective.end or entry.effective.start or entry.recorded
