"""Census: everybody whom a batch of readings may be about, read at once; what the batch says of them, written at once.

Inside the transaction of its batch nobody else can found a person, so that what it holds stays true until it ends.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from careloom.care.entry import Identifier, Known, Person
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.bulk import insert
from careloom.store.clusters import Clusters, Said
from careloom.store.database import hold
from careloom.store.ids import new_id
from careloom.store.models import Patient, PatientIndex, PatientSaying, StoredLook, StoredSameness, place
from careloom.store.sameness import Sameness

T = TypeVar("T")
# Below SQLite's limit of variables in one statement.
DIGESTS_A_QUERY = 500
WORDS = ("id", "organisation", "one", "other", "said", "who", "message", "where", "at", "sealed_why")


class Census:
    """Patients in memory, by the blind indexes that find them. `save` writes what was founded and learnt."""

    def __init__(
        self, keys: Keys, persons: Iterable[Person], message: UUID | None, patients: Iterable[UUID] = ()
    ) -> None:
        self._keys = keys
        self.message = message
        self._now: datetime = timezone.now()
        self._digests: dict[tuple[str, str], tuple[str, ...]] = {}
        self._holders: dict[str, dict[str, None]] = {}
        self._sayings: dict[str, list[Person]] = {}
        self._said: set[tuple[str, str]] = set()
        self._patients: list[tuple[object, ...]] = []
        self._new_sayings: list[tuple[object, ...]] = []
        self._indexes: list[tuple[object, ...]] = []
        self._words: list[tuple[object, ...]] = []
        self._looks: list[tuple[str, str, str]] = []
        self.clusters = Clusters()
        self.spoken: list[Said] = []
        # One lock for all, since two that are taken in different orders would wait for each other.
        hold(int(keys.index("lock", "patients")[:15], 16))
        self._load({digest for person in persons for digest in self._searched(person)}, set(patients))

    def known(self, person: Person, *, whole: bool = True) -> tuple[Known, ...]:
        """Everything said of the patients who share an identifier or a birth date with `person`, one of the batch's.

        Those that the batch founded or learnt of are among them. Patients who are one person are told as the oldest of
        them, with all that was said of each; without `whole`, each as they came.
        """
        found: dict[str, None] = {}
        for digest in self._searched(person):
            found.update(self._holders.get(digest, {}))
        if not whole:
            return tuple(Known(patient, said) for patient in found for said in self._sayings[patient])
        people = dict.fromkeys(map(self.clusters.first, found))
        return tuple(Known(first, said) for first in people for said in self.said_of(first))

    def said_of(self, patient: str) -> tuple[Person, ...]:
        """All that was said of a patient and whoever is one person with them."""
        return tuple(said for one in self.clusters.members(patient) for said in self._sayings.get(one, ()))

    def bearers(self, identifiers: Iterable[Identifier]) -> tuple[str, ...]:
        """The patients of whom one of these identifiers was said, each as they came."""
        found: dict[str, None] = {}
        for digest in self._searched(Person(identifiers=tuple(identifiers))):
            found.update(self._holders.get(digest, {}))
        return tuple(found)

    def described(self, patients: Iterable[str], person: Person) -> str:
        """The first of these patients of whom just this was said already; "" for none."""
        digest = self._digest(codec.encode(person))
        return next((one for one in patients if (one, digest) in self._said), "")

    def say(self, one: str, other: str, said: str, where: str = "") -> None:
        """Say of two patients, by the batch's message, whether they are one; of `between`, by us."""
        row_id = new_id()
        message = self.message
        # What was said later is later, though ids of one millisecond stand in no order.
        at = self._now + timedelta(microseconds=len(self.spoken))
        self.spoken.append(Said(row_id, one, other, said, "", message, at, where))
        self.clusters.add(self.spoken[-1])
        why = self._keys.seal(b"", place("sameness", row_id, "why"))
        pair = (UUID(one), UUID(other))
        self._words.append((row_id, self._keys.organisation, *pair, said, "", message, where, at, why))

    def look(self, one: str, other: str, why: str) -> None:
        """Put two patients on the list of those whom a person must look at, since the message says that they are one."""
        self._looks.append((one, other, why))

    def create(self, person: Person) -> str:
        """A new patient of whom this is known; our id."""
        row_id = new_id()
        self._patients.append((row_id, self._keys.organisation, self._now))
        patient = str(row_id)
        self._sayings[patient] = []
        self.learn(patient, person)
        return patient

    def learn(self, patient: str, person: Person) -> None:
        """Add what the message says of who a patient is; the same said again is kept once."""
        said = codec.encode(person)
        digest = self._digest(said)
        if (patient, digest) in self._said:
            return
        self._said.add((patient, digest))
        self._sayings[patient].append(person)
        row_id, patient_id, organisation = new_id(), UUID(patient), self._keys.organisation
        sealed = self._keys.seal(said, place("saying", row_id, "person"))
        self._new_sayings.append((row_id, organisation, patient_id, self.message, digest, sealed, self._now))
        for trait in traits(person):
            digest = self._index(*trait)[0]
            holders = self._holders.setdefault(digest, {})
            if patient not in holders:
                holders[patient] = None
                self._indexes.append((new_id(), organisation, patient_id, trait[0], digest))

    def save(self) -> None:
        """Write what was founded and learnt since it was made or last saved."""
        insert(Patient, ("id", "organisation", "created"), self._patients)
        columns = ("id", "organisation", "patient", "message", "digest", "sealed", "at")
        insert(PatientSaying, columns, self._new_sayings)
        insert(PatientIndex, ("id", "organisation", "patient", "what", "digest"), self._indexes)
        insert(StoredSameness, WORDS, self._words)
        for one, other, why in self._looks:
            first, second = sorted((UUID(one), UUID(other)))
            StoredLook.objects.get_or_create(
                organisation=self._keys.organisation,
                one_id=first,
                other_id=second,
                message_id=self.message,
                defaults={"why": why, "at": self._now},
            )
        self._patients, self._new_sayings, self._indexes, self._words, self._looks = [], [], [], [], []

    def _digest(self, said: bytes) -> str:
        return self._keys.index("person", hashlib.sha256(said).hexdigest())

    def _index(self, what: str, value: str) -> tuple[str, ...]:
        """A trait's blind indexes under every readable key, the writing one first."""
        found = self._digests.get((what, value))
        if found is None:
            found = self._digests[(what, value)] = self._keys.indexes(what, value)
        return found

    def _searched(self, person: Person) -> Iterator[str]:
        for trait in traits(person):
            yield from self._index(*trait)

    def _load(self, digests: set[str], patients: set[UUID]) -> None:
        mine = {"organisation": self._keys.organisation}
        for some in _together(digests):
            rows = PatientIndex.objects.filter(**mine, digest__in=some).order_by("patient", "id")
            for digest, patient in rows.values_list("digest", "patient"):
                self._holders.setdefault(digest, {})[str(patient)] = None
                patients.add(patient)
        self.clusters = Sameness(self._keys).clusters(map(str, patients))
        patients |= {UUID(one) for patient in map(str, patients) for one in self.clusters.members(patient)}
        self._sayings = {str(patient): [] for patient in patients}
        for some_ids in _together(patients):
            told = PatientSaying.objects.filter(**mine, patient__in=some_ids).order_by("at", "id")
            for row_id, patient, digest, sealed in told.values_list("id", "patient", "digest", "sealed"):
                self._said.add((str(patient), digest))
                person = self._keys.open(bytes(sealed), place("saying", row_id, "person"))
                self._sayings[str(patient)].append(codec.person(person))


def traits(person: Person) -> Iterable[tuple[str, str]]:
    """What a person is searched by. Names are left to `identity`: a birth date alone finds too many, never too few."""
    found = [("identifier", f"{one.system}|{one.value.strip()}") for one in person.identifiers]
    if person.birth_date:
        found.append(("birth date", person.birth_date.strip()))
    return dict.fromkeys(found)


def _together(every: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(every)
    while some := list(islice(rest, DIGESTS_A_QUERY)):
        yield some
