"""The calendar's steps, appended; and which drafts were made and decided in a time."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError

from careloom.care import programme as nouns
from careloom.care.programme import StepKind
from careloom.errors import StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec, programmed
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import new_id
from careloom.store.models import StoredDecision, StoredProposal
from careloom.store.row import place


@dataclass(frozen=True)
class Programmes:
    """The calendar of one organisation."""

    keys: Keys

    def hold(self) -> None:
        """In a transaction: no other process writes to the calendar until it ends."""
        hold(number_of(self.keys.organisation, "programme"))

    def say(self, item: str, period: str, step: nouns.ProgrammeStep) -> None:
        """Append a step. Raises StaleRecord where another was appended at the same moment."""
        row_id, rows = new_id(), programmed.ProgrammeStep.objects
        mine = {"organisation": self.keys.organisation, "item": item, "period": period}
        try:
            with writing():
                rows.create(
                    id=row_id,
                    **mine,
                    number=rows.filter(**mine).count() + 1,
                    what=step.what.value,
                    who=step.who,
                    about=step.about,
                    at=step.at,
                    sealed=self.keys.seal(codec.encode(step.body), place("programme step", row_id, "body")),
                )
        except IntegrityError:
            raise StaleRecord("somebody else wrote here at the same time; look at it again") from None

    def steps(
        self, item: str = "", period: str = ""
    ) -> Mapping[tuple[str, str], tuple[nouns.ProgrammeStep, ...]]:
        """The steps by item and period, each in its order; all of them, or of one item or period."""
        rows = programmed.ProgrammeStep.objects.filter(organisation=self.keys.organisation)
        rows = rows.filter(item=item) if item else rows
        rows = rows.filter(period=period) if period else rows
        found: dict[tuple[str, str], list[nouns.ProgrammeStep]] = defaultdict(list)
        for row in rows.order_by("item", "period", "number"):
            body = msgspec.json.decode(
                self.keys.open(bytes(row.sealed), place("programme step", row.pk, "body"))
            )
            found[row.item, row.period].append(
                nouns.ProgrammeStep(
                    what=StepKind(row.what), at=row.at, who=row.who, about=row.about, body=body
                )
            )
        return {key: tuple(steps) for key, steps in found.items()}

    def decided(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """The drafts of which something was decided from then until before then, by id."""
        rows = StoredDecision.objects.filter(
            organisation=self.keys.organisation, at__gte=since, at__lt=until
        ).values_list("proposal", flat=True)
        return tuple(sorted({one.hex for one in rows}))

    def drafted(self, since: datetime, until: datetime) -> tuple[tuple[str, str, str, int], ...]:
        """The drafts made from then until before then: id, patient, kind and tier, by id."""
        rows = StoredProposal.objects.filter(
            organisation=self.keys.organisation, created__gte=since, created__lt=until
        )
        found = rows.order_by("id").values_list("id", "patient", "kind", "tier")
        return tuple((row.hex, str(patient), kind, tier) for row, patient, kind, tier in found)
