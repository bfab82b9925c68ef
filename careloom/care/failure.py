"""Failure modes: the ways in which drafts have been wrong: what was said of one, what was judged of it, and what prevents it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Severity

# Where a failure came from, as whoever looks into it finds.
CAUSES = ("source", "reading", "knowledge", "rule", "wording", "model", "no_failure", "unknown")
# Where a failure stands: nobody judged it, somebody did, a rule was drafted from it, something prevents it now, it was none.
STATES = ("new", "judged", "drafted", "prevented", "closed")


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
class Case:
    """A failure's case without identifiers (`privacy.scrub`, with what the record knows of the person): what was said in `words`, the age in years
    ("90+" from 90 on, 45 CFR 164.514(b)(2)(i)(C)) and the sex of whom it is about."""

    words: str
    age: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure that somebody told where she saw it: of which document, when, in which words (by name), and every judgement of it, the oldest first.

    `case` is what can be read without knowing whom it is about (None: not made yet), `rules` the ids of rules that were drafted from it.
    """

    id: str
    proposal: str
    kind: str
    at: datetime
    said: Mapping[str, str]
    judged: tuple[Judged, ...] = ()
    case: Case | None = None
    rules: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Where it stands, as STATES has it."""
        newest = self.newest
        if newest and newest.cause == "no_failure":
            return "closed"
        if newest and newest.prevents:
            return "prevented"
        if self.rules:
            return "drafted"
        return "judged" if newest else "new"

    @property
    def newest(self) -> Judged | None:
        """The judgement that counts."""
        return self.judged[-1] if self.judged else None
