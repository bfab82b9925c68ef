"""Notices: what people were told of waiting work, and which documents were told of. All of it is appended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from careloom.care.notices import Escalated, Notice, NoticeKind
from careloom.errors import InputError
from careloom.store.asked import Asked
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid
from careloom.store.noticed import EscalationStep, NoticeStep, StoredNotice

SEEN, MAILED, FAILED = "seen", "mailed", "failed"


_UNSEEN = Asked(
    lambda organisation, user: (
        StoredNotice.objects.filter(
            ~Exists(NoticeStep.objects.filter(notice=OuterRef("pk"), what=SEEN)),
            organisation=organisation,
            user=user,
        )
        .values("organisation")
        .order_by()
        .annotate(number=Count("pk"))
        .values_list("number")
    )
)


@dataclass(frozen=True)
class Notices:
    """The notices of one organisation."""

    organisation: str

    def escalated(self) -> Mapping[str, tuple[Escalated, ...]]:
        """The steps of each document that waits, the oldest first."""
        rows = EscalationStep.objects.filter(organisation=self.organisation, proposal__status="draft")
        found: dict[str, list[Escalated]] = {}
        for proposal, kind, at in rows.order_by("at", "id").values_list("proposal", "kind", "at"):
            found.setdefault(proposal.hex, []).append(Escalated(proposal.hex, NoticeKind(kind), at))
        return {proposal: tuple(steps) for proposal, steps in found.items()}

    def add(
        self,
        steps: Iterable[tuple[Escalated, str]],
        told: Mapping[tuple[str, NoticeKind], int],
        at: datetime,
    ) -> bool:
        """Append steps (each with the key that makes it one) and the notices that go with them, all or none; False where another
        process took one of them meanwhile."""
        try:
            with writing():
                EscalationStep.objects.bulk_create(
                    EscalationStep(
                        organisation=self.organisation,
                        proposal_id=as_uuid(one.proposal, "proposal"),
                        kind=one.kind.value,
                        key=key,
                        at=one.at,
                    )
                    for one, key in steps
                )
                StoredNotice.objects.bulk_create(
                    StoredNotice(
                        organisation=self.organisation, user=user, kind=kind.value, number=number, at=at
                    )
                    for (user, kind), number in told.items()
                )
        except IntegrityError:
            return False
        return True

    def hold(self) -> None:
        """In a transaction: no other process that holds it tells anything until it ends."""
        hold(number_of(self.organisation, "notices"))

    def told_since(self, kind: NoticeKind, at: datetime) -> Mapping[str, int]:
        """Of how many each person was told at most since a time."""
        rows = self._rows().filter(kind=kind.value, at__gte=at).order_by()
        return dict(rows.values_list("user").annotate(most=Max("number")))

    def of(self, user: str, most: int = 50) -> tuple[Notice, ...]:
        """What somebody was told, the newest first."""
        seen = Exists(NoticeStep.objects.filter(notice=OuterRef("pk"), what=SEEN))
        rows = self._rows().filter(user=user).annotate(seen=seen).order_by("-at", "-id")[:most]
        return tuple(
            Notice(str(row.id), row.user, NoticeKind(row.kind), row.number, row.at, row.seen) for row in rows
        )

    def unseen(self, user: str) -> int:
        """How many of them she has not read."""
        return sum(number for (number,) in _UNSEEN.rows(self.organisation, user))

    def see(self, user: str, at: datetime) -> None:
        """She has read them all."""
        with writing():
            NoticeStep.objects.bulk_create(
                (
                    NoticeStep(organisation=self.organisation, notice=row, what=SEEN, at=at)
                    for row in self._without(SEEN).filter(user=user)
                ),
                ignore_conflicts=True,
            )

    def unmailed(self, after: datetime) -> tuple[Notice, ...]:
        """Those after a time that nobody tried to mail yet, the oldest first."""
        rows = self._without(MAILED).filter(at__gt=after).order_by("at", "id")
        return tuple(Notice(str(row.id), row.user, NoticeKind(row.kind), row.number, row.at) for row in rows)

    def step(self, notice: str, what: str, at: datetime) -> bool:
        """Append what became of one; False where that was said already."""
        row = self._rows().filter(pk=as_uuid(notice, "notice")).first()
        if row is None:
            raise InputError("unknown notice")
        try:
            with writing():
                NoticeStep.objects.create(organisation=self.organisation, notice=row, what=what, at=at)
        except IntegrityError:
            return False
        return True

    def _rows(self) -> QuerySet[StoredNotice]:
        return StoredNotice.objects.filter(organisation=self.organisation)

    def _without(self, what: str) -> QuerySet[StoredNotice]:
        return self._rows().filter(~Exists(NoticeStep.objects.filter(notice=OuterRef("pk"), what=what)))
