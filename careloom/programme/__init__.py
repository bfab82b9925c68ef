"""Programme: the calendar of watching: each week, month, quarter and year something is looked at again, and a report is kept of it.

Takes    the site's day, the pipeline, and what happened in each period before
Gives    exactly one report a period by itself (further versions by hand), made up for where days were missed, and said to be late then
Never    makes a second report since a clock was set back, changes a list that was drawn, or calls something done that nobody looked through
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog

from careloom.care.access import Permission
from careloom.care.document import Reviewer, Severity
from careloom.care.programme import (
    ITEMS,
    Period,
    ProgrammeStep,
    Standing,
    StepKind,
    parsed,
    period_of,
    periods,
    standing,
)
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.programme import quarterly, weekly, yearly
from careloom.programme.auditing import Auditing

__all__ = ["DECISIONS", "Programme"]

log = structlog.get_logger(__name__)
LONGEST = 2000
# What a quarter asks of its owner: whether models, prompts or rules are trained or written anew.
DECISIONS = ("retrain", "keep", "more_data")
# The calendar's own start, beside the items.
START = ("calendar", "start")


@dataclass(frozen=True)
class Programme:
    """The calendar of one site."""

    pipeline: Pipeline

    # ── what comes by itself ────────────────────────────────────────────────────────────────────

    def owes(self) -> bool:
        """Begin the calendar where it has not begun, and keep this month's seed; whether something is to be made or told today."""
        today = self._today()
        self._since()
        self.auditing.commit(period_of("monthly", today))
        found = (*self.year(today.year - 1), *self.year(today.year))
        return any(one.state in ("running", "reading", "failed", "overdue") for one in found)

    def keep_up(self, actor: str) -> int:
        """Commit seeds, draw samples and make every report that is owed today; how many reports. What fails stops no other, is said on its
        page and raises an alarm; it is tried again the next day."""
        made, today = 0, self._today()
        since = self._since()
        self.auditing.commit(period_of("monthly", today))
        for item in ITEMS:
            for period in periods(item, since, today):
                if period.last < today:
                    made += self._keep_up_with(actor, period)
        self._tell_overdue(today)
        return made

    def _keep_up_with(self, actor: str, period: Period) -> bool:
        steps = self._steps(period)
        if any(one.what is StepKind.REPORTED for one in steps):
            return False
        try:
            if period.item == "monthly" and not self.auditing.ready(period, self._today()):
                return False
            return self._report(actor, period, first=True)
        except Exception as failure:
            log.error("a report of the calendar failed", item=period.item, error_class=type(failure).__name__)
            why = {"error": type(failure).__name__}
            self._say(period, ProgrammeStep(what=StepKind.FAILED, at=self._here(), body=why))
            self._alarm(period, "failed", "The report {report} failed: {error}", why["error"])
            return False

    def _report(self, actor: str, period: Period, *, first: bool) -> bool:
        body = self._bodies()[period.item](actor, period)
        store = self.pipeline.store
        with store.transaction():
            store.programmes.hold()
            before = [one for one in self._steps(period) if one.what is StepKind.REPORTED]
            if before and first:
                return False  # another worker was here
            told = {**body, "version": len(before) + 1, "late": not before and self._today() > period.due}
            step = ProgrammeStep(what=StepKind.REPORTED, at=self._here(), who=actor, body=told)
            store.programmes.say(period.item, period.name, step)
            store.audit.note(actor, "programme report", what=f"{period.item} {period.name}")
        return True

    def _bodies(self) -> Mapping[str, Callable[[str, Period], dict[str, Any]]]:
        return {
            "weekly": lambda _, period: weekly.report(self.pipeline, *self._span(period)),
            "monthly": lambda _, period: self.auditing.report(period),
            "quarterly": lambda actor, period: quarterly.report(
                self.pipeline, actor, period, self._span(period)
            ),
            "yearly": lambda actor, period: yearly.report(self.pipeline, actor, period),
        }

    def _tell_overdue(self, today: date) -> None:
        for one in self.year(today.year) + self.year(today.year - 1):
            if one.state == "overdue":
                words = "The report {report} was to be looked through by {due}"
                self._alarm(one.period, "overdue", words, "", due=one.period.due.isoformat())

    def _alarm(self, period: Period, what: str, words: str, error: str, due: str = "") -> None:
        self.pipeline.alarming.raise_alarm(
            "programme",
            f"{what}:{period.item}:{period.name}",
            words,
            values={"report": period.name, "error": error, "due": due},
            evidence=f"{self._today()}" if what == "failed" else period.name,
            severity=Severity.MODERATE,
            link=f"/calendar/{period.item}/{period.name}",
        )

    # ── what people see and do ──────────────────────────────────────────────────────────────────

    @property
    def auditing(self) -> Auditing:
        """The monthly audit of accuracy."""
        return Auditing(self.pipeline, self._here, self._span)

    def year(self, year: int) -> tuple[Standing, ...]:
        """Every period of a year of the site that the calendar covers, by item and day."""
        today, since = self._today(), self._since()
        every = self.pipeline.store.programmes.steps()
        first, last = max(since, date(year, 1, 1)), date(year, 12, 31)
        return tuple(
            standing(period, every.get((item, period.name), ()), today)
            for item in ITEMS
            for period in periods(item, first, last)
            if first <= last
        )

    def listed(self, actor: Reviewer, year: int) -> tuple[Standing, ...]:
        """The same for somebody, who is noted. Raises NotLicensed, InputError for no year."""
        self.pipeline.access.must(actor, Permission.WATCH)
        if not 2000 <= year <= 9998:
            raise InputError("there is no such year", where="year")
        self.pipeline.store.audit.note(actor.user, "read", what="calendar")
        return self.year(year)

    def owners(self, names: Mapping[str, str]) -> dict[str, str]:
        """By item who answers for it: a person's name (`names`, by user id), else a role."""
        owned = {item: self.pipeline.owning.of(f"programme:{item}") for item in ITEMS}
        return {
            item: names.get(one.user, one.role) if one.user and not one.left else one.role
            for item, one in owned.items()
        }

    def get(self, actor: Reviewer, item: str, period: str) -> Standing:
        """One period. Raises NotLicensed, InputError for one that there is not."""
        self.pipeline.access.must(actor, Permission.WATCH)
        found = parsed(item, period)
        if found is None or found.last < self._since():
            raise InputError("there is no such period", where="period")
        self.pipeline.store.audit.note(actor.user, "read", what="calendar")
        return standing(found, self._steps(found), self._today())

    def anew(self, actor: Reviewer, item: str, period: str) -> None:
        """Another version of a report, by hand. Raises NotLicensed, InputError for one that is not owed yet."""
        self.pipeline.access.must(actor, Permission.TEND)
        found = self.get(actor, item, period)
        if not found.reports and found.state != "failed":
            raise InputError("its first report comes by itself", where="period")
        self._report(actor.user, found.period, first=False)

    def finish(self, actor: Reviewer, item: str, period: str, note: str, decision: str = "") -> None:
        """Its owner has looked it through; a quarter needs one of DECISIONS. Raises NotLicensed, InputError."""
        self.pipeline.access.must(actor, Permission.TEND)
        found = self.get(actor, item, period)
        words = " ".join(note.split())[:LONGEST]
        if not found.reports:
            raise InputError("there is no report to look through yet", where="period")
        if not words:
            raise InputError("say what follows from it, in a few words", where="note")
        if (item == "quarterly") != (decision in DECISIONS):
            raise InputError("say whether to train or write anew", where="decision")
        body = {"note": words, "decision": decision, "version": found.reports[-1].body["version"]}
        step = ProgrammeStep(what=StepKind.DONE, at=self._here(), who=actor.user, body=body)
        with self.pipeline.store.transaction():
            self._say(found.period, step)
            self.pipeline.store.audit.note(actor.user, "finish programme", what=f"{item} {period}")

    def make_case(self, actor: Reviewer, period: str, proposal: str) -> str:
        """A revised draft of a week becomes an item of the failure registry; its id. Raises NotLicensed, InputError for one that isn't in its report."""
        self.pipeline.access.must(actor, Permission.RULES)
        found = self.get(actor, "weekly", period)
        cases = found.reports[-1].body["cases"] if found.reports else {}
        if proposal not in cases:
            raise InputError("there is no such draft in this report", where="proposal")
        said = {"code": "revised", "reviewer": actor.user, "words": "; ".join(cases[proposal])[:LONGEST]}
        with self.pipeline.store.transaction():
            made = self.pipeline.flag_for_improvement(self.pipeline.store.proposals.get(proposal), said)
            self.pipeline.store.audit.note(actor.user, "flag", what=proposal)
        return made

    def set_back(self) -> datetime | None:
        """The time of the newest step where the clock stands before it; else None."""
        newest = max(
            (step.at for steps in self.pipeline.store.programmes.steps().values() for step in steps),
            default=None,
        )
        return newest if newest is not None and newest > self._here() else None

    # ── its grounds ─────────────────────────────────────────────────────────────────────────────

    def _since(self) -> date:
        """The day on which the calendar began here; today where it begins now. A clock that was set back changes it no more."""
        store = self.pipeline.store
        with store.transaction():
            store.programmes.hold()
            steps = store.programmes.steps(*START).get(START, ())
            if not steps:
                day = {"day": self._today().isoformat()}
                step = ProgrammeStep(what=StepKind.STARTED, at=self._here(), body=day)
                store.programmes.say(*START, step)
                return self._today()
        return date.fromisoformat(steps[0].body["day"])

    def _steps(self, period: Period) -> tuple[ProgrammeStep, ...]:
        found = self.pipeline.store.programmes.steps(period.item, period.name)
        return found.get((period.item, period.name), ())

    def _say(self, period: Period, step: ProgrammeStep) -> None:
        with self.pipeline.store.transaction():
            self.pipeline.store.programmes.hold()
            self.pipeline.store.programmes.say(period.item, period.name, step)

    def _here(self) -> datetime:
        return self.pipeline.alarming.here()

    def _today(self) -> date:
        return self._here().date()

    def _span(self, period: Period) -> tuple[datetime, datetime]:
        """From its first midnight to the one after its last day, in the site's zone."""
        zone = self._here().tzinfo
        return (
            datetime.combine(period.first, time.min, zone),
            datetime.combine(period.last + timedelta(days=1), time.min, zone),
        )
