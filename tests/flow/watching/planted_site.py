"""A simulated site that is sent real messages day after day, drafts care plans of them and decides; drift of each cause can be planted from a day on. Seeded; nobody in it is real.

A laboratory sends HL7 v2 ORU^R01, a hospital ADT^A08, a clinic FHIR bundles, each in the night's batch. All goes the way that it goes at a site: what came is read by `connect`, plans are
proposed and decided by a physician, and what `careloom watch --data` does tells. `python -m tests.flow.watching.planted_years` runs whole months of each.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from careloom.care.document import Action, Proposal, Verdict
from careloom.monitor import Watched
from careloom.pipeline import Pipeline
from careloom.review.decisions import waiting
from careloom.store.licence import Licence
from tests.flow.test_turning import Clock
from tests.flow.watching.planted_messages import FIRST, OLDER, Person, batch, invented, result, stay, visit

MAKERS = {"lab": result, "hospital": stay, "clinic": visit}


@dataclass
class PlantedSite:
    """A site from its first day on. `daily` is how many messages each source sends, `drafts` how many plans are drafted and decided a day, `week` each weekday's share of that; what is
    `planted` holds from its day on. `newcomers`: plans are drafted of those who came that day for the first time, not of anybody who ever came."""

    desk: Pipeline
    clock: Clock
    folder: Path
    daily: Mapping[str, float]
    drafts: float = 0
    seed: int = 1
    planted: Mapping[str, int] = field(default_factory=dict)
    week: tuple[float, ...] = (1.2, 1.0, 1.0, 1.0, 0.9, 0.4, 0.3)
    newcomers: bool = False
    people: list[Person] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        licence = Licence("MA", "MD1", FIRST.replace(year=2031))
        self.desk.store.users.create("petra", role="physician", name="Petra", licence=licence)

    def day(self, number: int) -> None:
        """One day: messages come, plans are drafted and decided."""
        day = FIRST + timedelta(number)
        on = frozenset(what for what, begun in self.planted.items() if number >= begun)
        size = self.week[day.weekday()]
        self.clock.now = datetime.combine(day, time(17), UTC)
        before = set(self.desk.store.arrived.patients()) if self.newcomers else set()
        for source, daily in self.daily.items():
            many = self.many(daily * size * (1.3 if OLDER in on else 1.0))
            told = [MAKERS[source](self.chance, self._person(on), day, self._next(), on) for _ in range(many)]
            if told:
                self._come(source, number, batch(told))
        if self.drafts:
            self._work(self.many(self.drafts * size), on, before)

    def watch(self) -> Watched:
        """What `careloom watch --data` does, late on the day."""
        self.clock.now = self.clock.now.replace(hour=23)
        self.desk.data_audit.run("operator", self.desk.today)
        return self.desk.watching.keep_up("operator")

    def many(self, mean: float) -> int:
        """How many come where so many are to be expected."""
        return sum(self.chance.random() < mean / 1000 for _ in range(1000))

    def _next(self) -> int:
        self.sent += 1
        return self.sent

    def _come(self, source: str, number: int, body: bytes) -> None:
        file = self.folder / f"{source}-{number}"
        file.write_bytes(body)
        # It came on that day and is read as what came before it could be.
        self.desk.store.messages.put(
            [body],
            source=source,
            format="fhir" if source == "clinic" else "hl7v2",
            name=file.name,
            zone="America/New_York",
            received=self.clock.now,
        )
        report = self.desk.connect([file], source=source)
        assert not report.rejected, report.rejected[:2]
        file.unlink()

    def _person(self, on: frozenset[str]) -> Person:
        """Somebody new, or one of those who have come before."""
        if self.people and self.chance.random() < 0.35:
            return self.chance.choice(self.people)
        self.people.append(invented(self.chance, len(self.people) + 1, on))
        return self.people[-1]

    def _work(self, many: int, on: frozenset[str], before: set[str]) -> None:
        known = sorted(set(self.desk.store.arrived.patients()) - before)
        for patient in self.chance.sample(known, min(many, len(known))):
            proposal = self.desk.propose("operator", patient)
            # What waits for nobody is filed; what its sources don't support waits.
            if proposal.status == "draft" and all(
                line.verdict is Verdict.SUPPORTED for line in waiting(proposal)
            ):
                self._decide(proposal, on)

    def _decide(self, one: Proposal, on: frozenset[str]) -> None:
        petra = self.desk.store.users.reviewer("petra")
        assert petra is not None
        draw = self.chance.random()
        rejected, edited = (0.3 if "rejections" in on else 0.05), (0.55 if "edits" in on else 0.15)
        if draw < rejected:
            self.desk.decide(
                petra, one.id, Action.REJECT, reason="an invented reason", feedback={"code": "wrong"}
            )
        elif draw < rejected + edited:
            line = waiting(one)[0].id
            self.desk.decide(petra, one.id, Action.AMEND, edits={line: "Other words of an invented line."})
        else:
            self.desk.decide(petra, one.id, Action.APPROVE)
