"""People: who may be one person, a person's word on it, and its undoing.

Takes    two patients of ours, and who says what of them and why
Gives    what each source says of either, the pairs that wait, the merges in force
Never    merges or parts anybody without a signed-in person's reason, rewrites what was filed, or shows what came from a
         substance-use programme, its name or its numbers (42 CFR Part 2)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from careloom.care.access import ROLES, Permission, may
from careloom.care.document import Reviewer
from careloom.care.entry import Entry, Person
from careloom.errors import InputError, NotLicensed
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.record import Programmes
from careloom.store.clusters import APART, BETWEEN, DIFFERENT, SAME, Clusters, Said
from careloom.store.opening import Store
from careloom.store.sameness import Look, Word

# To say who is who is administrative work that changes a clinical record: whoever works with the patients may.
MAY = tuple(role for role in ROLES if may(role, Permission.SETTLE))


@dataclass(frozen=True, slots=True)
class Told:
    """One of two patients: what each source said of who they are, and how much of them is filed."""

    patient: str
    persons: tuple[tuple[str, Person], ...]
    entries: int


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What came for two merged patients and names neither: it stands under an id of its own.

    `restricted` counts the entries of substance-use programmes, which are not among `entries`.
    """

    patient: str
    sources: tuple[str, ...]
    entries: tuple[Entry, ...]
    received: datetime | None
    restricted: int = 0


