"""Match: what made a line of a rule hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Match:
    """What made a line hold: the entries to cite, and words for the slots of a sentence. `paused` is a drug on hold."""

    entries: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    paused: bool = False
