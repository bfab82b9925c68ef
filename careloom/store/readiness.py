"""The runs of the data audit: each is appended, so that the next one can say what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.models import ReadinessRun


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its id, when it was made and by whom, and its report (counts, and ids of patients who are alike)."""

    id: str
    at: datetime
    actor: str
    report: Mapping[str, Any]


@dataclass(frozen=True)
class Runs:
    """The runs of one organisation."""

    keys: Keys

    def add(self, report: Mapping[str, Any], *, actor: str, at: datetime) -> Run:
        """Append a run."""
        with writing():
            row = ReadinessRun.objects.create(
                organisation=self.keys.organisation, at=at, actor=actor, report=dict(report)
            )
        return _run(row)

    def last(self, number: int = 2) -> tuple[Run, ...]:
        """The newest runs, the newest first."""
        rows = ReadinessRun.objects.filter(organisation=self.keys.organisation).order_by("-at", "-id")
        return tuple(map(_run, rows[:number]))


def _run(row: ReadinessRun) -> Run:
    return Run(str(row.id), row.at, row.actor, row.report)
