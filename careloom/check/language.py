"""What goes to a patient of whom nobody knows which language she reads, and who has a need with language, is looked at first.

Source   45 CFR 92.201 (2024): meaningful access for people with limited English proficiency
Misses   a need that no source tells; a language that a source names wrongly; who speaks a language and reads another
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.knowledge.facts import Facts
from careloom.text.language import code_of

NAME = "language"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Moderate, at the first line of a patient's text, where a need with language is open and no source says the language."""
    record = facts.record
    # "Unknown" tells no language.
    if not document.demands.grade or not document.statements or code_of(record.demographics.language or ""):
        return
    needs = [one for one in record.needs if one.domain == "language" and one.status == "open"]
    if needs:
        evidence = tuple(dict.fromkeys(entry for one in needs for entry in one.entries))
        message = "A source tells of a need with language, and none says which one this patient reads: ask before this goes out"
        yield Finding(NAME, Severity.MODERATE, message, evidence, document.statements[0].id)
