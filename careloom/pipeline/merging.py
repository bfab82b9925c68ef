"""Merging: what a sender says of who is one person and who is two, honoured where nothing contradicts.

Takes    a reading with its merges and unlinks, whose it is, and everybody whom it may mean
Gives    what a person must decide, and what waits for somebody unknown
Never    merges two people of whom the birth date, sex, suffix or names contradict, undoes what a person decided, or
         rewrites anything: entries stay with the patient under whom they came
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from careloom import identity
from careloom.care.entry import Identifier, Merge, Message, Person, Reading, Rejection
from careloom.errors import PatientMismatch, UnknownPatient
from careloom.identity import Arriving
from careloom.store.census import Census
from careloom.store.clusters import APART, BETWEEN, DIFFERENT, SAME, STAYS, Said
from careloom.store.entries import Entries

NOT_SENT = "names somebody whom nobody has sent yet: it is done once they are known"
A_PERSON = "a person must decide"


class Waiting(NamedTuple):
    """What a message says of two numbers; it is said again at the end of its batch, where the other is known perhaps."""

    patient: str
    merge: Merge
    unlink: bool


@dataclass
class Merging:
    """What one message says of who is one person, in the transaction of its census."""

    message: Message
    census: Census
    _waiting: list[Waiting] = field(default_factory=list)

    def honour(self, patient: str, reading: Reading) -> Iterator[Rejection]:
        """Do what a reading says, as far as its numbers are known; the rest waits for `again`."""
        for merge in reading.merges:
            if merge.renames and not self.census.bearers((merge.identifier,)):
                self.census.learn(patient, Person(identifiers=(merge.identifier,)))
            else:
                yield from self._one(Waiting(patient, merge, unlink=False))
        for merge in reading.unlinks:
            yield from self._one(Waiting(patient, merge, unlink=True))

    def again(self) -> Iterator[Rejection]:
        """Do what waited for somebody whom the batch names later; who is unknown still is waited for."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            yield from self._one(one)
        for one in self._waiting:
            yield Rejection(one.merge.where, NOT_SENT, UnknownPatient.__name__)

    def _one(self, asked: Waiting) -> Iterator[Rejection]:
        bearers = self.census.bearers((asked.merge.identifier,))
        if not bearers:
            self._waiting.append(asked)
            return
        first = self.census.clusters.first
        others = [one for one in bearers if one != asked.patient]
        if not asked.unlink:
            self._exchanged(asked, [one for one in others if first(one) == first(asked.patient)])
            others = [one for one in others if first(one) != first(asked.patient)]
        people = sorted({first(one) for one in others})
        if len(people) > 1:
            why = f"names a number of more than one patient ({', '.join(people)})"
        else:
            do = self._unlinked if asked.unlink else self._merged
            why = do(asked.patient, others[0], asked.merge) if others else ""
        if why:
            yield Rejection(asked.merge.where, f"{why}: {A_PERSON}", PatientMismatch.__name__)

    def _exchanged(self, asked: Waiting, others: Sequence[str]) -> None:
        """Of two who are one already, keep whose number is in use now, where that has changed.

        HL7 v2.5.1, 3.3.40: MRG's number is never referenced again, PID's is the correct one. So a merge back is a merge
        whose other number stays.
        """
        clusters = self.census.clusters
        for other in others:
            gone, stays = _directed(asked.patient, other, asked.merge)
            before = clusters.former(stays)
            if clusters.is_between(gone) or clusters.is_between(stays):
                continue
            if (clusters.former(gone) and not before) or (before and self._is_older_than(before)):
                continue
            if not clusters.says(self.census.message, asked.merge.where, gone, stays):
                self.census.say(gone, stays, STAYS, asked.merge.where)

    def _merged(self, patient: str, other: str, merge: Merge) -> str:
        """Say that two are one. Why that is a person's to decide; "" where it is done, or nothing is to be done."""
        clusters = self.census.clusters
        if clusters.says(self.census.message, merge.where, patient, other):
            return ""
        last = clusters.parted(patient, other)
        if last is not None and self._is_older_than(last):
            return ""
        both = f"patient {clusters.first(patient)} and patient {clusters.first(other)}"
        if last is not None and last.who:
            why = "a sender says that they are one person, and a person said that they are two"
            self.census.look(patient, other, why)
            return f"says that {both} are one person, and a person said that they are two"
        mine, theirs = (identity.seen(self.census.said_of(one)) for one in (patient, other))
        part = identity.contradiction(mine, theirs)
        if part:
            self.census.look(
                patient, other, f"a sender says that they are one person, but the {part} differs"
            )
            return f"says that {both} are one person, but the {part} differs"
        gone, stays = _directed(patient, other, merge)
        self.census.say(gone, stays, SAME, merge.where)
        return ""

    def _unlinked(self, patient: str, other: str, merge: Merge) -> str:
        """Say that two are not one, and undo that a message said so. Why that is a person's to do; "" where it is done."""
        clusters = self.census.clusters
        path = clusters.path(patient, other)
        if not path:
            if clusters.parted(patient, other) is None:
                self.census.say(patient, other, DIFFERENT, merge.where)
            return ""
        if clusters.says(self.census.message, merge.where, patient, other) or all(
            self._is_older_than(one) for one in path
        ):
            return ""
        both = f"patient {patient} and patient {other} are two people"
        why = ""
        if len(path) > 1 or path[0].said == BETWEEN:
            why = ", who are one record through others"
        elif path[0].who:
            why = ", and a person said that they are one"
        elif clusters.unnamed(path[0]):
            why = ", and what came since they were merged names neither of them"
        if why:
            self.census.look(patient, other, "a sender says that they are two people")
            return f"says that {both}{why}"
        self.census.say(path[0].one, path[0].other, APART, merge.where)
        return ""

    def _is_older_than(self, said: Said) -> bool:
        """Whether the message had come before this was said; ids of messages sort by the time at which they came."""
        if said.message and self.census.message and not said.who:
            return self.census.message < said.message
        return self.message.received is not None and said.at > self.message.received


