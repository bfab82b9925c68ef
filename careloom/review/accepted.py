"""Accepted: what a licensed person opened and signed a line about stays quiet in the next plans, until something that it rests on changes.

Takes    findings with the record that they are about, and what was signed before
Gives    those that speak, and those that stay quiet with who accepted them and when
Never    quiets what she didn't open, of which no line that she signed says what is done, what names a line of a draft, what grew graver, a
         high finding that rests on one drug alone (it ends with the order), or anything for longer than QUIET_DAYS; loses none

Source   the product's own promise (docs/safety.md); after the time a finding is asked about again, changed or not
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from careloom.care.document import Accepted, Action, Decision, Finding, Proposal, Severity, Tier
from careloom.care.record import PatientRecord
from careloom.review.tiers import RAISED_BY, REACH, findings_of
from careloom.review.undo import standing
from careloom.review.vigilance import mark_of

QUIET_DAYS = 90
# The rules about somebody's drugs: what they find lies in the record, not in how a draft is written.
ABOUT_DRUGS = frozenset({"allergy", "interaction", "circumstance", "renal", "duplicate", "opioid", "fills"})
ALLERGY = "allergy"
_LETTERS = re.compile(r"[^\W\d_]+")


def with_causes(findings: Iterable[Finding], record: PatientRecord) -> tuple[Finding, ...]:
    """The findings, those about somebody's drugs that can be accepted with a digest of what they rest on."""
    rests = _rests(record)
    return tuple(replace(one, cause=_cause(one, rests)) if _can_be(one, record) else one for one in findings)


def _can_be(finding: Finding, record: PatientRecord) -> bool:
    """Whether a finding can be accepted. A high one that rests on one drug alone says that the order itself harms: every line about that
    drug cites it, whatever it says, so that no signature shows that the hazard was meant."""
    if finding.rule not in ABOUT_DRUGS or finding.statement is not None:
        return False
    if finding.severity is not Severity.HIGH:
        return True
    drugs = [one for one in record.medications if not set(one.entries).isdisjoint(finding.evidence)]
    named = {tuple(sorted(one.ingredients)) or (one.name.lower(),) for one in drugs}
    return len(named) > 1 or not {entry for one in drugs for entry in one.entries}.issuperset(
        finding.evidence
    )


def _rests(record: PatientRecord) -> dict[str, tuple[str, ...]]:
    """What each entry stands for: a drug with its doses, a diagnosis, an allergy, or a result. The same said again is the same."""
    found: dict[str, tuple[str, ...]] = {}
    for one in record.entries:
        code = one.codes[0].code if one.codes else ""
        said = (one.kind, code or one.text, one.comparator, one.value, one.unit, one.status)
        found[one.id] = tuple(part or "" for part in said)
    for allergy in record.allergies:
        found |= dict.fromkeys(allergy.entries, ("allergy", allergy.substance.lower(), allergy.status))
    for problem in record.problems:
        found |= dict.fromkeys(problem.entries, ("problem", problem.concept or problem.name, problem.status))
    for drug in record.medications:
        doses = sorted({words for words, _ in drug.doses})
        named = sorted(drug.ingredients) or [drug.name.lower()]
        found |= dict.fromkeys(drug.entries, ("drug", *named, *doses, str(drug.current)))
    return found


def _cause(finding: Finding, rests: Mapping[str, tuple[str, ...]]) -> str:
    """The rule, its severity and words (without figures: an age or a date alone changes nothing), and what it rests on."""
    parts = sorted({"\x1f".join(rests.get(one, ("gone", one))) for one in finding.evidence})
    words = " ".join(_LETTERS.findall(finding.message))
    said = "\x1e".join((finding.rule, finding.severity.value, words, *parts))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def accepted_in(proposal: Proposal, decisions: Sequence[Decision]) -> dict[str, Accepted]:
    """By cause, the findings about somebody's drugs that people who may judge them accepted with a proposal."""
    found: dict[str, Accepted] = {}
    for one in signed_over(proposal, decisions):
        if one.finding.cause:
            found.setdefault(one.finding.cause, one)
    return found


