"""Protocols: guidelines made computable, one TOML file a condition, readable and changeable by a nurse."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a protocol: when it applies, the sentence it gives, and what it rests on."""

    id: str
    kind: str
    part: str
    text: str
    says: str
    source: str
    section: str
    year: int
    grade: str = ""


@dataclass(frozen=True)
class Protocols:
    """All rules by id."""

    by_id: Mapping[str, Rule]

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, or None."""
        return self.by_id.get(rule_id)


def load_protocols(site: Path | None = None) -> tuple[Protocols, tuple[str, ...]]:
    """The rules of this folder and of a site's, and what could not be read."""
    del site
    return Protocols({}), ()
