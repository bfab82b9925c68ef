"""A site at which Ada Moreno's documents are signed and go on to her hospital; its clock stands still unless it is moved."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from careloom import pipeline, settings
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.writing import Writing
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence

ADA = "urn:oid:2.16.840.1.113883.19.5.1|RV104471"
UNTIL = datetime(2040, 1, 1, tzinfo=UTC).date()


@dataclass(kw_only=True)
class WritingSite(ABC):
    """What every such site has; one by one they say what their sources.toml has, and how they learned of her."""

    home: Path
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 15, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.set_up()
        self.desk = self.built()
        self.learn()
        for name, role, licence, full in (
            ("nora", "registered_nurse", "RN", "N. Reyes, RN"),
            ("osei", "physician", "MD", "L. Osei, MD"),
        ):
            said = Licence("MA", f"{licence}1", UNTIL)
            self.desk.store.users.create(name, role=role, licence=said, name=full)
        self.who = self.desk.find(ADA)

    @abstractmethod
    def set_up(self) -> None:
        """Write its sources.toml."""

    @abstractmethod
    def learn(self) -> None:
        """Read what the hospital has of her."""

    def built(self) -> Pipeline:
        """The pipeline as a process that starts now has it."""
        own = replace(settings.read(), home=self.home, model="none")
        return pipeline.build(own, clock=lambda: self.now)

    @property
    def physician(self) -> Reviewer:
        return self.desk.store.users.reviewer("osei")

    @property
    def nurse(self) -> Reviewer:
        return self.desk.store.users.reviewer("nora")

    def sign(self, kind: str = "care_plan") -> Proposal:
        """A document about her, drafted today and signed whole."""
        plan = self.desk.propose("test", self.who, as_of=self.now.date(), model="none", kind=kind)
        lines = tuple(one.id for one in plan.document.statements)
        filed = self.desk.decide(self.physician, plan.id, Action.APPROVE, opened=lines)
        assert filed.status == "active"
        return filed

    def work(self) -> list[Writing]:
        """A worker that starts now does what is due; everything that was ever queued, as it stands, the newest first."""
        desk = self.built()
        for ident, _ in desk.store.writings.due(self.now):
            desk.writing_back.work(ident)
        return [desk.store.writings.get(one.id) for one in desk.store.writings.last()]

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
