"""careloom notes: what a text says, sentence by sentence; nothing is stored."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from careloom import knowledge
from careloom.care.entry import Entry, Source
from careloom.cli import text
from careloom.cli.frame import careloom_command, settings, show
from careloom.connect import notes
from careloom.connect.said import said, span
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.pipeline import RELEASES

# As much as a file of many notes may have; one note may have as much as a message of that format.
MOST_BYTES = 64 << 20
# No header of a note is longer.
HEAD = 4_000
NOTE = "note"
KINDS = {
    "Observation": "finding",
    "MedicationStatement": "medicine",
    "AllergyIntolerance": "allergy",
    "Condition": "problem",
    "Patient": "person",
}


@careloom_command(
    "notes", short_help="What a text says: needs, medicines, problems, allergies; nothing is stored."
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--lines", is_flag=True, help="Each line of FILE is a note of its own.")
def command(file: Path, lines: bool) -> None:
    """Show what the text of FILE ("-" for standard input) says, each with its place; nothing is stored.

    Social needs and that there is none (with domain and ICD-10-CM code), medicines taken, stopped or denied, problems,
    allergies, function and care at home; whether it is denied, past, or about a relative. English and Spanish. Places
    are code points of the text, the last excluded. A header ("Patient: …", then a blank line) is passed over.
    """
    whole_text = text.read(file, MOST_BYTES if lines else notes.MOST_BYTES)
    site = settings()
    known = knowledge.load(site.protocols, site.home / RELEASES)
    whole = (
        [line.removesuffix("\r") for line in whole_text.removesuffix("\n").split("\n")]
        if lines
        else [whole_text]
    )
    told = [read(one, known) for one in whole]

    def words(console: Console) -> None:
        for number, (note, entries) in enumerate(zip(whole, told, strict=True), 1):
            if lines and entries:
                console.print(f"line {number}", style="bold")
            for line in _words(note, entries):
                console.print(line, soft_wrap=True)
        console.print(f"{sum(map(len, told))} things said; nothing was stored")

    show({"notes": [{"entries": [to_json(entry) for entry in entries]} for entries in told]}, words=words)


def read(text: str, known: Knowledge) -> tuple[Entry, ...]:
    """What a text says, without its header; places are those of the whole text."""
    begins = _header(text)
    sha = hashlib.sha256(text.encode()).hexdigest()
    # As many spaces stand for the header, so that every place stays what it is.
    body = " " * begins + text[begins:]
    source = Source(sha, notes.WHERE, "notes")
    return said(Entry(id=NOTE, kind="DocumentReference", source=source, text=body), known)


def to_json(entry: Entry) -> dict[str, Any]:
    """An entry in the command line's contract, with its words and, of a drug, its dose."""
    detail, dosage = entry.detail, entry.dosage
    return {
        "kind": entry.kind,
        "codes": [{"system": one.system, "code": one.code, "display": one.display} for one in entry.codes],
        "domain": detail.get("domain"),
        "adverse": {"true": True, "false": False}.get(detail.get("adverse", "")),
        "negated": entry.negated,
        "status": entry.status,
        "certainty": entry.certainty or None,
        "subject": entry.subject,
        "span": list(span(entry) or ()),
        "text": entry.text,
        "category": list(entry.category),
        "value": entry.value,
        "unit": entry.unit,
        "effective": entry.effective.start.text if entry.effective.start else None,
        "dosage": {
            "text": dosage.text,
            "dose": dosage.dose,
            "route": dosage.route,
            "frequency": dosage.frequency,
        }
        if dosage
        else None,
        "reaction": detail.get("reaction"),
        "informant": detail.get("informant"),
    }


def _header(text: str) -> int:
    """Where the text begins behind its header; 0 where it has none."""
    head, gap, _ = text[:HEAD].partition("\n\n")
    if not gap or not notes.is_ours(head.encode()):
        return 0
    try:
        notes.split(f"{head}\n\n.")
    except InputError:
        return 0
    return len(head) + len(gap)


def _words(note: str, entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        start, end = span(entry) or (0, 0)
        codes = ", ".join(one.code for one in entry.codes)
        facts = (
            entry.detail.get("domain", ""),
            {"true": "a need", "false": "no need"}.get(entry.detail.get("adverse", ""), ""),
            f"({codes})" if codes else "",
            entry.status if entry.kind == "MedicationStatement" else "",
            "denied" if entry.negated else "",
            entry.certainty,
            f"of {entry.subject}" if entry.subject != "patient" else "",
            f"told by: {entry.detail['informant']}" if "informant" in entry.detail else "",
            f"reaction: {entry.detail['reaction']}" if "reaction" in entry.detail else "",
        )
        said_so = " ".join(fact for fact in facts if fact)
        quote = " ".join(note[start:end].split())
        said_of = " · ".join(part for part in (entry.text, said_so, f"“{quote}”") if part)
        yield f"  {start}–{end} [bold]{KINDS.get(entry.kind, entry.kind)}[/bold] {escape(said_of)}"
