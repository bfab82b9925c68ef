"""What somebody said or showed in a contact and that can't wait is never left to the note that tells it.

Source   knowledge/red_flags.toml, each flag with its own (American Heart and Stroke Association, CDC, MedlinePlus, 988 Lifeline)
Misses   a sign in words that no flag has; a language other than English and Spanish; a sign that the author of a note denies and
         that was there
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.knowledge.facts import Facts
from careloom.knowledge.red_flags import noted_flags, red_flags

NAME = "red_flag"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each line of a contact that tells a red flag."""
    del facts
    for statement in document.statements:
        if statement.section in document.demands.heard:
            by_person = statement.written_by == "person"
            found = noted_flags(statement.text) if by_person else red_flags(statement.text)
            if found:
                told = ", ".join(flag.label for flag in found)
                message = f"It tells of {told}: act on it now, outside this note"
                yield Finding(NAME, Severity.HIGH, message, statement.citations, statement.id)
