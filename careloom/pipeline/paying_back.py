"""Paying back: when what drafts save reaches what setting up cost, by a pilot's minutes and the site's own prices.

Takes    who asks, and some time
Gives    the minutes saved a case with the pilot that measured them, documents a month, the payback without and with programme revenue, or why none can be told
Never    uses minutes that nobody allocated by a protocol, others' published minutes, or a price that the site didn't say
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import fmean

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.pilot import Pilot, Stage
from careloom.measure.efficiency import Case
from careloom.pipeline.prices import SitePrices, prices
from careloom.pipeline.trials import Trials
from careloom.store.opening import Store
from careloom.study.payback import DEFINITION, Payback, payback
from careloom.study.statistics.estimate import Estimate, NotSaid

DAYS_A_MONTH = 365.25 / 12
NO_PILOT = NotSaid(
    "not_measured",
    "No pilot has ended here: that drafts save minutes isn't measured, and nothing else is counted as saved.",
)


@dataclass(frozen=True, slots=True)
class Returns:
    """What came of setting up: from which pilot ("": none) and for which kind of document, the minutes saved a case, filed documents a month, the payback by minutes alone,
    and with a month's programme revenue beside (None: the site has no rates, or nothing counted)."""

    pilot: str
    kind: str
    saved: Estimate | NotSaid
    cases: float
    wage: float | None
    alone: Payback | NotSaid
    beside: Payback | NotSaid | None
    revenue: float | None
    definition: str = field(default=DEFINITION)


@dataclass(frozen=True)
class PayingBack:
    """The payback of one organisation."""

    store: Store
    trials: Trials
    home: Path

    def found(
        self,
        actor: Reviewer | str,
        span: tuple[date, date],
        cases: Sequence[Case],
        revenue: float | None = None,
    ) -> Returns:
        """The payback by the newest pilot that ended; `cases` are the documents of the span (`Efforts.cases`), `revenue` a month's programmes.

        Raises NotLicensed for whoever doesn't lead, ConfigError.
        """
        if isinstance(actor, Reviewer):
            self.trials.piloting.access.must(actor, Permission.LEAD)
        site = prices(self.home)
        over = [one for one in self.store.pilots.all() if one.stage is Stage.ENDED]
        pilot = max(over, key=lambda one: one.steps[-1].at, default=None)
        if pilot is None:
            return Returns("", "", NO_PILOT, 0.0, None, NO_PILOT, None, revenue)
        saved = self._saved(pilot)
        kind = pilot.protocol.kind
        filed = sum(one.filed is not None and one.drafted and one.kind == kind for one in cases)
        monthly = filed / (((span[1] - span[0]).days + 1) / DAYS_A_MONTH)
        wage = self._wage(pilot, site)
        alone = payback(site.set_up, site.running, saved, monthly, wage)
        beside = (
            payback(site.set_up, site.running, saved, monthly, wage, revenue) if revenue is not None else None
        )
        return Returns(pilot.id, kind, saved, monthly, wage, alone, beside, revenue)

    def _saved(self, pilot: Pilot) -> Estimate | NotSaid:
        found = self.trials.found("operator", pilot.id).results.timed.found
        if isinstance(found, NotSaid):
            return found
        if found.saved is None:
            return NotSaid(
                "not_identified", "This pilot's design tells a ratio of minutes, and no minutes saved a case."
            )
        return found.saved

    def _wage(self, pilot: Pilot, site: SitePrices) -> float | None:
        """The mean wage an hour of those who took part; None where the role of any has none."""
        roles = {one.id: one.role for one in self.store.users.accounts()}
        wages = [site.wages.get(roles.get(one, "")) for one in pilot.protocol.participants]
        said = [one for one in wages if one is not None]
        return fmean(said) if said and len(said) == len(wages) else None
