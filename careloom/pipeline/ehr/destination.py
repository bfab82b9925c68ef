"""The port to another system's chart: what every way of writing there does. `writing_back` is the outbox in front of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from careloom.care.entry import Person
from careloom.care.system import SourceSystem
from careloom.care.writing import There, Writing
from careloom.chart.parts import Filed
from careloom.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be written or taken back now.

    `said` is what each source says of who the patient is, `beside` the other writings about the patient to the same system, the
    newest first, `older` those of them that this one takes the place of, `gone` what was taken back there, `tasks` the status of every task of the patient by statement.
    """

    writing: Writing
    system: SourceSystem
    filed: Filed
    said: Sequence[tuple[str, Person]]
    at: datetime
    beside: Sequence[Writing] = ()
    older: Sequence[Writing] = ()
    gone: Sequence[Writing] = ()
    tasks: Mapping[str, str] = field(default_factory=dict)


# So many seconds one try takes at the most, whatever trickles in, where the site says nothing; and the longest that it may say: less than the
# time after which somebody else may begin (`writing_back.IN_HAND`).
ATTEMPT, LONGEST_ATTEMPT = 60.0, 600.0


def attempt_seconds(system: SourceSystem) -> float:
    """How long one try at a system may take in all. Raises ConfigError for what is no such number."""
    assert system.write is not None
    said = system.write.options.get("attempt_seconds", "")
    try:
        found = float(said or ATTEMPT)
    except ValueError:
        found = 0.0
    if not 0 < found <= LONGEST_ATTEMPT:
        raise ConfigError(
            f"{system.name}.write.options.attempt_seconds is no number of seconds up to {LONGEST_ATTEMPT:.0f}"
        )
    return found


AboutTo = Callable[[There], None]


class Destination(Protocol):
    """One way into another system's chart ("fhir", "mdm"). What it does is harmless the second time: it looks first, or names what it
    sends so that the other side knows it again.
    """

    def write(self, job: Job, about_to: AboutTo) -> There:
        """Have the document there; what is there afterwards, as it was read back.

        `about_to` is called with what is handed over when the next thing is that it goes out. Raises WriteBackError (`permanent` where
        only a person can do something about it), and WriteBackUnknown where nobody knows whether it arrived.
        """
        ...

    def take_back(self, job: Job, about_to: AboutTo) -> There:
        """Take it back as far as the system lets us; what is there afterwards, its notes saying what couldn't be undone. Raises as `write`."""
        ...
