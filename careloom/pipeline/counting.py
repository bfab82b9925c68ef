"""Counting: what became of a pilot's cases: who wrote each how, for how long, and what was said of it.

Takes    a pilot, the documents of its cases, and the clock that runs anyway
Gives    a row for each case, with what lacks said as missing
Never    measures anything of its own, names anybody, or leaves a case out
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careloom.care.document import Proposal
from careloom.care.pilot import Arm, Enrolled, Pilot, Step
from careloom.errors import InputError
from careloom.measure.outcomes.visits import KEPT, MISSED
from careloom.pipeline.enrolling import Enrolling
from careloom.pipeline.timing import Timing, Worked
from careloom.store.opening import Store
from careloom.study.pilot.allocating import last_day
from careloom.study.pilot.cases import CaseRow, DayWorked, Minutes, minutes_of
from careloom.study.pilot.revised import Revision, revision

# Work on a case's document, and on its patient where there is no document yet.
ON_DOCUMENT = frozenset({"review", "write", "read", "paper"})
OVER = ("active", "revoked")


@dataclass(frozen=True, slots=True)
class _Clock:
    """Seconds of a day for a patient on a case ("" for none): measured and corrected."""

    day: date
    case: str
    measured: int
    corrected: int


@dataclass(frozen=True)
class Counting:
    """The cases of one organisation's pilots, counted."""

    store: Store
    enrolling: Enrolling
    timing: Timing

    def rows(self, pilot: Pilot) -> tuple[CaseRow, ...]:
        """Every case in the order of enrolment; nothing before a pilot starts."""
        if pilot.began is None:
            return ()
        clocks = self._clocks(pilot.began)
        orders: Counter[str] = Counter()
        found = []
        for case in pilot.enrolled:
            orders[case.who] += 1
            found.append(self._row(pilot, case, orders[case.who], clocks.get(case.patient, ())))
        return tuple(found)

    def _row(self, pilot: Pilot, case: Enrolled, order: int, clocks: Sequence[_Clock]) -> CaseRow:
        documents = self.enrolling.documents(pilot, case)
        filed = next((one for one in documents if one.status == "active"), None)
        newest = filed or (documents[-1] if documents else None)
        finished = self._day_of(newest) if newest is not None and newest.status in OVER else None
        said = [one for one in pilot.steps if one.patient == case.patient]
        marks = [one.said["substantial"] for one in said if one.what is Step.MARK]
        stars = [int(one.said["stars"]) for one in said if one.what is Step.RATED]
        kept, missed = self._appointments(pilot, case)
        worked = _days(clocks, {one.id for one in documents}, case.day, finished)
        return CaseRow(
            enrolled=case,
            order=order,
            written=(Arm.HAND if newest.document.by_hand else Arm.DRAFT) if newest else None,
            departed=any(one.what is Step.DEPART for one in said),
            finished=finished,
            minutes=minutes_of(worked) if finished else None,
            revision=self._revision(documents, pilot.protocol.edited),
            marked=marks[-1] == "yes" if marks else None,
            rated=stars[-1] if stars else None,
            kept=kept,
            missed=missed,
            events=Counter(one.said["severity"] for one in said if one.what is Step.EVENT),
            groups=_groups(pilot, case),
        )

    def _clocks(self, began: date) -> Mapping[str, tuple[_Clock, ...]]:
        """What everybody's clocks say since a day, by the id under which a patient is read."""
        last = self.timing.today
        since = datetime.combine(began, datetime.min.time(), self.timing.zone)
        people = set(self.store.worked.people(since, since + (last - began + timedelta(days=2))))
        people |= {one.who for one in self.store.worked.corrections(began, last)}
        found: dict[str, list[_Clock]] = defaultdict(list)
        for who in sorted(people):
            for row in self.timing.worked(who, began, last):
                if row.activity in ON_DOCUMENT:
                    found[row.patient].append(_Clock(row.day, row.case, row.measured, row.seconds))
        return {patient: tuple(rows) for patient, rows in found.items()}

    def _revision(self, documents: Sequence[Proposal], edited: float) -> Revision | None:
        """How the first draft of a case ended that was decided; None where none was."""
        for one in documents:
            if not one.document.by_hand and one.status != "draft":
                return revision(self.store.proposals.revision(one.id, 1), one, edited)
        return None

    def _day_of(self, proposal: Proposal) -> date | None:
        """The site's day of the last decision on it."""
        decisions = self.store.proposals.decisions(proposal.id)
        return decisions[-1].at.astimezone(self.timing.zone).date() if decisions else None

    def _appointments(self, pilot: Pilot, case: Enrolled) -> tuple[int, int]:
        """How many appointments of the patient after the enrolment and before the pilot's end were kept, and missed."""
        assert pilot.began is not None
        end = last_day(pilot.protocol, pilot.began)
        try:
            visits = self.store.entries.of_kind(case.patient, "Appointment")
        except InputError:
            return 0, 0
        said = [
            one.status
            for one in visits
            if one.effective.start is not None
            and case.day < one.effective.start.day <= end
            and not one.negated
        ]
        return sum(one in KEPT for one in said), sum(one in MISSED for one in said)


def believed(rows: Iterable[Worked]) -> Minutes | None:
    """The minutes of some rows of clocks by the rule of clocks; None where none ran."""
    days: dict[date, tuple[int, int]] = {}
    for row in rows:
        measured, corrected = days.get(row.day, (0, 0))
        days[row.day] = measured + row.measured, corrected + row.seconds
    return minutes_of([DayWorked(day, *seconds) for day, seconds in sorted(days.items())])


def _days(
    clocks: Iterable[_Clock], documents: set[str], first: date, last: date | None
) -> tuple[DayWorked, ...]:
    """The days on which somebody worked on a case, until it was finished."""
    days: dict[date, tuple[int, int]] = {}
    for one in clocks:
        if (
            one.day < first
            or (last is not None and one.day > last)
            or (one.case and one.case not in documents)
        ):
            continue
        measured, corrected = days.get(one.day, (0, 0))
        days[one.day] = measured + one.measured, corrected + one.corrected
    return tuple(DayWorked(day, *seconds) for day, seconds in sorted(days.items()))


def _groups(pilot: Pilot, case: Enrolled) -> Mapping[str, str]:
    """As they were on the day of enrolment."""
    return pilot.all(Step.ENROL)[case.number - 1].said
