"""Failure modes: the ways in which drafts have been wrong: what was said of one, what was judged of it, and what prevents it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Severity

# Where a failure came from, as whoever looks into it finds.
CAUSES = ("source", "reading", "knowledge", "rule", "wording", "model", "no_failure", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What somebody found of a failure: how severe, from what, and the rule or test that `prevents` it now ("" for nothing yet), and her words."""

    severity: Severity
    cause: str
    prevents: str
    who: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure that somebody told where she saw it: of which document, when, in which words (by name), and every judgement of it, the oldest first."""

    id: str
    proposal: str
    kind: str
    at: datetime
    said: Mapping[str, str]
    judged: tuple[Judged, ...] = ()

    @property
    def newest(self) -> Judged | None:
        """The judgement that counts."""
        return self.judged[-1] if self.judged else None
