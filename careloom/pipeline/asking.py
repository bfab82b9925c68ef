"""Asking for a document: of whom it may be, and what was written of them before.

Everybody who works with patients may ask; what is written then waits for whoever signs it.
"""

from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Proposal, Reviewer
from careloom.pipeline.access import Access
from careloom.pipeline.assigning import Match, matched
from careloom.store.opening import Store

# Who looks for somebody else searches.
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """A patient who is offered, and when a document about them was drafted last."""

    patient: Match
    drafted: datetime | None


@dataclass(frozen=True)
class Asking:
    """The patients of whom somebody may ask for a document."""

    store: Store
    access: Access

    def offered(self, actor: Reviewer) -> tuple[Offered, ...]:
        """The patients of whom something was drafted of late, the newest first, then those whom we learnt of last; of what a parallel run keeps
        from her no time tells."""
        withheld = self.access.all_withheld(actor)
        drafted = dict(self.store.proposals.drafted_of_late(MOST_LISTED, withheld))
        asked = dict.fromkeys((*drafted, *self.store.patients.newest(MOST_LISTED)))
        clusters = self.store.sameness.clusters(asked)
        found: dict[str, datetime | None] = {}
        for one in asked:
            if not clusters.is_void(one):
                found.setdefault(clusters.first(one), drafted.get(one))
        seen = self.access.seen(actor, found)
        shown = [(patient, at) for patient, at in found.items() if patient in seen][:MOST_LISTED]
        self.store.audit.note_all(actor.user, "list", [patient for patient, _ in shown])
        return tuple(Offered(matched(one, self.store.patients.persons(one)), at) for one, at in shown)

    def documents(self, actor: Reviewer, patient: str) -> tuple[Proposal, ...]:
        """All documents about a patient, the newest first, without those that a parallel run keeps from her, or keeps for its comparison alone; one that she reads a second time stands there as the draft that she reads."""
        self.store.audit.note(actor.user, "read", patient=patient, what="documents")
        hers = self.store.seconds.reads(actor.user)
        withheld = self.access.all_withheld(actor)
        every = (one for one in reversed(self.store.proposals.of(patient)) if one.id not in withheld)
        found = (one for one in every if self.access.still_waits(one.id))
        return tuple(self._blind(one) if one.id in hers else one for one in found)

    def _blind(self, one: Proposal) -> Proposal:
        return self.store.proposals.revision(one.id, self.store.seconds.get(one.id).base)
