"""Walking a guide: where in it each segment of a transaction set stands, and what is out of place, too often or missing.

Source: X12.6 (segments of a loop in the order of their positions, those of one position in any order); the
guides' own usage and repeat columns.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from careloom.care.entry import Rejection
from careloom.connect.x12 import element, values
from careloom.connect.x12.fault import fault
from careloom.connect.x12.grammar import Child, Guide, Loop, Use
from careloom.connect.x12.segment import Segment

# Loops whose number in the transaction set is told; those inside them are numbered within.
COUNTED = ("HL", "CLM", "CLP", "INS")


@dataclass(slots=True)
class Frame:
    """A loop that is open: how often each of its children has come, and how far it has got."""

    loop: Loop
    label: str
    place: tuple[int, ...] = ()
    seen: Counter[int] = field(default_factory=Counter)
    checked: int = 0


@dataclass(slots=True)
class Walk:
    """One transaction set's way through its guide."""

    guide: Guide
    where: str
    is_test: bool = False
    doubted: Counter[str] = field(default_factory=Counter)
    number: int = 1
    stack: list[Frame] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin at the top of the guide."""
        self.stack.append(Frame(self.guide.root, ""))

    def take(self, segment: Segment) -> Iterator[Rejection]:
        """Every fault of the next segment. It is found from where the walk stands, forwards and outwards."""
        self.number += 1
        found = self._find(segment)
        if found is None:
            yield from self._astray(segment)
            return
        depth, index, entered = found
        while len(self.stack) - 1 > depth:
            yield from self._close(self.stack.pop())
        frame = self.stack[depth]
        child = frame.loop.children[index]
        yield from self._skipped(frame, child)
        frame.place = child.place
        frame.seen[index] += 1
        if frame.seen[index] == child.most + 1:
            what, code = ("the loop", "IK3 4") if isinstance(child, Loop) else ("the segment", "IK3 5")
            yield self._fault(f"{what} comes more often than {child.most} times", code, child.id)
        use = self._enter(child, index, entered) if isinstance(child, Loop) else child
        if isinstance(child, Loop) and entered:
            yield self._fault("the segment that begins the loop is missing", "IK3 3", _first(child))
        if use is not None:
            for place, why, code in (*element.faults(use, segment), *values.faults(segment)):
                yield self._fault(why, code, f"{segment.id}{place}")
            yield from self._doubts(segment)

    def close(self) -> Iterator[Rejection]:
        """Every fault of the end of the transaction set: what had to come and didn't."""
        while self.stack:
            yield from self._close(self.stack.pop())

    def _doubts(self, segment: Segment) -> Iterator[Rejection]:
        """What is wrong with values that a test may invent: told, or in a test only counted."""
        for place, why, code in values.doubts(segment):
            if self.is_test:
                self.doubted[f"in a test: {segment.id}{place} {why}"] += 1
            else:
                yield self._fault(why, code, f"{segment.id}{place}")

    @property
    def path(self) -> str:
        """The loops that are open, such as "2300 CLM[3]/2400 LX[2]"."""
        return _path([frame.label for frame in self.stack])

    def _find(self, segment: Segment) -> tuple[int, int, int] | None:
        """The frame, the child and (where its beginning is missing) the place inside the loop; None: nowhere."""
        for depth in range(len(self.stack) - 1, -1, -1):
            index = _forwards(self.stack[depth], segment, strict=True)
            if index is not None:
                return depth, index, 0
        for depth in range(len(self.stack) - 1, -1, -1):
            index = _forwards(self.stack[depth], segment, strict=False)
            if index is not None:
                return depth, index, 0
        if self._is_behind(segment):
            return None
        for depth in range(len(self.stack) - 1, -1, -1):
            frame = self.stack[depth]
            for index, child in enumerate(frame.loop.children):
                if isinstance(child, Loop) and child.place >= frame.place and frame.seen[index] < child.most:
                    for inside, use in enumerate(child.children[1:], start=1):
                        if isinstance(use, Use) and use.usage == "R" and _matches(use, segment):
                            return depth, index, inside
        return None

    def _enter(self, loop: Loop, index: int, entered: int) -> Use | None:
        """Open a loop, at its first segment unless that is missing; the use that the segment is."""
        first = _first(loop)
        if first in COUNTED:
            self.counted[first] += 1
            label = f"{loop.id} {first}[{self.counted[first]}]"
        else:
            times = self.stack[-1].seen[index]
            label = f"{loop.id} {first}[{times}]" if loop.most > 1 else f"{loop.id} {first}"
        frame = Frame(loop, label)
        self.stack.append(frame)
        use = loop.children[entered]
        frame.seen[0] += 1
        if entered:
            frame.seen[entered] += 1
        frame.place = use.place
        return use if isinstance(use, Use) else None

    def _skipped(self, frame: Frame, child: Child) -> Iterator[Rejection]:
        """What had to stand before this child and does not."""
        needed = frame.loop.needed
        while frame.checked < len(needed) and frame.loop.children[needed[frame.checked]].place < child.place:
            yield from self._missing(frame, needed[frame.checked])
            frame.checked += 1

    def _close(self, frame: Frame) -> Iterator[Rejection]:
        """What a loop ends without."""
        for index in frame.loop.needed[frame.checked :]:
            yield from self._missing(frame, index, frame.label)

    def _missing(self, frame: Frame, index: int, label: str = "") -> Iterator[Rejection]:
        child = frame.loop.children[index]
        if frame.seen[index]:
            return
        path = _path([*(frame.label for frame in self.stack), label])
        if isinstance(child, Loop):
            reason = f"the loop {child.id} ({_first(child)}), which must be there, is missing"
        else:
            reason = f"the segment {_named(child)}, which must be there, is missing"
        yield fault(self._place(path), reason, "IK3 3")

    def _astray(self, segment: Segment) -> Iterator[Rejection]:
        """Why a segment has no place."""
        name = segment.id
        if name not in self.guide.ids:
            known = element.ID.fullmatch(name)
            reason = "the segment is not of this transaction set" if known else "there is no such segment id"
            if element.MARKED.match(name):
                reason = "the segment's elements are parted by another character than the header names"
            yield self._fault(reason, "IK3 1", name if known else "")
            return
        if self._is_behind(segment):
            yield self._fault("the segment is out of order", "IK3 7", name)
            return
        yield self._fault(
            "the segment does not belong here, or its qualifier is none of the guide's", "IK3 2, IK4 7", name
        )

    def _is_behind(self, segment: Segment) -> bool:
        """Whether a segment belongs to an open loop at a place that is passed."""
        return any(
            child.place < frame.place and _matches(_beginning(child), segment)
            for frame in self.stack
            for child in frame.loop.children[1 if frame.label else 0 :]
        )

    def _place(self, path: str) -> str:
        return (
            f"{self.where}/{path}, segment {self.number}" if path else f"{self.where}, segment {self.number}"
        )

    def _fault(self, reason: str, code: str, what: str) -> Rejection:
        where = self._place(self.path)
        return fault(f"{where}: {what}" if what else where, reason, code)


