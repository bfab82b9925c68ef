"""A plain text as a document: its sentences as statements without citations, and what each may be about."""

import re
from collections.abc import Sequence

from careloom.care.document import Document, Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.verify import Index

PLAIN_TEXT = "text"
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)\s+(?=[^\W_])|\s*\n+\s*")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")


def statements_of(text: str, record: PatientRecord) -> Document:
    """Plain text about the patient of a record as a Document of kind "text": one statement a sentence or line."""
    sentences = (_BULLET.sub("", part).strip() for part in _SENTENCE.split(text.replace("\r", "")))
    statements = tuple(
        Statement(id=f"line-{number}", section="text", kind="fact", text=sentence, written_by="person")
        for number, sentence in enumerate((one for one in sentences if one), 1)
    )
    return Document(
        patient=record.patient,
        kind=PLAIN_TEXT,
        as_of=record.as_of,
        record_version=record.version,
        statements=statements,
    )


def likely(text: str, index: Index) -> Sequence[Entry]:
    """The entries of the record that a sentence may be about: those with a name that it mentions, and the patient's."""
    return index.named_in(text)
