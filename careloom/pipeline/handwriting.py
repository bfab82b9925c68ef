"""Handwriting: lines that people type into a document without a draft, move, and take out again; and what a typed line could cite.

Takes    a person who may decide on the document, and her line
Gives    the document with it, checked and classed as an amended one is
Never    takes out what somebody else typed or anybody signed
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.access import Permission, may
from careloom.care.document import Action, Decision, Proposal, Reviewer, Statement, Tier, Verdict
from careloom.care.record import PatientRecord
from careloom.errors import NotLicensed
from careloom.pipeline.access import Access
from careloom.pipeline.by_hand import citing, own_lines, put_before, typed_line, with_empty, without
from careloom.pipeline.deciding import Desk
from careloom.review.decisions import with_whole
from careloom.review.tiers import reach_of
from careloom.verify.index import Index
from careloom.verify.matching import Match, matching


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
            self._written(actor, old, new, {}, (), "move line")

    def offered(
        self, actor: Reviewer, proposal: Proposal, line: str, record: PatientRecord
    ) -> tuple[Match, ...]:
        """The entries that a person's line could cite since its words fit them best; none where it stands on what it cites, or isn't this
        person's to change.

        Of a document by hand they are those of the record as it was begun, of a draft those that it cites. `record` is the reader's.
        """
        said = next((one for one in proposal.document.statements if one.id == line), None)
        if said is None or said.written_by != "person" or said.verdict is Verdict.SUPPORTED:
            return ()
        if proposal.status != "draft" or line in proposal.released or line in proposal.struck:
            return ()
        if not may(actor.role, Permission.DECIDE) or not self.may_cite(actor, proposal, line):
            return ()
        frozen = self.desk.store.proposals.frozen(proposal.id)
        known = [record.by_id[one] for one in frozen if one in record.by_id]
        left = [one for one in known if one.kind != "Patient" and one.id not in said.citations]
        cited = [record.by_id[one] for one in said.citations if one in record.by_id]
        return matching(Index(record, self.desk.known()), said.text, left, cited)

    def may_cite(self, actor: Reviewer, proposal: Proposal, line: str) -> bool:
        """Whether this person may cite something behind a line: her own that nobody signed, or one that her licence reaches."""
        said = next((one for one in proposal.document.statements if one.id == line), None)
        return said is not None and (
            self._is_own(actor, proposal, line) or reach_of(actor, self.today()) >= max(said.tier, Tier.NURSE)
        )

    def cite(self, actor: Reviewer, proposal_id: str, line: str, entry: str) -> None:
        """Cite one more entry behind a line that a person wrote; the line is checked and classed again, and no word changes.

        Raises InputError, NotApproved as `citing` does, StaleRecord where the record moved, NotLicensed and NotInCareTeam.
        """
        old, today = self._hers(actor, proposal_id), self.today()
        own, known = self._is_own(actor, old, line), self.desk.store.proposals.frozen(proposal_id)
        more = citing(self.desk.fresh(old, today), line, entry, known, own=own)
        if not self.may_cite(actor, old, line):
            raise NotLicensed("this line is neither one's own nor within one's licence")
        new = self.desk.amended_in(more, {}, self.desk.record_now(old, today))
        self._written(actor, old, new, {}, (), "cite entry")

    def _is_own(self, actor: Reviewer, proposal: Proposal, line: str) -> bool:
        return line in own_lines(proposal, self.desk.store.proposals.decisions(proposal.id), actor.user)

    def _hers(self, actor: Reviewer, proposal_id: str) -> Proposal:
        self.access.must(actor, Permission.DECIDE)
        self.access.must_see(actor, self.desk.store.proposals.patient(proposal_id))
        self.access.must_read(actor, proposal_id)
        self.desk.choosing.must_not_read(actor, proposal_id)
        return self.desk.store.proposals.get(proposal_id)

    def _written(
        self,
        actor: Reviewer,
        old: Proposal,
        new: Proposal,
        edits: Mapping[str, str],
        out: tuple[str, ...],
        did: str = "write line",
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
            store.audit.note(actor.user, did, patient=old.document.patient, what=old.id)
