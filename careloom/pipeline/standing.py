"""Standing: what can't wait in somebody's record itself, found before anybody asks for a plan.

Takes    the patients of whom something came or was decided, and every other one once a day, since what is found changes with time, too
Gives    the high findings of each one's record, worst first, kept for the panel: no page weaves a record for them
Never    tells what a substance-use programme sent (42 CFR Part 2), what an urgent page tells already, or what somebody accepted
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

import structlog

from careloom import check
from careloom.care.document import Accepted, Finding, Severity
from careloom.care.panel import Stands
from careloom.care.record import PatientRecord
from careloom.care.urgent import Cause
from careloom.knowledge import Knowledge
from careloom.review import accepted
from careloom.store.opening import Store

log = structlog.get_logger(__name__)

# So many records are looked through by one piece of work: some seconds.
AT_ONCE = 50
# Rules whose finding rests on a note that pages by itself are called as the page's cause is.
_PAGES = frozenset(get_args(Cause))


@dataclass(frozen=True)
class Standing:
    """What stands of the records of one organisation. `record_of` gives a record without what programmes sent, `accepted` what was
    signed over, `here` is the time in the site's zone."""

    store: Store
    record_of: Callable[[str, date], PatientRecord]
    accepted: Callable[[str], Mapping[str, Accepted]]
    here: Callable[[], datetime]
    # Knowledge with the site's own rules as they are now.
    known: Callable[[], Knowledge]

    def waits(self) -> str:
        """By what name the next record to be looked through is known; "" for none."""
        return self.store.standings.waits(self.here().date())

    def keep_up(self, most: int = AT_ONCE) -> int:
        """Look through the records that changed or were not looked through today; how many of them that were."""
        today = self.here().date()
        patients = self.store.standings.next(today, most)
        for one in patients:
            self._look(one, today)
        return len(patients)

    def _look(self, patient: str, today: date) -> None:
        # What changes while the record is read stays due.
        marks = self.store.standings.marks(patient)
        first = self.store.sameness.first(patient)
        if first != patient:
            # Read under the other's id.
            with self.store.transaction():
                self.store.standings.keep(patient, (), today, marks)
                if marks:
                    self.store.standings.due([first])
            return
        before = {_named(one.finding): one.since for one in self.store.standings.of([first]).get(first, ())}
        try:
            found = self._found(first, today)
        except Exception as failure:
            # One record that can't be read keeps nobody else's from being read, and is told of.
            log.error("a record could not be looked through", error_class=type(failure).__name__)
            found = (Finding("", Severity.HIGH, ""),)
        now = self.here()
        kept = [Stands(one, before.get(_named(one), now)) for one in found]
        self.store.standings.keep(first, kept, today, marks)

    def _found(self, patient: str, today: date) -> Sequence[Finding]:
        record = self.record_of(patient, today)
        if record.demographics.deceased:
            return ()
        standing = check.standing(record, self.known())
        if not standing:
            return ()
        signed = self._signed(patient, today)
        speaking = [
            one
            for one in accepted.speaking(standing, record, self.accepted(patient))
            if _named(one) not in signed
        ]
        rank = {rule: place for place, rule in enumerate(check.URGENT)}
        return sorted(self._unpaged(speaking, record), key=lambda one: rank.get(one.rule, len(rank)))

    def _signed(self, patient: str, today: date) -> frozenset[tuple[str, frozenset[str]]]:
        """What somebody who may judge it opened and signed a line of a plan in the chart about, which is an activity by now. What is
        about drugs speaks by its own cause (`accepted.speaking`)."""
        lasting = today - timedelta(days=accepted.QUIET_DAYS)
        plans = self.store.proposals.of(patient)
        return frozenset(
            _named(one.finding)
            for plan in plans
            if plan.status == "active" and plan.document.as_of > lasting
            for one in accepted.signed_over(plan, self.store.proposals.decisions(plan.id))
            if one.finding.rule not in accepted.ABOUT_DRUGS
        )

    def _unpaged(self, found: Sequence[Finding], record: PatientRecord) -> Sequence[Finding]:
        """Those that no urgent page tells: it stands on the panel until somebody wrote what was done. An older note tells nothing
        more than the newest, which opened the page."""

        def day(one: Finding) -> date:
            note = record.by_id.get(one.evidence[0]) if one.evidence else None
            return note.happened.day if note and note.happened else record.as_of

        told: dict[str, date] = {}
        for one in found:
            if one.rule in _PAGES and one.evidence and self._is_paged(one):
                told[one.rule] = max(told.get(one.rule, date.min), day(one))
        return [one for one in found if one.rule not in told or day(one) > told[one.rule]]

    def _is_paged(self, finding: Finding) -> bool:
        causes = [cause for cause in get_args(Cause) if cause == finding.rule]
        return any(self.store.pages.about(cause, finding.evidence[0]) for cause in causes)


def _named(finding: Finding) -> tuple[str, frozenset[str]]:
    return finding.rule, frozenset(finding.evidence)