def signed_over(proposal: Proposal, decisions: Sequence[Decision]) -> Iterator[Accepted]:
    """The findings about the record that somebody opened who may judge them, and signed a line of the plan that says what is done, then
    or, where it is carried, before; none of one returned or rejected."""
    if proposal.status not in ("draft", "active"):
        return
    acts = {line.id: line for line in proposal.document.statements if line.kind == "activity"}
    for decision in standing(decisions):
        if decision.action is not Action.APPROVE or decision.role not in REACH:
            continue
        signed = {*decision.statements, *proposal.carried}.intersection(proposal.released)
        mine = [acts[one] for one in sorted(signed) if one in acts]
        told = {finding for line in mine for finding in findings_of(line, proposal.findings)}
        for one in proposal.findings:
            if (
                one in told
                and one.statement is None
                and mark_of(one) in decision.looked
                and _judged_by(one) <= REACH[decision.role]
            ):
                yield Accepted(one, decision.name or decision.role, decision.at.astimezone().date())


def _judged_by(finding: Finding) -> Tier:
    """Whose signature accepts a finding: to go on with a drug over an allergy or an intolerance is a physician's, however uncertain it is."""
    return Tier.PHYSICIAN if finding.rule == ALLERGY else RAISED_BY[finding.severity]


def set_aside(proposal: Proposal, before: Mapping[str, Accepted]) -> Proposal:
    """The proposal with what was accepted apart from the findings that speak. No line's tier falls by it."""
    as_of = proposal.document.as_of
    lasting = {cause: one for cause, one in before.items() if cause and _lasts(one.on, as_of)}
    quiet = [replace(lasting[one.cause], finding=one) for one in proposal.findings if one.cause in lasting]
    if not quiet:
        return proposal
    speaking = tuple(one for one in proposal.findings if one.cause not in lasting)
    loose = [RAISED_BY[one.severity] for one in speaking if one.statement is None]
    tier = max([line.tier for line in proposal.document.statements] + loose, default=proposal.tier)
    return replace(proposal, findings=speaking, accepted=tuple(quiet), tier=tier)


def speaking(
    findings: Iterable[Finding], record: PatientRecord, before: Mapping[str, Accepted]
) -> tuple[Finding, ...]:
    """The findings of a record that nobody accepted, or that rest on something that has changed since."""
    return tuple(
        one
        for one in with_causes(findings, record)
        if one.cause not in before or not _lasts(before[one.cause].on, record.as_of)
    )


def is_quiet(
    finding: Finding, asked: PatientRecord, record: PatientRecord, before: Mapping[str, Accepted]
) -> bool:
    """Whether something accepted covers a finding about a renewed order: of the same rule, as grave, and resting on all that this one
    rests on, none of which has changed. `asked` is the record with the order in it, `record` the patient's own.
    """
    told, ours = _rests(asked), _rests(record)
    rests = {told.get(one, ("gone", one)) for one in finding.evidence}
    order = list(Severity)
    return any(
        one.finding.rule == finding.rule
        and order.index(one.finding.severity) <= order.index(finding.severity)
        and _lasts(one.on, record.as_of)
        and _cause(one.finding, ours) == cause
        and rests <= {ours.get(entry, ("gone", entry)) for entry in one.finding.evidence}
        for cause, one in before.items()
    )


def _lasts(on: date, as_of: date) -> bool:
    return 0 <= (as_of - on).days < QUIET_DAYS


def ends(one: Accepted) -> date:
    """The day from which an accepted finding speaks again."""
    return date.fromordinal(one.on.toordinal() + QUIET_DAYS)


def every(proposal: Proposal) -> tuple[Finding, ...]:
    """All findings of a proposal, those that stay quiet too, worst first."""
    order = list(Severity)
    both = (*proposal.findings, *(one.finding for one in proposal.accepted))
    return tuple(sorted(both, key=lambda one: order.index(one.severity)))
