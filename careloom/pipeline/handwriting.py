"""Handwriting: lines that people type into a document without a draft, move, and take out again.

Takes    a person who may decide on the document, and her line
Gives    the document with it, checked and classed as an amended one is
Never    takes out what somebody else typed or anybody signed
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.access import Permission
from careloom.care.document import Action, Decision, Proposal, Reviewer, Statement
from careloom.errors import NotLicensed
from careloom.pipeline.access import Access
from careloom.pipeline.by_hand import own_lines, put_before, typed_line, with_empty, without
from careloom.pipeline.deciding import Desk
from careloom.review.decisions import with_whole


@dataclass(frozen=True)
class Handwriting:
    """The documents by hand of one organisation."""

    desk: Desk
    access: Access
    today: Callable[[], date]

    def add(self, actor: Reviewer, proposal_id: str, line: Statement) -> str:
        """Add a line that this person typed; its id.

        Raises InputError for what can't be a line of it, NotApproved where it waits for nobody, StaleRecord where the record moved, NotLicensed
        and NotInCareTeam.
        """
        old = self._hers(actor, proposal_id)
        today, frozen = self.today(), self.desk.store.proposals.frozen(proposal_id)
        line = typed_line(old, line, frozen)
        begun = with_empty(self.desk.fresh(old, today), line)
        added = self.desk.amended_in(begun, {line.id: line.text}, self.desk.record_now(old, today))
        self._written(actor, old, added, {line.id: line.text}, ())
        return line.id

    def take_out(self, actor: Reviewer, proposal_id: str, line: str) -> None:
        """Take out a line that this very person typed and nobody signed; what is left is checked again.

        Raises NotLicensed for anybody else's line, NotApproved, StaleRecord, NotInCareTeam.
        """
        old, today = self._hers(actor, proposal_id), self.today()
        if line not in own_lines(old, self.desk.store.proposals.decisions(proposal_id), actor.user):
            raise NotLicensed("only a line of one's own that nobody signed is taken out; any other is struck")
        left = without(self.desk.fresh(old, today), line)
        self._written(
            actor, old, self.desk.amended_in(left, {}, self.desk.record_now(old, today)), {}, (line,)
        )

    def move(self, actor: Reviewer, proposal_id: str, line: str, before: str) -> None:
        """Put a line right before another one of its part, or last in it (""). No word changes, so nothing is checked again; where it
        stands there already nothing is done.

        Raises InputError, NotApproved as `put_before` does, StaleRecord where somebody else changes the document meanwhile, NotLicensed and
        NotInCareTeam.
        """
        old = self._hers(actor, proposal_id)
        new = put_before(old, line, before)
        if new != old:
            self._written(actor, old, new, {}, ())

    def _hers(self, actor: Reviewer, proposal_id: str) -> Proposal:
        self.access.must(actor, Permission.DECIDE)
        self.access.must_see(actor, self.desk.store.proposals.patient(proposal_id))
        self.desk.choosing.must_not_read(actor, proposal_id)
        return self.desk.store.proposals.get(proposal_id)

    def _written(
        self, actor: Reviewer, old: Proposal, new: Proposal, edits: Mapping[str, str], out: tuple[str, ...]
    ) -> None:
        store = self.desk.store
        decision = Decision(
            action=Action.AMEND,
            reviewer=actor.user,
            role=actor.role,
            at=self.desk.clock(),
            edits=edits,
            struck=out,
            name=actor.name,
        )
        with store.transaction():
            revision = store.proposals.replace(old, with_whole(old, new))
            store.proposals.add_decision(old.id, replace(decision, revision=revision))
            did = "write line" if edits or out else "move line"
            store.audit.note(actor.user, did, patient=old.document.patient, what=old.id)
