"""Trials: what a pilot came to: looks in between, the report's numbers, and the table for whoever reckons again.

Takes    a pilot and the rows of its cases
Gives    which stop rules hold, results with their uncertainty, the flow of cases, de-identified rows
Never    lets a rule that holds pass without holding the pilot and telling the monitor
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.pilot import Happened, Pilot, Stage, Step
from careloom.errors import NotApproved
from careloom.pipeline.counting import Counting
from careloom.pipeline.piloting import Piloting, Who, name_of
from careloom.study.pilot import data, fairness, looking
from careloom.study.pilot.allocating import last_day, steps
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.flow import Flow, flow_of
from careloom.study.pilot.results import Results, results

# What a look keeps beside the rules: how many cases were finished then.
FINISHED = "finished"


@dataclass(frozen=True)
class Found:
    """Everything that a report of a pilot tells."""

    pilot: Pilot
    rows: tuple[CaseRow, ...]
    flow: Flow
    results: Results
    groups: tuple[fairness.Group, ...]
    asked: tuple[looking.Asked, ...]


@dataclass(frozen=True)
class Trials:
    """What the pilots of one organisation came to; `here` is the time in the site's zone."""

    piloting: Piloting
    counting: Counting
    here: Callable[[], datetime]

    def look(self, actor: Who, pilot_id: str) -> tuple[looking.Asked, ...]:
        """Ask every stop rule now and keep what was seen; where one holds the pilot is held and the monitor told.

        Raises NotLicensed for whoever neither writes protocols nor watches over it, NotApproved where it doesn't run.
        """
        pilot = self._started(self.piloting.get(actor, pilot_id))
        if isinstance(actor, Reviewer) and actor.user != pilot.protocol.monitor:
            self.piloting.access.must(actor, Permission.PROTOCOL)
        if pilot.stage not in (Stage.RUNNING, Stage.HELD):
            raise NotApproved("this pilot doesn't run")
        rows, store = self.counting.rows(pilot), self.piloting.store
        found = self._asked(pilot, rows)
        holds = [one for one in found if one.holds]
        at = self.here()
        with store.transaction():
            pilot = store.pilots.held(pilot.id)
            said = {one.rule: ("holds: " if one.holds else "does not hold: ") + one.words for one in found}
            said[FINISHED] = str(sum(one.finished is not None for one in rows))
            words = f"{len(holds)} of {len(found)} stop rules hold"
            told = Happened(what=Step.LOOK, who=name_of(actor), at=at, day=at.date(), said=said, why=words)
            pilot = store.pilots.add(pilot, told)
            store.audit.note(name_of(actor), "look at pilot", what=pilot.id)
            if holds:
                self.piloting.hold(pilot, " ".join(one.words for one in holds), "careloom")
        return found

    def found(self, actor: Who, pilot_id: str) -> Found:
        """What a report tells. Raises NotLicensed, NotApproved for a pilot that has not started."""
        pilot = self._started(self.piloting.get(actor, pilot_id))
        rows = self.counting.rows(pilot)
        seed = self.piloting.store.pilots.seed(pilot.id).encode()
        self.piloting.store.audit.note(name_of(actor), "read", what="pilot")
        return Found(
            pilot,
            rows,
            flow_of(pilot, rows),
            results(pilot, rows, steps(pilot.protocol, seed)),
            fairness.groups(rows),
            self._asked(pilot, rows),
        )

    def table(self, actor: Who, pilot_id: str) -> Iterator[tuple[str, ...]]:
        """The de-identified cases, with the head. Raises NotLicensed for whoever doesn't write protocols, NotApproved before the start."""
        pilot = self._started(self.piloting.get(actor, pilot_id))
        if isinstance(actor, Reviewer):
            self.piloting.access.must(actor, Permission.PROTOCOL)
        assert pilot.began is not None
        self.piloting.store.audit.note(name_of(actor), "export pilot", what=pilot.id)
        seed = self.piloting.store.pilots.seed(pilot.id).encode()
        return data.table(pilot.protocol, self.counting.rows(pilot), pilot.began, seed)

    def is_due(self, pilot: Pilot) -> bool:
        """Whether a look that its protocol planned has come."""
        if pilot.stage is not Stage.RUNNING or pilot.began is None:
            return False
        seen = [
            (one.day, int(one.said[FINISHED]) if FINISHED in one.said else None)
            for one in pilot.all(Step.LOOK)
            if one.day is not None
        ]
        last = last_day(pilot.protocol, pilot.began)
        return looking.due(pilot.protocol, self.counting.rows(pilot), seen, self.here().date(), last)

    def keep_up(self, actor: str) -> int:
        """Once a day: take every look that is due, and tell whoever decides on a pilot that is held; how many looks were taken. One pilot's fault stops no
        other's look."""
        taken, failed = 0, list[Exception]()
        for pilot in self.piloting.store.pilots.all():
            try:
                if pilot.stage is Stage.HELD:
                    self.piloting.remind(pilot)
                elif self.is_due(pilot):
                    self.look(actor, pilot.id)
                    taken += 1
            except Exception as error:  # told after the others had their turn
                failed.append(error)
        if failed:
            raise failed[0]
        return taken

    def _asked(self, pilot: Pilot, rows: Sequence[CaseRow]) -> tuple[looking.Asked, ...]:
        assert pilot.began is not None
        days = [one.day for one in pilot.all(Step.LOOK) if one.day is not None]
        serious = sum(
            one.said["severity"] == "serious" and one.said["related"] == "yes"
            for one in pilot.all(Step.EVENT)
        )
        return looking.asked(pilot.protocol, rows, serious, pilot.began, [*days, self.here().date()])

    @staticmethod
    def _started(pilot: Pilot) -> Pilot:
        if pilot.began is None:
            raise NotApproved("this pilot has not started")
        return pilot
