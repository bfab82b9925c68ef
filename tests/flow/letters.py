"""A site that sends: its clock, its mail server, and released documents of invented people."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from careloom import pipeline as pipelines
from careloom.care.document import ContentClass, Document, Proposal, Statement, Tier, Verdict
from careloom.pipeline import Pipeline
from careloom.pipeline.delivering import Delivering
from careloom.settings import Settings
from tests.connect.made import body, bundle, patient

# Ten in the morning in New York.
TEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
KIND = "appointment_reminder"
WORDS = "Dear Marta, your visit is on Monday, 30 November at 10:00."
PRACTICE = {
    "practice_name": "Harbor Clinic",
    "practice_phone": "555-555-0100",
    "smtp_from": "team@harbor.example",
}
_NUMBERS = itertools.count(1)


@dataclass
class Clock:
    """The time, which goes on as it is told."""

    now: datetime = TEN

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Site:
    """One site; `delivering` holds every kind for one that is written for patients."""

    home: Path
    clock: Clock = field(default_factory=Clock)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def desk(self) -> Pipeline:
        made = Settings(home=self.home, model="none", encryption_key=self.key, **PRACTICE | self.settings)
        return pipelines.build(made, self.clock)

    key: str = ""

    @property
    def delivering(self) -> Delivering:
        return replace(self.desk.delivering, audience_of=lambda _: "patient")

    def sends(self, *resources: Any, **said: Any) -> str:
        """What a hospital says of Marta; our id of her."""
        file = self.home.parent / f"sent-{next(_NUMBERS)}.json"
        reach = [
            {"system": "email", "value": "marta@example.org"},
            {"system": "phone", "value": "555-555-0142", "use": "mobile"},
        ]
        file.write_bytes(body(bundle(patient(**{"telecom": reach} | said), *resources)))
        report = self.desk.connect([file], source="ehr")
        assert not report.rejected
        (who,) = report.patients
        return who

    def released(
        self, who: str, text: str = WORDS, given: Mapping[str, str] | None = None, **said: Any
    ) -> Proposal:
        """A document that was filed; `given` is what it was asked for with."""
        line = Statement(
            id="s1", section="text", kind="fact", text=text, tier=Tier.NURSE,
            content_class=ContentClass.ADMINISTRATIVE, verdict=Verdict.SUPPORTED,
        )  # fmt: skip
        document = Document(
            patient=who,
            kind=KIND,
            as_of=self.clock.now.date(),
            record_version="1",
            statements=(line,),
            given=given or {},
        )
        made = {"status": "active", "released": {"s1": "nora"}, "tier": Tier.NURSE} | said
        proposal = Proposal(
            id=f"{next(_NUMBERS):032x}", document=document, findings=(), created=self.clock.now, **made
        )
        self.desk.store.proposals.add(proposal, {})
        return proposal


def outbox(site: Site, channel: str) -> list[str]:
    """What went out by a channel, the oldest first."""
    folder = site.home / "outbox" / channel / "new"
    return [one.read_text() for one in sorted(folder.iterdir())] if folder.exists() else []


def told(site: Site) -> list[str]:
    """Who was told by e-mail of what can't wait, in turn."""
    return [
        line for one in outbox(site, "pages/email") for line in one.splitlines() if line.startswith("To: ")
    ]
