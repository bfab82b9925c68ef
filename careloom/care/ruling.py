"""Rulings: what somebody with the licence for it settled where sources disagree, on what it rests, and what it overrules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from careloom.care.record import Conflict, ConflictKind

# What a disagreement is about: how a drug is taken, an allergy, or a diagnosis.
Family = Literal["drug", "allergy", "problem"]
# Choosing one of these is a physician's; every other kind of conflict is cleared up at its source.
SETTLED: Mapping[ConflictKind, Family] = {
    "dose": "drug",
    "dose_without_unit": "drug",
    "implausible_dose": "drug",
    "medication_status": "drug",
    "allergy_list": "allergy",
    "allergy_unlisted": "allergy",
    "allergy_against_drug": "allergy",
    "problem_status": "problem",
    "diagnosis": "problem",
}
# Of these nobody contradicts what another says: a list only lacks it.
SILENT: frozenset[ConflictKind] = frozenset({"allergy_unlisted"})
# What an entry no longer speaks for once it is overruled: the dose alone, the whole of it, or that no such allergy is known.
Aspect = Literal["", "dose", "all", "denial"]
# Why an allergy is none. A label is removed after a test or because the drug was tolerated; the others say that it never was one.
BASES: Mapping[str, str] = {
    "tolerated": "the drug was tolerated",
    "tested": "a test or a challenge was negative",
    "wrong_person": "it is another person's",
    "in_error": "it was entered in error",
}
# The choices beside what the sources state, in words that a settled line tells.
CHOICES: Mapping[Family, Mapping[str, str]] = {
    "drug": {"stopped": "stopped", "other": "another dose"},
    "allergy": {
        "allergy": "an allergy",
        "intolerance": "an intolerance, no allergy",
        **{basis: f"no allergy: {words}" for basis, words in BASES.items()},
    },
    "problem": {
        "confirmed": "confirmed",
        "resolved": "over",
        "refuted": "ruled out",
        "other": "another diagnosis",
    },
}
# The choices after which there is no such thing any more.
GONE = frozenset({"stopped", "resolved", "refuted", *BASES})


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle it: `value` names it in a form, `words` are the sources' own, `entries` those that state it."""

    value: str
    words: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """What sources disagree on and a physician settles: its `key` (of no patient), the conflicts, and the choices."""

    key: str
    family: Family
    about: str
    conflicts: tuple[Conflict, ...]
    choices: tuple[Choice, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """An entry as it stood when it was settled: `said` is a digest of all that it says, so that a revision that says something
    else isn't covered, and the same said again is. `aspect` is what of it is overruled."""

    entry: str
    said: str
    aspect: Aspect = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was settled: `choice` is a value of the dispute's choices, `words` what it says, `reason` why, `who` (a user's id) and
    `name` by whom. `covers` are the entries on which it rests; its own entries name it in their address."""

    id: str
    family: Family
    about: str
    choice: str
    words: str
    reason: str
    who: str
    name: str
    at: datetime
    covers: tuple[Cover, ...]

    @property
    def address(self) -> str:
        """How the addresses of its own entries begin."""
        return f"ruling-{self.id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks a physician (`whom`) to settle a dispute, in her own `words`."""

    id: str
    patient: str
    key: str
    about: str
    who: str
    whom: str
    words: str
    at: datetime
