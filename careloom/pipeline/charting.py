"""Charting: what is in a patient's chart, as FHIR R4, for those who read what substance-use programmes sent and for those who don't."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from careloom import __version__, chart
from careloom.chart.parts import Filed, Resource
from careloom.chart.served import SHAPE
from careloom.pipeline.access import Access
from careloom.pipeline.deciding import Desk
from careloom.pipeline.filing import with_frozen
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
        filed = [self.desk.filed(row) for row in self.store.chart.of(patient)]
        if closed:
            filed = [self._closed(one) for one in filed if not self.access.is_closed(one.proposal.id)]
        now = self.weaving.record(patient, self.today(), closed=closed)
        return chart.bundle(filed[-1].record if filed else now, filed, now)

    def rest(self) -> str:
        """What a chart rests on beside the store: the software and the day."""
        return f"{SHAPE} {__version__} {self.today()}"

    def _closed(self, filed: Filed) -> Filed:
        document = filed.proposal.document
        record = self.weaving.record(document.patient, document.as_of, closed=True)
        return replace(filed, record=with_frozen(record, self.store.proposals.frozen(filed.proposal.id)))
