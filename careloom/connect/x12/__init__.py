"""X12: claims, payments, coverage, claim status and prior authorisation, as a stream.

Takes    a Message whose bytes are one or several X12 interchanges (004010 or 005010)
Gives    readings of each patient, and every fault of the envelope, the guide and the sums with its place and code
Never    guesses whose a claim is, reads a set whose control numbers differ, or tells a value in a fault
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from careloom.care.entry import Message, Person, Reading, Rejection
from careloom.connect.x12 import guide
from careloom.connect.x12.authorisation import Authorisation
from careloom.connect.x12.claim import Claims
from careloom.connect.x12.coverage import Eligibility
from careloom.connect.x12.enrolment import Enrolment
from careloom.connect.x12.envelope import GUIDE, NO_TRAILER, OTHER_NUMBER, Closed, Envelope, Opened, survey
from careloom.connect.x12.job import Job
from careloom.connect.x12.remittance import Remittance
from careloom.connect.x12.segment import Segment, is_ours, segments
from careloom.connect.x12.status import Status
from careloom.connect.x12.walk import Walk
from careloom.errors import InputError

__all__ = ["is_ours", "read"]


class SetReader(Protocol):
    """What reads the segments of one transaction set."""

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read one segment; readings come as people are complete."""

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """Give the last readings; a set that is not whole keeps its last claim back."""


READERS: Mapping[str, Callable[[Job], SetReader]] = {
    "270": Eligibility,
    "271": Eligibility,
    "276": Status,
    "277": Status,
    "278": Authorisation,
    "834": Enrolment,
    "835": Remittance,
    "837": Claims,
}
# Sets that are no fault and say nothing of a patient that a plan needs: counted by name.
PASSED = frozenset({"997", "999", "820", "824", "275", "864", "269"})
# Of faults of one kind in one set so many are told one by one; the rest are told as a number.
EACH = 25


@dataclass(slots=True)
class Told:
    """The faults of one set; where one kind comes often, its number."""

    counts: Counter[str] = field(default_factory=Counter)

    def some(self, faults: Iterable[Rejection]) -> Iterator[Rejection]:
        """Those that are told one by one."""
        for one in faults:
            kind = f"{_element(one.where)}{one.reason}"
            self.counts[kind] += 1
            if self.counts[kind] <= EACH:
                yield one

    def rest(self, where: str) -> Iterator[Rejection]:
        """What was not told one by one, as a number for each kind."""
        for kind, count in self.counts.items():
            if count > EACH:
                yield Rejection(where, f"{count - EACH} times more: {kind}")


@dataclass(slots=True)
class Set:
    """A transaction set while it is read: what reads it, its way through its guide, and its faults."""

    opened: Opened
    job: Job
    reader: SetReader | None
    walk: Walk | None = None
    started: bool = False
    told: Told = field(default_factory=Told)
    faults: list[Rejection] = field(default_factory=list)

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Check and read one segment."""
        if not self.started:
            self._start(segment.get(2) if segment.id == "BHT" else "")
        if self.walk:
            self.faults += self.told.some(self.walk.take(segment))
        if self.reader and self.opened.broken != OTHER_NUMBER:
            yield from self._with_faults(self.reader.take(segment))

    def close(self) -> Iterator[Reading]:
        """Check and give what the set ends with."""
        if not self.started:
            self._start("")
        if self.walk:
            self.faults += self.told.some(self.walk.close())
        if self.reader and self.opened.broken != OTHER_NUMBER:
            yield from self._with_faults(self.reader.close(whole=self.opened.broken != NO_TRAILER))
            self.job.unkept()
        self.faults += self.told.some(self.job.rejected)
        self.faults += self.told.rest(self.opened.where)
        if self.walk:
            self.job.unknown.update(self.walk.doubted)
        if self.faults or self.job.unknown:
            yield Reading(Person(), (), tuple(self.faults), dict(self.job.unknown))

    def _start(self, purpose: str) -> None:
        """Find the guide; of 278 BHT-02 (`purpose`) says which."""
        self.started = True
        table = guide.guide_of(self.opened.kind, self.opened.guide, purpose) if self.reader else None
        self.walk = Walk(table, self.opened.where, self.job.is_test) if table else None
        if self.reader and not table and not guide.is_untabled(self.opened.kind, self.opened.guide):
            where = f"{self.opened.where}/BHT: BHT-02"
            self.job.reject(
                where, "is missing or none of the guide's codes: what this set is for is not known", "IK4 7"
            )

    def _with_faults(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """Readings, and before each those faults that have been found until then."""
        for one in readings:
            self.faults += self.told.some(self.job.rejected)
            self.job.rejected.clear()
            if self.faults:
                yield Reading(Person(), (), tuple(self.faults))
                self.faults = []
            yield one


def read(message: Message, body: BinaryIO) -> Iterator[Reading]:
    """The readings of every transaction set in a stream that can seek: it is gone through twice.

    First it is seen which sets close well, so that nothing is given of one that does not; then it is read, with memory
    for one patient of one set. Raises InputError where it is not X12 at all (UTF-16, binary) or empty.
    """
    broken = survey(body)
    body.seek(0)
    envelope = Envelope(broken)
    one: Set | None = None
    outside = Told()
    strays: list[Rejection] = []
    for event in envelope.events(segments(body)):
        if isinstance(event, Segment):
            if one is not None:
                yield from one.take(event)
        elif isinstance(event, Rejection):
            if one is not None:
                one.faults += one.told.some([event])
            else:
                strays += outside.some([event])
        elif isinstance(event, Opened):
            one = _open(message, event, is_test=envelope.is_test)
        elif isinstance(event, Closed) and one is not None:
            yield from one.close()
            one = None
    if not envelope.interchanges and not strays:
        raise InputError("is empty", "line 1")
    strays += outside.rest("the file")
    unknown = {"X12 TA1": envelope.acknowledgements} if envelope.acknowledgements else {}
    if strays or unknown:
        yield Reading(Person(), (), tuple(strays), unknown)


def _open(message: Message, opened: Opened, *, is_test: bool) -> Set:
    """Begin a set: with its reader, or with the reason why it is not read."""
    job = Job(message, opened.kind, opened.guide, opened.where, is_test=is_test)
    reader = READERS.get(opened.kind)
    if reader is None:
        if opened.kind in PASSED or (len(opened.kind) == 3 and opened.kind.isdigit()):
            job.unknown[f"X12 {opened.kind}"] += 1
        else:
            job.reject(
                f"{opened.where}/ST-01", "is no transaction set of X12; nothing of it is read", "IK5 6"
            )
        return Set(opened, job, None)
    if not guide.is_read(opened.kind, opened.guide):
        known = GUIDE.fullmatch(opened.guide)
        why = (
            "is a guide or version that is not read here"
            if known
            else "is no version, release or guide of X12"
        )
        job.reject(f"{opened.where}/GS-08 or ST-03", f"{why}; nothing of this set is read", "IK5 I6")
        return Set(opened, job, None)
    return Set(opened, job, reader(job))


def _element(where: str) -> str:
    """The segment or element at the end of a place, without its numbers: "NM1-09: "."""
    return f"{where.rpartition(': ')[2]}: " if ": " in where else ""