def _directed(patient: str, other: str, merge: Merge) -> tuple[str, str]:
    """Of a merge's two patients whose number is a former one, and whose stays in use."""
    return (patient, other) if merge.stays else (other, patient)


def with_further(reading: Reading) -> Person:
    """The person with all further numbers of which the sender says whose they are."""
    if not reading.merges and not reading.unlinks:
        return reading.person
    further = (merge.identifier for merge in (*reading.merges, *reading.unlinks))
    return replace(reading.person, identifiers=(*reading.person.identifiers, *further))


def found(one: Arriving, reading: Reading, census: Census) -> str | None:
    """The patient whom a reading is about; None for somebody new who can be founded. `one` is the reading's person.

    Somebody whom nobody knows by their own numbers is whom the sender says that a former number of theirs means.
    Raises PatientMismatch; UnknownPatient for somebody new of whom a merge is told: it founds nobody.
    """
    former = tuple(merge.identifier for merge in reading.merges if merge.renames)
    everything = replace(one.person, identifiers=(*one.person.identifiers, *former))
    try:
        patient = _find(one, census)
        if patient is None and former:
            patient = _find(arriving(everything, census), census)
    except UnknownPatient:
        if not former:
            raise
        patient = _find(arriving(everything, census), census)
    if patient is None and any(not (merge.renames or merge.link) for merge in reading.merges):
        raise UnknownPatient(
            "a merge names two numbers, and nobody has sent yet who bears the one that stays"
        )
    return patient


def founded(arriving: Arriving, census: Census) -> str:
    """A new patient of whom this is known; those who may be the same person are put on the list of a person."""
    alike = arriving.looks()
    patient = census.create(arriving.person)
    for other, why in alike:
        census.look(patient, other, why, told=False)
    return patient


def arriving(person: Person, census: Census) -> Arriving:
    """A person beside those of the census who may be them."""
    return Arriving(person, census.known(person), census.clusters.told_apart)


def _find(one: Arriving, census: Census) -> str | None:
    patient = one.find()
    if patient is None and census.clusters.said:
        # Two birth dates of one merged person agree with no description; each of them still does with its own.
        known = census.known(one.person, whole=False)
        patient = Arriving(one.person, known, census.clusters.told_apart).find()
    return census.clusters.first(patient) if patient else None


def member(patient: str, reading: Reading, census: Census, entries: Entries) -> str:
    """Of those who are one person with `patient`, the one under whom a reading is filed; "" where it names none of them,
    or several.

    That is whom its own numbers name (and, of several, its description), else under whom it was filed before; what names nobody is kept apart, so that it
    can still be given to one of them when they are found to be two.
    """
    members = census.clusters.members(patient)
    if len(members) == 1:
        return patient
    numbers = [Identifier(*one) for one in sorted(identity.seen((reading.person,)).identifiers)]
    bearers = [one for one in census.bearers(numbers) if one in members]
    own = [one for one in bearers if not census.clusters.is_between(one)]
    if len(own) > 1:
        # Both bear the number since it was used again, or told wrong: then whoever is described so.
        fitting = [one for one in own if _describes(reading.person, one, census)]
        own = fitting if len(fitting) == 1 else own
    if len(own) == 1:
        return own[0]
    held = [one for one in bearers if census.clusters.is_between(one)]
    if held:
        return held[0]
    filed = entries.filed([one.id for one in reading.entries]) & set(members)
    return min(filed, default="")


def between(patient: str, reading: Reading, census: Census) -> str:
    """A patient between those who are one person with `patient`, for what a reading says that names none of them.

    What is described just as an earlier one goes with it. A reading that founds nobody describes nobody.
    """
    members = census.clusters.members(patient)
    person = _without(members, reading.person, census) if reading.founds else Person()
    held = census.described(filter(census.clusters.is_between, members), person) if reading.founds else ""
    if not held:
        held = census.create(person)
        census.say(held, census.clusters.first(patient), BETWEEN)
    return held


def _describes(person: Person, patient: str, census: Census) -> bool:
    said = identity.seen(census.said_of(patient, alone=True))
    return identity.compare(identity.seen((person,)), said).same is not identity.Same.CONTRADICTED


def unborne(patient: str, person: Person, census: Census) -> Person:
    """What a message says of a person, without the numbers of those others who are one person with them.

    Both would bear the number for ever, and once they are two again it would name neither. A number that both bear, as a
    person has said, stays.
    """
    if person in census.said_of(patient, alone=True):
        return person
    others = [one for one in census.clusters.members(patient) if one != patient]
    return _without(others, person, census) if others else person


def _without(others: Sequence[str], person: Person, census: Census) -> Person:
    kept = tuple(one for one in person.identifiers if set(others).isdisjoint(census.bearers((one,))))
    return replace(person, identifiers=kept)