@dataclass(frozen=True)
class People:
    """The pairs of one organisation, and what people say of them."""

    store: Store
    intake: Intake
    programmes: Programmes

    def waiting(self) -> tuple[Look, ...]:
        """The pairs at which a person must look, the oldest first."""
        return self.store.sameness.looks()

    def find(self, look: str) -> Look:
        """The waiting pair of this id. Raises InputError."""
        found = next((one for one in self.waiting() if one.id == look), None)
        if found is None:
            raise InputError("no such pair waits")
        return found

    def merges(self) -> tuple[Word, ...]:
        """The merges in force, the newest first, with who said so and why."""
        ties = {one.id for one in self.store.sameness.clusters().ties()}
        return tuple(self._unsaid(one) for one in self.store.sameness.words() if UUID(one.id) in ties)

    def merge(self, word: str) -> Word:
        """The merge in force of this id. Raises InputError."""
        found = next((one for one in self.merges() if one.id == word), None)
        if found is None:
            raise InputError("no such merge is in force")
        return found

    def told(self, actor: Reviewer, patients: Iterable[str], *, alone: bool = False) -> tuple[Told, ...]:
        """What is known of patients, to be compared; leaves an audit event for each.

        With `alone`, of each as they came, without those who are one person with them.
        """
        found = []
        for patient in patients:
            self.store.audit.note(actor.user, "compare", patient=patient)
            said = self.store.arrived.persons(patient, alone=alone)
            persons = tuple(shown(self.programmes, source, person) for source, person in said)
            found.append(Told(patient, persons, len(self._open(self.store.entries.of(patient, alone=alone)))))
        return tuple(found)

    def same(self, actor: Reviewer, one: str, other: str, *, why: str) -> bool:
        """Say that two patients (our ids, or SYSTEM|VALUE) are one person; False where they are already.

        Raises NotLicensed, and InputError where no reason is given or nobody is meant.
        """
        first, second = self._asked(actor, one, other, why)
        with self.store.transaction():
            self.store.sameness.hold()
            if self._clusters(first, second).path(first, second):
                return False
            self.store.sameness.say(first, second, SAME, who=actor.user, why=why)
            self._note(actor, SAME, first, second, why)
        self._again(first, second)
        return True

    def different(self, actor: Reviewer, one: str, other: str, *, why: str) -> None:
        """Say that two patients are two people, however alike. Raises as `same`, and InputError where they are merged."""
        first, second = self._asked(actor, one, other, why)
        with self.store.transaction():
            self.store.sameness.hold()
            if self._clusters(first, second).path(first, second):
                raise InputError("these two are one record: undo the merge instead")
            self.store.sameness.say(first, second, DIFFERENT, who=actor.user, why=why)
            self._note(actor, DIFFERENT, first, second, why)
        self._again(first, second)

    def unnamed(self, one: str, other: str) -> tuple[Unnamed, ...]:
        """What came since two were merged and names neither of them: whoever undoes the merge says whose it is."""
        clusters = self._clusters(one, other)
        return tuple(self._unnamed(said.one) for said in clusters.unnamed(_tie(clusters, one, other)))

    def sides(self, one: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who would be together after undoing the merge of two. Raises InputError where that is not one merge."""
        clusters = self._clusters(one, other)
        mine, theirs = clusters.sides(_tie(clusters, one, other))
        return (mine, theirs) if one in mine else (theirs, mine)

    def unmerge(
        self, actor: Reviewer, one: str, other: str, *, why: str, whose: Mapping[str, str] | None = None
    ) -> None:
        """Undo the merge of two: each has again what came under them, before and since.

        `whose` gives what names neither (`unnamed`) to one of the two. Raises NotLicensed, and InputError where no reason
        is given, they are two already, more than one merge lies between them, or something is given to nobody.
        """
        first, second = self._asked(actor, one, other, why)
        with self.store.transaction():
            self.store.sameness.hold()
            clusters = self._clusters(first, second)
            tie = _tie(clusters, first, second)
            given = self._given(clusters, tie, whose or {})
            self.store.sameness.say(tie.one, tie.other, APART, who=actor.user, why=why)
            for said, target in given:
                if said.other != target:
                    self.store.sameness.say(said.one, said.other, APART, who=actor.user, why=why)
                self.store.sameness.say(said.one, target, BETWEEN, who=actor.user, why=why)
            self._note(actor, APART, first, second, why)
        self._again(first, second)

    def _given(self, clusters: Clusters, tie: Said, whose: Mapping[str, str]) -> list[tuple[Said, str]]:
        """Of each thing that names neither: how it is tied now, and to whom it is given."""
        given = {one: self._id(target) for one, target in whose.items()}
        mine, theirs = clusters.sides(tie)
        unnamed = clusters.unnamed(tie)
        if set(given) - {said.one for said in unnamed}:
            raise InputError("only what came since the merge and names neither can be given to one of them")
        left = [said.one for said in unnamed if given.get(said.one) not in {*mine, *theirs}]
        if left:
            raise InputError(
                f"say whose this is that came since the merge and names neither: {', '.join(left)}"
            )
        return [(said, tie.one if given[said.one] in mine else tie.other) for said in unnamed]

    def _unnamed(self, patient: str) -> Unnamed:
        entries = self.store.entries.of(patient, alone=True)
        times = self.store.arrived.received({one.source.message for one in entries}).values()
        shown = self._open(entries)
        sources = dict.fromkeys(one.source.system for one in shown)
        return Unnamed(patient, tuple(sources), shown, min(times, default=None), len(entries) - len(shown))

    def _open(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """The entries that are no programme's. A consent opens the rest to who treats, not to who compares identities."""
        return tuple(one for one in entries if not self.programmes.programme(one))

    def _unsaid(self, word: Word) -> Word:
        """A merge that a programme's message made, without its name."""
        message, _, source = word.who.rpartition(" of ")
        return replace(word, who=message) if message and source in self.programmes.by_system else word

    def _asked(self, actor: Reviewer, one: str, other: str, why: str) -> tuple[str, str]:
        must_say_who(actor, why)
        first, second = self._id(one), self._id(other)
        if first == second:
            raise InputError("that is one and the same record")
        return first, second

    def _id(self, patient: str) -> str:
        """Our id; one of somebody who is read under another id stays as it is."""
        found = self.store.patients.find(patient)
        return found if "|" in patient else str(UUID(patient))

    def _clusters(self, one: str, other: str) -> Clusters:
        return self.store.sameness.clusters((one, other))

    def _note(self, actor: Reviewer, said: str, one: str, other: str, why: str) -> None:
        self.store.audit.note_all(actor.user, said, (one, other), f"{one} and {other}", why)

    def _again(self, one: str, other: str) -> None:
        """Read again the messages that waited for this decision."""
        for sha256 in self.store.sameness.messages_about(one, other):
            message = self.store.messages.get(sha256)
            self.intake.again(message, message.name, Report())


def must_say_who(actor: Reviewer, why: str = "no reason is asked for") -> None:
    """Raises NotLicensed for whoever may not say who is who, InputError where they give no reason."""
    if actor.role not in MAY:
        raise NotLicensed("a nurse, a physician or a coordinator says who is one person")
    if not why.strip():
        raise InputError("say why in a few words")


def shown(programmes: Programmes, source: str, person: Person) -> tuple[str, Person]:
    """What a source said of a person, to be compared; of a substance-use programme without its name and numbers."""
    if source in programmes.by_system:
        return "", replace(person, identifiers=())
    return source, person


def patients_of(waiting: Iterable[Look], merges: Iterable[Word]) -> frozenset[str]:
    """Everybody whom these pairs and merges are about."""
    return frozenset(
        [one for pair in waiting for one in (pair.one, pair.other)]
        + [one for word in merges for one in (word.one, word.other)]
    )


def _tie(clusters: Clusters, one: str, other: str) -> Said:
    """The one merge that joins two. Raises InputError where there is none, or there are several."""
    path = clusters.path(one, other)
    if not path:
        raise InputError("these two are not merged")
    if len(path) > 1 or path[0].said == BETWEEN:
        pairs = "; ".join(f"{said.one} with {said.other}" for said in reversed(path) if said.said == SAME)
        raise InputError(f"these two are one record through several merges: undo one of these ({pairs})")
    return path[0]
