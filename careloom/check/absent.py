"""A protocol file or rule, or a row of interactions or circumstances, that could not be used is absent from a draft, which says so.

Source   the product's own promise: bad input is named, never passed over (docs/protocols.md)
Misses   a rule that a site switched off on purpose; a plain text, which follows no protocol
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.check.plain import PLAIN_TEXT
from careloom.knowledge.facts import Facts

NAME = "absent"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Moderate, about the whole draft, one for each protocol file, rule or row that is absent from it."""
    if document.kind == PLAIN_TEXT:
        return
    knowledge = facts.knowledge
    tables = (knowledge.interactions, knowledge.circumstances)
    for problem in (*knowledge.protocols.problems, *(one for table in tables for one in table.problems)):
        yield Finding(NAME, Severity.MODERATE, f"Absent from this draft is what could not be used: {problem}")
