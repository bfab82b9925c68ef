"""Day counts: what is watched, replaced day by day; and the drafts and decisions of a day, opened no further than is counted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast

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
# So many of a source's messages of a day are read for what they say of versions, and its last.
HEADS = 3
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
            for day, number in _by_day(rows, column, zone):
                found.setdefault(day, [0, 0])[place_] = number
        return {day: f"{drafts}:{decisions}" for day, (drafts, decisions) in found.items()}

    def drafts(self, day: date, zone: tzinfo) -> Iterator[tuple[str, datetime, Drafted]]:
        """The proposals of a day as they were queued: which, when, and what is counted."""
        begins, ends = _span(day, zone)
        rows = ProposalRevision.objects.filter(
            proposal__organisation=self.keys.organisation,
            proposal__created__gte=begins,
            proposal__created__lt=ends,
            version=1,
        )
        yield from self._opened(_named(rows, "proposal__created").iterator(AT_ONCE))

    def drafts_of(self, proposals: Collection[str]) -> Iterator[tuple[str, datetime, Drafted]]:
        """Some proposals as they were queued."""
        for some in _together(list(proposals)):
            rows = ProposalRevision.objects.filter(proposal__in=list(map(UUID, some)), version=1)
            yield from self._opened(_named(rows, "proposal__created"))

    def _opened(self, rows: Iterable[tuple[str, str, str, Any]]) -> Iterator[tuple[str, datetime, Drafted]]:
        opened = self.keys.opener()
        for row_id, proposal, at, sealed in rows:
            body = opened(sealed, f"proposal revision/{row_id.replace('-', '')}/proposal")
            yield proposal.replace("-", ""), _time(at), _drafted(body)

    def decisions(self, day: date, zone: tzinfo) -> Iterator[tuple[str, str, datetime, Decided]]:
        """The decisions of a day in their order: of which proposal, whose, when, and what."""
        begins, ends = _span(day, zone)
        rows = StoredDecision.objects.filter(
            organisation=self.keys.organisation, at__gte=begins, at__lt=ends
        ).order_by("at", "id")
        told = _named(rows, "at", "reviewer")
        opened = self.keys.opener()
        for row_id, proposal, at, sealed, reviewer in told.iterator(AT_ONCE):
            body = opened(sealed, f"decision/{row_id.replace('-', '')}/decision")
            yield proposal.replace("-", ""), reviewer, _time(at), _decided(body)

    def arrived(self, zone: tzinfo, since: date) -> Mapping[date, int]:
        """How many messages came on each day from `since` on."""
        mine = StoredMessage.objects.filter(organisation=self.keys.organisation)
        return dict(_by_day(mine.filter(received__gte=_span(since, zone)[0]), "received", zone))

    def heads(self, day: date, zone: tzinfo) -> tuple[tuple[str, str, str], ...]:
        """Of each source and format its first and last messages of a day: source, format, SHA-256."""
        begins, ends = _span(day, zone)
        rows = StoredMessage.objects.filter(
            organisation=self.keys.organisation, received__gte=begins, received__lt=ends
        ).order_by("received", "id")
        first: dict[tuple[str, str], list[str]] = {}
        last: dict[tuple[str, str], str] = {}
        for source, format_, sha256 in rows.values_list("source", "format", "sha256").iterator(AT_ONCE):
            told = first.setdefault((source, format_), [])
            if len(told) < HEADS:
                told.append(sha256)
            last[source, format_] = sha256
        return tuple(
            (*key, sha256) for key, told in first.items() for sha256 in dict.fromkeys([*told, last[key]])
        )

    def of(self, part: str, day: date) -> tuple[DayCount, ...]:
        """What a day counted of a part."""
        row = self._rows().filter(part=part, day=day).values_list("id", "sealed").first()
        if row is None:
            return ()
        return _counts(self.keys.open(bytes(row[1]), place("day count", row[0], "counts")))

    def waiting(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """When each document that waits was queued, and by when it is due."""
        rows = StoredProposal.objects.filter(organisation=self.keys.organisation, status="draft")
        return tuple(rows.values_list("created", "due"))


def _named(rows: QuerySet[Any], at: str, *more: str) -> QuerySet[Any]:
    """Rows' ids, their proposals, a time, what is sealed, and more; ids and times as text, since a million of them are not made objects of."""
    named: QuerySet[Any] = rows.annotate(
        of=Cast("proposal_id", CharField(max_length=36)),
        named=Cast("id", CharField(max_length=36)),
        told=Cast(F(at), CharField(max_length=40)),
    ).values_list("named", "of", "told", "sealed", *more)
    return named


def _by_day(rows: QuerySet[Any], column: str, zone: tzinfo) -> Iterator[tuple[date, int]]:
    """How many rows each of the site's days has; from day to day by the index, since a database that makes days of a million times takes ten times as long."""
    at = rows.order_by(column).values_list(column, flat=True).first()
    while at is not None:
        day = at.astimezone(zone).date()
        begins, ends = _span(day, zone)
        yield day, rows.filter(**{f"{column}__gte": begins, f"{column}__lt": ends}).count()
        at = rows.filter(**{f"{column}__gte": ends}).order_by(column).values_list(column, flat=True).first()


def _time(said: str) -> datetime:
    """A time as databases write it: SQLite without an offset, PostgreSQL with one."""
    at = datetime.fromisoformat(said)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(1), time(), zone)


def _together(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(every), A_QUERY):
        yield every[start : start + A_QUERY]
