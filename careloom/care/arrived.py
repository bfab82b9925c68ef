"""A message as it arrived and what became of it: what the audit of the data is told about messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message, without its content: who sent it, when it came, and what its last reading counted.

    `unknown` counts what was kept but not understood, by name; `rejected` what could not be read, by the class of the
    error.
    """

    source: str
    format: str
    received: datetime
    entries: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two patients of ours who may be one person, by our ids, and why one may think so (no names or dates)."""

    one: str
    other: str
    why: str
