"""Day counts: what is watched, replaced day by day; and the drafts and decisions of a day, opened no further than is counted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast, TruncDate

from careloom.care.watched import DayCount, Decided, Drafted
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.day_counted import StoredDayCount, StoredWatch
from careloom.store.ids import new_id
from careloom.store.models import ProposalRevision, StoredDecision, StoredMessage, StoredProposal, place
from careloom.store.row import Row

T = TypeVar("T")
_COLUMNS: tuple[tuple[type[Row], str], ...] = ((StoredProposal, "created"), (StoredDecision, "at"))
# Below SQLite's limit of variables in one statement; and rows that are held at a time.
A_QUERY, AT_ONCE = 500, 5_000
_counts = msgspec.json.Decoder(tuple[DayCount, ...]).decode
_drafted = msgspec.json.Decoder(Drafted).decode
_decided = msgspec.json.Decoder(Decided).decode


@dataclass(frozen=True)
class DayCounts:
    """The day counts of one organisation."""

    keys: Keys

    def all(self) -> Iterator[DayCount]:
        """Every count, the oldest day first."""
        rows = self._rows().order_by("day", "part")
        for row_id, sealed in rows.values_list("id", "sealed").iterator(A_QUERY):
            yield from _counts(self.keys.open(bytes(sealed), place("day count", row_id, "counts")))

    def put(
        self,
        part: str,
        days: Mapping[date, tuple[str, Iterable[DayCount]]],
        *,
        at: datetime,
        whole: bool = False,
    ) -> None:
        """Keep what days counted of a part, in place of what they counted before (`whole`: in place of every day of the part): all of it or nothing.

        `days` has for each day of which rows it was counted, and its counts.
        """
        made = [self._row(part, day, rows, found, at) for day, (rows, found) in days.items()]
        with writing():
            mine = self._rows().filter(part=part)
            if whole:
                mine.delete()
            else:
                for some in _together(sorted(days)):
                    mine.filter(day__in=some).delete()
            StoredDayCount.objects.bulk_create(made, batch_size=A_QUERY)

    def _row(
        self, part: str, day: date, rows: str, found: Iterable[DayCount], at: datetime
    ) -> StoredDayCount:
        row_id = new_id()
        sealed = self.keys.seal(codec.encode(tuple(found)), place("day count", row_id, "counts"))
        return StoredDayCount(
            id=row_id,
            organisation=self.keys.organisation,
            part=part,
            day=day,
            rows=rows,
            at=at,
            sealed=sealed,
        )

    def counted(self, part: str) -> Mapping[date, str]:
        """Of which rows each day of a part was counted."""
        return dict(self._rows().filter(part=part).values_list("day", "rows"))

    def counted_at(self, part: str) -> datetime | None:
        """When a part was counted last."""
        return self._rows().filter(part=part).order_by("-at").values_list("at", flat=True).first()

    def keep(self, body: bytes, at: datetime) -> None:
        """Keep what the counts come to, in place of what they came to before."""
        row_id, organisation = new_id(), self.keys.organisation
        sealed = self.keys.seal(body, place("watch", row_id, "watched"))
        with writing():
            StoredWatch.objects.filter(organisation=organisation).delete()
            StoredWatch.objects.create(id=row_id, organisation=organisation, at=at, sealed=sealed)

    def kept(self) -> tuple[datetime, bytes] | None:
        """What they came to last, and when."""
        row = StoredWatch.objects.filter(organisation=self.keys.organisation).first()
        if row is None:
            return None
        return row.at, self.keys.open(bytes(row.sealed), place("watch", row.id, "watched"))

    def _rows(self) -> QuerySet[StoredDayCount]:
        return StoredDayCount.objects.filter(organisation=self.keys.organisation)

    # ── what drafts and decisions of a day there are ────────────────────────────────────────────

    def there(self, zone: tzinfo) -> Mapping[date, str]:
        """Of which drafts and decisions each day (the site's) could be counted now: "drafts:decisions"."""
        found: dict[date, list[int]] = {}
        for place_, (model, column) in enumerate(_COLUMNS):
            rows = model._base_manager.filter(organisation=self.keys.organisation)
            days = rows.annotate(on=TruncDate(column, tzinfo=zone)).order_by().values_list("on")
            for day, number in days.annotate(number=Count("pk")):
                found.setdefault(day, [0, 0])[place_] = number
        return {day: f"{drafts}:{decisions}" for day, (drafts, decisions) in found.items()}

    def drafts(self, day: date, zone: tzinfo) -> Iterator[tuple[str, Drafted]]:
        """The proposals of a day as they were queued."""
        begins, ends = _span(day, zone)
        rows = ProposalRevision.objects.filter(
            proposal__organisation=self.keys.organisation,
            proposal__created__gte=begins,
            proposal__created__lt=ends,
            version=1,
        )
        yield from self._opened(_named(rows).values_list("of", "named", "sealed").iterator(AT_ONCE))

    def drafts_of(self, proposals: Collection[str]) -> Iterator[tuple[str, Drafted]]:
        """Some proposals as they were queued."""
        for some in _together(list(proposals)):
            rows = ProposalRevision.objects.filter(proposal__in=list(map(UUID, some)), version=1)
            yield from self._opened(_named(rows).values_list("of", "named", "sealed"))

    def _opened(self, rows: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, Drafted]]:
        for proposal, row_id, sealed in rows:
            opened = self.keys.open(bytes(sealed), f"proposal revision/{_hex(row_id)}/proposal")
            yield _hex(proposal), _drafted(opened)

    def decisions(self, day: date, zone: tzinfo) -> Iterator[tuple[str, str, Decided]]:
        """The decisions of a day in their order: of which proposal, whose, and what."""
        begins, ends = _span(day, zone)
        rows = StoredDecision.objects.filter(
            organisation=self.keys.organisation, at__gte=begins, at__lt=ends
        ).order_by("at", "id")
        told = _named(rows).values_list("of", "reviewer", "named", "sealed")
        for proposal, reviewer, row_id, sealed in told.iterator(AT_ONCE):
            opened = self.keys.open(bytes(sealed), f"decision/{_hex(row_id)}/decision")
            yield _hex(proposal), reviewer, _decided(opened)

    def newest(self) -> tuple[tuple[str, str, str], ...]:
        """Of each source its newest message: source, format, SHA-256."""
        mine = StoredMessage.objects.filter(organisation=self.keys.organisation)
        found = []
        for source in mine.order_by("source").values_list("source", flat=True).distinct():
            row = mine.filter(source=source).order_by("-received").first()
            if row is not None:
                found.append((source, row.format, row.sha256))
        return tuple(found)

    def waiting(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """When each document that waits was queued, and by when it is due."""
        rows = StoredProposal.objects.filter(organisation=self.keys.organisation, status="draft")
        return tuple(rows.values_list("created", "due"))


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With ids as text: a million of them are not made objects of."""
    named: QuerySet[Any] = rows.annotate(
        of=Cast("proposal_id", CharField(max_length=36)), named=Cast("id", CharField(max_length=36))
    )
    return named


def _hex(said: str) -> str:
    return said.replace("-", "")


def _span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(1), time(), zone)


def _together(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(every), A_QUERY):
        yield every[start : start + A_QUERY]
