"""Scans: what a machine read off images waits for a person, who compares it with the picture."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from careloom.care.document import Reviewer, Tier
from careloom.care.entry import Entry
from careloom.connect.scan import picture
from careloom.errors import InputError, NotLicensed
from careloom.record.counting import is_unconfirmed
from careloom.review import reach
from careloom.store.opening import Store

PAGES = re.compile(r"pages? (\d+)(?:-(\d+))?")


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One statement that a machine read off an image, of a patient of ours; `pages` are those of its scan."""

    patient: str
    name: str
    birth_date: str
    entry: Entry
    pages: tuple[int, ...]


def settled(entries: Sequence[Entry], said: Mapping[str, bool]) -> Sequence[Entry]:
    """The entries with what people found right no longer marked, and what they found wrong gone."""
    if not said:
        return entries
    return [
        _confirmed(entry) if said.get(entry.id) else entry
        for entry in entries
        if said.get(entry.id, True) or not is_unconfirmed(entry)
    ]


@dataclass(frozen=True)
class Scans:
    """The statements that wait, their pictures, and a person's word on them."""

    store: Store
    clock: Callable[[], datetime]

    def waiting(self) -> Iterator[ToConfirm]:
        """Every statement that nobody has confirmed or refuted, patient by patient."""
        scanned = self.store.messages.of_format("scan")
        patients = dict.fromkeys(
            one for message in scanned for one in self.store.entries.patients_of(message)
        )
        labels = self.store.patients.labels(patients)
        for patient in patients:
            said = self.store.confirmations.of(patient)
            name, birth_date, _ = labels[patient]
            for entry in self.store.entries.of(patient):
                # What a substance-use programme sent is shown on no list.
                if is_unconfirmed(entry) and entry.id not in said and "part2" not in entry.detail:
                    yield ToConfirm(patient, name, birth_date, entry, pages_of(entry))

    def find(self, entry: str) -> ToConfirm:
        """The waiting statement with this entry's id, or its first digits. Raises InputError."""
        found = [one for one in self.waiting() if entry and one.entry.id.startswith(entry)]
        if len(found) != 1:
            raise InputError("no statement with this id waits" if not found else "several ids begin so")
        return found[0]

    def confirm(self, actor: Reviewer, entry: str, *, right: bool) -> ToConfirm:
        """Say that a statement stands on the picture as it was read, or does not.

        Raises NotLicensed for somebody who may sign nothing clinical, InputError where nothing waits.
        """
        if reach(actor, self.clock().astimezone().date()) < Tier.NURSE:
            raise NotLicensed("a nurse or a physician compares what was read with the picture")
        found = self.find(entry)
        with self.store.transaction():
            self.store.confirmations.add(found.patient, found.entry.id, right=right, who=actor.user)
            word = "confirm" if right else "refute"
            self.store.audit.note(actor.user, word, patient=found.patient, what=found.entry.id)
        return found

    def picture(self, actor: Reviewer, entry: str, page: int) -> bytes:
        """The picture (PNG) of a page on which a waiting statement stands; leaves an audit event."""
        found = self.find(entry)
        if page not in found.pages:
            raise InputError("there is no such page")
        self.store.audit.note(
            actor.user, "read", patient=found.patient, what=f"message {found.entry.source.message}"
        )
        with self.store.messages.open(found.entry.source.message) as body:
            return picture(body.read(), page)


def pages_of(entry: Entry) -> tuple[int, ...]:
    """The pages that an entry's place names."""
    found = PAGES.match(entry.source.where)
    if found is None:
        return ()
    first, last = int(found.group(1)), int(found.group(2) or found.group(1))
    return tuple(range(first, last + 1))


def _confirmed(entry: Entry) -> Entry:
    return replace(entry, detail={key: said for key, said in entry.detail.items() if key != "read_by"})
