"""Retained: what there is of each kind of record and since when, which tables nobody may change, and what nobody has touched for years."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max, Min, Model

from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.models import (
    APPEND_ONLY,
    AuditEvent,
    EntryRevision,
    Filing,
    Lesson,
    Patient,
    SendingStep,
    StoredDecision,
    StoredMessage,
    StoredProposal,
    place,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """How many rows of a kind of record there are, and when the oldest and the newest were made."""

    number: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Of how many entries of how many it was looked whether their sender labelled them; by label how many entries and patients."""

    looked: int
    of: int
    labels: dict[str, tuple[int, int]]


# So many rows are held in memory at once.
A_QUERY = 2_000
# A kind of record, its table, and its column of time.
KINDS: dict[str, tuple[type[Model], str]] = {
    "messages": (StoredMessage, "received"),
    "drafts": (StoredProposal, "created"),
    "decisions": (StoredDecision, "at"),
    "filings": (Filing, "at"),
    "sendings": (SendingStep, "at"),
    "lessons": (Lesson, "at"),
    "audit": (AuditEvent, "at"),
}


def guarded() -> tuple[int, int]:
    """How many append-only tables bear all their triggers, and how many there are."""
    tables = [one._meta.db_table for one in APPEND_ONLY]
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = {row[0] for row in cursor.fetchall()}
    bearing = [one for one in tables if {f"{one}_no_update", f"{one}_no_delete"} <= names]
    return len(bearing), len(tables)


@dataclass(frozen=True)
class Retained:
    """What one organisation keeps."""

    keys: Keys

    def of(self, kind: str) -> Holding:
        """Of one of KINDS."""
        model, column = KINDS[kind]
        rows = model._default_manager.filter(organisation=self.keys.organisation)
        found = rows.aggregate(number=Count("pk"), oldest=Min(column), newest=Max(column))
        return Holding(found["number"], found["oldest"], found["newest"])

    def patients(self) -> int:
        """How many patients there are."""
        return Patient.objects.filter(organisation=self.keys.organisation).count()

    def untouched(self, before: datetime) -> tuple[str, ...]:
        """The patients of whom nothing came, was drafted or was looked at since then."""
        mine = {"organisation": self.keys.organisation}
        touched = set(
            EntryRevision.objects.filter(**mine, message__received__gte=before).values_list(
                "patient", flat=True
            )
        )
        touched |= set(
            StoredProposal.objects.filter(**mine, created__gte=before).values_list("patient", flat=True)
        )
        audited = AuditEvent.objects.filter(**mine, at__gte=before, patient__isnull=False)
        touched |= {one for one in audited.values_list("patient", flat=True).distinct() if one}
        rows = Patient.objects.filter(**mine, created__lt=before).values_list("pk", flat=True)
        return tuple(str(one) for one in rows if one not in touched)

    def by_source(self, sources: tuple[str, ...]) -> dict[str, tuple[int, int, int]]:
        """By source how many messages, entries and patients it gave."""
        found = {}
        for source in sources:
            messages = StoredMessage.objects.filter(organisation=self.keys.organisation, source=source)
            entries = EntryRevision.objects.filter(
                organisation=self.keys.organisation, message__source=source, retired=False
            )
            told = entries.aggregate(
                entries=Count("entry", distinct=True), patients=Count("patient", distinct=True)
            )
            found[source] = (messages.count(), told["entries"], told["patients"])
        return found

    def released(self) -> dict[str, tuple[int, int]]:
        """By kind of document how many are in the chart, and how many of these nobody decided on (released by themselves)."""
        filings = Filing.objects.filter(organisation=self.keys.organisation)
        every = dict(filings.values_list("proposal__kind").annotate(number=Count("pk")))
        signed = StoredDecision.objects.filter(
            organisation=self.keys.organisation, action__in=("approve", "amend")
        )
        alone = filings.exclude(proposal__in=signed.values("proposal"))
        none = dict(alone.values_list("proposal__kind").annotate(number=Count("pk")))
        return {kind: (number, none.get(kind, 0)) for kind, number in sorted(every.items())}

    def decided(self) -> dict[str, int]:
        """How many decisions of each kind there are."""
        rows = StoredDecision.objects.filter(organisation=self.keys.organisation)
        return dict(rows.values_list("action").annotate(number=Count("pk")).order_by("action"))

    def newest_drafts(self, most: int) -> tuple[str, ...]:
        """The ids of the newest drafts."""
        rows = StoredProposal.objects.filter(organisation=self.keys.organisation).order_by("-created", "-pk")
        return tuple(one.hex for one in rows.values_list("pk", flat=True)[:most])

    def labelled(self, sources: tuple[str, ...], most: int) -> Labelled:
        """The entries that their own sender labelled as of a substance-use programme, those of these sources aside: of the newest `most` entries, each
        opened in its place."""
        rows = EntryRevision.objects.filter(organisation=self.keys.organisation, retired=False)
        others = (
            rows.exclude(message__source__in=sources)
            .order_by("-pk")
            .values_list("id", "patient", "entry", "sealed")
        )
        found: dict[str, set[str]] = {}
        whose: dict[str, set[str]] = {}
        looked = 0
        for row_id, patient, entry, sealed in others[:most].iterator(A_QUERY):
            looked += 1
            opened = self.keys.open(bytes(sealed), place("entry", row_id, "entry"))
            # Most entries are of no programme: these are told by their bytes, without being read.
            if b"part2" in opened and (label := codec.entry(opened).detail.get("part2")):
                found.setdefault(label, set()).add(entry)
                whose.setdefault(label, set()).add(str(patient))
        kinds = {label: (len(found[label]), len(whose[label])) for label in sorted(found)}
        return Labelled(looked, others.count(), kinds)
