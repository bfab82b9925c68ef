"""At EHRs: the parts through which EHRs and their programs see us, how it stands with those that are written to, and the pack that shows what they are answered."""

from dataclasses import dataclass
from functools import cached_property

from careloom.pipeline.complying import Complying
from careloom.pipeline.ehr.charting import Charting
from careloom.pipeline.ehr.destinations import WAITED_FOR, Destinations
from careloom.pipeline.ehr.facade import Facade
from careloom.pipeline.ehr.hooking import Hooking
from careloom.pipeline.parts import Parts
from careloom.wire import fhir


@dataclass(frozen=True)
class AtEhrs(Parts):
    """What EHRs ask and see, over the parts."""

    @cached_property
    def destinations(self) -> Destinations:
        """How it stands with the systems that are written to."""
        time, most = fhir.Time(self.clock, self.wait), self.settings.max_json_mb << 20
        return Destinations(
            lambda: self.systems,
            self.store.writings,
            lambda system: fhir.open_server(system, time, most, waited_for=WAITED_FOR),
            (self.settings.sources or self.settings.home / "sources.toml").parent,
            self.clock,
        )

    @cached_property
    def facade(self) -> Facade:
        """The charts as a FHIR server gives them."""
        charting = Charting(self.store, self.desk, self.weaving, self.access, lambda: self.today)
        return Facade(self.store, self.access, charting, self.clock)

    @cached_property
    def hooking(self) -> Hooking:
        """What EHRs are answered at their hooks."""
        return Hooking(
            self.store,
            self.weaving,
            self.knowledge,
            self.access,
            self.drafting.accepted,
            self._here,
            self.settings.zone,
            self.protecting.known,
        )

    @cached_property
    def complying(self) -> Complying:
        """Compliance packs, what people say of them, and legal holds."""
        return Complying(
            self.settings,
            self.store,
            self.knowledge,
            self.access,
            self.training,
            lambda: self.systems,
            lambda: self.evaluating.tables(),
            self._here,
            lambda patient, day: self.weaving.entries(patient, day),
            self.printer,
            self.hooking.tried,
            lambda: self.deidentifying.judged(),
        )
