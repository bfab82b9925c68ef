"""How far readers agree: what somebody asks to see of it, and a row of the answer."""

from dataclasses import dataclass
from datetime import date

WHOLE, LINES = "whole", "lines"


@dataclass(frozen=True, slots=True)
class Over:
    """Of which second readings: those compared from a day to a day, both included; `user` those of one reader alone ("" for all)."""

    first: date
    last: date
    user: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What a row is over: `of` whole documents or lines, `by` all, kind, tier or readers, and which of them (`readers`: a pair's number, which tells nobody's name)."""

    of: str
    by: str
    which: tuple[str, ...] = ()
