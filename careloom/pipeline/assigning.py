"""Assigning: whose a scan is that names nobody whom we know, as a person says who has looked at it.

Until somebody says so nothing of it is in any record. What is said can be taken back: the scan's entries then leave
the record, and it waits again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from careloom import connect
from careloom.care.access import CLINICAL_ROLES
from careloom.care.document import Reviewer
from careloom.care.entry import Identifier, Message, Person
from careloom.connect.scan import count, picture
from careloom.errors import InputError, NamesNobody, NotLicensed, PatientMismatch, UnknownPatient
from careloom.pipeline.intake import Intake
from careloom.pipeline.report import Report
from careloom.store.opening import Store
from careloom.text.spelling import letters, tokens

# Who finds more than so many people says more of whom they look for.
MOST_FOUND = 20
WAITING = frozenset({NamesNobody.__name__, UnknownPatient.__name__, PatientMismatch.__name__})
OURS = "urn:careloom:source:"


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A scan that waits for somebody to say whose it is, and why a machine couldn't."""

    message: str
    name: str
    source: str
    received: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """A patient of ours as they are chosen: our id, name, birth date, and the numbers that sources gave them."""

    patient: str
    name: str
    birth_date: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A scan, whose it is by a person's word, and whose word that is (a user id)."""

    message: str
    name: str
    source: str
    patient: str
    who: str


@dataclass(frozen=True)
class Assigning:
    """The scans without a patient, and what people say of them."""

    store: Store
    intake: Intake

    def waiting(self) -> tuple[Unassigned, ...]:
        """The scans of which nothing is in any record since whose they are is not certain, the oldest first."""
        scans = (one for one in self.store.messages.rejections() if one.format == "scan")
        found = []
        for message, rows in groupby(scans, key=lambda one: one.message):
            about = [one for one in rows if one.error in WAITING]
            if about and not self.store.entries.patients_of(self.store.messages.get(message)):
                first = about[0]
                found.append(Unassigned(message, first.name, first.source, first.received, first.reason))
        return tuple(found)

    def find(self, message: str) -> Unassigned:
        """The waiting scan of this SHA-256, or of its first digits. Raises InputError."""
        found = [one for one in self.waiting() if message and one.message.startswith(message)]
        if len(found) != 1:
            raise InputError("no scan with this id waits" if not found else "several ids begin so")
        return found[0]

    def assigned(self) -> tuple[Assigned, ...]:
        """The scans of whom a person said whose they are."""
        said = self.store.assignments.all()
        messages = [
            (one, said[one.sha256]) for one in self.store.messages.of_format("scan") if one.sha256 in said
        ]
        return tuple(Assigned(one.sha256, one.name, one.source, *whose) for one, whose in messages)

    def search(self, actor: Reviewer, words: str) -> tuple[Match, ...]:
        """Patients whose names begin with these words, or who bear one of them as a number or birth date.

        Leaves an audit event for each. Raises InputError where too little is said, or too many are found.
        """
        _must_be_clinical(actor)
        return called(self.store, actor.user, words)

    def labels(self, patients: Iterable[str]) -> dict[str, str]:
        """Name and birth date of these patients."""
        told = self.store.patients.labels(patients)
        return {patient: f"{name} · {birth_date}" for patient, (name, birth_date, _) in told.items()}

    def assign(self, actor: Reviewer, message: str, patient: str) -> Report:
        """Say whose a waiting scan is (our id, or SYSTEM|VALUE); it is read into that record then.

        Raises NotLicensed for somebody outside the care team, InputError where nothing of it can be read all the same.
        """
        _must_be_clinical(actor)
        waiting = self.find(message)
        found = self.store.patients.find(patient)
        scan = self.store.messages.get(waiting.message)
        self.store.assignments.add(scan, found, who=actor.user)
        report = self._again(scan)
        if not self.store.entries.patients_of(scan):
            self.store.assignments.add(scan, "", who=actor.user)
            first = report.rejected[0] if report.rejected else {"reason": "says nothing", "where": ""}
            raise InputError(first["reason"], first["where"])
        self.store.audit.note(actor.user, "assign", patient=found, what=f"message {scan.sha256}")
        return report

    def take_back(self, actor: Reviewer, message: str) -> None:
        """Undo an assignment: what was read of the scan leaves the record, and it waits again. Raises InputError."""
        _must_be_clinical(actor)
        said = [one for one in self.assigned() if message and one.message.startswith(message)]
        if len(said) != 1:
            raise InputError("no scan with this id was assigned by anybody")
        scan = self.store.messages.get(said[0].message)
        with self.store.transaction():
            self.store.assignments.add(scan, "", who=actor.user)
            self.store.entries.supersede_missing(scan, (), connect.READER_VERSION)
            self.store.audit.note(
                actor.user, "take back", patient=said[0].patient, what=f"message {scan.sha256}"
            )
        self._again(scan)

    def pages(self, message: str) -> int:
        """How many pages a waiting scan has."""
        return count(self._body(self.find(message).message))

    def picture(self, actor: Reviewer, message: str, page: int) -> bytes:
        """The picture (PNG) of a page of a waiting scan; leaves an audit event."""
        _must_be_clinical(actor)
        found = self.find(message)
        self.store.audit.note(actor.user, "read", what=f"message {found.message}")
        return picture(self._body(found.message), page)

    def _body(self, message: str) -> bytes:
        with self.store.messages.open(message) as body:
            return body.read()

    def _again(self, scan: Message) -> Report:
        report = Report()
        self.store.messages.forgive(scan)
        self.intake.read(scan, scan.name, report, whole=True)
        return report


def _must_be_clinical(actor: Reviewer) -> None:
    if actor.role not in CLINICAL_ROLES:
        raise NotLicensed("that is for the care team alone")


def called(store: Store, actor: str, words: str) -> tuple[Match, ...]:
    """The same, for a caller who knows that this person may search.

    Raises InputError where too little is said, or too many are found.
    """
    asked = [*tokens(words)]
    if len(letters(words)) < 2:
        raise InputError("type at least two letters of a name, or a record number")
    found = []
    for patient, persons in store.patients.all().items():
        if _meant(asked, words, persons):
            found.append(matched(patient, persons))
        if len(found) > MOST_FOUND:
            raise InputError(f"more than {MOST_FOUND} patients are called so; type more of the name")
    store.audit.note_all(actor, "search", [one.patient for one in found])
    return tuple(found)


def _meant(asked: list[str], words: str, persons: Iterable[Person]) -> bool:
    """Whether every word begins a part of a name, or all of them are a number or a birth date of these persons."""
    said = letters(words)
    for person in persons:
        if any(letters(one.value) == said for one in person.identifiers):
            return True
        if person.birth_date and letters(person.birth_date) == said:
            return True
        parts = [part for name in person.names for part in tokens(name.full)]
        if all(any(part.startswith(word) for part in parts) for word in asked):
            return True
    return False


def matched(patient: str, persons: tuple[Person, ...]) -> Match:
    """A patient as they are chosen, from what was said of who they are."""
    name = next((one.full for person in persons for one in person.names if one.full), "")
    birth_date = next((one.birth_date for one in persons if one.birth_date), "") or ""
    numbers = dict.fromkeys(_numbers(one for person in persons for one in person.identifiers))
    return Match(patient, name, birth_date, tuple(numbers))


def _numbers(identifiers: Iterable[Identifier]) -> Iterator[str]:
    """The numbers that people read off papers: not a server's own ids, and none of a message, which name no assigner."""
    for one in identifiers:
        if not one.system.startswith(OURS) or ":" in one.system.removeprefix(OURS):
            yield one.value
