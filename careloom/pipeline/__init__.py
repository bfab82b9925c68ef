"""Pipeline: one patient's way through the stages. Read this first.

    messages ─ connect ─ entries ─ record ─ draft ─ check ─ review   `propose`: up to the person
                                             chart ─ review ◂━━ a licensed person   `decide`: after her

Stages never import each other: parts.py fills every constructor, and they meet here. What comes in (`connect` and its like) is in taking_in.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import structlog

from careloom.care.access import Permission, may
from careloom.care.document import Action, Decision, Document, Proposal, Reviewer, Statement
from careloom.care.record import PatientRecord
from careloom.care.worklist import Found, Row, Sought
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.knowledge import load
from careloom.pipeline import visiting
from careloom.pipeline.access import REFUSAL
from careloom.pipeline.calling import Calling
from careloom.pipeline.connected import Clock
from careloom.pipeline.drafting import Drafting, model_options
from careloom.pipeline.holding import RELEASES, Holding
from careloom.pipeline.report import Report
from careloom.pipeline.shown import Preview, Review
from careloom.pipeline.taking_in import TakingIn
from careloom.pipeline.uncalling import Uncalling
from careloom.privacy.custody import Custody
from careloom.settings import Settings
from careloom.store.clock import now
from careloom.store.opening import Store, open_store

log = structlog.get_logger(__name__)
__all__ = ["RELEASES", "Pipeline", "Preview", "Report", "Review", "build"]


def build(settings: Settings, clock: Clock = now) -> "Pipeline":
    """The pipeline of a site; parts.py puts its parts together. Raises ConfigError for a setting that does not fit."""
    store = open_store(home=settings.home, organisation=settings.organisation, custody=Custody.of(settings))
    return Pipeline(store=store, clock=clock, machine=settings, **_as_released(store, settings, clock))


def _as_released(store: Store, machine: Settings, clock: Clock) -> dict[str, Any]:
    """What a pipeline works with of what was released. Raises ConfigError."""
    released = store.changes.standing()
    held, releases, why = Holding(store, machine, clock).at_start()
    return {
        "settings": held,
        "knowledge": load(held.protocols, releases),
        "releases": releases,
        "unreleased": why,
        "by_name": None if model_options(held) == model_options(machine) else machine,
        "released": released,
    }


@dataclass(frozen=True)
class Pipeline(TakingIn):
    """The stages over one store, by what people do with them. Every method that reads or writes a patient leaves an audit event."""

    def current(self) -> "Pipeline":
        """This, where what was released stands as when it was put together; else one that works with what stands now. One question to the database.

        Raises ConfigError where what was released isn't kept.
        """
        if self.store.changes.standing() == self.released:
            return self
        machine = self.machine or self.settings
        made = replace(self, **_as_released(self.store, machine, self.clock))
        if model_options(made.settings) == model_options(self.settings):
            vars(made)["_models"] = self._models
        log.info("works with what was released", changes=len(made.released))
        return made

    # ── the record ──────────────────────────────────────────────────────────────────────────────

    def find(self, patient: str) -> str:
        """Our id of a patient named by it or by SYSTEM|VALUE. Raises InputError where nobody is."""
        return self.store.patients.find(patient)

    def record(self, actor: Reviewer | str, patient: str, as_of: date | None = None) -> PatientRecord:
        """A patient's record as of a day."""
        self._allowed(actor, Permission.SEE, patient)
        self.store.audit.note(_name(actor), "read", patient=patient, what="record")
        return self.weaving.record(patient, as_of or self.today, closed=_is_closed(actor))

    # ── the draft, up to the person ─────────────────────────────────────────────────────────────

    def propose(
        self,
        actor: Reviewer | str,
        patient: str,
        *,
        kind: str = "care_plan",
        as_of: date | None = None,
        model: str | None = None,
        given: Mapping[str, str] | None = None,
    ) -> Proposal:
        """Draft a document, check it, class it, and queue it; one that nobody has to read is filed. `given` are its kind's fields."""
        hand, proposal = self._drafted(actor, patient, kind, as_of, model, given)
        queued = hand.queue(proposal, self.record_of(patient, proposal.document.as_of))
        return self.desk.released(self.comparing.taken(actor, queued))

    def draft(
        self,
        actor: Reviewer | str,
        patient: str,
        *,
        kind: str = "care_plan",
        as_of: date | None = None,
        model: str | None = None,
        given: Mapping[str, str] | None = None,
    ) -> Proposal:
        """A checked and classed draft that nobody was asked to sign yet; what was typed of a contact is stored first."""
        return self._drafted(actor, patient, kind, as_of, model, given)[1]

    def _drafted(
        self,
        actor: Reviewer | str,
        patient: str,
        kind: str,
        as_of: date | None,
        model: str | None,
        given: Mapping[str, str] | None,
    ) -> tuple[Drafting, Proposal]:
        self._allowed(actor, Permission.WORK, patient)
        self.must_be_so(actor, patient, kind, by_hand=False)
        typed = self.visiting.keep(actor, patient, given or {}, as_of) if kind == visiting.KIND else ""
        hand, name = self.hand(actor, patient, kind, model)
        found = self.woven(hand, patient, as_of or self.today)
        proposal = hand.propose(found, kind, self.opened(name), self.clock(), given, typed)
        self.store.audit.note(_name(actor), "draft", patient=patient, what=proposal.id)
        return hand, proposal

    def by_hand(
        self,
        actor: Reviewer | str,
        patient: str,
        kind: str,
        *,
        as_of: date | None = None,
        lines: Sequence[Statement] = (),
    ) -> Proposal:
        """Begin a document that people write line by line; with the `lines` of one before, against the record as it is now.

        One that somebody began of this very record and in which nothing stands yet is given instead of another one.
        """
        self._allowed(actor, Permission.DECIDE, patient)
        self.must_be_so(actor, patient, kind, by_hand=True, again=bool(lines))
        found = self.record_of(patient, as_of or self.today)
        if not lines and (empty := self.drafting.begun(found, kind)):
            return empty
        kept = [
            replace(one, citations=tuple(cited for cited in one.citations if cited in found.by_id))
            for one in lines
        ]
        proposal = self.drafting.by_hand(found, kind, self.clock(), _name(actor), kept)
        self.store.audit.note(_name(actor), "write by hand", patient=patient, what=proposal.id)
        return self.comparing.taken(actor, self.drafting.queue(proposal, found))

    def check_again(self, actor: Reviewer, old: Proposal) -> Proposal:
        """The lines of a document by hand in a new one, checked against the record as it is now; the old one is returned where it waited."""
        drafted_for = old.document.as_of
        new = self.by_hand(
            actor,
            old.document.patient,
            old.document.kind,
            as_of=drafted_for if drafted_for < old.created.date() else None,
            lines=[one for one in old.document.statements if one.id not in old.struck],
        )
        if old.status == "draft":
            self.decide(actor, old.id, Action.RETURN, reason="Newer entries: checked again")
        return new

    def check(
        self, actor: Reviewer | str, document: Document | str, patient: str, as_of: date | None = None
    ) -> Proposal:
        """Check a document, or plain text, against a patient's record. Nothing is stored or queued."""
        self._allowed(actor, Permission.SEE, patient)
        day = document.as_of if isinstance(document, Document) else as_of or self.today
        found = self.record_of(patient, as_of or day)
        self.store.audit.note(_name(actor), "check", patient=patient)
        return self.drafting.check(document, found, self.clock())

    # ── the person ──────────────────────────────────────────────────────────────────────────────

    def queue(self, actor: Reviewer) -> tuple[Row, ...]:
        """Everything that waits and this person may see, worst first, without names and words."""
        return self.working.every(actor)

    def work(self, actor: Reviewer, sought: Sought) -> Found:
        """A page of the work list: what somebody asked to see of it."""
        return self.working.found(actor, sought)

    def review(self, actor: Reviewer, proposal_id: str) -> Review:
        """Everything the review page shows."""
        patient = self._about(actor, Permission.SEE, proposal_id)
        found = self.desk.review(actor, proposal_id, self.today)
        if not _is_closed(actor):
            return found
        if not self.access.may_read(actor, proposal_id):
            raise NotLicensed(REFUSAL[Permission.PART2])
        closed = self.weaving.record(patient, found.record.as_of, closed=True)
        fresh = tuple(one for one in found.new_entries if one in closed.by_id)
        return replace(found, record=closed, new_entries=fresh)

    def open_lines(self, actor: Reviewer, proposal_id: str, statements: Sequence[str]) -> None:
        """Remember that folded lines were opened by somebody."""
        self._about(actor, Permission.DECIDE, proposal_id)
        self.desk.open_lines(actor, proposal_id, statements)

    def preview(self, actor: Reviewer, proposal_id: str, statement: str, text: str) -> Preview:
        """What a changed line would be: its verdict, class, tier and findings. Nothing is stored."""
        self._about(actor, Permission.DECIDE, proposal_id)
        return self.desk.preview(actor, proposal_id, statement, text)

    def decide(
        self,
        actor: Reviewer,
        proposal_id: str,
        action: Action,
        *,
        statements: Sequence[str] = (),
        edits: Mapping[str, str] | None = None,
        struck: Sequence[str] = (),
        opened: Sequence[str] = (),
        reason: str = "",
        feedback: Mapping[str, str] | None = None,
    ) -> Proposal:
        """Approve, amend, send lines back, return or reject; files the document when its last line is released.

        Whoever calls vouches for what the person read; pages and API sign by `attention.sign`, which asks for it. Raises NotLicensed, NotApproved or StaleRecord where a rule says no; nothing is changed then.
        """
        self._about(actor, Permission.DECIDE, proposal_id)
        decision = Decision(
            action=action,
            reviewer=actor.user,
            role=actor.role,
            at=self.clock(),
            statements=tuple(statements),
            edits=edits or {},
            struck=tuple(struck),
            opened=tuple(opened),
            reason=reason,
            feedback=feedback or {},
            name=actor.name,
        )
        return self.desk.decide(actor, proposal_id, decision, self.today)

    @cached_property
    def calling(self) -> Calling:
        """The telephone: what is asked, and what a call ends with."""
        return Calling(
            self.store,
            self.access,
            self.timing,
            self.tracking,
            self.visiting,
            self.protecting.known,
            lambda: self.calendar,
            self._here,
            lambda actor, patient, given: self.propose(
                actor, patient, kind=visiting.KIND, model="none", given=given
            ),
            self.questioning,
            self.record,
            lambda patient: self.weaving.record(patient, self.today, closed=True),
            self.drafting.accepted,
        )

    @cached_property
    def uncalling(self) -> Uncalling:
        """What takes an ended call back."""
        return Uncalling(self.store, self.calling, self._here)

    def undo(self, actor: Reviewer, proposal_id: str) -> Proposal:
        """Take back one's own last decision, until the document is filed; the proposal as it was before.

        It is appended as a decision of its own. Raises NotApproved, NotLicensed or StaleRecord in words.
        """
        self._about(actor, Permission.DECIDE, proposal_id)
        return self.desk.undo(actor, proposal_id)

    def chart(self, actor: Reviewer | str, patient: str) -> dict[str, Any]:
        """A FHIR R4 Bundle of what is in the chart."""
        self._allowed(actor, Permission.SEE, patient)
        self.store.audit.note(_name(actor), "read", patient=patient, what="chart")
        return self.facade.charting.bundle(patient, closed=_is_closed(actor))

    # ── the guide's own four calls ──────────────────────────────────────────────────────────────

    def generate_care_plan(self, patient_id: str) -> Proposal:
        """Draft and check an interdisciplinary care plan for a patient (our id, or SYSTEM|VALUE)."""
        return self.draft("operator", self.find(patient_id))

    def queue_for_provider_review(self, plan: Proposal, assigned_physician: str) -> Proposal:
        """Store a generated plan and put it before a named reviewer; what waits for somebody already stays hers.

        Raises InputError for an unknown reviewer, or one who may not decide on it or see its patient.
        """
        person = self.store.users.reviewer(assigned_physician)
        if not self.turning.may_have(person.user, plan):
            raise InputError("this person may not decide on it")
        found = self.record_of(plan.document.patient, plan.document.as_of)
        with self.store.transaction():
            queued = self.hand_of(plan).queue(plan, found)
            if queued.status == "draft" and queued.assigned_to is None:
                self.turning.turn(queued, "assign", person.user)
        return self.store.proposals.get(queued.id)

    def add_to_patient_record(self, plan: Proposal) -> dict[str, Any]:
        """File a plan whose lines are all released; the chart's Bundle. Raises NotApproved where they are not."""
        current = self.store.proposals.get(plan.id)
        if current.status != "active":
            self.desk.file(current)
        return self.chart("operator", plan.document.patient)

    def flag_for_improvement(self, plan: Proposal, feedback: Mapping[str, str]) -> str:
        """Keep what was wrong with a plan, with the plan, for the improvement queue, once however often it is sent; the item's id."""
        if not any(text.strip() for text in feedback.values()):
            raise InputError("say what was wrong")
        if not self.store.proposals.exists(plan.id):
            raise NotApproved("this plan was never queued")
        return self.store.improvement.find(plan.id, feedback) or self.store.improvement.add(plan, feedback)

    def _allowed(self, actor: Reviewer | str, permission: Permission, patient: str) -> None:
        """Raises NotLicensed or NotInCareTeam; the operator, who sits at the machine itself, may."""
        if isinstance(actor, Reviewer):
            self.access.must(actor, permission)
            self.access.must_see(actor, self.store.patients.find(patient))

    def _about(self, actor: Reviewer, permission: Permission, proposal_id: str) -> str:
        """Whom a proposal is about, where this person may do that with it. Raises NotLicensed, NotInCareTeam, InputError."""
        patient = self.store.proposals.patient(proposal_id)
        self.access.must(actor, permission)
        self.access.must_see(actor, patient)
        self.access.must_read(actor, proposal_id)
        return patient


def _is_closed(actor: Reviewer | str) -> bool:
    """Whether what substance-use programmes sent stays closed to somebody, whatever the patient consented to."""
    return isinstance(actor, Reviewer) and not may(actor.role, Permission.PART2)


def _name(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user
