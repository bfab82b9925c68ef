"""What somebody said or showed in a contact and that can't wait is never left to the note that tells it.

Source   knowledge/red_flags.toml, each flag with its own (American Heart and Stroke Association, CDC, MedlinePlus, 988 Lifeline)
Misses   a sign in words that no flag has; a language other than English and Spanish; a sign that the author of a note denies and
         that was there
"""

import re
from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity, Statement
from careloom.knowledge.facts import Facts
from careloom.knowledge.red_flags import Flag, load_red_flags, red_flags
from careloom.text.folding import fold

NAME = "red_flag"
# How whoever writes notes denies a sign: "denies fever, chest pain or SOB", "no current thoughts of suicide". It ends at "but".
_DENIED_BEFORE = re.compile(
    r"\b(?:denie[sd]|denying|negative for)\b(?:(?!\b(?:but|except|however)\b)[^.;\n])*$"
    r"|\b(?:no|without)(?: (?:any|acute|new|current|recent|complaints?|signs?|evidence|reports?|thoughts?|episodes?|of|or|and))* $"
)
_REACH = 160


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each line of a contact that tells a red flag."""
    del facts
    for statement in document.statements:
        if statement.section in document.demands.heard:
            found = (
                _denied_by_none(statement) if statement.written_by == "person" else red_flags(statement.text)
            )
            if found:
                told = ", ".join(flag.label for flag in found)
                message = f"It tells of {told}: act on it now, outside this note"
                yield Finding(NAME, Severity.HIGH, message, statement.citations, statement.id)


def _denied_by_none(statement: Statement) -> tuple[Flag, ...]:
    """The flags of a professional's sentence that she doesn't deny; hers are denials of self-harm too."""
    folded = re.sub(r"\s+", " ", fold(statement.text))
    return tuple(
        flag
        for flag in load_red_flags()
        if any(
            not _DENIED_BEFORE.search(folded, max(0, found.start() - _REACH), found.start())
            for words in flag.words
            for found in words.finditer(folded)
        )
    )
