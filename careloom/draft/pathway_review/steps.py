"""Next best steps: what the protocols ask for, by expected benefit: first by what is at stake, then by the strength of the evidence.

What is at stake is the protocol's own rank (knowledge/protocols/README.md): harm now, this week, goals and what is overdue, prevention and
teaching. Within each the recommendation's strength decides, as the guideline grades it; an ungraded one stands between strong
and weak. Two of one strength keep the protocol's order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.draft.pen import Pen
from careloom.knowledge.protocols import Rule

SECTION = "steps"
TOP = 3
# Ends of the ranks at which as much is at stake: harm now, this week, off goal or overdue, teaching and prevention.
_STAKES = (9, 39, 79, 149)
# The frame of every care plan and the social needs are no pathways; of the frame only what may be harm now is a step.
_FRAME = "core.toml"
_NO_PATHWAYS = frozenset({_FRAME, "social_needs.toml"})
_HARM = _STAKES[0]
# Grades as the guidelines write them, the strongest first (ACC/AHA classes; GRADE's 1 and 2; letters of the ADA and the USPSTF).
_STRONG = re.compile(r"\bCOR (?:1|I|3: Harm)\b|^1[A-D]$|^(?i:strong)\b|^A$|\bCategor(?:y|ies) A\b")
_MODERATE = re.compile(r"\bCOR (?:2a|IIa)\b|^(?:A or )?B$|\bCategory B\b|\b(?i:best-practice)\b")
_WEAK = re.compile(r"\b(?:2b|IIb)\b|^2[A-D]$|\b(?i:conditional|weak)\b|^C$")


def is_of_a_pathway(one: Statement, pen: Pen) -> bool:
    """Whether a protocol's line belongs to a pathway, or tells of what may be harm now."""
    rule = pen.knowledge.protocols.rule(one.guideline.id) if one.guideline else None
    return rule is not None and is_pathway(rule)


def is_pathway(rule: Rule) -> bool:
    """Whether a rule is of a pathway, or of harm now."""
    return rule.file not in _NO_PATHWAYS or (is_frame(rule) and rule.rank <= _HARM)


def is_frame(rule: Rule) -> bool:
    """Whether a rule is of the frame that every care plan has."""
    return rule.file == _FRAME


def steps(lines: Sequence[Statement]) -> Iterator[Statement]:
    """The activities in their order, each with its place as its rank."""
    ordered = sorted((one for one in lines if one.kind == "activity"), key=_benefit)
    for place, one in enumerate(ordered):
        yield replace(one, section=SECTION, rank=place)


def top(found: Sequence[Statement]) -> tuple[str, ...]:
    """The first three steps."""
    return tuple(one.id for one in found if one.section == SECTION and one.rank < TOP)


def strength(grade: str) -> int:
    """0 for a strong recommendation, 1 for a moderate one, 2 where its guideline gives no grade that we know, 3 for a weak one."""
    if _WEAK.search(grade):
        return 3
    return 0 if _STRONG.search(grade) else 1 if _MODERATE.search(grade) else 2


def _benefit(one: Statement) -> tuple[int, int, int, str]:
    # What no guideline grades is a drug that harms.
    at_stake = sum(one.rank > end for end in _STAKES) if one.guideline else 0
    return at_stake, strength(grade_of(one)), one.rank, one.text


def grade_of(one: Statement) -> str:
    """The grade at the end of a line's source, as its guideline writes it; "" for none."""
    found = re.search(r", \d{4} \(([^()]*)\)$", one.guideline.source if one.guideline else "")
    return found[1] if found else ""