def _path(labels: list[str]) -> str:
    """The loops that tell where something stands: from the claim on, else the last two."""
    found = [label for label in labels if label]
    for start, label in enumerate(found):
        if label.split(" ")[-1].startswith(("CLM[", "CLP[")):
            return "/".join(found[start:])
    return "/".join(found[-2:])


def _forwards(frame: Frame, segment: Segment, *, strict: bool) -> int | None:
    """The child that a segment is, at or after where the loop stands; one that may still come is taken first.

    Without `strict` the qualifier is not asked, and the child must be the only one of its id.
    """
    best = None
    several = 0
    children = frame.loop.children
    for index in frame.loop.begun.get(segment.elements[0], ()):
        child = children[index]
        # The first segment of a loop begins it anew: that is its parent's to find.
        if (index == 0 and frame.label) or child.place < frame.place:
            continue
        if strict and not _matches(_beginning(child), segment):
            continue
        if strict and frame.seen[index] < child.most:
            return index
        several += 1
        best = index if best is None else best
    return best if strict or several == 1 else None


def _beginning(child: Child) -> Use | None:
    return child if isinstance(child, Use) else child.first


def _matches(use: Use | None, segment: Segment) -> bool:
    if use is None or use.id != segment.elements[0]:
        return False
    if use.qualifier is None:
        return True
    place, part, codes = use.qualifier
    return (segment.part(place, part) if part else segment.get(place)) in codes


def _first(loop: Loop) -> str:
    return loop.first.id if loop.first else loop.id


def _named(use: Use) -> str:
    """A segment's id with its qualifiers, which are the guide's and no values of the message."""
    codes = sorted(use.qualifier[2]) if use.qualifier else []
    return f"{use.id} ({' or '.join(codes)})" if 0 < len(codes) <= 3 else use.id
