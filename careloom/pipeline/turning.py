"""Turning: whose a waiting document is. People take it, are given it, give it back, and stand in for each other.

Takes    a person, a document, and why where it was somebody else's
Gives    whose it is then; who has it open; who is away and who covers
Never    gives a document to somebody who may not see its patient, or changes a word of it
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.access import Permission, may
from careloom.care.document import Proposal, Reviewer
from careloom.care.turns import About, Absence, Held, Turn, Turned
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed
from careloom.pipeline.access import Access
from careloom.store.opening import Store

LONGEST = 366
THEIRS = "it is somebody else's; say in a few words why you take it over"


@dataclass(frozen=True)
class Turning:
    """The turns of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    here: Callable[[], datetime]

    def claim(self, actor: Reviewer, proposal_id: str, why: str = "") -> Turn:
        """Take a document. Raises NotLicensed, NotInCareTeam, NotApproved; InputError where it is somebody else's and nothing says why."""
        proposal = self._waiting(actor, Permission.DECIDE, proposal_id)
        if self._is_others(actor, proposal) and len(why.split()) < 2:
            raise InputError(THEIRS, where="why")
        return self._turn(actor.user, proposal, "claim", actor.user, why)

    def release(self, actor: Reviewer, proposal_id: str, why: str = "") -> Turn:
        """Give a document back to everybody who may. Raises as `claim`, NotLicensed where it is somebody else's."""
        proposal = self._waiting(actor, Permission.SEE, proposal_id)
        if proposal.assigned_to is None:
            raise InputError("nobody has it")
        self._must_hold(actor, proposal)
        return self._turn(actor.user, proposal, "release", "", why)

    def assign(self, actor: Reviewer, proposal_id: str, user: str, why: str = "") -> Turn:
        """Give a document to somebody (a user name or id): a lead gives any, whoever has one hands hers on, and who may decide gives
        one that nobody has. Raises as `claim`; InputError for somebody who may not decide, or not see the patient."""
        proposal = self._waiting(actor, Permission.SEE, proposal_id)
        if proposal.assigned_to is not None or not may(actor.role, Permission.DECIDE):
            self._must_hold(actor, proposal)
        whom = self._able(user, proposal)
        return self._turn(actor.user, proposal, "assign", whom.user, why)

    def undo(self, actor: Reviewer, proposal_id: str) -> Turn:
        """Take back one's own last turn: it is whose it was before.

        Raises NotApproved where there is none, InputError where whoever had it may no longer decide on it.
        """
        proposal = self._waiting(actor, Permission.SEE, proposal_id)
        turns = self.store.turns.of(proposal.id)
        if not turns or turns[-1].who != actor.user or turns[-1].what == "undo":
            raise NotApproved("the last word on whose it is isn't yours")
        before = turns[-2].whom if len(turns) > 1 else ""
        if before:
            self._able(before, proposal)
        return self._turn(actor.user, proposal, "undo", before, "")

    def look(self, actor: Reviewer, proposal_id: str, *, takes: bool = False) -> Held | None:
        """Somebody opened a document's page; who has it open then, None for one who may not decide. `takes` takes it over."""
        if not may(actor.role, Permission.DECIDE):
            return self.store.turns.held((proposal_id,), self.here()).get(proposal_id)
        return self.store.turns.look(proposal_id, actor.user, self.here(), takes=takes)

    def still_there(self, actor: Reviewer, proposal_id: str) -> None:
        """She gave a sign of herself on the page that she has open."""
        self.store.turns.still_there(proposal_id, actor.user, self.here())

    def leave(self, actor: Reviewer, proposal_id: str, page: int) -> None:
        """She left the page."""
        self.store.turns.leave(proposal_id, actor.user, page)

    def about(self, actor: Reviewer, proposal: Proposal, opened: Held | None = None) -> About:
        """Whose it is, and what she may do about it; `opened` is who has it open, where that was looked at already."""
        owner = proposal.assigned_to
        turns = self.store.turns.of(proposal.id)
        last = turns[-1] if turns else None
        if opened is None:
            opened = self.store.turns.held((proposal.id,), self.here()).get(proposal.id)
        holds = owner is not None and not self._is_others(actor, proposal)
        leads, decides = may(actor.role, Permission.LEAD), may(actor.role, Permission.DECIDE)
        gives = leads or holds or (decides and owner is None)
        names = {actor.user: actor.name}
        if others := {one for one in (owner, opened.who if opened else None) if one} - names.keys():
            names |= self.store.users.names(others)
        return About(
            owner=names.get(owner, "Somebody") if owner else "",
            since=last.at if last and owner and last.whom == owner else None,
            mine=owner == actor.user,
            covered=holds and owner != actor.user,
            opened_by=names.get(opened.who, "Somebody") if opened else "",
            why=last.why if last else "",
            may_decide=decides,
            may_release=owner is not None and (leads or holds),
            may_give=gives,
            may_undo=last is not None and last.who == actor.user and last.what != "undo",
            people=self._people(proposal) if gives else (),
        )

    def _people(self, proposal: Proposal) -> tuple[Reviewer, ...]:
        """Those to whom it may be given: they decide on drafts and may see the patient."""
        able = (one for one in self.store.users.all() if may(one.role, Permission.DECIDE))
        others = (one for one in able if one.user != proposal.assigned_to)
        seeing = self.access.in_care_of(others, proposal.document.patient)
        return tuple(one for one in seeing if not self.access.withheld(one, proposal.id))

    def take_over(self, actor: Reviewer, proposal_id: str, why: str) -> Held:
        """Take the page over from whoever has it open, with a word that she reads. Raises as `claim`."""
        proposal = self._waiting(actor, Permission.DECIDE, proposal_id)
        if len(why.split()) < 2:
            raise InputError("say in a few words why you take it over", where="why")
        self._turn(actor.user, proposal, "claim", actor.user, why)
        return self.store.turns.look(proposal.id, actor.user, self.here(), takes=True)

    def away(self, actor: Reviewer | str, user: str, cover: str, first: date, last: date) -> Absence:
        """Somebody is away from a day to a day; another one does her work. She says so herself, or a lead does.

        Raises InputError for days that don't fit, or somebody who can't cover; NotLicensed, also for the absence of somebody who decides on no draft.
        """
        person, stands_in = self.store.users.reviewer(user), self.store.users.reviewer(cover)
        who = self._must_be(actor, person.user)
        # Nothing waits for whoever decides nothing, an auditor among them: there is no absence of theirs.
        self.access.must(person, Permission.DECIDE)
        today = self.here().date()
        if not (first <= last and last >= today and (last - first).days < LONGEST):
            raise InputError(
                "the last day is today or later, not before the first, and within a year", where="last"
            )
        if stands_in.user == person.user or not may(stands_in.role, Permission.DECIDE):
            raise InputError("the cover is another person who decides on drafts", where="cover")
        absence = Absence("", person.user, stands_in.user, first, last)
        made = replace(absence, id=self.store.turns.absent(absence, who=who, at=self.here()))
        self.store.audit.note(who, "absent", what=f"{person.user} covered by {stands_in.user}")
        return made

    def back(self, actor: Reviewer | str, absence: str) -> None:
        """An absence is over, or was wrong. Raises InputError, NotLicensed."""
        found = next((one for one in self.store.turns.absences() if one.id == absence), None)
        if found is None:
            raise InputError("unknown absence")
        who = self._must_be(actor, found.who)
        self.store.turns.back(absence, who=who, at=self.here())
        self.store.audit.note(who, "back", what=found.who)

    def covers(self, user: str) -> frozenset[str]:
        """For whom somebody stands in today."""
        return self.store.turns.covered_by(user, self.here().date())

    def may_have(self, user: str, proposal: Proposal) -> bool:
        """Whether somebody decides on drafts and may see a document's patient."""
        try:
            self._able(user, proposal)
        except InputError:
            return False
        return True

    def turn(self, proposal: Proposal, what: Turned, whom: str) -> Turn:
        """What Careloom itself does with a document: one that is queued for somebody, or waits too long."""
        return self._turn("careloom", proposal, what, whom, "")

    def _turn(self, who: str, proposal: Proposal, what: Turned, whom: str, why: str) -> Turn:
        turn = Turn(proposal.id, what, whom, who, self.here(), " ".join(why.split())[:500])
        with self.store.transaction():
            changes = proposal.assigned_to != (whom or None)
            turns = self.store.turns.of(proposal.id)
            if turns and not changes and turns[-1] == replace(turn, at=turns[-1].at):
                return turns[-1]  # Said once more, as by a button pressed twice.
            if changes:
                self.store.proposals.replace(proposal, replace(proposal, assigned_to=whom or None))
            self.store.turns.add(turn)
            patient = proposal.document.patient
            self.store.audit.note(
                who, what, patient=patient, what=f"{proposal.id} {whom}".strip(), why=turn.why
            )
        return turn

    def _waiting(self, actor: Reviewer, permission: Permission, proposal_id: str) -> Proposal:
        proposal = self.store.proposals.get(proposal_id)
        self.access.must(actor, permission)
        self.access.must_see(actor, proposal.document.patient)
        self.access.must_read(actor, proposal_id)
        if proposal_id in self.store.seconds.reads(actor.user):
            raise NotApproved(
                "you read it a second time; whose it is to decide is shown when you have read it"
            )
        if proposal.status != "draft":
            raise NotApproved(f"this proposal is {proposal.status}; it waits for nobody")
        return proposal

    def _is_others(self, actor: Reviewer, proposal: Proposal) -> bool:
        return proposal.assigned_to not in (None, actor.user, *self.covers(actor.user))

    def _must_hold(self, actor: Reviewer, proposal: Proposal) -> None:
        holds = proposal.assigned_to is not None and not self._is_others(actor, proposal)
        if not holds:
            self.access.must(actor, Permission.LEAD)

    def _must_be(self, actor: Reviewer | str, user: str) -> str:
        if isinstance(actor, str):
            return actor
        if actor.user != user:
            self.access.must(actor, Permission.LEAD)
        return actor.user

    def _able(self, user: str, proposal: Proposal) -> Reviewer:
        whom = self.store.users.reviewer(user)
        try:
            self.access.must(whom, Permission.DECIDE)
            self.access.must_see(whom, proposal.document.patient)
        except NotInCareTeam:
            raise InputError("this person is not in the patient's care team", where="user") from None
        except NotLicensed:
            raise InputError("this person does not decide on drafts", where="user") from None
        if self.access.withheld(whom, proposal.id):
            raise InputError("a parallel run keeps this document from this person", where="user")
        return whom
