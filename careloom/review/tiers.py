"""Tiers: who must sign follows from the content's class and the findings, and only ever goes up.

Source   REQUIREMENTS §4 (FDA clinical decision support; California AB 3030) and the design's table of tiers;
         licence scope: the state boards' rule that a registered nurse does not prescribe or diagnose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from careloom.care.document import (
    ContentClass,
    Document,
    Finding,
    Proposal,
    Reviewer,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.errors import ConfigError, NotLicensed
from careloom.knowledge import Knowledge
from careloom.review.classes import asks_for_another_target, classify, in_rules_words
from careloom.review.known import known
from careloom.review.prescribers import is_a_prescribers

FLOOR: Mapping[ContentClass, Tier] = {
    ContentClass.ADMINISTRATIVE: Tier.AUTO,
    ContentClass.GENERAL_EDUCATION: Tier.AUTO,
    ContentClass.CLINICAL_SUMMARY: Tier.NURSE,
    ContentClass.PLAN_CHANGE: Tier.NURSE,
    ContentClass.MEDICATION_CHANGE: Tier.PHYSICIAN,
    ContentClass.DIAGNOSTIC_IMPRESSION: Tier.PHYSICIAN,
    ContentClass.UNCLEAR: Tier.PHYSICIAN,
}
RAISED_BY: Mapping[Severity, Tier] = {
    Severity.HIGH: Tier.PHYSICIAN,
    Severity.MODERATE: Tier.NURSE,
    Severity.LOW: Tier.AUTO,
}
# How far a licence reaches. An advanced practice nurse or a physician assistant reaches the physician's tier only where
# they practise on their own: the licence says so, and the site has named the state.
REACH: Mapping[str, Tier] = {
    "registered_nurse": Tier.NURSE,
    "advanced_practice_nurse": Tier.NURSE,
    "physician_assistant": Tier.NURSE,
    "physician": Tier.PHYSICIAN,
}
INDEPENDENT = frozenset({"advanced_practice_nurse", "physician_assistant"})

# The key under which a physician's signature for the document's own high findings stands in `released`.
WHOLE = "*"


def findings_of(statement: Statement, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that a statement must answer for.

    Those that name it, and those about the record that it tells: it cites their whole evidence, or, as a concern
    or an activity, at least two entries of it. A line that tells of a hazard goes to whoever may judge the hazard.
    """
    cited = set(statement.citations)
    return tuple(
        finding
        for finding in findings
        if finding.statement == statement.id
        or (finding.statement is None and finding.evidence and _tells(statement, cited, finding.evidence))
    )


def _tells(statement: Statement, cited: set[str], evidence: Sequence[str]) -> bool:
    if cited.issuperset(evidence):
        return True
    return statement.kind in ("concern", "activity") and len(cited.intersection(evidence)) > 1


def tier_for(
    content_class: ContentClass,
    findings: Iterable[Finding],
    verdict: Verdict = Verdict.SUPPORTED,
    raised: Mapping[ContentClass, Tier] | None = None,
) -> Tier:
    """The tier of one statement: the highest of its class, its findings, its verdict and the site's own floor."""
    tiers = [FLOOR[content_class], (raised or {}).get(content_class, Tier.AUTO)]
    tiers += [RAISED_BY[finding.severity] for finding in findings]
    if verdict is not Verdict.SUPPORTED:
        tiers.append(Tier.PHYSICIAN if verdict is Verdict.CONTRADICTED else Tier.NURSE)
    return max(tiers)


def propose(
    document: Document,
    findings: Sequence[Finding],
    record: PatientRecord,
    knowledge: Knowledge,
    *,
    proposal_id: str,
    created: datetime,
    verdicts: Mapping[str, Verdict],
    raised: Mapping[ContentClass, Tier] | None = None,
    site: Site | None = None,
) -> Proposal:
    """Class and tier every statement; the proposal's tier is the highest of them and of the loose findings."""
    statements = []
    for statement in document.statements:
        found = classify(statement, record, knowledge, site, document.given)
        content_class = _at_least(document.demands.floor, found)
        verdict = verdicts.get(statement.id, Verdict.NOT_ADDRESSED)
        tier = tier_for(content_class, findings_of(statement, findings), verdict, raised)
        plainly = in_rules_words(statement, knowledge)
        if asks_for_another_target(plainly) or is_a_prescribers(plainly):
            tier = Tier.PHYSICIAN
        statements.append(replace(statement, content_class=content_class, verdict=verdict, tier=tier))
    loose = [RAISED_BY[finding.severity] for finding in findings if finding.statement is None]
    return Proposal(
        id=proposal_id,
        document=replace(document, statements=tuple(statements)),
        findings=tuple(findings),
        tier=max([statement.tier for statement in statements] + loose, default=Tier.PHYSICIAN),
        created=created,
    )


