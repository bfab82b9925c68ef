"""Census: everybody whom a batch of readings may be about, read at once; what the batch says of them, written at once.

Inside the transaction of its batch nobody else can found a person, so that what it holds stays true until it ends.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from careloom.care.entry import Identifier, Known, Person
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.blocks import IDENTIFIER, blocks
from careloom.store.bulk import insert
from careloom.store.clusters import Clusters, Said
from careloom.store.database import hold, number_of
from careloom.store.ids import new_id
from careloom.store.models import Patient, PatientIndex, PatientSaying, StoredLook, StoredSameness, place
from careloom.store.sameness import Sameness

T = TypeVar("T")
# Below SQLite's limit of variables in one statement.
DIGESTS_A_QUERY = 500
WORDS = ("id", "organisation", "one", "other", "said", "who", "message", "where", "at", "sealed_why")
LOOK = ("id", "organisation", "one", "other", "why", "message", "at")
# A block that more patients share is a feed's placeholder: all of them would be compared with everybody who comes.
MOST_ALIKE = 50


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
        self._unselective: set[str] = set()
        self._sayings: dict[str, list[Person]] = {}
        self._said: set[tuple[str, str]] = set()
        self._patients: list[tuple[object, ...]] = []
        self._new_sayings: list[tuple[object, ...]] = []
        self._indexes: list[tuple[object, ...]] = []
        self._words: list[tuple[object, ...]] = []
        self._looks: list[tuple[object, ...]] = []
        self.clusters = Clusters()
        self.spoken: list[Said] = []
        # One lock for all, since two that are taken in different orders would wait for each other.
        hold(number_of(keys.organisation, "patients"))
        self._load({digest for person in persons for digest in self._searched(person)}, set(patients))

    def known(self, person: Person, *, whole: bool = True) -> tuple[Known, ...]:
        """Everything said of the patients who share a block with `person`, one of the batch's (`blocks`).

        Those that the batch founded or learnt of are among them. Patients who are one person are told as the oldest of
        them, with all that was said of each; without `whole`, each as they came.
        """
        found: dict[str, None] = {}
        for what, value in blocks(person):
            for digest in self._index(what, value):
                holders = self._holders.get(digest, {})
                if what == IDENTIFIER or (digest not in self._unselective and len(holders) <= MOST_ALIKE):
                    found.update(holders)
        if not whole:
            return tuple(Known(patient, said) for patient in found for said in self._sayings[patient])
        people = dict.fromkeys(map(self.clusters.first, found))
        return tuple(Known(first, said) for first in people for said in self.said_of(first))

    def said_of(self, patient: str, *, alone: bool = False) -> tuple[Person, ...]:
        """All that was said of a patient and, unless `alone`, of whoever is one person with them."""
        members = (patient,) if alone else self.clusters.members(patient)
        return tuple(said for one in members for said in self._sayings.get(one, ()))

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

    def identified(self, person: Person) -> str:
        """Whom a person said somebody whom the message describes just so to be; "" where nobody said so."""
        said = (one.one for one in self.clusters.identified(self.message))
        return next((one for one in said if person in self._sayings.get(one, ())), "")

    def say(self, one: str, other: str, said: str, where: str = "") -> None:
        """Say of two patients, by the batch's message, whether they are one; of `between`, by us."""
        row_id = new_id()
        message = self.message
        # What was said later is later, though all of a batch is written at one time.
        at = self._now + timedelta(microseconds=len(self.spoken))
        self.spoken.append(Said(row_id, one, other, said, "", message, at, where))
        self.clusters.add(self.spoken[-1])
        why = self._keys.seal(b"", place("sameness", row_id, "why"))
        pair = (UUID(one), UUID(other))
        self._words.append((row_id, self._keys.organisation, *pair, said, "", message, where, at, why))

    def look(self, one: str, other: str, why: str, *, told: bool = True) -> None:
        """Put two patients on the list of those whom a person must look at: since the message says that they are one, or
        since they are alike where nobody has `told` so.
        """
        first, second = sorted((UUID(one), UUID(other)))
        message = self.message if told else None
        self._looks.append((new_id(), self._keys.organisation, first, second, why, message, self._now))

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
        for block in blocks(person):
            digest = self._index(*block)[0]
            holders = self._holders.setdefault(digest, {})
            if patient not in holders:
                holders[patient] = None
                self._indexes.append((new_id(), organisation, patient_id, block[0], digest))

    def save(self) -> None:
        """Write what was founded and learnt since it was made or last saved."""
        insert(Patient, ("id", "organisation", "created"), self._patients)
        columns = ("id", "organisation", "patient", "message", "digest", "sealed", "at")
        insert(PatientSaying, columns, self._new_sayings)
        insert(PatientIndex, ("id", "organisation", "patient", "what", "digest"), self._indexes)
        insert(StoredSameness, WORDS, self._words)
        # Who is on the list already stays there once.
        insert(StoredLook, LOOK, self._looks, again=True)
        self._patients, self._new_sayings, self._indexes, self._words, self._looks = [], [], [], [], []

    def _digest(self, said: bytes) -> str:
        return self._keys.index("person", hashlib.sha256(said).hexdigest())

    def _index(self, what: str, value: str) -> tuple[str, ...]:
        """A block's blind indexes under every readable key, the writing one first."""
        found = self._digests.get((what, value))
        if found is None:
            found = self._digests[(what, value)] = self._keys.indexes(what, value)
        return found

    def _searched(self, person: Person) -> Iterator[str]:
        for block in blocks(person):
            yield from self._index(*block)

    def _load(self, digests: set[str], patients: set[UUID]) -> None:
        mine = {"organisation": self._keys.organisation}
        for some in _together(digests):
            chosen = selective(self._keys, some)
            self._unselective |= {*some} - {*chosen}
            rows = PatientIndex.objects.filter(**mine, digest__in=chosen)
            for digest, patient in rows.order_by("patient", "id").values_list("digest", "patient"):
                self._holders.setdefault(digest, {})[str(patient)] = None
                patients.add(patient)
        self.clusters = Sameness(self._keys).clusters(map(str, patients))
        void = {one for one in map(str, patients) if self.clusters.is_void(one)}
        self._holders = {
            digest: {one: None for one in holders if one not in void}
            for digest, holders in self._holders.items()
        }
        patients -= set(map(UUID, void))
        patients |= {UUID(one) for patient in map(str, patients) for one in self.clusters.members(patient)}
        # Whoever is known otherwise is in such a block already, and is not put into it twice.
        for some_ids in _together(patients if self._unselective else ()):
            rows = PatientIndex.objects.filter(**mine, patient__in=some_ids)
            for digest, patient in rows.values_list("digest", "patient"):
                if digest in self._unselective:
                    self._holders.setdefault(digest, {})[str(patient)] = None
        self._sayings = {str(patient): [] for patient in patients}
        for some_ids in _together(patients):
            told = PatientSaying.objects.filter(**mine, patient__in=some_ids).order_by("at", "id")
            for row_id, patient, digest, sealed in told.values_list("id", "patient", "digest", "sealed"):
                self._said.add((str(patient), digest))
                person = self._keys.open(bytes(sealed), place("saying", row_id, "person"))
                self._sayings[str(patient)].append(codec.person(person))


def selective(keys: Keys, digests: Iterable[str]) -> list[str]:
    """The digests without those of blocks that very many patients share, which tell nobody apart.

    Of an identifier everybody who bears it is kept.
    """
    asked = list(digests)
    rows = PatientIndex.objects.filter(organisation=keys.organisation, digest__in=asked)
    shared = rows.exclude(what=IDENTIFIER).order_by().values("digest").annotate(number=Count("id"))
    many = set(shared.filter(number__gt=MOST_ALIKE).values_list("digest", flat=True))
    return [one for one in asked if one not in many]


def _together(every: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(every)
    while some := list(islice(rest, DIGESTS_A_QUERY)):
        yield some
