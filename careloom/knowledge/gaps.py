"""Gaps: what a plan needs to know, when it is needed, and how to see that it is there."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRule:
    """One thing a plan needs; `about` is its key, `label` the words a plan uses."""

    about: str
    label: str


@dataclass(frozen=True)
class Gaps:
    """All gap rules in the order of the file."""

    all: tuple[GapRule, ...]
    by_about: Mapping[str, GapRule]


def load_gaps() -> Gaps:
    """The rules of gaps.toml."""
    return Gaps((), {})
