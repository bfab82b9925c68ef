"""Compliance: what a rule asks, what the running system shows of it, what a person said where nothing can be computed, and a pack of all that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Verdict(StrEnum):
    """How it stands with a requirement. SAID rests on a person's word, dated and signed with her name; all others are computed."""

    MET = "met"
    SAID = "said"
    PARTLY = "partly"
    NOT_MET = "not_met"
    PERSON = "person"
    NOT_APPLICABLE = "not_applicable"


WORDS: dict[Verdict, str] = {
    Verdict.MET: "met",
    Verdict.SAID: "met, by a person's word",
    Verdict.PARTLY: "partly met",
    Verdict.NOT_MET: "NOT MET",
    Verdict.PERSON: "OPEN: a person must say",
    Verdict.NOT_APPLICABLE: "not applicable",
}
# What isn't met, the worst first; all of it is told in red, and in words.
RED = (Verdict.NOT_MET, Verdict.PERSON, Verdict.PARTLY)
Said = Literal["yes", "no", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value of the running system: `holds` is whether it bears the requirement out (None: it informs, and decides nothing).

    `where` says where the value came from, `measured` when, `link` is the address of a page of ours ("" for none).
    """

    name: str
    what: str
    value: str
    holds: bool | None
    where: str
    measured: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a requirement: `who` is her user name, `words` what she pointed to."""

    key: str
    answer: Said
    who: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: `need` is required, addressable or "", `asks` the rule in our own words, `section` and `year` its source.

    `question` is what a person is asked where nothing can be computed ("" where she is asked nothing), `said` her newest answer.
    """

    key: str
    section: str
    year: str
    title: str
    need: str
    asks: str
    verdict: Verdict
    why: str
    evidence: tuple[Evidence, ...] = ()
    question: str = ""
    said: Answer | None = None

    @property
    def red(self) -> bool:
        """Whether it must be told in red."""
        return self.verdict in RED


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a part; `red` are the places of rows that must be told in red, which say so in words too."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    red: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on a screen of an invented patient: a sentence, what stands beside it as its basis, and the guideline behind it."""

    text: str
    basis: tuple[str, ...]
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen, rendered when the pack was made, by the very code that drafts and checks for patients. `picture` is a PNG of the page in base64 (""
    where there is none), `pictured` says what it shows, or why there is none."""

    title: str
    lines: tuple[Shown, ...]
    picture: str = ""
    pictured: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the pack: where it comes from, what must be said first, and what was found."""

    key: str
    title: str
    source: str
    lead: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    grids: tuple[Grid, ...] = ()
    screens: tuple[Screen, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it was made: `by` a user name or a part of ours, `release` the product's version, `demo` whether the site holds invented people alone."""

    id: str
    made: datetime
    by: str
    organisation: str
    release: str
    demo: bool
    parts: tuple[Part, ...]
    form: int = 1

    def requirements(self) -> Iterator[tuple[Part, Requirement]]:
        """Every requirement with its part, in order."""
        for part in self.parts:
            for one in part.requirements:
                yield part, one

    def counts(self) -> dict[Verdict, int]:
        """How many requirements have each verdict."""
        found = dict.fromkeys(Verdict, 0)
        for _, one in self.requirements():
            found[one.verdict] += 1
        return found

    def reds(self) -> tuple[tuple[Part, Requirement], ...]:
        """What isn't met, the worst first, else in order."""
        red = [(part, one) for part, one in self.requirements() if one.red]
        return tuple(sorted(red, key=lambda found: RED.index(found[1].verdict)))


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack that was made and kept: when, by whom, the SHA-256 of its JSON, and how many requirements have which verdict."""

    id: str
    made: datetime
    by: str
    sha256: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on one patient's records, or on all (`patient` ""): why, by whom and since when; `lifted` is when it ended, by whom and why."""

    id: str
    patient: str
    who: str
    at: datetime
    why: str
    lifted: datetime | None = None
    lifted_by: str = ""
    lifted_why: str = ""
