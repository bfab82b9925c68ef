"""Texts that a site's licensed people approve once and that are then filled, and what the site says of itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from careloom.care.document import ContentClass


@dataclass(frozen=True, slots=True)
class ApprovableText:
    """One version of a text in one language: `lines` by name, each with its slots in braces.

    `content_class` is what a line of it is where it is approved and its slots are administrative; `cites` says of a line what
    of the record it rests on ("appointment", "lab_gap", "problem"), nothing where it rests on nothing but the slots. `about` are
    the problems (concepts) that it is about, `unless` those beside which it isn't for anybody, `sources` where what it teaches is from.
    """

    id: str
    version: str
    language: str
    kind: str
    content_class: ContentClass
    lines: Mapping[str, str]
    cites: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """ "reminder.en@1": which text, and which version of it."""
        return f"{self.id}.{self.language}@{self.version}"

    @property
    def digest(self) -> str:
        """A hash over all that was approved: a text whose words were changed without a new version isn't the one approved."""
        said = [self.name, self.kind, self.content_class.value]
        said += [
            f"{name}\x1e{words}\x1e{self.cites.get(name, '')}" for name, words in sorted(self.lines.items())
        ]
        said += [f"about {one}" for one in self.about] + [f"unless {one}" for one in self.unless]
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()

    @property
    def approval(self) -> str:
        """What an approval in force is known by: the version and its words."""
        return f"{self.name}#{self.digest}"


@dataclass(frozen=True, slots=True)
class Site:
    """What a site says of itself: its name and telephone number, its zone (IANA), and the texts that its licensed people have
    approved (`ApprovableText.approval` of each whose approval is in force).
    """

    name: str = ""
    phone: str = ""
    zone: str = "America/New_York"
    approved: frozenset[str] = frozenset()
