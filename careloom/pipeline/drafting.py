"""Drafting: from a record to a proposal that waits for a person, and checking what somebody brings."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from careloom import check, draft, review
from careloom.care.document import (
    Accepted,
    ContentClass,
    Document,
    Finding,
    ModelUse,
    Proposal,
    Severity,
    Statement,
    Tier,
)
from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.kinds import CARE_PLAN, Given
from careloom.care.record import PatientRecord
from careloom.care.site_rule import RuleInputs
from careloom.care.texts import Site
from careloom.draft.earned import Table
from careloom.draft.kind import PATIENT, Kind, Task
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.llm import Opened, Options, must_scrub
from careloom.pipeline.by_hand import is_blank
from careloom.pipeline.scrubbing import known_of
from careloom.pipeline.stopping import instead, must_go, must_release
from careloom.pipeline.vouching import site
from careloom.review import accepted, carrying
from careloom.review.queue import watched_until
from careloom.settings import Settings
from careloom.store.opening import Store

# How the address of a contact ends that somebody typed, behind the name under which it stands.
VISIT_NOTE, CONTACT = "visit_note", "-contact"


@dataclass(frozen=True)
class Drafting:
    """The stages draft, check and review.tiers over one store."""

    store: Store
    knowledge: Knowledge
    settings: Settings
    raised: Mapping[ContentClass, Tier] = field(default_factory=dict)
    tables: Callable[[], Sequence[Table]] = tuple
    later: Callable[[datetime, float], datetime] | None = None
    # Knowledge with the site's own rules as they are now, and what rules look at of a draft.
    known: Callable[[], Knowledge] | None = None
    inputs: Callable[[Proposal, PatientRecord], RuleInputs | None] = lambda _proposal, _record: None
    # Registers what a draft was made with; the hash of that set.
    versions: Callable[[Proposal], str] = lambda _proposal: ""
    # Tasks by kind and name that are asked in other words, and the change in whose roll-out a draft is made.
    instead: Mapping[tuple[str, str], Task] = field(default_factory=dict)
    change: str = ""

    def propose(
        self,
        record: PatientRecord,
        kind: str,
        opened: Opened,
        created: datetime,
        fields: Mapping[str, str] | None = None,
        stored: str = "",
    ) -> Proposal:
        """Write, check, class; `stored` is the name of what was typed for it.

        The id follows from patient, kind, record version, writer with its tasks, and what was given: asked twice, the same. Raises Stopped
        where the kind is; where the model is, templates alone word it.
        """
        must_go(self.store, kind)
        opened = instead(self.store, opened)
        asked = draft.kind_of(kind)
        filed = self._filed(record.patient)
        house = site(self.settings, self.store)
        given = Given(fields or {}, self._signed(filed, asked), house, stored, self._standing(record, kind))
        document = self._written(record, kind, given, opened)
        said = [record.patient, kind, record.version, document.model.name, document.model.sha256]
        said += [f"{task}@{version}" for task, version in sorted(document.model.prompts.items())]
        said += [f"{name}={text}" for name, text in sorted(document.given.items())]
        said += [f"change {self.change}"] if self.change else []
        said += [filed.id] if filed and given.signed else []
        said += [stored] if stored else []
        if gone := self.store.chart.times_taken_back(record.patient):
            # The same draft again is not the document that was taken back.
            said += [f"taken back {gone}"]
        if (known := self._known()).version != self.knowledge.version:
            # What was drafted before the site's own rules changed is not what would be drafted now.
            said += [f"rules {known.version}"]
        if back := self._sent_back(record, kind):
            # Nor that which was returned: nobody could decide on it.
            said += [f"returned {back}"]
        if asked.audience == PATIENT:
            # What the site says of itself stands in it, and who reads it first follows from what is approved.
            said += [record.as_of.isoformat(), house.name, house.phone, house.zone, *sorted(house.approved)]
        named = hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
        return self._finished(document, record, created, named, house, filed)

    def again(
        self, record: PatientRecord, first: Proposal, filed: Proposal | None, opened: Opened
    ) -> Proposal:
        """A draft anew, as it was asked for then, with the care plan that was `filed` then; nothing is stored. Raises what drafting raises."""
        kind, house = first.document.kind, site(self.settings, self.store)
        signed = self._signed(filed, draft.kind_of(kind))
        typed = _typed(first, record)
        given = Given(first.document.given, signed, house, typed, self._standing(record, kind))
        document = self._written(record, kind, given, opened)
        return self._finished(document, record, first.created, first.id, house, filed)

    def _written(self, record: PatientRecord, kind: str, given: Given, opened: Opened) -> Document:
        document = draft.write(
            record,
            # What a document calls its knowledge is what its record was made with; the site's rules stand in the registry by themselves.
            replace(self._known(), version=self.knowledge.version),
            opened.model,
            kind=kind,
            given=given,
            calls=self.settings.model_calls,
            answers=self.store.answers,
            tables=() if opened.model is None else self.tables(),
            instead=self.instead,
            known=(known_of(self.store, record.patient, record),) if must_scrub(opened.model) else None,
        )
        use = ModelUse(note=opened.why) if opened.why else document.model
        return replace(document, model=replace(use, change=self.change))

    def _finished(
        self,
        document: Document,
        record: PatientRecord,
        created: datetime,
        named: str,
        house: Site,
        filed: Proposal | None,
    ) -> Proposal:
        """A document checked and classed; a care plan with what is the same as in the one that is filed."""
        if document.kind != CARE_PLAN or filed is None or filed.id == named:
            return self._classed(document, record, created, named, house)
        before = self._before(filed)
        document, same = carrying.with_signed_words(document, before, self._changed(record))
        return carrying.carried(self._classed(document, record, created, named, house), filed, before, same)

    @staticmethod
    def _signed(filed: Proposal | None, asked: Kind) -> Document | None:
        """A filed plan's document with the lines that somebody signed, for a kind that is written from it."""
        if filed is None or not (asked.plan or asked.compares):
            return None
        lines = tuple(line for line in filed.document.statements if line.id in filed.released)
        return replace(filed.document, statements=lines)

    def _standing(self, record: PatientRecord, kind: str) -> tuple[Finding, ...]:
        """What the check finds of the record itself, for a plan that answers it."""
        return check.standing(record, self._known()) if kind == CARE_PLAN else ()

    def _known(self) -> Knowledge:
        return self.known() if self.known else self.knowledge

    def _sent_back(self, record: PatientRecord, kind: str) -> int:
        """How many drafts of this very record were returned."""
        asked = ("on-hold", kind, record.version)
        return sum(
            (one.status, one.document.kind, one.document.record_version) == asked and not one.document.by_hand
            for one in self.store.proposals.of(record.patient)
        )

    def by_hand(
        self,
        record: PatientRecord,
        kind: str,
        created: datetime,
        who: str,
        lines: Sequence[Statement] = (),
    ) -> Proposal:
        """The same page without a draft: no line, or those that people wrote before, checked and classed against this record.

        Raises InputError for a kind that nobody writes so, Refused for a person who has died, Stopped where the kind is.
        """
        must_go(self.store, kind)
        draft.must_live(record)
        asked = draft.kind_of(kind)
        if not asked.by_hand:
            raise InputError("this kind is filled in by its form, or says its texts alone", where="kind")
        document = Document(
            patient=record.patient,
            kind=kind,
            as_of=record.as_of,
            record_version=record.version,
            statements=tuple(lines),
            demands=replace(asked.demands, whole=True),
            by_hand=True,
        )
        said = [record.patient, kind, "by hand", who, created.isoformat(), record.version]
        said += [line.id for line in lines]
        named = hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
        return self._classed(document, record, created, named, site(self.settings, self.store))

    def begun(self, record: PatientRecord, kind: str) -> Proposal | None:
        """What somebody began to write by hand of this very record, and in which nothing stands yet."""
        for one in reversed(self.store.proposals.of(record.patient)):
            asked = (one.document.kind, one.document.record_version, one.document.as_of)
            if one.status == "draft" and is_blank(one) and asked == (kind, record.version, record.as_of):
                return one
        return None

    def _filed(self, patient: str) -> Proposal | None:
        """The newest care plan in a patient's chart."""
        plans = [one for one in self.store.proposals.of(patient) if one.document.kind == CARE_PLAN]
        return next((one for one in reversed(plans) if one.status == "active"), None)

    def _before(self, filed: Proposal) -> dict[str, carrying.Before]:
        """Each line of the filed plan that nobody struck, with the words in which it was drafted where it was signed."""
        drafted: dict[str, Document] = {}
        words: dict[str, dict[str, Statement]] = {}
        found = {}
        for line in filed.document.statements:
            origin = filed.carried.get(line.id, filed.id)
            if origin not in drafted:
                drafted[origin] = self.store.proposals.revision(origin, 1).document
                words[origin] = {one.id: one for one in drafted[origin].statements}
            if line.id not in filed.struck:
                first = words[origin].get(line.id, line)
                signed = filed.released.get(line.id, "")
                found[line.id] = carrying.Before(first, line, signed, origin, drafted[origin].as_of)
        return found

    def _changed(self, record: PatientRecord) -> Callable[[str, str], bool]:
        frozen: dict[str, Mapping[str, Entry]] = {}

        def changed(proposal: str, citation: str) -> bool:
            if proposal not in frozen:
                frozen[proposal] = self.store.proposals.frozen(proposal)
            then = frozen[proposal].get(citation)
            return then is None or carrying.moved(then, record.by_id.get(citation))

        return changed

    def check(self, document: Document | str, record: PatientRecord, created: datetime) -> Proposal:
        """Check a document or plain text; class, tier and verdict are computed anew."""
        if isinstance(document, str):
            document = check.statements_of(document, record)
        elif document.kind in draft.KINDS:
            document = replace(document, demands=draft.kind_of(document.kind).demands)
        return self._classed(document, record, created, "", site(self.settings, self.store))

    def queue(self, proposal: Proposal, record: PatientRecord) -> Proposal:
        """Store a proposal with a frozen copy of what it cites, due by its tier.

        A proposal that is stored already is returned as it is now; where nothing differs from the filed plan, that plan is. Raises Stopped where
        its kind, or the model that wrote of it, was stopped meanwhile.
        """
        if self.store.proposals.exists(proposal.id):
            return self.store.proposals.get(proposal.id)
        if proposal.since:
            filed = self.store.proposals.get(proposal.since)
            if not carrying.differs(proposal, filed):
                return filed
        due = review.due_at(
            proposal.tier,
            proposal.created,
            nurse_hours=self.settings.nurse_due_hours,
            physician_hours=self.settings.physician_due_hours,
            at_most=self._at_most(proposal, record),
            later=self.later,
        )
        waiting = replace(proposal, due=due)
        cited = {citation for line in proposal.document.statements for citation in line.citations}
        cited |= {entry for finding in proposal.findings for entry in finding.evidence}
        if proposal.document.by_hand:
            # Whoever writes cites what she finds; what a substance-use programme sent isn't hers to carry into a document.
            cited |= {entry.id for entry in record.entries if "part2" not in entry.detail}
        frozen = {one: record.by_id[one] for one in sorted(cited) if one in record.by_id}
        inputs, versions = self.inputs(waiting, record), self.versions(waiting)
        with self.store.transaction():
            must_release(self.store, waiting.document)
            self.store.proposals.add(waiting, frozen, seen=record.by_id)
            if versions:
                self.store.registry.draft(
                    waiting.id, versions, waiting.document.model.change, waiting.created
                )
            if inputs is not None:
                self.store.site_rules.freeze(inputs)
        return waiting

    def _at_most(self, proposal: Proposal, record: PatientRecord) -> float:
        """The hours that a proposal's risk leaves: of those that are set for what holds the fewest; 0 for none."""
        today = proposal.created.date()
        watched = watched_until(record.entries, today)
        holds = {
            self.settings.high_risk_due_hours: any(
                one.severity is Severity.HIGH for one in proposal.findings
            ),
            self.settings.raised_risk_due_hours: watched is not None and watched >= today,
        }
        return min((hours for hours, is_so in holds.items() if is_so and hours > 0), default=0)

    def _classed(
        self, document: Document, record: PatientRecord, created: datetime, proposal_id: str, house: Site
    ) -> Proposal:
        findings, verdicts = check.examine(document, record, self._known(), house)
        proposal = review.propose(
            document,
            accepted.with_causes(findings, record),
            record,
            self._known(),
            proposal_id=proposal_id,
            created=created,
            verdicts=verdicts,
            raised=self.raised,
            site=house,
        )
        if not document.demands.own_lines:
            proposal = replace(proposal, coverage=check.coverage(record, self._known()))
        return accepted.set_aside(proposal, self.accepted(record.patient))

    def accepted(self, patient: str) -> dict[str, Accepted]:
        """What was accepted about a patient by cause, the newest of each: it follows from the decisions, which are appended."""
        found: dict[str, Accepted] = {}
        for one in self.store.proposals.of(patient):
            for cause, known in accepted.accepted_in(one, self.store.proposals.decisions(one.id)).items():
                if cause not in found or known.on > found[cause].on:
                    found[cause] = known
        return found


def _typed(first: Proposal, record: PatientRecord) -> str:
    """The name under which what was typed for a contact's note stands in the record, by the contact that it cites; "" for any other draft."""
    for line in first.document.statements if first.document.kind == VISIT_NOTE else ():
        for one in (record.by_id[each] for each in line.citations if each in record.by_id):
            for source in (one.source, *one.also):
                if source.system == RECORDED_HERE and source.resource.endswith(CONTACT):
                    return source.resource.partition("/")[2].removesuffix(CONTACT)
    return ""


def model_options(settings: Settings) -> Options:
    """What the site's settings say of models."""
    return Options(
        weights=settings.model_weights,
        adapter=settings.model_adapter,
        url=settings.model_url,
        key=settings.model_key,
        name=settings.model_name,
        timeout=settings.model_timeout,
        retries=settings.model_retries,
        concurrency=settings.model_concurrency,
        may_receive_phi=settings.model_may_receive_phi,
        deidentified=settings.model_deidentified,
    )
