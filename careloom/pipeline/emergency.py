"""Emergency: what a substance-use programme sent, read once in a medical emergency without the patient's consent, and recorded.

Source   42 CFR 2.51(a)(1): to medical personnel, as far as a bona fide medical emergency needs it in which prior written consent can't
         be obtained; 2.51(c): the record of it names the personnel with their affiliation, who told it, when, and the emergency
Misses   whether it is an emergency: a person says so, and answers for it; access that lasts (break-glass)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.errors import InputError, NotLicensed
from careloom.record import Programmes
from careloom.review.tiers import reach
from careloom.store.opening import Store

# Who is licensed to treat, and so may judge that an emergency needs it.
MAY_READ = ("registered_nurse", "advanced_practice_nurse", "physician_assistant", "physician")
TOLD = "told in an emergency"


@dataclass(frozen=True, slots=True)
class Told:
    """A reading: when, by whom (a user id) it was told, and to whom, with their affiliation, in which emergency."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True)
class Emergency:
    """Reading restricted entries of one organisation's patients in an emergency."""

    store: Store
    programmes: Programmes
    clock: Callable[[], datetime]

    def read(
        self, actor: Reviewer, patient: str, *, to: str, affiliation: str, nature: str
    ) -> tuple[Entry, ...]:
        """The restricted entries, for this one reading; it is in the patient's audit log before anything is given.

        Raises NotLicensed, and InputError where a part of what 2.51(c) asks for is missing.
        """
        today = self.clock().astimezone().date()
        _must_treat(actor, today)
        asked = (
            (to, "who needs it: the name of the medical personnel (42 CFR 2.51(c)(1))"),
            (affiliation, "their affiliation (42 CFR 2.51(c)(1))"),
            (nature, "the nature of the emergency (42 CFR 2.51(c)(4))"),
        )
        for said, missing in asked:
            if not said.strip():
                raise InputError(f"say {missing}")
        found = self.store.patients.find(patient)
        entries = self.store.entries.of(found)
        restricted = self.programmes.apart(entries, today).restricted
        words = f"to {to.strip()}, {affiliation.strip()}: {nature.strip()}"
        what = f"{len(restricted)} restricted entries"
        self.store.audit.note(actor.user, TOLD, patient=found, what=what, why=words)
        return restricted

    def told(self, actor: Reviewer, patient: str) -> tuple[Told, ...]:
        """Every such reading, the oldest first: that it was, and why; nothing of what was read."""
        _must_treat(actor, self.clock().astimezone().date())
        rows = self.store.audit.of(self.store.patients.find(patient))
        return tuple(
            Told(datetime.fromisoformat(row["at"]), row["actor"], row["why"])
            for row in rows
            if row["action"] == TOLD
        )


def _must_treat(actor: Reviewer, today: date) -> None:
    if actor.role not in MAY_READ:
        raise NotLicensed("a nurse or a physician reads it in an emergency (42 CFR 2.51)")
    reach(actor, today)
