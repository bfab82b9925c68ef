"""What `verify` makes of every statement of a document, asked once for all rules that need it, and as findings."""

from collections.abc import Iterator, Mapping, Sequence

from careloom.care.document import Document, Finding, Severity, Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.check.plain import PLAIN_TEXT, likely
from careloom.knowledge import Knowledge
from careloom.verify import Fault, Index, Judgement, judge_with


def judgements(document: Document, record: PatientRecord, knowledge: Knowledge) -> Mapping[str, Judgement]:
    """The judgement on each statement by its id; the record is made ready once.

    A statement is judged against the entries that it cites; a sentence of a plain text against those of the
    whole record that it may be about.
    """
    index = Index(record, knowledge, (document.as_of,))
    plain = document.kind == PLAIN_TEXT
    return {
        statement.id: judge_with(
            index,
            statement.text,
            likely(statement.text, index) if plain else cited(statement, record),
            statement.guideline,
            statement.goal,
        )
        for statement in document.statements
    }


def cited(statement: Statement, record: PatientRecord) -> Sequence[Entry]:
    """The entries that a statement cites and that exist, each once."""
    found = (record.by_id[citation] for citation in statement.citations if citation in record.by_id)
    return tuple({entry.id: entry for entry in found}.values())


def faults_as_findings(
    name: str, says: Mapping[str, str], document: Document, judged: Mapping[str, Judgement]
) -> Iterator[Finding]:
    """Faults of the kinds in `says` as findings of the rule `name`, one for each statement and kind."""
    for statement in document.statements:
        faults = judged[statement.id].faults
        for kind, message in says.items():
            found = [fault for fault in faults if fault.kind == kind]
            if found:
                yield Finding(name, severity_of(found), message, statement.citations, statement.id)


def severity_of(faults: Sequence[Fault]) -> Severity:
    """High where a source contradicts, moderate where none speaks of it."""
    return Severity.HIGH if any(fault.contradicts for fault in faults) else Severity.MODERATE
