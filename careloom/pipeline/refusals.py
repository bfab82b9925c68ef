"""Refusals: somebody of whom a message tells under a number that is another's, or several people's; a person says who it is.

Takes    a message that waits, and who says whom it is about and why
Gives    whom it describes, who bears the number, what was said so far
Never    files anything without a signed-in person's reason, moves or rewrites what was filed, or shows a substance-use
         programme's name and numbers (42 CFR Part 2)

What is said founds a patient as the message describes them, who is somebody new, or is one person with somebody known: so
that all of it can be taken back, and what comes later under the number goes to whom it describes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from careloom import connect, identity
from careloom.care.document import Reviewer
from careloom.care.entry import Message, Person, Reading
from careloom.errors import InputError, PatientMismatch
from careloom.pipeline import merging
from careloom.pipeline.intake import Intake
from careloom.pipeline.people import Told, must_say_who, shown
from careloom.pipeline.report import Report
from careloom.record import Programmes
from careloom.store.census import Census
from careloom.store.clusters import DIFFERENT, SAME, VOID
from careloom.store.opening import Store

# So many people of a message are weighed in one transaction.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody whom a waiting message describes: by a keyed hash of that, where, why nobody is certain, what it tells of them,
    and the patients who bear the number."""

    key: str
    where: str
    why: str
    told: Told
    bearers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """What somebody (a user id) said of whom a message is about: `patient` is as it describes them, `same_as` the one whom they
    are, "" for somebody new."""

    patient: str
    message: str
    same_as: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Refusals:
    """The refusals of one organisation, and what people said of them."""

    store: Store
    intake: Intake
    programmes: Programmes

    def waiting(self, actor: Reviewer, message: str) -> tuple[Refused, ...]:
        """The people of a waiting message (SHA-256) who are not certain, each once; leaves an audit event for each bearer."""
        found: dict[str, Refused] = {}
        letter = self._waits(message)
        for reading, why, bearers in self._refused(letter):
            key = self._key(reading.person)
            where = reading.entries[0].source.where if reading.entries else ""
            before = found[key].told.entries if key in found else 0
            told = Told(
                "",
                (shown(self.programmes, letter.source, reading.person),),
                before + sum(not self.programmes.programme(one) for one in reading.entries),
            )
            found[key] = Refused(key, found[key].where if key in found else where, why, told, bearers)
        seen = {one for refused in found.values() for one in refused.bearers}
        self.store.audit.note_all(actor.user, "compare", seen, f"message {letter.sha256}")
        return tuple(found.values())

    def new(self, actor: Reviewer, message: str, key: str = "", *, why: str) -> str:
        """Say that they are somebody new, who bears the number from now on beside whoever bore it before; their id.

        `key` may be left out where the message describes one alone. Raises NotLicensed, and InputError where no reason is
        given, nobody waits (any more), or the message states neither a name nor a birth date.
        """
        return self._say(actor, message, key, "", why)

    def known(self, actor: Reviewer, message: str, patient: str, key: str = "", *, why: str) -> str:
        """Say that they are a patient of ours (our id, or SYSTEM|VALUE); the id under which they are read. Raises as `new`."""
        return self._say(actor, message, key, self.store.patients.find(patient), why)

    def identified(self) -> tuple[Identified, ...]:
        """What was said of whom messages are about and is in force, the newest first."""
        clusters = self.store.sameness.clusters()
        found: dict[str, Identified] = {}
        for word in self.store.sameness.words():
            if word.message and word.said != VOID and not clusters.is_void(word.one):
                other = word.other if word.said == SAME else ""
                if word.one not in found or other:
                    found[word.one] = Identified(word.one, word.message, other, word.who, word.at, word.why)
        return tuple(found.values())

    def take_back(self, actor: Reviewer, patient: str, *, why: str = "") -> str:
        """Undo what was said of a message's person: what it told leaves the record, and it waits again; the message.

        Raises NotLicensed, and InputError where nothing of the kind was said, or something has come for them since.
        """
        must_say_who(actor)
        with self.store.transaction():
            self.store.sameness.hold()
            said = next((one for one in self.identified() if one.patient == patient), None)
            if said is None:
                raise InputError("nobody said so of this patient, or it was taken back")
            message = self.store.messages.get(said.message)
            words = [one for one in self.store.sameness.words() if patient in (one.one, one.other)]
            others = [one for one in words if one.message != said.message]
            came = {one.source.message for one in self.store.entries.of(patient, alone=True)}
            if others or came - {said.message}:
                raise InputError("more has come for them since: say on the page People who is one person")
            self.store.entries.supersede_missing(message, (), connect.READER_VERSION, of=patient)
            for other in dict.fromkeys(one.other for one in words):
                self.store.sameness.say(patient, other, VOID, who=actor.user, why=why, message=message)
            self.store.audit.note_all(actor.user, "take back", (patient, *(one.other for one in words)),
                                      f"message {message.sha256}", why)  # fmt: skip
        self.intake.again(message, message.name, Report())
        return message.sha256

    def _say(self, actor: Reviewer, message: str, key: str, target: str, why: str) -> str:
        must_say_who(actor, why)
        letter = self._waits(message)
        reading = self._meant(letter, key)
        person = reading.person
        if not target and not (person.names or person.birth_date):
            raise InputError("it states neither a name nor a birth date: nobody can be founded by it")
        with self.store.transaction():
            census = self.store.patients.census((merging.with_further(reading),), letter)
            if _refusal(reading, census) is None:
                raise InputError("somebody has decided this already")
            bearers = _bearers(person, census)
            parted = [one for one in bearers if not target or _contradicts(person, one, census)]
            if target:
                patient = census.create(person)
            else:
                patient = merging.founded(merging.arriving(person, census), census)
            census.save()
            pairs = [(one, DIFFERENT) for one in parted if one != target]
            for other, said in ([(target, SAME)] if target else []) + pairs:
                self.store.sameness.say(patient, other, said, who=actor.user, why=why, message=letter)
            about = (patient, *dict.fromkeys((*bearers, *([target] if target else []))))
            self.store.audit.note_all(actor.user, "same" if target else "somebody new", about,
                                      f"message {letter.sha256}: {patient}", why)  # fmt: skip
        self.intake.again(letter, letter.name, Report())
        return self.store.sameness.first(patient)

    def _meant(self, letter: Message, key: str) -> Reading:
        """What a message says of the one of its refused people who is meant."""
        people = {self._key(reading.person): reading for reading, _, _ in self._refused(letter)}
        if not people:
            raise InputError("nobody of this message waits any more")
        if not key and len(people) == 1:
            return next(iter(people.values()))
        if key not in people:
            raise InputError(
                "say which of the people of this message is meant" if not key else "nobody of it"
            )
        return people[key]

    def _refused(self, letter: Message) -> Iterator[tuple[Reading, str, tuple[str, ...]]]:
        readings = (one for one in self.intake.readings(letter) if one.entries or one.person.names)
        while some := list(islice(readings, AT_ONCE)):
            with self.store.transaction():
                census = self.store.patients.census(map(merging.with_further, some), letter)
                weighed = [(one, _refusal(one, census), _bearers(one.person, census)) for one in some]
            for reading, why, bearers in weighed:
                if why is not None:
                    yield reading, why, bearers

    def _waits(self, message: str) -> Message:
        found = {one.message for one in self.store.messages.rejections() if one.error == MISMATCH}
        asked = [one for one in found if message and one.startswith(message)]
        if len(asked) != 1:
            raise InputError("nobody of this message waits" if not asked else "several messages begin so")
        return self.store.messages.get(asked[0])

    def _key(self, person: Person) -> str:
        return self.store.patients.mark(person)


MISMATCH = PatientMismatch.__name__


def _refusal(reading: Reading, census: Census) -> str | None:
    """Why it is not certain whom a reading is about; None where it is, or nobody is known whom it could be about."""
    if census.identified(reading.person):
        return None
    try:
        merging.found(merging.arriving(reading.person, census), reading, census)
    except PatientMismatch as error:
        return error.reason
    except InputError:
        return None
    return None


def _bearers(person: Person, census: Census) -> tuple[str, ...]:
    """Everybody who bears one of their numbers, as they are read; else whom they are described like."""
    numbers = census.bearers(person.identifiers)
    found: Iterable[str] = numbers or (one.patient for one in census.known(person))
    return tuple(dict.fromkeys(map(census.clusters.first, found)))


def _contradicts(person: Person, patient: str, census: Census) -> bool:
    said = identity.seen(census.said_of(patient))
    return identity.compare(identity.seen((person,)), said).same is identity.Same.CONTRADICTED
