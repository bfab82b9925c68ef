"""A site that tries drafts out: two nurses who write plans, a lead who writes protocols, somebody who watches over it, and invented patients."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Proposal, Reviewer, Statement
from careloom.care.pilot import Determination, Inclusion, Pilot, PilotProtocol, Rule
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.flow.test_timing import Hands, signs
from tests.record.sources import condition, icd

LOCKED = datetime(2026, 11, 23, 15, tzinfo=UTC)
DIABETES = icd("E11.9", "Type 2 diabetes mellitus without complications")


@dataclass
class Trying:
    """The site, its clock and its people."""

    pipeline: Pipeline
    hands: Hands
    rosa: Reviewer
    nina: Reviewer
    lead: Reviewer
    watcher: Reviewer
    folder: Path
    known: int = 0

    def protocol(self, **given: object) -> PilotProtocol:
        said = PilotProtocol(
            title="Plans from drafts",
            question="Does a draft save active minutes per care plan?",
            sites=("Harbor clinic",),
            participants=(self.rosa.user, self.nina.user),
            monitor=self.watcher.user,
            inclusion=(Inclusion(Rule.AGE_FROM, "18"), Inclusion(Rule.CONDITION, "type_2_diabetes")),
            secondary=("revised", "marked", "again", "usability", "events"),
            determination=Determination(
                by="R. Osei, quality council",
                on=date(2026, 11, 20),
                text="Determined to be quality improvement, not research.",
            ),
            plan="All enrolled cases as allocated; a mixed model of log minutes.",
        )
        return replace(said, **given)  # type: ignore[arg-type]

    def running(self, **given: object) -> Pilot:
        written = self.pipeline.piloting.write(self.lead, self.protocol(**given))
        return self.pipeline.piloting.lock(self.lead, written.id)

    def patients(self, number: int = 1, *, born: str = "1959-03-02", sick: bool = True) -> list[str]:
        """So many invented people with type 2 diabetes (or nothing); our ids of them."""
        found = []
        for _ in range(number):
            self.known += 1
            name = [{"family": f"Vale{self.known}", "given": ["Edda"]}]
            given = patient(f"v{self.known}", name=name, birthDate=born)
            ill = {**condition(DIABETES), "id": "c1", "subject": {"reference": f"Patient/v{self.known}"}}
            file = self.folder / f"v{self.known}.json"
            file.write_bytes(body(bundle(given, *([ill] if sick else []))))
            found += self.pipeline.connect([file], source="mercy").patients
        return found

    def works(self, who: Reviewer, case: Proposal, minutes: float) -> None:
        """Somebody types for so long on a case's page."""
        activity = "write" if case.document.by_hand else "review"
        about, span = case.document.patient, f"s{self.hands.now:%d%H%M%S}"
        beat = self.pipeline.timing.beat
        beat(who, about, case.id, span=span, activity=activity, word="begin")
        for seconds in signs(minutes):
            self.hands.go(seconds)
            beat(who, about, case.id, span=span, activity=activity, word="beat", inputs=[1, 8])
        beat(who, about, case.id, span=span, activity=activity, word="leave")

    def drafts(self, who: Reviewer, patient: str) -> Proposal:
        return self.pipeline.propose(who, patient, model="none")

    def writes(self, who: Reviewer, patient: str) -> Proposal:
        """A plan by hand with one line."""
        begun = self.pipeline.by_hand(who, patient, "care_plan")
        record = self.pipeline.record_of(patient, begun.document.as_of)
        (cited,) = [entry.id for entry in record.entries if entry.kind == "Condition"]
        text = "Type 2 diabetes mellitus has been active since 2020-01-01."
        line = Statement(id="", section="problem_list", kind="fact", text=text, citations=(cited,))
        self.pipeline.handwriting.add(who, begun.id, line)
        return self.pipeline.store.proposals.get(begun.id)

    def signs(self, who: Reviewer, plan: Proposal) -> Proposal:
        """Everything is approved by a physician who has read it."""
        doctor = self.pipeline.store.users.reviewer("osei")
        return self.pipeline.decide(
            doctor, plan.id, Action.APPROVE, opened=[one.rule for one in plan.findings]
        )

    def later(self, **time: float) -> None:
        self.hands.now += timedelta(**time)


def trying(home: Path, folder: Path) -> Trying:
    """The site on the day of the demo, with its people."""
    hands = Hands(LOCKED)
    built = pipelines.build(replace(settings.read(), home=home, model="none"), hands)
    users = built.store.users
    licence = Licence("MA", "RN1", date(2031, 6, 30))
    for name in ("rosa", "nina"):
        users.create(name, role="registered_nurse", licence=licence)
    users.create("osei", role="physician", licence=Licence("MA", "MD1", date(2031, 6, 30)))
    users.create("lena", role="quality_lead")
    users.create("walt", role="auditor")
    who = {name: users.reviewer(name) for name in ("rosa", "nina", "lena", "walt")}
    folder.mkdir(exist_ok=True)
    return Trying(built, hands, who["rosa"], who["nina"], who["lena"], who["walt"], folder)
