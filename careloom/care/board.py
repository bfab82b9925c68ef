"""Board: what a month's report tells beside the quality measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beside:
    """Outcomes and effort, and cost and revenue: a name and a sentence each."""

    effort: tuple[tuple[str, str], ...] = ()
    money: tuple[tuple[str, str], ...] = ()
