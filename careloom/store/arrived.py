"""What came, for the audit of the data: messages without their content, who said what of whom, who shares a trait."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from careloom.care.arrived import Arrived
from careloom.care.entry import Person
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.ids import as_uuid
from careloom.store.models import (
    MessageReading,
    Patient,
    PatientIndex,
    PatientSaying,
    StoredMessage,
    StoredRejection,
    place,
)
from careloom.store.sameness import Sameness
from careloom.store.settlements import settled

# Below SQLite's limit of variables in one statement.
A_QUERY = 500
AT_ONCE = 2_000
# More people than this with one birth date are a placeholder (1 January 1900), not a likeness.
MOST_ALIKE = 200
_LAST_ROUND = MessageReading.objects.filter(message=OuterRef("pk")).order_by("-round").values("round")[:1]


@dataclass(frozen=True)
class Arrivals:
    """The messages of one organisation as they arrived; everything is streamed."""

    keys: Keys

    def patients(self) -> Iterator[str]:
        """Every patient's id, the oldest first; of those who are one person, one."""
        hidden = Sameness(self.keys).clusters().unread()
        rows = Patient.objects.filter(organisation=self.keys.organisation).order_by("created", "id")
        for found in rows.values_list("id", flat=True).iterator(chunk_size=AT_ONCE):
            if str(found) not in hidden:
                yield str(found)

    def count(self) -> int:
        """How many patients there are; those who are one person count once."""
        hidden = len(Sameness(self.keys).clusters().unread())
        return Patient.objects.filter(organisation=self.keys.organisation).count() - hidden

    def messages(self) -> Iterator[Arrived]:
        """Every message in the order of receipt, with what its last reading counted and rejected."""
        rows = StoredMessage.objects.filter(organisation=self.keys.organisation)
        rows = rows.annotate(round=Coalesce(Subquery(_LAST_ROUND), 0)).order_by("received", "id")
        done = settled(self.keys.organisation)
        batch: list[StoredMessage] = []
        for row in rows.iterator(chunk_size=A_QUERY):
            batch.append(row)
            if len(batch) == A_QUERY:
                yield from self._arrived(batch, *done)
                batch = []
        yield from self._arrived(batch, *done)

    def received(self, messages: Collection[str]) -> Mapping[tuple[str, str], datetime]:
        """When messages came, by SHA-256 and source."""
        wanted = sorted(messages)
        found: dict[tuple[str, str], datetime] = {}
        for start in range(0, len(wanted), A_QUERY):
            rows = StoredMessage.objects.filter(
                organisation=self.keys.organisation, sha256__in=wanted[start : start + A_QUERY]
            )
            for sha256, source, at in rows.values_list("sha256", "source", "received"):
                found[sha256, source] = at
        return found

    def persons(self, patient: str, *, alone: bool = False) -> tuple[tuple[str, Person], ...]:
        """(source, what it said of who the patient is), once for whoever said it first.

        What was said of whoever is one person with the patient is among it, unless it is asked for `alone`.
        """
        members = (as_uuid(patient, "patient"),) if alone else Sameness(self.keys).members(patient)
        rows = PatientSaying.objects.filter(organisation=self.keys.organisation, patient__in=members)
        return tuple(
            (row.message.source if row.message else "", self._person(row))
            for row in rows.select_related("message").order_by("at", "id")
        )

    def sharing(self) -> Iterator[tuple[str, ...]]:
        """Patients who share an identifier or a birth date, group by group; a date that very many share is no trait.

        Those who are one person stand as one.
        """
        clusters = Sameness(self.keys).clusters()
        rows = PatientIndex.objects.filter(organisation=self.keys.organisation)
        shared = rows.values("digest").annotate(number=Count("patient", distinct=True))
        for digest in shared.filter(number__gt=1, number__lte=MOST_ALIKE).values_list("digest", flat=True):
            group = (
                rows.filter(digest=digest).order_by("patient").values_list("patient", flat=True).distinct()
            )
            bearers = (str(patient) for patient in group if not clusters.is_void(str(patient)))
            people = tuple(dict.fromkeys(map(clusters.first, bearers)))
            if len(people) > 1:
                yield people

    def _arrived(
        self,
        batch: list[StoredMessage],
        corrected: Set[UUID],
        aside: Mapping[UUID, Set[tuple[str, str, str]]],
    ) -> Iterator[Arrived]:
        """What was corrected or set aside counts as rejected no more."""
        ids = [row.id for row in batch]
        readings = MessageReading.objects.filter(message__in=ids, state="read").order_by("round", "at", "id")
        counts = {one.message_id: one.counts for one in readings}
        rejected: dict[tuple[UUID, int], Counter[str]] = {}
        rows = StoredRejection.objects.filter(message__in=ids)
        for message, round_, *said in rows.values_list("message", "round", "where", "reason", "error"):
            if message not in corrected and tuple(said) not in aside.get(message, ()):
                rejected.setdefault((message, round_), Counter())[said[-1]] += 1
        for row in batch:
            counted: Mapping[str, int] = counts.get(row.id, {})
            yield Arrived(
                source=row.source,
                format=row.format,
                received=row.received,
                entries=counted.get("entries", 0),
                unknown={
                    name.removeprefix("unknown "): number
                    for name, number in counted.items()
                    if name.startswith("unknown ")
                },
                rejected=rejected.get((row.id, row.round), Counter()),  # type: ignore[attr-defined]
            )

    def _person(self, row: PatientSaying) -> Person:
        return codec.person(self.keys.open(bytes(row.sealed), place("saying", row.id, "person")))
