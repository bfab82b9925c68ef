"""Every statement cites entries, and every entry that it cites exists and is this patient's.

Source   the product's first promise: no source, no sentence (docs/safety.md)
Misses   an entry of this patient that was filed under the wrong person by its sender
"""

from collections.abc import Iterator, Mapping

from careloom.care.document import Document, Finding, Severity, Verdict
from careloom.care.record import PatientRecord
from careloom.check.plain import PLAIN_TEXT
from careloom.verify import Judgement

NAME = "citations"


def rule(document: Document, record: PatientRecord, judged: Mapping[str, Judgement]) -> Iterator[Finding]:
    """High for an id that isn't in the record, one that its source withdrew, and for no citation at all.

    A sentence of a plain text cites nothing by its nature: low where the record supports it.
    """
    if document.patient and document.patient != record.patient:
        yield Finding(NAME, Severity.HIGH, "The document is about another patient than the record")
    withdrawn = {one for entry in record.withdrawn for one in (entry.id, *entry.same_as)}
    for statement in document.statements:
        if not statement.citations and document.kind != PLAIN_TEXT:
            yield Finding(NAME, Severity.HIGH, "It cites nothing", (), statement.id)
        elif not statement.citations and judged[statement.id].verdict is Verdict.SUPPORTED:
            yield Finding(
                NAME, Severity.LOW, "No citation is given; the record supports it", (), statement.id
            )
        for citation in dict.fromkeys(statement.citations):
            if citation in withdrawn:
                said = f"Its source withdrew the cited entry {citation}"
                yield Finding(NAME, Severity.HIGH, said, (citation,), statement.id)
            elif citation not in record.by_id:
                said = f"It cites {_shown(citation)}, which is no entry of this patient's record"
                yield Finding(NAME, Severity.HIGH, said, (), statement.id)


def _shown(citation: str) -> str:
    """An id as it may be printed: what doesn't look like one could be anything, a name too."""
    return citation if citation.isalnum() and len(citation) <= 64 else "something that is no id"
