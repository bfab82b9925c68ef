"""Drills: what people practise on, what they said, and what stands of their training; each is appended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.drill import Answered, Drill, FaultKind, Standing, TrainingStep
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import DrillAnswer, StoredDrill, StoredTraining, place


@dataclass(frozen=True)
class Drills:
    """The training of one organisation's people."""

    keys: Keys

    def add(self, drill: Drill) -> Drill:
        """Keep a drill; the same with its id."""
        row_id = new_id()
        kept = replace(drill, id=str(row_id))
        with writing():
            StoredDrill.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=kept.who,
                at=kept.at,
                sealed=self.keys.seal(codec.encode(kept), place("drill", row_id, "drill")),
            )
        return kept

    def get(self, drill: str) -> Drill:
        """A drill by its id. Raises InputError for an unknown one."""
        row = self._drills().filter(pk=as_uuid(drill, "drill")).first()
        if row is None:
            raise InputError("unknown drill")
        return self._opened(row)

    def of(self, who: str) -> tuple[Drill, ...]:
        """Somebody's drills in their order."""
        return tuple(self._opened(row) for row in self._drills().filter(who=who).order_by("at", "id"))

    def everybody(self, since: datetime) -> dict[str, tuple[Drill, ...]]:
        """The drills since then, by person."""
        found: dict[str, tuple[Drill, ...]] = {}
        for row in self._drills().filter(at__gte=since).order_by("at", "id"):
            found[row.who] = (*found.get(row.who, ()), self._opened(row))
        return found

    def say(self, said: Answered) -> bool:
        """Keep what was said of a line; False where something was said of it already, which stays."""
        try:
            with writing():
                DrillAnswer.objects.create(
                    organisation=self.keys.organisation,
                    drill_id=as_uuid(said.drill, "drill"),
                    line=said.line,
                    kind=said.kind.value if said.kind else "",
                    at=said.at,
                )
        except IntegrityError:
            return False
        return True

    def answers(self, drills: Iterable[str]) -> tuple[Answered, ...]:
        """What was said of the lines of some drills, in its order."""
        wanted = [as_uuid(one, "drill") for one in drills]
        rows = DrillAnswer.objects.filter(organisation=self.keys.organisation, drill__in=wanted)
        return tuple(
            Answered(str(row.drill_id), row.line, FaultKind(row.kind) if row.kind else None, row.at)
            for row in rows.order_by("at", "id")
        )

    def step(self, step: TrainingStep) -> None:
        """Append a step of somebody's training."""
        row_id = new_id()
        with writing():
            StoredTraining.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                who=step.who,
                what=step.what.value,
                day=step.day,
                by=step.by,
                at=step.at,
                sealed_why=self.keys.seal(step.why.encode(), place("training", row_id, "why")),
            )

    def steps(self, who: str = "") -> tuple[TrainingStep, ...]:
        """The steps of somebody's training, or of everybody's, in their order."""
        rows = StoredTraining.objects.filter(organisation=self.keys.organisation)
        rows = rows.filter(who=who) if who else rows
        return tuple(
            TrainingStep(
                row.who,
                Standing(row.what),
                row.day,
                row.by,
                self.keys.open(bytes(row.sealed_why), place("training", row.id, "why")).decode(),
                row.at,
            )
            for row in rows.order_by("at", "id")
        )

    def _drills(self) -> "QuerySet[StoredDrill, StoredDrill]":
        return StoredDrill.objects.filter(organisation=self.keys.organisation)

    def _opened(self, row: StoredDrill) -> Drill:
        return codec.drill(self.keys.open(bytes(row.sealed), place("drill", row.id, "drill")))
