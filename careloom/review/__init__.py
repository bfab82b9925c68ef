"""Review: who may release what, and what a decision does to a proposal.

Takes    a checked document with its findings; a reviewer's decision
Gives    the class and tier of each statement; the proposal after the decision, or a refusal
Never    lowers a tier, asks a model, releases what nobody looked at, or files anything itself
"""

from careloom.review.classes import classify
from careloom.review.decisions import decide, is_automatic, ready_to_file
from careloom.review.queue import due_at
from careloom.review.tiers import findings_of, propose, reach, tier_for
from careloom.review.undo import to_undo, undone

__all__ = [
    "classify",
    "decide",
    "due_at",
    "findings_of",
    "is_automatic",
    "propose",
    "reach",
    "ready_to_file",
    "tier_for",
    "to_undo",
    "undone",
]
