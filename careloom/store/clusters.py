"""Clusters: which patients are one person, computed from what was said of pairs. Nothing is rewritten by it.

The pairs that are one form a forest: to say of two who are one already that they are the same adds nothing, so that
undoing a merge parts a cluster in exactly two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

SAME, DIFFERENT, APART, BETWEEN = "same", "different", "apart", "between"
# A patient was founded by a person's word that was taken back: nobody is found by them any more.
VOID = "void"
# Of two who are one already, the number of `other` is in use now and that of `one` no longer: a merge back.
STAYS = "stays"
TIES = frozenset({SAME, BETWEEN})


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of two patients, by whom (a user's id, "" for a message at its place `where`, or for us) and when.

    With both a user and a message the user said whom that message is about.
    """

    id: UUID
    one: str
    other: str
    said: str
    who: str
    message: UUID | None
    at: datetime
    where: str = ""

    @property
    def pair(self) -> frozenset[str]:
        """The two patients, in no order."""
        return frozenset((self.one, self.other))


@dataclass
class Clusters:
    """What was said, in the order in which it was said, and which patients are one because of it."""

    said: list[Said] = field(default_factory=list)
    _last: dict[frozenset[str], Said] = field(default_factory=dict)
    _near: dict[str, dict[str, None]] = field(default_factory=dict)
    _between: set[str] = field(default_factory=set)
    _void: set[str] = field(default_factory=set)
    _former: dict[str, Said] = field(default_factory=dict)
    _kept_from: dict[str, dict[str, None]] = field(default_factory=dict)
    _of_message: dict[UUID, list[Said]] = field(default_factory=dict)
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Iterable[Said]) -> "Clusters":
        """The clusters after all of this was said."""
        made = cls()
        for one in said:
            made.add(one)
        return made

    def add(self, one: Said) -> None:
        """Take in what was said last."""
        self._members.clear()
        self.said.append(one)
        if one.said == STAYS or (one.said == SAME and not one.who):
            self._former.pop(one.other, None)
            self._former[one.one] = one
        elif one.said == APART:
            self._former.pop(one.one, None)
            self._former.pop(one.other, None)
        if one.message and one.said != BETWEEN:
            self._of_message.setdefault(one.message, []).append(one)
        if one.said == STAYS:
            return
        self._last[one.pair] = one
        if one.said == BETWEEN:
            self._between.add(one.one)
        if one.said == VOID:
            self._void.add(one.one)
        to, off = (self._near, self._kept_from) if one.said in TIES else (self._kept_from, self._near)
        for here, there in ((one.one, one.other), (one.other, one.one)):
            to.setdefault(here, {})[there] = None
            off.get(here, {}).pop(there, None)

    def members(self, patient: str) -> tuple[str, ...]:
        """Everybody who is one person with a patient, the oldest first; those between come last."""
        if patient not in self._near:
            return (patient,)
        if patient not in self._members:
            found = {patient: None}
            waiting = [patient]
            while waiting:
                for near in self._near.get(waiting.pop(), ()):
                    if near not in found:
                        found[near] = None
                        waiting.append(near)
            # Ids sort by the time at which they were made.
            ordered = tuple(sorted(found, key=lambda one: (one in self._between, one)))
            self._members |= dict.fromkeys(ordered, ordered)
        return self._members[patient]

    def first(self, patient: str) -> str:
        """The one id under which a patient and all who are the same are read: the oldest."""
        return self.members(patient)[0]

    def unread(self) -> frozenset[str]:
        """Everybody who is not read under an id of their own: they are one with somebody older, or void."""
        return frozenset((*(one for one in self._near if self.first(one) != one), *self._void))

    def former(self, patient: str) -> Said | None:
        """What a sender said last by which a patient's number is no longer in use; None where it is."""
        return self._former.get(patient)

    def is_void(self, patient: str) -> bool:
        """Whether a patient was founded by a word that was taken back."""
        return patient in self._void

    def told_apart(self, one: str, other: str) -> bool:
        """Whether a person said last that two are two people."""
        last = self.parted(one, other)
        return last is not None and bool(last.who)

    def identified(self, message: UUID | None) -> Iterator[Said]:
        """What people said of whom a message is about, as far as it wasn't taken back; `one` is whom it describes."""
        said = self._of_message.get(message, ()) if message else ()
        return (one for one in said if one.who and one.one not in self._void)

    def is_between(self, patient: str) -> bool:
        """Whether a patient only holds what names neither of those who were merged."""
        return patient in self._between

    def people(self, patient: str) -> tuple[str, ...]:
        """The members that came as patients of their own."""
        return tuple(one for one in self.members(patient) if one not in self._between)

    def ties(self) -> Iterator[Said]:
        """The merges in force, in the order in which they were said."""
        for one in self.said:
            if one.said == SAME and self._last[one.pair] is one:
                yield one

    def ties_of(self, patient: str) -> Iterator[Said]:
        """The merges in force that made one patient of several."""
        members = set(self.members(patient))
        return (one for one in self.ties() if one.one in members)

    def path(self, one: str, other: str) -> tuple[Said, ...]:
        """The merges because of which two patients are one; none where they are not, or are one and the same."""
        before: dict[str, str] = {one: ""}
        waiting = [one]
        while waiting and other not in before:
            here = waiting.pop()
            for near in self._near.get(here, ()):
                if near not in before:
                    before[near] = here
                    waiting.append(near)
        found: list[Said] = []
        here = other if other in before else ""
        while here and before[here]:
            found.append(self._last[frozenset((here, before[here]))])
            here = before[here]
        return tuple(found)

    def sides(self, tie: Said) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Whom undoing a merge would leave together, as `people`: those of `tie.one`, and those of `tie.other`."""
        cut = Clusters.of(self.said)
        cut.add(Said(tie.id, tie.one, tie.other, APART, "", None, tie.at))
        return cut.people(tie.one), cut.people(tie.other)

    def unnamed(self, tie: Said) -> tuple[Said, ...]:
        """What came since a merge and names neither side of it: for each, what ties it to the cluster now."""
        whole = {one for one in self.members(tie.one) if one in self._between}
        return tuple(
            one
            for one in self.said
            if one.said == BETWEEN
            and one.one in whole
            and self._last[one.pair] is one
            and self._came(one.one) >= tie.at
        )

    def _came(self, between: str) -> datetime:
        return next(one.at for one in self.said if one.said == BETWEEN and one.one == between)

    def parted(self, one: str, other: str) -> Said | None:
        """What was said last to keep two clusters apart; None where nobody said so."""
        theirs = set(self.members(other))
        found = [
            self._last[frozenset((here, there))]
            for here in self.members(one)
            for there in self._kept_from.get(here, ())
            if there in theirs
        ]
        return max(found, key=lambda said: (said.at, said.id), default=None)

    def says(self, message: UUID | None, where: str, one: str, other: str) -> bool:
        """Whether a message said something there of two patients, or of others of their clusters, already."""
        mine, theirs = set(self.members(one)), set(self.members(other))
        said = self._of_message.get(message, ()) if message else ()
        return any(word.where == where and (word.pair & mine) and (word.pair & theirs) for word in said)
