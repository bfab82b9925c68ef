"""Watched: the parts that keep the product true once it runs: alarms, who answers for what, the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from careloom.errors import ConfigError
from careloom.pipeline.alarming import Alarming, address_of
from careloom.pipeline.auditing import DataAudit
from careloom.pipeline.delivering import pager
from careloom.pipeline.holding import RELEASES
from careloom.pipeline.owning import DUTIES, Owning
from careloom.pipeline.paging import chain
from careloom.pipeline.registering import Registering
from careloom.pipeline.releasing import Releasing
from careloom.pipeline.studied import Studied
from careloom.pipeline.versions import versions
from careloom.pipeline.watching import Watching


@dataclass(frozen=True)
class Watched(Studied):
    """What watches, over what is tried and the grounds."""

    @cached_property
    def owning(self) -> Owning:
        """Who answers for each kind of alarm and each item of the calendar."""
        return Owning(self.store, self.access, self._here, DUTIES)

    @cached_property
    def alarming(self) -> Alarming:
        """What is watched and went wrong. Raises ConfigError for a setting that doesn't fit."""
        if self.settings.alarm_hours <= 0:
            raise ConfigError("CARELOOM_ALARM_HOURS must be more than 0")
        return Alarming(
            self.store,
            self.access,
            self._here,
            self.owning,
            lambda: self.calendar,
            self.settings.alarm_hours,
            self._addresses,
            lambda: pager(self.settings),
            self.settings.language,
            address_of(self.settings),
        )

    @cached_property
    def registering(self) -> Registering:
        """What shapes drafts, each version once."""
        return Registering(
            self.store,
            self.settings,
            self.knowledge,
            self.releases or self.settings.home / RELEASES,
            self.protecting.known,
            lambda: self.mappings,
            self.evaluating.tables,
            self.clock,
            lambda change: self.releasing.changed(change),
        )

    @cached_property
    def releasing(self) -> Releasing:
        """Changes of what drafts are made with, and which version a draft takes."""
        return Releasing(
            self.store,
            self.access,
            self._here,
            self.opened,
            lambda *said, **more: self.alarming.raise_alarm(*said, **more),
            self.holding,
        )

    @cached_property
    def watching(self) -> Watching:
        """What moves, and for what cause."""
        return Watching(
            self.store,
            self.access,
            ZoneInfo(self.settings.zone),
            self._here,
            lambda: self.alarming,
            lambda day, zone: versions(self.store, day, zone),
        )

    @cached_property
    def data_audit(self) -> DataAudit:
        """What the sources can and cannot give, by which what is watched is counted, too."""
        return replace(super().data_audit, watch=lambda tally, mix: self.watching.arrived(tally, mix))

    def _addresses(self) -> Mapping[str, str]:
        """E-mail addresses of people of the site by user name."""
        return {one.name: one.address for one in chain(self.settings.notice_people, "CARELOOM_NOTICE_PEOPLE")}
