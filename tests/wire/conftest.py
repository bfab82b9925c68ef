"""A hospital with Marta Quill's record, and a clock that stands still unless somebody waits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careloom.care.system import SourceSystem
from careloom.wire import fhir
from tests.wire.served import Hospital, capability, serving

KINDS = ("Patient", "Condition", "Observation", "MedicationRequest", "Medication")


@dataclass
class Clock:
    """Time that passes only while somebody waits."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    waited: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def time(self) -> fhir.Time:
        return fhir.Time(lambda: self.now, self.wait)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with serving(Hospital(capability=capability(*KINDS))) as one:
        yield one


Open = Callable[..., fhir.Server]


@pytest.fixture
def opened(hospital: Hospital, clock: Clock) -> Open:
    """Open the hospital's server; options by name, other keys of sources.toml as they are."""

    def make(most_bytes: int = 1 << 20, options: dict[str, str] | None = None, **keys: Any) -> fhir.Server:
        system = SourceSystem(name="mercy", **{"url": hospital.base, **keys, "options": options or {}})
        return fhir.open_server(system, clock.time, most_bytes)

    return make
