"""A site's settings, store and clock, and the other systems that it is connected with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import sleep

from careloom.care.system import SourceSystem
from careloom.knowledge import Knowledge
from careloom.pipeline.checking import named
from careloom.pipeline.ehr.launching import Launching
from careloom.pipeline.shown import Printer
from careloom.pipeline.systems import source_systems
from careloom.settings import Settings
from careloom.store.opening import Store
from careloom.wire import fhir

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Connected:
    """A site: `clock` says what time it is, `wait` lets time pass, `printer` makes PDFs where this process can. `settings` are as they are in force, with
    the folder of `releases`; `machine` are those that the machine has, where they are others, `unreleased` says why its model words no draft, `by_name` has the terms of a model that somebody names where they are others, and `released` is
    what stood when this was put together (docs/release.md)."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    clock: Clock
    wait: Callable[[float], None] = sleep
    printer: Printer | None = None
    machine: Settings | None = None
    releases: Path | None = None
    unreleased: str = ""
    by_name: Settings | None = None
    released: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.clock().astimezone().date()

    @cached_property
    def systems(self) -> Mapping[str, SourceSystem]:
        """The source systems that the site has set, by name."""
        return source_systems(self.settings.sources or self.settings.home / "sources.toml")

    def server(self, name: str) -> fhir.Server:
        """The FHIR server of a source system. Raises ConfigError naming what to mend in sources.toml."""
        time = fhir.Time(self.clock, self.wait)
        return fhir.open_server(named(self.systems, name), time, self.settings.max_json_mb << 20)

    @cached_property
    def launching(self) -> Launching:
        """The EHRs that open Careloom inside themselves."""
        return Launching(self.store, self.systems, self.clock)
