"""Alerts: what is said to whoever is about to order, what else is shown there, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from careloom.care.document import Finding

Indicator = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding about orders that nobody signed yet. `heading` names drugs and circumstance, `source` what it rests on ("" where the
    finding's message has both); `interrupts`: whoever orders is stopped by it; `asks` are the rows that ask for a laboratory test
    (knowledge/asked.py).
    """

    finding: Finding
    heading: str = ""
    source: str = ""
    interrupts: bool = False
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A resource that an EHR sent along: its type, its id there ("" for none), its JSON in the form of FHIR R4, and its address in the
    Bundle it came in ("" for none).
    """

    kind: str
    id: str
    raw: bytes = field(repr=False)
    url: str = ""

    @property
    def reference(self) -> str:
        """How the sender's other resources refer to it; "" where nothing can."""
        return f"{self.kind}/{self.id}" if self.id else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAsked:
    """What an EHR asks at a hook, read and not believed yet.

    `patient` is a FHIR id of the EHR's, `user` a reference there ("Practitioner/7"), `server` its FHIR base URL and `token` what it
    lets us read there with, which is kept from us where it is of a `strange_token`, another patient's. `drafts` are orders that nobody
    signed yet, `selected` the places among them of those that were chosen just now (none: all of them). `given` is what came along, `keys` those of the prefetch that came, be it with nothing, `failed` those for which
    an error came, `dated` the oldest time (ISO) at which something of it was put together, `more` how many resources came beyond what is
    looked at.
    """

    patient: str
    user: str = ""
    server: str = ""
    token: str = field(default="", repr=False)
    drafts: tuple[Sent, ...] = ()
    strange_token: bool = False
    selected: frozenset[int] = frozenset()
    given: tuple[Sent, ...] = ()
    keys: frozenset[str] = frozenset()
    failed: tuple[str, ...] = ()
    dated: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card of an answer, as CDS Hooks 2.0 has it: `detail` is Markdown, `rule` what it came of ("plan", "gaps", "scope" or a rule's
    name), `remove` the reference of a draft order that it offers to take away, `tests` the laboratory tests (LOINC code and name) that it
    offers to order for `whom` (a FHIR id of the EHR's), `proposal` the document that it is about, `link` a label, an
    address and how it is opened.
    """

    summary: str
    indicator: Indicator
    rule: str
    detail: str = ""
    source: str = ""
    topic: str = ""
    remove: tuple[str, str] = ("", "")
    tests: tuple[tuple[str, str], ...] = ()
    whom: str = ""
    link: tuple[str, str, Literal["absolute", "smart"]] = ("", "", "absolute")
    overridable: bool = False
    proposal: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of a card, as the EHR says: taken (which of its suggestions, by their ids), or set aside with a reason's code and perhaps
    words."""

    card: str
    outcome: Literal["accepted", "overridden"]
    at: datetime
    suggestions: tuple[str, ...] = ()
    reason: str = ""
    comment: str = ""
