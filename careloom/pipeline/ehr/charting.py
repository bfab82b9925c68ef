"""Charting: what is in a patient's chart, as FHIR R4, for those who read what substance-use programmes sent and for those who don't."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from careloom import __version__, chart
from careloom.chart.parts import Resource
from careloom.chart.served import SHAPE
from careloom.pipeline.access import Access
from careloom.pipeline.deciding import Desk
from careloom.pipeline.ehr.told import told
from careloom.pipeline.weaving import Weaving
from careloom.store.opening import Store


@dataclass(frozen=True)
class Charting:
    """The charts of one organisation's patients; none of this is audited."""

    store: Store
    desk: Desk
    weaving: Weaving
    access: Access
    today: Callable[[], date]

    def bundle(self, patient: str, *, closed: bool) -> Resource:
        """Everything that was signed of a patient; `closed` without what substance-use programmes sent (42 CFR Part 2)."""
        rows = [row for row in self.store.chart.of(patient) if not (closed and self.access.is_closed(row[0]))]
        filed = [told(self.desk, self.weaving, row, closed=closed) for row in rows]
        now = self.weaving.record(patient, self.today(), closed=closed)
        return chart.bundle(filed[-1].record if filed else now, filed, now, self.desk.custodian)

    def rest(self) -> str:
        """What a chart rests on beside the store: the software, the day, and what the site calls itself."""
        return f"{SHAPE} {__version__} {self.today()} {self.desk.custodian.name}"
