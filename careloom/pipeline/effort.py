"""Effort: how much work documents took over some time, with drafts and by hand, and how fast they came.

Takes    who asks, the first and last day
Gives    minutes saved by kind against the site's own hand-written documents, cases a week, time to the plan, review time by tier, drafts that
         were changed; to everybody her own
Never    counts others' published minutes as this site's, tells a person's numbers to anybody but her, or calls a difference between cases that nobody
         allocated an effect
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from careloom.care.access import Permission
from careloom.care.document import Decision, Proposal, Reviewer
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN
from careloom.care.pilot import PilotProtocol
from careloom.errors import InputError
from careloom.measure import efficiency
from careloom.measure.efficiency import Case, Since, Told, Week
from careloom.measure.outcomes.visits import stays
from careloom.pipeline.access import Access
from careloom.pipeline.counting import ON_DOCUMENT, OVER, believed
from careloom.pipeline.timing import Timing
from careloom.pipeline.timing import Worked as Row
from careloom.store.opening import Store
from careloom.study.pilot.revised import revision
from careloom.study.statistics import minutes as compared
from careloom.study.statistics.cases import Case as Compared
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.minutes import DRAFT, USUAL, Minutes
from careloom.study.statistics.proportions import Count, share
from careloom.study.time_study.starter import BENCHMARKS, Benchmark

# A plan that comes later than this after a discharge isn't that discharge's.
AFTER_DISCHARGE = timedelta(days=30)
# So many of the newest documents are read.
MOST = 100_000
SEED = "careloom"
NOT_ALLOCATED = "Nobody drew by chance which case was drafted: who chose, and which cases, may explain the difference. A pilot tells more (docs/pilot.md)."


@dataclass(frozen=True, slots=True)
class Effort:
    """The work of some time. `saved` compares minutes by kind; `published` is what others published, and is never mixed with it."""

    first: date
    last: date
    cases: int
    filed: int
    saved: Mapping[str, Minutes | NotSaid]
    caveat: str
    weeks: tuple[Week, ...]
    per_week: Told
    time_to_plan: Mapping[str, Told]
    by_tier: Mapping[str, Told]
    changed: Estimate | NotSaid
    substantial: Estimate | NotSaid
    published: tuple[Benchmark, ...] = BENCHMARKS


@dataclass(frozen=True, slots=True)
class Own:
    """One person's own: documents on which she worked in these days and that are in the chart, how many that is a week, and the middle of her own minutes
    with a draft and by hand (None: none measured)."""

    filed: int
    per_week: float
    drafted: float | None
    by_hand: float | None


@dataclass(frozen=True)
class Efforts:
    """The work of one organisation; `entries` gives what may be used of a patient as of a day."""

    store: Store
    access: Access
    timing: Timing
    entries: Callable[[str, date], Sequence[Entry]]

    def found(self, actor: Reviewer | str, first: date, last: date) -> Effort:
        """Everybody's together. Raises NotLicensed for whoever doesn't lead, InputError for days that don't fit."""
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
        who = actor.user if isinstance(actor, Reviewer) else actor
        cases = self.cases(who, first, last)
        decided = [one for one in cases if one.changed is not None]
        return Effort(
            first,
            last,
            len(cases),
            sum(one.filed is not None for one in cases),
            saved(cases),
            NOT_ALLOCATED,
            efficiency.weeks(cases, first, last),
            efficiency.per_week(cases, first, last),
            efficiency.time_to_plan(cases),
            efficiency.by_tier(cases),
            share(Count(sum(bool(one.changed) for one in decided), len(decided))),
            share(Count(sum(bool(one.substantial) for one in decided), len(decided))),
        )

    def own(self, actor: Reviewer, first: date, last: date) -> Own:
        """Her own. Raises NotLicensed for whoever does no such work, InputError."""
        self.access.must(actor, Permission.WORK)
        mine = [
            one for one in self.timing.own(actor.user, first, last) if one.case and one.status == "active"
        ]
        minutes: dict[bool, list[float]] = defaultdict(list)
        for one in mine:
            took = _minutes([each for each in one.worked if each[1].activity in ON_DOCUMENT])
            if took is not None:
                minutes[one.origin == "hand"].append(took)
        return Own(
            len(mine),
            len(mine) / (((last - first).days + 1) / 7),
            median(minutes[False]) if minutes[False] else None,
            median(minutes[True]) if minutes[True] else None,
        )

    def cases(self, who: str, first: date, last: date) -> tuple[Case, ...]:
        """The documents that were begun from one day to another, and what became of them by the last; for the pipeline alone, which says who sees what of it.

        Raises InputError for days that don't fit.
        """
        if first > last:
            raise InputError("the first day comes after the last", where="from")
        if last > self.timing.today:
            raise InputError("the last day is yet to come", where="to")
        clocks = self._clocks(who, first, last)
        found = []
        for drafted, now, decisions in self.store.proposals.histories(MOST):
            begun = self._day(drafted.created)
            if begun < first:
                break
            if begun <= last:
                found.append(self._case(drafted, now, decisions, clocks, last))
        self.store.audit.note_all(who, "read", sorted({one.patient for one in found}), "effort")
        return tuple(found)

    def _clocks(self, who: str, first: date, last: date) -> Mapping[str, list[tuple[str, Row]]]:
        """What everybody's clocks say, by patient."""
        found: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for case in self.timing.cases(who, first, last):
            found[case.patient] += case.worked
        return found

    def _case(
        self,
        drafted: Proposal,
        now: Proposal,
        decisions: Sequence[Decision],
        clocks: Mapping[str, Sequence[tuple[str, Row]]],
        last: date,
    ) -> Case:
        document = now.document
        over = self._day(decisions[-1].at) if decisions and now.status in OVER else None
        filed = over if now.status == "active" and over is not None and over <= last else None
        begun = self._day(drafted.created)
        patient = self.store.sameness.first(document.patient)
        rows = [
            (who, row)
            for who, row in clocks.get(patient, ())
            if row.activity in ON_DOCUMENT
            and (row.case == now.id or (not row.case and begun <= row.day <= (over or last)))
        ]
        since, hours = self._waited(drafted, decisions[-1].at) if filed and decisions else ("", None)
        revised = (
            revision(drafted, now, PilotProtocol().edited) if not document.by_hand and decisions else None
        )
        return Case(
            id=now.id,
            patient=patient,
            kind=document.kind,
            drafted=not document.by_hand,
            tier=now.tier.word,
            who=_longest(rows) or (decisions[-1].reviewer if decisions else ""),
            people=frozenset(who for who, _ in rows),
            minutes=_minutes(rows) if over else None,
            reviewed=_minutes([one for one in rows if one[1].activity == "review"]) if over else None,
            filed=filed,
            since=since,
            hours=hours,
            changed=revised.percent > 0 or bool(now.struck) if revised else None,
            substantial=revised.substantial if revised else None,
        )

    def _waited(self, drafted: Proposal, filed: datetime) -> tuple[Since, float | None]:
        """From what a plan's time is counted, and how many hours it took."""
        if drafted.document.kind != CARE_PLAN:
            return "", None
        patient, day = drafted.document.patient, self._day(drafted.created)
        entries = self.entries(patient, day)
        for stay in reversed(stays(entries)):
            if stay.began <= day and (stay.ended is None or stay.ended > day):
                return "admission", self._hours(stay.began, filed)
            if stay.ended is not None and stay.ended <= day <= stay.ended + AFTER_DISCHARGE:
                return "discharge", self._hours(stay.ended, filed)
        if self.store.proposals.of(patient)[0].id != drafted.id:
            # Of a later plan nobody knows since when it was wanted.
            return "", None
        came = self.store.arrived.received({one.source.message for one in entries})
        return ("first message", _hours(min(came.values()), filed)) if came else ("", None)

    def _hours(self, day: date, filed: datetime) -> float:
        """From the beginning of a day: sources tell of stays by days."""
        return _hours(datetime.combine(day, datetime.min.time(), self.timing.zone), filed)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.timing.zone).date()


def saved(cases: Iterable[Case]) -> Mapping[str, Minutes | NotSaid]:
    """Minutes with a draft against those by hand, by kind of document, each person compared with herself."""
    kinds: dict[str, list[Compared]] = defaultdict(list)
    for one in cases:
        if one.filed is not None:
            arm = DRAFT if one.drafted else USUAL
            kinds[one.kind].append(Compared(one.id, one.who, one.patient, arm, one.minutes))
    return {kind: compared.by_arm(found, SEED) for kind, found in sorted(kinds.items())}


def _minutes(rows: Iterable[tuple[str, Row]]) -> float | None:
    """By the rule of clocks that pilots have: one that ran all night doesn't count."""
    found = believed(row for _, row in rows)
    return found.minutes if found is not None and not found.left_out else None


def _longest(rows: Iterable[tuple[str, Row]]) -> str:
    seconds: dict[str, int] = defaultdict(int)
    for who, row in rows:
        seconds[who] += row.seconds
    return max(sorted(seconds), key=lambda who: seconds[who], default="")


def _hours(since: datetime, until: datetime) -> float:
    return (until.astimezone(UTC) - since.astimezone(UTC)).total_seconds() / 3600
