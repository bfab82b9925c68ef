"""Drafting: from a record to a proposal that waits for a person, and checking what somebody brings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from careloom import check, draft, review
from careloom.care.document import Accepted, ContentClass, Document, Proposal, Tier
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.llm import Model, Options
from careloom.review import accepted
from careloom.settings import Settings
from careloom.store.opening import Store


@dataclass(frozen=True)
class Drafting:
    """The stages draft, check and review.tiers over one store."""

    store: Store
    knowledge: Knowledge
    settings: Settings
    raised: Mapping[ContentClass, Tier] = field(default_factory=dict)

    def propose(
        self,
        record: PatientRecord,
        kind: str,
        model: Model | None,
        created: datetime,
        fields: Mapping[str, str] | None = None,
    ) -> Proposal:
        """Write, check, class. The id follows from patient, kind, record version, writer and what was given: asked twice, the same."""
        asked = draft.kind_of(kind)
        signed = self._signed(record.patient) if asked.plan or asked.compares else None
        document = draft.write(
            record,
            self.knowledge,
            model,
            kind=kind,
            given=Given(fields or {}, signed.document if signed else None),
            calls=self.settings.model_calls,
            answers=self.store.answers,
        )
        said = [record.patient, kind, record.version, document.model.name, document.model.sha256]
        said += [f"{name}={text}" for name, text in sorted(document.given.items())]
        said += [signed.id] if signed else []
        return self._classed(
            document, record, created, hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
        )

    def _signed(self, patient: str) -> Proposal | None:
        """The newest care plan in a patient's chart, with the lines that somebody signed."""
        filed = [
            one
            for one in self.store.proposals.of(patient)
            if one.status == "active" and one.document.kind == "care_plan"
        ]
        if not filed:
            return None
        released = filed[-1].released
        lines = tuple(line for line in filed[-1].document.statements if line.id in released)
        return replace(filed[-1], document=replace(filed[-1].document, statements=lines))

    def check(self, document: Document | str, record: PatientRecord, created: datetime) -> Proposal:
        """Check a document or plain text; class, tier and verdict are computed anew."""
        if isinstance(document, str):
            document = check.statements_of(document, record)
        elif document.kind in draft.KINDS:
            document = replace(document, demands=draft.kind_of(document.kind).demands)
        return self._classed(document, record, created, "")

    def queue(self, proposal: Proposal, record: PatientRecord, assigned_to: str | None = None) -> Proposal:
        """Store a proposal with a frozen copy of what it cites, due by its tier.

        A proposal that is stored already is returned as it is now.
        """
        if self.store.proposals.exists(proposal.id):
            return self.store.proposals.get(proposal.id)
        due = review.due_at(
            proposal.tier,
            proposal.created,
            nurse_hours=self.settings.nurse_due_hours,
            physician_hours=self.settings.physician_due_hours,
        )
        waiting = replace(proposal, due=due, assigned_to=assigned_to)
        cited = {citation for line in proposal.document.statements for citation in line.citations}
        cited |= {entry for finding in proposal.findings for entry in finding.evidence}
        frozen = {one: record.by_id[one] for one in sorted(cited) if one in record.by_id}
        self.store.proposals.add(waiting, frozen, seen=record.by_id)
        return waiting

    def _classed(
        self, document: Document, record: PatientRecord, created: datetime, proposal_id: str
    ) -> Proposal:
        findings, verdicts = check.examine(document, record, self.knowledge)
        proposal = review.propose(
            document,
            accepted.with_causes(findings, record),
            record,
            self.knowledge,
            proposal_id=proposal_id,
            created=created,
            verdicts=verdicts,
            raised=self.raised,
        )
        proposal = replace(proposal, coverage=check.coverage(record, self.knowledge))
        return accepted.set_aside(proposal, self._accepted(record.patient))

    def _accepted(self, patient: str) -> dict[str, Accepted]:
        """What was accepted about a patient by cause, the newest of each: it follows from the decisions, which are appended."""
        found: dict[str, Accepted] = {}
        for one in self.store.proposals.of(patient):
            for cause, known in accepted.accepted_in(one, self.store.proposals.decisions(one.id)).items():
                if cause not in found or known.on > found[cause].on:
                    found[cause] = known
        return found


def model_options(settings: Settings) -> Options:
    """What the site's settings say of models."""
    return Options(
        weights=settings.model_weights,
        url=settings.model_url,
        key=settings.model_key,
        name=settings.model_name,
        timeout=settings.model_timeout,
        retries=settings.model_retries,
        concurrency=settings.model_concurrency,
        may_receive_phi=settings.model_may_receive_phi,
    )
