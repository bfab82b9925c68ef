"""What of a document may stand on paper, which can be handed to anybody: nothing that nobody signed of what was filed, and no word
that something is restricted for whoever reads no programme.
"""

from dataclasses import replace

from django.utils.translation import ngettext

from careloom.care.access import Permission, may
from careloom.care.document import Proposal, Statement
from careloom.check import restricted
from careloom.pipeline import Review


def stands(line: Statement, review: Review) -> bool:
    """Whether a line is printed: of a document that was filed, also where it was taken back, those that were signed."""
    filed = review.proposal.status == "active" or review.back is not None
    return not filed or line.id in review.proposal.released


def not_filed(review: Review) -> str:
    """How many lines of the draft were not filed, as a sentence; "" for none, and for a draft."""
    proposal = review.proposal
    kept = (one for one in proposal.document.statements if one.id not in proposal.struck)
    left = sum(not stands(one, review) for one in kept)
    if not left:
        return ""
    return ngettext(
        "{number} line of the draft was not filed, and left out here.",
        "{number} lines of the draft were not filed, and left out here.",
        left,
    ).format(number=left)


def findings_on_paper(review: Review) -> Proposal:
    """The document with the findings that may be printed: for whoever reads no programme not that something is restricted, which
    tells that there is a source (42 CFR 2.13(c)(2)).
    """
    if may(review.role, Permission.PART2):
        return review.proposal
    told = tuple(one for one in review.proposal.findings if one.rule != restricted.NAME)
    return replace(review.proposal, findings=told)
