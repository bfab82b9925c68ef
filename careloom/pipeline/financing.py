"""Financing: what documents cost by the site's own prices, and chronic conditions for a human coder to look at.

Takes    who asks, some time or a year, and the prices of finance.toml
Gives    the cost of filed documents with and without a draft, what has no price, and by patient what is documented and uncoded, or coded and undocumented
Never    knows a price of its own, counts what has none as nothing, or proposes a code
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.record import PatientRecord
from careloom.errors import InputError
from careloom.measure.finance.coding import Gap, coding_gaps
from careloom.measure.finance.costs import Cost, Costs, Prices, Spent, cost_of, together
from careloom.pipeline.access import Access
from careloom.pipeline.chronic import Chronic
from careloom.pipeline.counting import believed
from careloom.pipeline.prices import NOBODY, SitePrices, prices
from careloom.pipeline.timing import Case, Timing
from careloom.store.opening import Store

MACHINE_HOUR = "a machine's hour"


@dataclass(frozen=True, slots=True)
class Spending:
    """What filed documents cost on which anybody worked in these days, from a draft and by hand. `unbelieved` are those whose clock ran all night; `prices` what
    the site says."""

    first: date
    last: date
    prices: SitePrices
    drafted: Costs
    by_hand: Costs
    unbelieved: int


@dataclass(frozen=True, slots=True)
class Coding:
    """A patient's conditions for a coder to look at."""

    patient: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Financing:
    """The money of one organisation. `record` gives a patient's record as of a day, without what substance-use programmes sent."""

    store: Store
    access: Access
    timing: Timing
    chronic: Chronic
    record: Callable[[str, date], PatientRecord]
    home: Path

    def prices(self) -> SitePrices:
        """The site's own. Raises ConfigError."""
        return prices(self.home)

    def costs(self, actor: Reviewer | str, first: date, last: date) -> Spending:
        """What documents cost. Raises NotLicensed for whoever doesn't lead, InputError, ConfigError."""
        who = self._lead(actor)
        if first > last:
            raise InputError("the first day comes after the last", where="from")
        site = self.prices()
        roles = {one.id: one.role for one in self.store.users.accounts()}
        costs: dict[bool, list[Cost]] = {True: [], False: []}
        unbelieved = 0
        for case in self.timing.cases(who, first, last):
            if not case.case or case.status != "active":
                continue
            if not _is_believed(case):
                unbelieved += 1
                continue
            costs[case.origin == "hand"].append(_cost(self._spent(case, roles), site))
        return Spending(first, last, site, together(costs[False]), together(costs[True]), unbelieved)

    def gaps(
        self, actor: Reviewer | str, year: int, step: Callable[[int], None] = lambda _: None
    ) -> tuple[Coding, ...]:
        """Chronic conditions that were documented and not coded in a year, or coded and documented nowhere, of each patient who has any.

        Raises NotLicensed, InputError for a year that hasn't begun.
        """
        who = self._lead(actor)
        if not 2000 <= year <= self.timing.today.year:
            raise InputError("this year hasn't begun, or is none", where="year")
        as_of = min(date(year, 12, 31), self.timing.today)
        found = []
        for patient in self.store.arrived.patients():
            record = self.record(patient, as_of)
            known, coded = (
                tuple(self.chronic.documented(record)),
                tuple(self.chronic.coded(record.entries, as_of)),
            )
            concepts = {one.concept for one in known} | {one.concept for one in coded}
            wider = {one: self.chronic.wider(one) for one in concepts}
            gaps = coding_gaps(known, coded, year, wider)
            if gaps:
                found.append(Coding(patient, tuple(map(self.chronic.labelled, gaps))))
            step(1)
        self.store.audit.note_all(who, "read", [one.patient for one in found], "coding")
        return tuple(found)

    def _lead(self, actor: Reviewer | str) -> str:
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
            return actor.user
        return actor

    def _spent(self, case: Case, roles: dict[str, str]) -> Spent:
        """What went into a case; whoever has no account any more is named as such, and has no price."""
        minutes: dict[str, float] = defaultdict(float)
        for who, row in case.worked:
            minutes[roles.get(who, NOBODY)] += row.seconds / 60
        model = self.store.proposals.get(case.case).document.model
        return Spent(
            case.case,
            minutes,
            {model.name: model.prompt_tokens},
            {model.name: model.completion_tokens},
            model.seconds / 3600,
        )


def _cost(spent: Spent, site: SitePrices) -> Cost:
    """What a case cost; a machine's hour that has no price leaves it without one."""
    found = cost_of(spent, Prices(site.wages, site.read, site.written, site.machine_hour or 0.0))
    if spent.machine_hours and site.machine_hour is None:
        return replace(found, unpriced=(*found.unpriced, MACHINE_HOUR))
    return found


def _is_believed(case: Case) -> bool:
    """Whether its clock ran, and never all night, by the rule of pilots."""
    found = believed(row for _, row in case.worked)
    return found is not None and not found.left_out
