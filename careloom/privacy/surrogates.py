"""Surrogates: the same mark for the same thing of one patient, and the same number of days by which that patient's days move.

Both come of a key by HMAC: without it no mark leads back to what it stands for, and no shift can be found.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from careloom.privacy.kinds import Kind
from careloom.privacy.known import Known
from careloom.privacy.lexicon import fold, tables

# A patient's days move by up to a year, backwards or forwards, and never by nothing.
FURTHEST = 364
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Surrogates:
    """The surrogates of one patient. `key` is secret, `patient` an id of ours (or any words that stay the same), `known` who is known around them."""

    key: bytes = field(repr=False)
    patient: str
    known: tuple[Known, ...] = ()

    @property
    def shift(self) -> int:
        """By how many days this patient's days move."""
        number = int.from_bytes(self._digest("shift")[:8], "big") % (2 * FURTHEST)
        return number - FURTHEST if number < FURTHEST else number - FURTHEST + 1

    @property
    def id(self) -> str:
        """The patient's own, which stands for whatever named them."""
        return self._digest("patient").hex()[:16]

    def mark(self, kind: Kind, said: str) -> str:
        """What stands for these words: "patient", "person 3f9c" or "phone 81d0"."""
        if kind == "name":
            return self._person(said)
        return f"{kind} {self._short(kind, re.sub(r'[^a-z0-9]', '', fold(said)))}"

    def _person(self, said: str) -> str:
        words = [word for word in WORD.findall(fold(said)) if word not in tables().particles] or [fold(said)]
        people = [parts for one in self.known for parts in one.people]
        who = [number for number, parts in enumerate(people) if parts.issuperset(words)]
        if who:
            return (
                "patient"
                if who[0] == 0
                else f"person {self._short('known', ' '.join(sorted(people[who[0]])))}"
            )
        return f"person {self._short('name', words[-1])}"

    def _short(self, what: str, said: str) -> str:
        return self._digest(f"{what}|{said}").hex()[:4]

    def _digest(self, said: str) -> bytes:
        return hmac.new(self.key, f"{self.patient}|{said}".encode(), hashlib.sha256).digest()


def same(said: Iterable[str]) -> str:
    """What several words come to, for a key of no patient's (a text without one)."""
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()
