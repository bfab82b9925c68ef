"""Which notes stand word for word in two charts: a blind fingerprint of each note's text, kept per patient on arrival.

Nothing of a text can be read from its fingerprint, and who asks learns of no other chart than that there is one.

Misses   a copy that was changed by a word; after a new key, notes of before and after it are not compared
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.entry import Entry
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.bulk import insert
from careloom.store.ids import new_id
from careloom.store.models import EntryRevision, NoteMark

# Shorter texts are alike without anybody copying them.
_LEAST_WORDS = 25
# What stands in so many charts is a form, and nobody's note.
_FORM = 6
_COLUMNS = ("id", "organisation", "entry", "patient", "mark")


_OWN = Asked(
    lambda organisation, patients: NoteMark.objects.filter(
        organisation=organisation, patient__in=patients
    ).values_list("entry", "mark")
)


@dataclass(frozen=True)
class NoteTexts:
    """The fingerprints of one organisation's notes."""

    keys: Keys

    def add(self, said: Iterable[tuple[UUID, Sequence[Entry]]]) -> None:
        """Keep the fingerprints of what arrived of each patient; the same twice is kept once."""
        rows = [
            (new_id(), self.keys.organisation, entry.id, patient, mark)
            for patient, entries in said
            for entry in entries
            if entry.kind == "DocumentReference" and (mark := self._mark(entry.text))
        ]
        insert(NoteMark, _COLUMNS, rows, again=True)

    def elsewhere(self, members: Collection[UUID]) -> frozenset[str]:
        """The ids of notes of these patients (who are one person) whose text stands in the chart of somebody else, too."""
        own = _OWN.rows(self.keys.organisation, tuple(members))
        if not own:
            return frozenset()
        mine = NoteMark.objects.filter(organisation=self.keys.organisation)
        others: dict[str, set[UUID]] = {}
        alike = mine.filter(Exists(self._standing()), mark__in={mark for _, mark in own}).exclude(
            patient__in=members
        )
        for mark, patient in alike.values_list("mark", "patient"):
            others.setdefault(mark, set()).add(patient)
        return frozenset(entry for entry, mark in own if 0 < len(others.get(mark, ())) < _FORM)

    def _standing(self) -> QuerySet[EntryRevision]:
        """The newest revision of a fingerprint's entry, where it still stands under the same patient."""
        revisions = EntryRevision.objects.filter(organisation=self.keys.organisation)
        later = revisions.filter(entry=OuterRef("entry"), revision__gt=OuterRef("revision"))
        newest = revisions.filter(~Exists(later), entry=OuterRef("entry"))
        return newest.filter(patient=OuterRef("patient"), retired=False)

    def _mark(self, text: str) -> str:
        words = re.findall(r"\w+", text.lower())
        return self.keys.index("note text", " ".join(words)) if len(words) >= _LEAST_WORDS else ""
