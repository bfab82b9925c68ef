"""Protecting: how a failure becomes a rule of the site, from the filled-in template to the day on which it is told.

Takes    a filled-in template, from a failure of the registry or by itself; a trial over the past; two signatures
Gives    knowledge with the rules that are active; what a silent one would have said; what the past says of a draft of one
Never    tells anybody what a silent rule finds, makes one active that a pharmacist and a physician, neither its author, didn't sign,
         or stops a draft because of a rule's fault
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from careloom.care.access import Permission
from careloom.care.document import Proposal, Reviewer, Tier
from careloom.care.record import PatientRecord
from careloom.care.site_rule import (
    SIGNERS,
    ProtocolChange,
    RuleBody,
    RuleInputs,
    RuleState,
    RuleStep,
    RuleStepKind,
    SiteRule,
    Tried,
)
from careloom.errors import InputError, NeedsNewer, NotApproved, NotLicensed
from careloom.improve import protocol_changes as changes
from careloom.improve import site_rules as rules
from careloom.improve import site_states as states
from careloom.improve.back_test import back_test
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.review import tiers
from careloom.store.opening import Store

log = structlog.get_logger(__name__)
LONGEST = 500
# What drafts say where the rules can't be read.
UNREAD = "site rules: they could not be read, and were not checked"


@dataclass(frozen=True)
class Protecting:
    """The rules of one organisation, over its knowledge; `here` is the time in the site's zone."""

    store: Store
    access: Access
    knowledge: Knowledge
    here: Callable[[], datetime]
    # A trial over more drafts than so many is made by a worker.
    at_once: int = 4_000
    _made: dict[tuple[str, ...], Knowledge] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    # ── what every draft asks ───────────────────────────────────────────────────────────────────

    def known(self) -> Knowledge:
        """Knowledge with the active rules in it; without them where they can't be read, which is logged."""
        try:
            active = self.store.site_rules.active()
            key = tuple(one.id for one in active)
            if key not in self._made:
                self._made.clear()
                self._made[key] = rules.beside(self.knowledge, active)
            return self._made[key]
        except NeedsNewer:
            raise
        except Exception as fault:
            log.error("the site's own rules could not be read", error_class=type(fault).__name__)
            return replace(self.knowledge, problems=(*self.knowledge.problems, UNREAD))

    def inputs(self, proposal: Proposal, record: PatientRecord) -> RuleInputs | None:
        """What rules look at of a draft; None where that can't be told: the draft goes on, it is logged, and counted as left out."""
        try:
            return rules.inputs_of(record, self.known(), proposal)
        except Exception as fault:
            log.error(
                "what rules look at was not kept", proposal=proposal.id, error_class=type(fault).__name__
            )
            return None

    # ── drafting and trying ─────────────────────────────────────────────────────────────────────

    def every(self, actor: Reviewer | str) -> tuple[SiteRule, ...]:
        """Every version of every rule, the newest first. Raises NotLicensed; the operator, who sits at the machine itself, may."""
        self._must(actor, Permission.FAILURES)
        self.store.audit.note(_name(actor), "read", what="site rules")
        return self.store.site_rules.all()

    def get(self, actor: Reviewer | str, version: str) -> SiteRule:
        """One version. Raises NotLicensed, InputError for an unknown one."""
        self._must(actor, Permission.FAILURES)
        found = self.store.site_rules.get(version)
        self.store.audit.note(_name(actor), "read", what="site rules")
        return found

    def lists_of(self, rule: SiteRule) -> states.Lists:
        """What the lists in force say of a rule's drugs, itself aside."""
        return rules.lists_of(rule.body, self._without(rule.id))

    def preview(self, rule: SiteRule) -> changes.Preview | None:
        """What the protocol's rule says that a change is of, without it and with it; None of another template, or where it doesn't fit any more."""
        body = rule.body
        return changes.preview_of(body, self._without(rule.id)) if isinstance(body, ProtocolChange) else None

    def _without(self, version: str) -> Knowledge:
        """Knowledge with the active rules in it but every version of this one ("": but none)."""
        rule = self.store.site_rules.get(version).rule if version else ""
        return rules.beside(
            self.knowledge, [one for one in self.store.site_rules.active() if one.rule != rule]
        )

    def draft(
        self, actor: Reviewer, said: Mapping[str, str], *, failure: str = "", version_of: str = ""
    ) -> str:
        """Keep a filled-in template as a rule, or as another version of one (`version_of` is one of its versions); the version's id.

        Raises NotLicensed, InputError (naming the field), StaleRecord.
        """
        self.access.must(actor, Permission.RULES)
        year, template = self.here().year, said.get("template", "")
        body: RuleBody
        if template in changes.PROTOCOL_TEMPLATES:
            body = changes.change_of(template, said, self._without(version_of), year)
        elif template in states.TEMPLATES:
            body = states.state_of(template, said, self.knowledge, year)
        else:
            body = rules.drug_pair(said, self.knowledge.drugs, year)
        before = self.store.site_rules.get(version_of) if version_of else None
        with self.store.transaction():
            made = self.store.site_rules.add(
                body,
                who=actor.user,
                at=self.here(),
                failure=before.failure if before else failure,
                rule=before.rule if before else "",
            )
            self.store.audit.note(actor.user, "draft rule", what=made)
        return made

    def try_over_the_past(
        self,
        actor: Reviewer | str,
        version: str,
        step: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> Tried:
        """Try a version over every draft of which rules' inputs are kept, and keep what came of it. Raises NotLicensed, InputError."""
        self._must(actor, Permission.RULES)
        rule = self.store.site_rules.get(version)
        number, left_out = self.store.site_rules.numbers()
        begun = self.here()

        def told(done: int) -> None:
            self.store.site_rules.trial_at(version, begun, done, number)
            step(done, number)

        came = back_test(
            rule.body,
            self.store.site_rules.frozen(),
            self._without(version),
            self.store.site_rules.became,
            left_out=left_out,
            case=rule.case,
            step=told,
        )
        with self.store.transaction():
            self._say(actor, rule, RuleStepKind.TRIED, tried=came)
            self.store.site_rules.trial_over(version)
        return came

    def is_long(self) -> bool:
        """Whether a trial takes so long that a worker makes it."""
        return self.store.site_rules.numbers()[0] > self.at_once

    def so_far(self, rule: SiteRule) -> Tried | None:
        """What a rule that runs silently, or did, would have said of the drafts made since; None before it does."""
        since = rule.silent_since
        if since is None:
            return None
        _, left_out = self.store.site_rules.numbers(since)
        frozen = self.store.site_rules.frozen(since)
        return back_test(
            rule.body, frozen, self._without(rule.id), self.store.site_rules.became, left_out=left_out
        )

    # ── silent, active, over ────────────────────────────────────────────────────────────────────

    def may_open(self, actor: Reviewer, tried: Tried) -> frozenset[str]:
        """Which of a trial's examples this person may open."""
        about = self.store.proposals.about(tried.examples)
        seen = self.access.seen(actor, {patient for patient, _ in about.values()})
        return frozenset(one for one, (patient, _) in about.items() if patient in seen)

    def regress(self, actor: Reviewer | str) -> tuple[int, tuple[SiteRule, ...]]:
        """Run the regression case of every active rule; how many have one, and the rules whose case nothing would be told of any more. Raises NotLicensed."""
        self._must(actor, Permission.FAILURES)
        active = self.store.site_rules.active()
        lost = set(self.uncaught(active))
        cases = [one for one in active if one.tried and one.tried.tried and one.tried.tried.own_case]
        return len(cases), tuple(one for one in active if one.id in lost)

    def run_silently(self, actor: Reviewer, version: str) -> None:
        """From now on it is counted what a version would have said. Raises NotLicensed, InputError, NotApproved where it wasn't tried over the past."""
        self.access.must(actor, Permission.RULES)
        with self.store.transaction():
            self.store.site_rules.hold()
            rule = self._in(version, RuleState.DRAFT)
            if rule.tried is None:
                raise NotApproved("it is tried over the past first")
            self._say(actor, rule, RuleStepKind.SILENT)

    def sign(self, actor: Reviewer, version: str) -> SiteRule:
        """A pharmacist or a physician signs a version that runs silently; with the second of the two it is active, and takes the place of the one before.

        Whoever calls has had her prove who she is. Raises NotLicensed for anybody else, an author, or without a licence in force;
        NotApproved where a regression case of the rules in force would no longer be caught, or the rule isn't read; InputError.
        """
        self.access.must(actor, Permission.RULES)
        self._must_be_able(actor)
        with self.store.transaction():
            self.store.site_rules.hold()
            rule = self._in(version, RuleState.SILENT)
            if actor.user in {one.author for one in self.store.site_rules.all() if one.rule == rule.rule}:
                raise NotLicensed("whoever wrote a version of a rule doesn't sign it")
            if actor.role in rule.signed:
                raise NotApproved("somebody of your profession signed it already")
            self._say(actor, rule, RuleStepKind.SIGNED)
            if {*rule.signed, actor.role} >= set(SIGNERS):
                self._activate(actor, rule)
        return self.store.site_rules.get(version)

    def withdraw(self, actor: Reviewer, version: str, why: str) -> None:
        """Take a version back at once: it is told no more, or never will be. Raises NotLicensed, InputError, NotApproved where it is over."""
        self.access.must(actor, Permission.RULES)
        words = " ".join(why.split())[:LONGEST]
        if not words:
            raise InputError("say in a few words why", where="why")
        with self.store.transaction():
            self.store.site_rules.hold()
            rule = self.store.site_rules.get(version)
            if rule.state is RuleState.ENDED:
                raise NotApproved("this version is over already")
            self._say(actor, rule, RuleStepKind.WITHDRAWN, words=words)

    def uncaught(self, active: tuple[SiteRule, ...]) -> tuple[str, ...]:
        """The active rules whose own case, as it was frozen, nothing would be told of any more: their regression cases that fail."""
        known = rules.beside(self.knowledge, active)
        failing = []
        for one in active:
            tried = one.tried.tried if one.tried else None
            if tried and tried.own_case:
                case = self.store.site_rules.frozen_of(one.case)
                if case is None or not rules.catches(known, case, one.body):
                    failing.append(one.id)
        return tuple(failing)

    def _activate(self, actor: Reviewer, rule: SiteRule) -> None:
        before = self.store.site_rules.active()
        stay = tuple(one for one in before if one.rule != rule.rule)
        after = (*stay, rule)
        known = rules.beside(self.knowledge, after)
        if len(known.problems) > len(rules.beside(self.knowledge, stay).problems):
            raise NotApproved("the knowledge in force can't take this rule as it is")
        if self.uncaught(after):
            raise NotApproved("a regression case of the rules would no longer be caught")
        for one in before:
            if one.rule == rule.rule:
                self._say(actor, one, RuleStepKind.REPLACED)
        self._say(actor, rule, RuleStepKind.ACTIVE)

    def _in(self, version: str, state: RuleState) -> SiteRule:
        rule = self.store.site_rules.get(version)
        if rule.state is not state:
            raise NotApproved("this version stands elsewhere meanwhile; look at it again")
        return rule

    def _must_be_able(self, actor: Reviewer) -> None:
        today = self.here().date()
        if actor.role not in SIGNERS:
            raise NotLicensed("a pharmacist and a physician sign a rule")
        tiers.licensed(actor, today)
        if actor.role == "physician" and tiers.reach(actor, today) is not Tier.PHYSICIAN:
            raise NotLicensed("your licence doesn't reach as far")

    def _must(self, actor: Reviewer | str, permission: Permission) -> None:
        if isinstance(actor, Reviewer):
            self.access.must(actor, permission)

    def _say(
        self,
        actor: Reviewer | str,
        rule: SiteRule,
        what: RuleStepKind,
        *,
        words: str = "",
        tried: Tried | None = None,
    ) -> None:
        who, role, licence = _name(actor), "", ""
        if isinstance(actor, Reviewer):
            role = actor.role
            if what is RuleStepKind.SIGNED:
                licence = f"{actor.licence} until {actor.licence_expiry}"
        step = RuleStep(
            what=what, who=who, role=role, at=self.here(), licence=licence, words=words, tried=tried
        )
        self.store.site_rules.say(rule.id, step)
        self.store.audit.note(who, f"rule {what.value}", what=rule.id)


def _name(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user
