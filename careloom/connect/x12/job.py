"""What the readers of the several transaction sets share: the set's place, its time, its hierarchy, its unread segments."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from careloom.care.entry import Entry, Message, Period, Person, Reading, Rejection, Source, When, entry_id
from careloom.connect.x12.fault import fault
from careloom.connect.x12.people import Party, person
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import moment

# Entries of one person that are given together at most.
TOGETHER = 200
# For each hierarchical level (HL-03) the levels that may stand above it (guides, HL of each loop).
ABOVE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "837": {"20": (), "22": ("20",), "23": ("22",)},
    "270": {"20": (), "21": ("20",), "22": ("21",), "23": ("22",)},
    "271": {"20": (), "21": ("20",), "22": ("21",), "23": ("22",)},
    "276": {"20": (), "21": ("20",), "19": ("21",), "22": ("19",), "23": ("22",)},
    "277": {"20": (), "21": ("20",), "19": ("21",), "22": ("19",), "23": ("22",), "PT": ("19",)},
    "278": {
        "20": (), "21": ("20",), "22": ("21",), "23": ("22",), "EV": ("22", "23"), "SS": ("EV",),
        "19": ("22", "23", "EV", "SS"),
    },
}  # fmt: skip
# In 004010X094 the event is the provider's level, and the services stand under it.
ABOVE_4010: Mapping[str, tuple[str, ...]] = {**ABOVE["278"], "SS": ("19",)}


@dataclass(slots=True)
class Hierarchy:
    """The HL segments of a set: the number, level and promised children of each level that is open."""

    above: Mapping[str, tuple[str, ...]]
    count: int = 0
    open: dict[str, str] = field(default_factory=dict)
    childless: str = ""
    promised: str = ""

    def take(self, segment: Segment, where: str) -> tuple[bool, list[Rejection]]:
        """Whether what stands under this HL is surely its parent's, and every fault of the HL. X12.6; guides, HL."""
        self.count += 1
        number, parent, level = segment.get(1), segment.get(2), segment.get(3)
        found = []
        place = f"{where}/HL[{self.count}]"
        if number != str(self.count):
            found.append(
                fault(f"{place}: HL-01", f"is out of sequence: this is HL {self.count} of the set", "IK4 7")
            )
        over = self.above.get(level)
        if over is None:
            found.append(fault(f"{place}: HL-03", "is no level of this transaction set", "IK4 7"))
            return False, found
        sure = self._parent_is_sure(parent, over)
        if not sure:
            why = "is not the number of the level above; what stands under it is not read, since whose it is is not sure"
            found.append(fault(f"{place}: HL-02", why if parent or over else "must not be there", "IK4 7"))
        if self.childless and over and parent == self.childless:
            found.append(
                fault(f"{place}: HL-02", "names a level that says (HL-04) that it has none under it", "IK4 7")
            )
        if self.promised and parent != self.promised:
            found.append(self.unkept(where))
        self.promised = number if segment.get(4) == "1" else ""
        self.childless = number if segment.get(4) == "0" else ""
        self._forget(level)
        self.open[level] = number
        return sure, found

    def unkept(self, where: str) -> Rejection:
        """A level that says that others stand under it, and none does."""
        self.promised = ""
        return fault(f"{where}/HL: HL-04", "says that levels stand under it, and none does", "IK4 7")

    def _parent_is_sure(self, parent: str, over: tuple[str, ...]) -> bool:
        if not over:
            return not parent
        return any(self.open.get(level) == parent for level in over) and bool(parent)

    def _forget(self, level: str) -> None:
        """Close the levels that stood under one of this kind."""
        levels = list(self.open)
        if level in levels:
            for inner in levels[levels.index(level) :]:
                del self.open[inner]


@dataclass(slots=True)
class Job:
    """One transaction set that is read: where it stands, when it was made, and what of it nobody here understands."""

    message: Message
    kind: str
    guide: str
    where: str
    is_test: bool = False
    created: When | None = None
    hierarchy: Hierarchy = field(init=False)
    unknown: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)
    sure: bool = True

    def __post_init__(self) -> None:
        """Take the levels of the set's kind."""
        above = (
            ABOVE_4010 if self.kind == "278" and self.guide.startswith("004") else ABOVE.get(self.kind, {})
        )
        self.hierarchy = Hierarchy(above)

    @property
    def zone(self) -> str:
        """The zone of the source's times."""
        return self.message.zone

    def begin(self, segment: Segment) -> None:
        """Take the time of BHT, or of BGN."""
        days, hours = (3, 4) if segment.id == "BGN" else (4, 5)
        self.created = moment(segment.get(days), self.zone, segment.get(hours))

    def level(self, segment: Segment) -> None:
        """Take an HL."""
        self.sure, faults = self.hierarchy.take(segment, self.where)
        self.rejected += faults

    def unkept(self) -> None:
        """Tell of the last level that says that others stand under it, and none does."""
        if self.hierarchy.promised:
            self.rejected.append(self.hierarchy.unkept(self.where))

    def entry(self, kind: str, where: str, ordinal: int = 0) -> Entry:
        """An entry of this kind at a place, empty but for id, source and the time of the set."""
        return Entry(
            id=entry_id(self.message.sha256, where, kind, ordinal),
            kind=kind,
            source=Source(self.message.sha256, where, self.message.source),
            recorded=self.created,
        )

    def person(
        self, who: Party, payer: Party, where: str, *, subscriber: Party | None = None, provider: str = ""
    ) -> Person:
        """The person whom a part of the set is about; see `people.person`."""
        mark = f"{self.message.sha256[:32]} {where}"
        if who.birth and self.created and who.birth > self.created.text[:10]:
            self.reject(
                f"{where}: DMG-02", "the birth date lies after the day of the set; it is not taken", "IK4 8"
            )
            who = replace(who, birth=None)
        return person(who, payer, self.message.source, mark, subscriber=subscriber, provider=provider)

    def reject(self, where: str, reason: str, code: str) -> None:
        """Keep the reason why something could not be read."""
        self.rejected.append(fault(where, reason, code))

    def not_later(self, held: Period, where: str) -> None:
        """Tell where a day of service lies after the day on which the set was made."""
        last = held.end or held.start
        if last and self.created and last.text[:10] > self.created.text[:10]:
            self.reject(where, "lies after the day on which the set was made", "IK4 8")

    def doubt(self, where: str) -> None:
        """A second person is named where one was: what begins him or her is missing, so that what follows is nobody's."""
        self.sure = False
        why = "names a second person where what begins a person is missing; what follows is not read"
        self.reject(where, why, "IK3 3")

    def give(self, person: Person, entries: list[Entry]) -> Iterator[Reading]:
        """A reading of what has been found of one person."""
        if entries:
            yield Reading(person, tuple(entries))


def detail(**said: str | None) -> dict[str, str]:
    """An entry's detail: what is there of it."""
    return {key: value for key, value in said.items() if value}


def joined(words: list[str]) -> str:
    """Words, each once, separated by '; '."""
    return "; ".join(dict.fromkeys(word for word in words if word))


def with_detail(entry: Entry, **said: str | None) -> Entry:
    """An entry with more detail."""
    return replace(entry, detail={**entry.detail, **detail(**said)})
