"""Census: everybody whom a batch of readings may be about, read at once; what the batch says of them, written at once.

Inside the transaction of its batch nobody else can found a person, so that what it holds stays true until it ends.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from careloom.care.entry import Known, Person
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.bulk import insert
from careloom.store.database import hold
from careloom.store.ids import new_id
from careloom.store.models import Patient, PatientIndex, PatientSaying, place

T = TypeVar("T")
# Below SQLite's limit of variables in one statement.
DIGESTS_A_QUERY = 500


class Census:
    """Patients in memory, by the blind indexes that find them. `save` writes what was founded and learnt."""

    def __init__(
        self, keys: Keys, persons: Iterable[Person], message: UUID | None, patients: Iterable[UUID] = ()
    ) -> None:
        self._keys = keys
        self._message = message
        self._now: datetime = timezone.now()
        self._digests: dict[tuple[str, str], tuple[str, ...]] = {}
        self._holders: dict[str, dict[str, None]] = {}
        self._sayings: dict[str, list[Person]] = {}
        self._said: set[tuple[str, str]] = set()
        self._patients: list[tuple[object, ...]] = []
        self._new_sayings: list[tuple[object, ...]] = []
        self._indexes: list[tuple[object, ...]] = []
        # One lock for all, since two that are taken in different orders would wait for each other.
        hold(int(keys.index("lock", "patients")[:15], 16))
        self._load({digest for person in persons for digest in self._searched(person)}, set(patients))

    def known(self, person: Person) -> tuple[Known, ...]:
        """Everything said of the patients who share an identifier or a birth date with `person`, one of the batch's.

        Those that the batch founded or learnt of are among them.
        """
        found: dict[str, None] = {}
        for digest in self._searched(person):
            found.update(self._holders.get(digest, {}))
        return tuple(Known(patient, said) for patient in found for said in self._sayings[patient])

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
        digest = self._keys.index("person", hashlib.sha256(said).hexdigest())
        if (patient, digest) in self._said:
            return
        self._said.add((patient, digest))
        self._sayings[patient].append(person)
        row_id, patient_id, organisation = new_id(), UUID(patient), self._keys.organisation
        sealed = self._keys.seal(said, place("saying", row_id, "person"))
        self._new_sayings.append((row_id, organisation, patient_id, self._message, digest, sealed, self._now))
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
        self._patients, self._new_sayings, self._indexes = [], [], []

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
