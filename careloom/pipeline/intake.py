"""Intake: from a file to stored entries, one message at a time.

The bytes are durable before anything is derived from them; each message's entries are written in short
transactions and its row says when it is done, so that a killed process finishes where it stopped.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO

from careloom import connect
from careloom.care.entry import (
    RECORDED_HERE,
    REPLIES,
    UNNAMED_SOURCES,
    Entry,
    Message,
    Person,
    Reading,
    Rejection,
)
from careloom.care.system import SourceSystem
from careloom.errors import InputError, NamesNobody, UnknownPatient
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Labs
from careloom.pipeline import merging
from careloom.pipeline.ahead import ahead
from careloom.pipeline.arrivals import Arrival, arrivals
from careloom.pipeline.mappings import Mappings
from careloom.pipeline.report import Report
from careloom.pipeline.segmenting import segmented
from careloom.pipeline.units import unconverted
from careloom.store.census import Census
from careloom.store.clusters import BETWEEN
from careloom.store.elsewhere import Elsewhere
from careloom.store.ids import as_uuid
from careloom.store.opening import Store

HEAD = 1 << 16
# Entries written in one transaction, a long text counting once more for each of its kilobytes:
# enough that an ordinary message is all or nothing, few enough that a huge one runs in flat memory.
BATCH = 5_000
# Rejections that a later message may settle: it is tried again when others have come.
WAITING = ("UnknownPatient", "UnknownReference")
# Of a scan whose pages name nobody: a person says whose it is.
NOBODY = "names no patient for certain: neither a record number nor a name with a birth date"


@dataclass
class Passage:
    """One message on its way in: what was rejected and counted, and the sender's own numbers of each patient.

    `assigned` is the patient whose it is by a person's word, whomever it names.
    """

    message: Message
    assigned: str = ""
    served: bool = False
    elsewhere: Elsewhere | None = None
    rejected: list[Rejection] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    numbered: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Intake:
    """Reads files into a store. `zone` (IANA) is what times mean that carry no offset, unless their system has its own.

    `watch` is told of each patient's new entries once they are stored: something among them may not wait.
    """

    store: Store
    knowledge: Knowledge
    zone: str
    max_json_mb: int
    max_unpacked_mb: int
    systems: Mapping[str, SourceSystem] = field(default_factory=dict)
    mappings: Mappings = field(default_factory=Mappings)
    watch: Callable[[str, Sequence[Entry]], None] = lambda _patient, _entries: None

    def run(
        self,
        paths: Iterable[Path],
        *,
        source: str | None,
        format: str | None,
        step: Callable[[int], None] = lambda _: None,
    ) -> Report:
        """Store and read every file. What refers to somebody or something not sent yet is tried again at the end."""
        report = Report()
        later: list[tuple[Message, str]] = []
        for path in paths:
            for arrival in arrivals(path, self.max_unpacked_mb << 20):
                later += self.take(arrival, report, source=source, format=format)
            step(1)
        self.settle(later, report)
        return report

    def settle(self, later: Sequence[tuple[Message, str]], report: Report) -> None:
        """Try again what referred to somebody or something not sent yet, as long as more of it can be read.

        What earlier runs left and still can't be read was told then, and stays on the list of the rejected.
        """
        silent = Report()
        waiting = [(*one, report) for one in later]
        waiting += [(message, message.name, silent) for message in self._orphans(later)]
        before = len(waiting) + 1
        while len(waiting) < before:
            before = len(waiting)
            waiting = [one for one in waiting if self.again(*one)]
        report.entries += silent.entries
        report.deleted += silent.deleted
        report.patients |= silent.patients

    def take(
        self, arrival: Arrival, report: Report, *, source: str | None, format: str | None
    ) -> tuple[tuple[Message, str], ...]:
        """Store and read one arrival; given back where it refers to somebody or something that nobody has sent yet."""
        if arrival.wrapper:
            report.unknown["wrapper of an archive"] += 1
            return ()
        try:
            message, new = self._keep(arrival, source, format)
        except InputError as error:
            report.reject(arrival.name, error.where, error.reason)
            return ()
        if not new and self.is_read(message):
            report.duplicates += 1
            self._name_patients(message, report)
            return ()
        report.messages += 1
        mended = not new and message.format.startswith(connect.TABLE)
        if mended:
            self.store.messages.forgive(message)
        return ((message, arrival.name),) if self.read(message, arrival.name, report, whole=mended) else ()

    def _keep(self, arrival: Arrival, source: str | None, format: str | None) -> tuple[Message, bool]:
        """Store an arrival's bytes and name its format. Raises InputError; even then it is kept."""
        system = self.systems.get(source or "", SourceSystem(name=source or ""))
        zone = self.zone_of(source or "")
        name = PurePath(arrival.name).name
        try:
            mapped = connect.TABLE + system.options["mapping"] if "mapping" in system.options else ""
            found = format or system.format or mapped or self._shown(name, arrival)
            if found.startswith(connect.TABLE):
                self.mappings.keep(found.removeprefix(connect.TABLE))
            sender = source or found.removeprefix(connect.TABLE)
            return self.store.messages.put(
                arrival.chunks(), source=sender, format=found, name=name, zone=zone
            )
        except OSError as error:
            raise InputError(f"cannot be read ({type(error).__name__})") from None
        except InputError as problem:
            message = self._keep_unread(arrival, source or "unknown", name, zone)
            self.store.messages.reject(message, [Rejection(problem.where, problem.reason)])
            raise

    def _shown(self, name: str, arrival: Arrival) -> str:
        """The format that a message's first bytes show. Raises InputError."""
        return connect.detect(name, b"".join(_take(arrival.chunks(), HEAD)), self.mappings.in_force)

    def _keep_unread(self, arrival: Arrival, source: str, name: str, zone: str) -> Message:
        """Store what no reader can take: unpacked, and as it came where it can't be unpacked."""
        put = partial(self.store.messages.put, source=source, format="unknown", name=name, zone=zone)
        try:
            return put(arrival.chunks())[0]
        except InputError:
            return put(arrival.raw())[0]

    def read(self, message: Message, name: str, report: Report, *, whole: bool = False) -> bool:
        """Derive a stored message's entries; True if some of it refers to what nobody has sent yet.

        With `whole`, entries that an earlier reader found and today's doesn't are superseded.
        """
        passage = self._passage(message)
        version = self._version(message)
        kept: set[str] = set()
        batch: list[Reading] = []
        weight = 0
        try:
            with self.store.messages.open(message.sha256) as body:
                for reading in self._readings(passage, body):
                    batch.append(reading)
                    if whole:
                        kept |= {entry.id for entry in reading.entries}
                    weight += sum(_weight(entry) for entry in reading.entries)
                    if weight >= BATCH:
                        self._write(passage, batch, report)
                        batch, weight = [], 0
            self._write(passage, batch, report)
            if whole:
                self.store.entries.supersede_missing(message, kept, version)
        except InputError as error:
            passage.rejected.append(Rejection(error.where, error.reason, type(error).__name__))
        for one in passage.rejected:
            report.reject(name, one.where, one.reason)
        self.store.messages.reject(message, passage.rejected)
        self.store.messages.finish(message, version, dict(passage.counts))
        return any(one.error in WAITING for one in passage.rejected)

    def readings(self, message: Message) -> Iterator[Reading]:
        """What today's readers find in a stored message, without storing anything. Raises InputError."""
        with self.store.messages.open(message.sha256) as body:
            yield from self._readings(self._passage(message), body)

    def _readings(self, passage: Passage, body: BinaryIO) -> Iterator[Reading]:
        message = passage.message
        found = connect.read(
            self._told(message),
            body,
            knowledge=self.knowledge,
            max_json_mb=self.max_json_mb,
            mappings=self.mappings.in_force,
            served=passage.served,
            elsewhere=passage.elsewhere,
            options=self._options(message),
        )
        return (segmented(reading, self.systems.get(message.source)) for reading in found)

    def _passage(self, message: Message) -> Passage:
        """Messages of one named source belong together; of those that nobody named, each stands for itself."""
        known = message.source not in UNNAMED_SOURCES
        return Passage(
            message,
            self.store.assignments.of(message)
            if message.format == "scan" or message.source in (RECORDED_HERE, REPLIES)
            else "",
            served=bool(self.systems.get(message.source, SourceSystem(name="")).url),
            elsewhere=self.store.elsewhere(message.source) if known else None,
        )

    def is_read(self, message: Message) -> bool:
        """Whether today's reader has been through a message."""
        return self.store.messages.is_read(message, self._version(message))

    def _version(self, message: Message) -> str:
        return connect.version(message.format, self.mappings.in_force)

    def _told(self, message: Message) -> Message:
        """A message that no reader could take when it came, with the format that today's readers see in it."""
        if message.format != "unknown":
            return message
        with self.store.messages.open(message.sha256) as body:
            head = body.read(HEAD)
        return replace(message, format=connect.detect(message.name, head, self.mappings.in_force))

    def _options(self, message: Message) -> Mapping[str, str]:
        """What the site set for the message's source."""
        system = self.systems.get(message.source)
        return system.options if system else {}

    def _write(self, passage: Passage, batch: list[Reading], report: Report) -> None:
        """One transaction: find or found each person, learn who they are, add their entries."""
        message = passage.message
        about = [reading for reading in batch if reading.entries or reading.person.names]
        said: list[tuple[str, tuple[Entry, ...]]] = []
        with self.store.transaction():
            assigned = [as_uuid(passage.assigned, "patient")] if passage.assigned else []
            census = self.store.patients.census(map(merging.with_further, about), message, assigned)
            honours = merging.Merging(message, census)
            for reading in batch:
                _take_in(reading, passage, report, self.knowledge.labs)
            for reading in each_once(about, passage.rejected):
                try:
                    patient = self._whose(passage, reading, census)
                except InputError as error:
                    where = reading.entries[0].source.where if reading.entries else ""
                    passage.rejected.append(Rejection(where, error.reason, type(error).__name__))
                    continue
                if reading.founds and not passage.assigned:
                    census.learn(patient, merging.unborne(patient, reading.person, census))
                passage.rejected += honours.honour(patient, reading)
                said.append((patient, reading.entries))
                passage.counts["entries"] += len(reading.entries)
                report.patients[census.clusters.first(patient)] = None
            passage.rejected += honours.again()
            census.save()
            self._note(message, census)
            report.entries += self.store.entries.add_all(
                message, said, self._version(message), served=passage.served
            )
            if said:
                self.store.standings.due(patient for patient, _ in said)
            withdrawn = [one for reading in batch for one in reading.withdrawn]
            if withdrawn:
                report.deleted += len(withdrawn)
                self.store.entries.withdraw(message, withdrawn, served=passage.served)
        for patient, entries in said:
            self.watch(patient, entries)

    def _whose(self, passage: Passage, reading: Reading, census: Census) -> str:
        """The patient a reading is about, founded where nobody is; whom the sender tells apart are two, however alike."""
        own = set() if passage.assigned else _own_numbers(passage.message, reading)
        identified = "" if passage.assigned else census.identified(reading.person)
        if identified:
            passage.numbered.setdefault(identified, set()).update(own)
            return identified
        if reading.person == Person() and not reading.founds and not passage.assigned:
            raise NamesNobody(NOBODY)
        arriving = merging.arriving(reading.person, census)
        patient = passage.assigned or merging.found(arriving, reading, census)
        if patient is None and not reading.founds:
            raise UnknownPatient(
                "read off an image, and nobody whom we know bears this number, name and birth date"
            )
        filed = merging.member(patient, reading, census, self.store.entries) if patient else ""
        near = census.clusters.members(patient) if patient and not filed else (filed,)
        others = set().union(*(passage.numbered.get(one, ()) for one in near))
        if patient is None or (own and others and own.isdisjoint(others)):
            filed = merging.founded(arriving, census)
        elif not filed:
            filed = merging.between(patient, reading, census)
        passage.numbered.setdefault(filed, set()).update(own)
        return filed

    def _note(self, message: Message, census: Census) -> None:
        """An audit event for each patient whom a message merged, or parted from another."""
        for one in census.spoken:
            if one.said != BETWEEN:
                what = f"message {message.sha256} of {message.source}, {one.where}: {one.one} and {one.other}"
                self.store.audit.note_all("message", one.said, one.pair, what)

    def _orphans(self, tried: Sequence[tuple[Message, str]]) -> Iterator[Message]:
        """Messages of earlier runs that named somebody unknown then."""
        done = {message.sha256 for message, _ in tried}
        for message in self.store.messages.waiting(WAITING):
            if message.sha256 not in done:
                yield message

    def again(self, message: Message, name: str, report: Report) -> bool:
        """Read a message a second time; what it can give now replaces its earlier rejections.

        True if it still waits.
        """
        report.rejected = [one for one in report.rejected if one["path"] != name]
        self.store.messages.forgive(message)
        return self.read(message, name, report)

    def zone_of(self, source: str) -> str:
        """What times of a source mean that carry no offset (IANA)."""
        system = self.systems.get(source)
        return (system.zone if system else "") or self.zone

    def _name_patients(self, message: Message, report: Report) -> None:
        for patient in self.store.entries.patients_of(message):
            report.patients[patient] = None


