"""Short ways to ask what a sentence says."""

from functools import lru_cache

from careloom import knowledge
from careloom.care.entry import Entry, Source, when
from careloom.care.entry import Period as Span
from careloom.connect.said import said
from careloom.knowledge import Knowledge


@lru_cache(maxsize=1)
def known() -> Knowledge:
    return knowledge.load()


def document(text: str, **given) -> Entry:
    """A note of 2026-10-09 with this text."""
    day = when("2026-10-09", "America/New_York")
    source = Source("0" * 64, "note", "social_services")
    fields = {
        "id": "note",
        "kind": "DocumentReference",
        "source": source,
        "effective": Span(day),
        "recorded": day,
    }
    return Entry(**fields | {"text": text} | given)


def told(text: str, kind: str = "") -> list[Entry]:
    """What a note with this text says; of one kind alone, if asked."""
    return [entry for entry in said(document(text), known()) if kind in ("", entry.kind)]


def needs(text: str) -> set[tuple[str, str]]:
    """(domain, "true" or "false") of every need of the patient that the text tells or denies."""
    return {
        (entry.detail["domain"], entry.detail["adverse"])
        for entry in told(text)
        if "domain" in entry.detail and entry.subject == "patient"
    }


def drugs(text: str) -> list[tuple[str, str]]:
    """(drug, status) of every drug that the patient takes or took or doesn't take."""
    return [
        (entry.text, entry.status or "")
        for entry in told(text, "MedicationStatement")
        if entry.subject == "patient"
    ]
