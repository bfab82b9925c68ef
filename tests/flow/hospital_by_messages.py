"""A site that sends what was signed to a hospital as HL7 v2 messages, and a hospital that answers as it is told."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from careloom import pipeline, settings
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.writing import Writing
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from careloom.web.printing import printed
from tests.flow.process import ADA, ADA_MRN

UNTIL = datetime(2040, 1, 1, tzinfo=UTC).date()


def configure(home: Path, port: int, write: str = "", system: str = "riverside_ehr", **options: str) -> None:
    """What sources.toml says of Ada Moreno's hospital."""
    given = {
        "address": f"mllp://127.0.0.1:{port}",
        "facility": "COUNTY",
        "to_facility": "RIVERSIDE",
    } | options
    said = "".join(f'"{name}" = "{value}"\n' for name, value in given.items())
    (home / "sources.toml").write_text(
        f'[{system}]\n[{system}.write]\nway = "mdm"\n{write}\n[{system}.write.options]\n{said}'
    )


@dataclass
class Site:
    """The site; its clock stands still unless it is moved."""

    home: Path
    port: int
    write: str = ""
    options: dict[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 15, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.configure()
        self.desk = self.built()
        self.desk.connect(ADA[:1], source="riverside_ehr")
        self.desk.store.users.create(
            "nora", role="registered_nurse", licence=Licence("MA", "RN1", UNTIL), name="N. Reyes, RN"
        )
        self.desk.store.users.create(
            "osei", role="physician", licence=Licence("MA", "MD1", UNTIL), name="L. Osei, MD"
        )
        self.who = self.desk.find(ADA_MRN)

    def configure(self, port: int = 0, write: str = "", **options: str) -> None:
        self.port = port or self.port
        self.options |= options
        self.write = write or self.write
        configure(self.home, self.port, self.write, **({"answer_seconds": "2"} | self.options))

    def built(self) -> Pipeline:
        """The pipeline as a process that starts now has it."""
        own = replace(settings.read(), home=self.home, model="none")
        return replace(pipeline.build(own, clock=lambda: self.now), printer=printed)

    @property
    def physician(self) -> Reviewer:
        return self.desk.store.users.reviewer("osei")

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
