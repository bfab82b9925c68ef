"""Kept counts of quality measures: each is appended; who is counted is kept of the newest alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from careloom.care.quality import Case, Counting, QualityCount
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.gauged import QualityCases, QualityProgress, QualityRun
from careloom.store.ids import new_id
from careloom.store.row import place

# People a row, and months that a trend goes back.
TOGETHER, MONTHS = 5_000, 36


@dataclass(frozen=True)
class Qualities:
    """The counts of one organisation."""

    keys: Keys

    def add(self, count: QualityCount, cases: Iterable[tuple[str, str, Sequence[Case]]]) -> None:
        """Append a count, and keep who is counted (measure, period, people) in place of whom the one before counted."""
        organisation, run = self.keys.organisation, new_id()
        with writing():
            QualityCases.objects.filter(organisation=organisation).delete()
            QualityRun.objects.create(
                id=run,
                organisation=organisation,
                at=count.at,
                sealed=self.keys.seal(codec.encode(count), place("quality run", run, "counts")),
            )
            for measure, period, people in cases:
                for start in range(0, len(people), TOGETHER):
                    row, some = new_id(), people[start : start + TOGETHER]
                    QualityCases.objects.create(
                        id=row,
                        organisation=organisation,
                        run_id=run,
                        measure=measure,
                        period=period,
                        sealed=self.keys.seal(
                            codec.encode(tuple(some)), place("quality cases", row, "people")
                        ),
                    )
            QualityProgress.objects.filter(organisation=organisation).delete()

    def last(self) -> QualityCount | None:
        """The newest count."""
        row = QualityRun.objects.filter(organisation=self.keys.organisation).order_by("-at", "-id").first()
        return self._count(row) if row else None

    def last_at(self) -> datetime | None:
        """When the newest count was made."""
        rows = QualityRun.objects.filter(organisation=self.keys.organisation).order_by("-at", "-id")
        return rows.values_list("at", flat=True).first()

    def monthly(self, zone: tzinfo) -> tuple[QualityCount, ...]:
        """Of each month (the site's) the last count, the oldest first; of as many months as a trend shows."""
        rows = QualityRun.objects.filter(organisation=self.keys.organisation).order_by("at", "id")
        last = {f"{at.astimezone(zone):%Y-%m}": row for row, at in rows.values_list("id", "at")}
        wanted = list(last.values())[-MONTHS:]
        return tuple(self._count(row) for row in rows.filter(pk__in=wanted))

    def cases(self, measure: str, period: str) -> Iterator[Case]:
        """Who the newest count has in a measure's initial population."""
        rows = QualityCases.objects.filter(
            organisation=self.keys.organisation, measure=measure, period=period
        )
        for row in rows.order_by("id"):
            yield from codec.quality_cases(
                self.keys.open(bytes(row.sealed), place("quality cases", row.pk, "people"))
            )

    def begin(self, begun: datetime, done: int, total: int) -> None:
        """Say how far a count is."""
        with writing():
            QualityProgress.objects.update_or_create(
                organisation=self.keys.organisation, defaults={"begun": begun, "done": done, "total": total}
            )

    def stopped(self) -> None:
        """Say that no count is being made."""
        with writing():
            QualityProgress.objects.filter(organisation=self.keys.organisation).delete()

    def counting(self) -> Counting | None:
        """The count that is being made, if one is."""
        row = QualityProgress.objects.filter(organisation=self.keys.organisation).first()
        return Counting(row.begun, row.done, row.total) if row else None

    def _count(self, row: QualityRun) -> QualityCount:
        return codec.quality_count(self.keys.open(bytes(row.sealed), place("quality run", row.pk, "counts")))
