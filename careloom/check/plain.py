"""A plain text as a document: its sentences as statements without citations."""

from careloom.care.document import Document, Statement
from careloom.care.record import PatientRecord
from careloom.text.sections import kind_of
from careloom.text.sentences import sentences

PLAIN_TEXT = "text"


def statements_of(text: str, record: PatientRecord) -> Document:
    """Plain text about the patient of a record as a Document of kind "text": one statement a sentence or line.

    A statement's section is the kind of the note's section that it stands in, else "text". A heading that we don't know is a
    statement too: no word of a text goes unchecked.
    """
    parts = [(sentence, kind or "text") for sentence, kind in _parts(text.replace("\r", ""))]
    statements = tuple(
        Statement(id=f"line-{number}", section=kind, kind="fact", text=sentence, written_by="person")
        for number, (sentence, kind) in enumerate(parts, 1)
    )
    return Document(
        patient=record.patient,
        kind=PLAIN_TEXT,
        as_of=record.as_of,
        record_version=record.version,
        statements=statements,
    )


def _parts(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    until = 0
    for sentence in sentences(text):
        found += [(line, "") for line in _left(text[until : sentence.start])]
        found.append((sentence.text, sentence.kind))
        until = sentence.end
    return found + [(line, "") for line in _left(text[until:])]


def _left(between: str) -> list[str]:
    """What stands between two sentences and is neither a bullet nor the heading of a section that we know."""
    lines = (line.strip(" \t#*-•–·—:") for line in between.split("\n"))
    return [line for line in lines if len(line.split()) > 1 and not kind_of(line)]
