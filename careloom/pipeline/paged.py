"""Paged: urgent pages as somebody may read them.

Takes    a person, and pages of what can't wait
Gives    those that she may know of; one that rests on what a substance-use programme sent without consent says only that something waits
Never    tells a role that reads no programme that there is such a page: not in a list, a count, an order or a notice

Source   42 CFR 2.12(d), 2.13(a) and (c)(2): that somebody is a programme's patient is told no more than its records are; 2.51: what is
         needed in a medical emergency is read there (pipeline/emergency.py)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.urgent import ON_AN_ENTRY, RESTRICTED, UNTOLD, About, Page
from careloom.record import Programmes
from careloom.store.opening import Store


class _AboutOne(Protocol):
    @property
    def cause(self) -> str: ...
    @property
    def reference(self) -> str: ...


@dataclass(frozen=True)
class Paged:
    """The pages of one organisation, for its people."""

    store: Store
    programmes: Callable[[], Programmes]
    today: Callable[[], date]

    def read(self, actor: Reviewer, pages: Iterable[Page]) -> tuple[Page, ...]:
        """Those of these that she may know of, in their order; a restricted one without its words."""
        every = tuple(pages)
        sent = self._programmes(every)
        if not sent:
            return every
        if not may(actor.role, Permission.PART2):
            return tuple(one for one in every if one.reference not in sent)
        given = self._given({one.patient for one in every if one.reference in sent})
        return tuple(
            replace(one, words=RESTRICTED, restricted=True) if one.reference in sent - given else one
            for one in every
        )

    def untold(self, pages: Iterable[Page]) -> tuple[Page, ...]:
        """These as the command line has them: of what a programme sent neither words nor patient."""
        every = tuple(pages)
        sent = self._programmes(every)
        return tuple(
            replace(one, words=UNTOLD, patient="") if one.reference in sent else one for one in every
        )

    def about(self, actor: Reviewer) -> tuple[About, ...]:
        """What the open pages are about that she may know of; none is opened for it."""
        every = self.store.pages.about_whom()
        if may(actor.role, Permission.PART2):
            return every
        sent = self._programmes(every)
        return tuple(one for one in every if one.reference not in sent)

    def patients(self, actor: Reviewer) -> frozenset[str]:
        """Those about whom a page is open that she may know of."""
        return frozenset(one.patient for one in self.about(actor))

    def open_about(self, actor: Reviewer, patient: str) -> int:
        """How many are open about a patient, or whoever is one person with them, that she may know of."""
        members = set(map(str, self.store.sameness.members(patient)))
        return sum(one.patient in members for one in self.about(actor))

    def _programmes(self, pages: Sequence[_AboutOne]) -> frozenset[str]:
        """The entries of these pages that a programme sent."""
        ids = sorted({one.reference for one in pages if one.cause in ON_AN_ENTRY})
        found = self.store.entries.opened(ids) if ids else {}
        programmes = self.programmes()
        return frozenset(entry.id for entry in found.values() if programmes.programme(entry))

    def _given(self, patients: Iterable[str]) -> frozenset[str]:
        """What of these patients may be read today, by consent where it needs one."""
        programmes, today = self.programmes(), self.today()
        return frozenset(
            entry.id for one in patients for entry in programmes.apart(self.store.entries.of(one), today).open
        )
