"""Who signs a line, and why, in one sentence."""

from collections.abc import Mapping, Sequence

from careloom.care.document import Finding, Severity, Statement, Tier, Verdict
from careloom.review.classes import asks_for_another_target
from careloom.review.prescribers import is_a_prescribers
from careloom.review.tiers import findings_of

LICENSED = {Tier.NURSE: "A registered nurse", Tier.PHYSICIAN: "A physician"}
BECAUSE = {
    "medication_change": "it changes or instructs about a drug",
    "diagnostic_impression": "it gives a diagnostic impression",
    "unclear": "what it asks for is unclear",
}


def who_signs(line: Statement, findings: Sequence[Finding] = ()) -> str:
    """One sentence that says who signs a line, and why."""
    if line.tier is Tier.AUTO:
        return "Nobody has to sign this line."
    because = BECAUSE.get(line.content_class.value)
    if line.tier is Tier.PHYSICIAN and because is None:
        because = _because(line, findings)
    return f"{LICENSED[line.tier]} signs this line" + (f": {because}." if because else ".")


def signers(lines: Sequence[Statement], findings: Sequence[Finding]) -> Mapping[str, str]:
    """The same of each of these lines, by its id."""
    return {line.id: who_signs(line, findings) for line in lines}


def _because(line: Statement, findings: Sequence[Finding]) -> str:
    if asks_for_another_target(line):
        return "it weighs another target"
    if is_a_prescribers(line):
        return "it says what a physician orders, refers for or decides"
    if any(finding.severity is Severity.HIGH for finding in findings_of(line, findings)):
        return "it carries a high finding"
    if line.verdict is not Verdict.SUPPORTED:
        return "its sources do not say this"
    return "this site, or what the line said before, asks for one"
