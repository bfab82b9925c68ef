"""Patients: an id of ours each, and what messages said of who they are, found by blind indexes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from careloom.care.entry import Known, Message, Person
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.blocks import blocks
from careloom.store.census import Census, selective
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid
from careloom.store.models import Patient, PatientIndex, PatientSaying, StoredMessage, place
from careloom.store.once import once
from careloom.store.opened import OpenedRows
from careloom.store.sameness import Sameness

_SAID = Asked(
    lambda organisation, patients: (
        PatientSaying.objects.filter(organisation=organisation, patient__in=patients)
        .order_by("at", "id")
        .values_list("patient_id", "id", "sealed", "message__source")
    )
)
_OWN = Asked(
    lambda organisation, patient: Patient.objects.filter(organisation=organisation, pk=patient).values_list(
        "id"
    )
)
_INDEXED = Asked(
    lambda organisation, digests: PatientIndex.objects.filter(
        organisation=organisation, digest__in=digests
    ).values_list("patient_id")
)
# So many sayings are kept opened.
OPENED = 2_000


@dataclass(frozen=True)
class Patients:
    """The patients of one organisation."""

    keys: Keys
    _persons: OpenedRows[Person] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )

    @property
    def sameness(self) -> Sameness:
        """Which of them are one person."""
        return Sameness(self.keys)

    def known(self, person: Person) -> tuple[Known, ...]:
        """Everything said of the patients who share a block with `person` (`blocks`).

        All whom `identity.Arriving` could find are among them. Inside a transaction nobody else can found a
        person until it ends.
        """
        searched = [digest for what, value in blocks(person) for digest in self.keys.indexes(what, value)]
        if connection.in_atomic_block:
            # One lock for all, since two that are taken in different orders would wait for each other.
            hold(number_of(self.keys.organisation, "patients"))
        found = PatientIndex.objects.filter(
            organisation=self.keys.organisation, digest__in=selective(self.keys, searched)
        )
        rows = self._sayings().filter(patient__in=found.values("patient"))
        return tuple(Known(str(row.patient_id), self._person(row)) for row in rows)

    def census(
        self, persons: Iterable[Person], message: Message | None, patients: Iterable[UUID] = ()
    ) -> Census:
        """Everybody whom these persons may be, and these patients, read at once, to be asked and added to inside one
        transaction.

        What is learnt is said by `message`. Nothing is written before `save`.
        """
        row = self._message(message)
        return Census(self.keys, persons, row.id if row else None, patients)

    def create(self, person: Person, message: Message | None = None) -> str:
        """A new patient of whom this is known; our id."""
        with writing():
            census = self.census((person,), message)
            patient = census.create(person)
            census.save()
        return patient

    def learn(self, patient: str, person: Person, message: Message | None = None) -> None:
        """Append what a message says of who a patient is; the same said again is kept once."""
        with writing():
            census = self.census((person,), message, (as_uuid(patient, "patient"),))
            census.learn(patient, person)
            census.save()

    def find(self, patient: str) -> str:
        """Our id of a patient named by it or by SYSTEM|VALUE of any identifier that a source gave.

        Of patients who are one person it is the oldest's. Raises InputError where nobody is meant, or more than one.
        """
        if "|" not in patient:
            found = {str(one) for (one,) in _OWN.rows(self.keys.organisation, as_uuid(patient, "patient"))}
        else:
            system, _, value = patient.rpartition("|")
            digests = self.keys.indexes("identifier", f"{system}|{value.strip()}")
            found = {str(one) for (one,) in _INDEXED.rows(self.keys.organisation, digests)}
        clusters = self.sameness.clusters(found)
        found = {clusters.first(one) for one in found if not clusters.is_void(one)}
        if len(found) > 1:
            raise InputError("that identifier belongs to more than one patient")
        if not found:
            raise InputError("unknown patient")
        return found.pop()

    def newest(self, most: int) -> tuple[str, ...]:
        """So many patients, whom we learnt of last first; who is one person with another may stand twice."""
        rows = Patient.objects.filter(organisation=self.keys.organisation).order_by("-created", "id")[:most]
        return tuple(str(row.id) for row in rows)

    def persons(self, patient: str) -> tuple[Person, ...]:
        """What messages said of who a patient is, in the order in which it was first said."""
        members = self.sameness.members(patient)
        return tuple(map(self._person, self._sayings().filter(patient__in=members)))

    def said(self, patient: str, *, former: bool = True) -> tuple[tuple[str, Person], ...]:
        """The same, each with the source whose message said it first ("" where none did).

        What was said of those whose number is no longer in use, since it was merged into another, comes last, or not at all.
        """
        clusters = self.sameness.clusters((patient,))
        members = [UUID(one) for one in clusters.members(str(as_uuid(patient, "patient")))]
        said = once((_SAID.make, *members), lambda: _SAID.rows(self.keys.organisation, members))
        rows = sorted(said, key=lambda row: clusters.former(str(row[0])) is not None)
        return tuple(
            (source or "", self._persons.of(row_id, bytes(sealed), self._open_person))
            for member, row_id, sealed, source in rows
            if former or clusters.former(str(member)) is None
        )

    def mark(self, person: Person) -> str:
        """A keyed hash by which somebody who is described just so can be meant, without a word of it."""
        return self.keys.index("described", hashlib.sha256(codec.encode(person)).hexdigest())[:16]

    def all(self) -> Mapping[str, tuple[Person, ...]]:
        """Every patient's id with what was said of who they are, the oldest patient first; who are one stand once."""
        # What was said first: a patient who is founded between the two questions then has no saying yet, instead of
        # a saying having no patient.
        sayings = list(self._sayings())
        rows = Patient.objects.filter(organisation=self.keys.organisation).order_by("created", "id")
        clusters = self.sameness.clusters()
        ids = (str(row.id) for row in rows)
        found: dict[str, list[Person]] = {clusters.first(one): [] for one in ids if not clusters.is_void(one)}
        for saying in sayings:
            if not clusters.is_void(str(saying.patient_id)):
                found[clusters.first(str(saying.patient_id))].append(self._person(saying))
        return {patient: tuple(persons) for patient, persons in found.items()}

    def labels(self, patients: Iterable[str] | None = None) -> Mapping[str, tuple[str, str, str]]:
        """(name, birth date, sex) of these patients (of all where None), each as it was said last of the person."""
        rows = self._sayings()
        clusters = self.sameness.clusters()
        asked: set[str] | None = None
        if patients is not None:
            asked = {str(as_uuid(patient, "patient")) for patient in patients}
            rows = rows.filter(patient__in=[one for patient in asked for one in clusters.members(patient)])
        found: dict[str, tuple[str, str, str]] = {}
        told: dict[str, None] = {}
        for row in rows:
            person = self._person(row)
            first = clusters.first(str(row.patient_id))
            told |= {str(row.patient_id): None}
            name, birth_date, sex = found.get(first, ("", "", ""))
            said = next((one.full for one in person.names if one.full), "")
            found[first] = (said or name, person.birth_date or birth_date, person.sex or sex)
        wanted = ((one, clusters.first(one)) for one in (told if asked is None else asked))
        return {one: found[first] for one, first in wanted if first in found}

    def _sayings(self) -> QuerySet[PatientSaying]:
        return PatientSaying.objects.filter(organisation=self.keys.organisation).order_by("at", "id")

    def _person(self, row: PatientSaying) -> Person:
        return self._open_person(row.id, bytes(row.sealed))

    def _open_person(self, row_id: UUID, sealed: bytes) -> Person:
        return codec.person(self.keys.open(sealed, place("saying", row_id, "person")))

    def _message(self, message: Message | None) -> StoredMessage | None:
        if message is None:
            return None
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation, sha256=message.sha256)
        return rows.filter(source=message.source).first()