def raised(text: str) -> dict[ContentClass, Tier]:
    """A site's own floors, written "clinical_summary=physician, plan_change=physician".

    Raises ConfigError for a word that is no class or no tier; a tier below ours has no effect.
    """
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, tier = (word.strip() for word in part.partition("="))
        try:
            found[ContentClass(name)] = Tier[tier.upper()]
        except (ValueError, KeyError):
            raise ConfigError("CARELOOM_RAISE_TIERS holds pairs such as clinical_summary=physician") from None
    return found


def _at_least(floor: ContentClass, found: ContentClass) -> ContentClass:
    """The class of a statement in a kind that has a floor: the kind only raises it."""
    return floor if FLOOR[found] < FLOOR[floor] else found


@known
def findings_by_line(proposal: Proposal) -> Mapping[str, tuple[Finding, ...]]:
    """The findings that each statement must answer for, by its id."""
    return {one.id: findings_of(one, proposal.findings) for one in proposal.document.statements}


def needs_whole(proposal: Proposal) -> bool:
    """Whether a high finding about the record is told by no statement, so that a physician must sign the whole."""
    return bool(untold(proposal))


@known
def untold(proposal: Proposal) -> tuple[Finding, ...]:
    """The high findings about the record that no statement tells."""
    told = {
        id(finding)
        for line, findings in findings_by_line(proposal).items()
        if findings and line not in proposal.struck
        for finding in findings
    }
    return tuple(
        finding
        for finding in proposal.findings
        if finding.severity is Severity.HIGH and finding.statement is None and id(finding) not in told
    )


def reach(reviewer: Reviewer, today: date) -> Tier:
    """How far this person's licence reaches. Raises NotLicensed where there is none in force today."""
    if reviewer.role not in REACH:
        raise NotLicensed(f"the role {reviewer.role} signs nothing clinical")
    licensed(reviewer, today)
    if reviewer.independent and reviewer.role in INDEPENDENT:
        return Tier.PHYSICIAN
    return REACH[reviewer.role]


def reach_of(reviewer: Reviewer, today: date) -> Tier:
    """How far somebody's licence reaches on a day; without one she signs nothing."""
    try:
        return reach(reviewer, today)
    except NotLicensed:
        return Tier.AUTO


def lapsed(reviewer: Reviewer, today: date) -> str | None:
    """The day on which the licence of somebody expired whose role signs, the state where it is of one in which nobody signs here, "" where none is
    recorded; None where one is in force."""
    if reviewer.role not in REACH:
        return None
    try:
        licensed(reviewer, today)
    except NotLicensed:
        return _state(reviewer) if reviewer.elsewhere else reviewer.licence_expiry
    return None


def licensed(reviewer: Reviewer, today: date) -> None:
    """Raises NotLicensed where no licence of this person is in force today."""
    if not reviewer.licence or not reviewer.licence_expiry:
        raise NotLicensed("no licence is recorded for this person")
    if reviewer.elsewhere:
        raise NotLicensed(f"the licence is of {_state(reviewer)}, a state in which nobody signs here")
    if expired(reviewer, today):
        raise NotLicensed(f"the licence expired on {reviewer.licence_expiry}")


def expired(reviewer: Reviewer, today: date) -> bool:
    """Whether a licence is recorded whose last day has passed, whatever the role."""
    return bool(reviewer.licence_expiry) and date.fromisoformat(reviewer.licence_expiry) < today


def _state(reviewer: Reviewer) -> str:
    return reviewer.licence.partition(":")[0]