def _own_numbers(message: Message, reading: Reading) -> set[str]:
    system = f"urn:careloom:source:{message.source}"
    return {one.value for one in reading.person.identifiers if one.system == system}


def _take_in(reading: Reading, passage: Passage, report: Report, labs: Labs) -> None:
    """Keep what a reading rejects and names for later messages, and count what became of each section of a document."""
    passage.rejected += reading.rejected
    passage.rejected += ahead(reading.entries, passage.message.received)
    passage.rejected += unconverted(reading.entries, labs)
    if passage.elsewhere is not None:
        passage.elsewhere.keep(passage.message, reading.named)
    report.unknown.update(reading.unknown)
    passage.counts.update({f"unknown {kind}": n for kind, n in reading.unknown.items()})
    for name, tally in reading.sections.items():
        counted = {key: count for key, count in asdict(tally).items() if count}
        report.sections.setdefault(name, Counter()).update(counted)
        passage.counts.update({f"section {name}: {key}": count for key, count in counted.items()})


def each_once(readings: Iterable[Reading], rejected: list[Rejection]) -> Iterator[Reading]:
    """The readings without entries whose id an earlier one has: each of these is rejected by its place, alone."""
    seen: set[str] = set()
    for reading in readings:
        kept = []
        for entry in reading.entries:
            if entry.id in seen:
                rejected.append(Rejection(entry.source.where, "stands twice in one message"))
            else:
                seen.add(entry.id)
                kept.append(entry)
        yield reading if len(kept) == len(reading.entries) else replace(reading, entries=tuple(kept))


def _weight(entry: Entry) -> int:
    return 1 + (len(entry.text) + sum(len(value) for value in entry.detail.values())) // 1_000


def _take(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes, in pieces."""
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return
