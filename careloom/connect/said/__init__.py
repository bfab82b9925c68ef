"""Said: what a note's text says, sentence by sentence, as entries with their place in it.

Takes    a DocumentReference entry with its text, and knowledge of drugs
Gives    problems, drugs taken, stopped or denied, allergies, measurements, social needs and their absence, who cares, how
         the patient manages, directives; each with its span (code points), its sentence and its section
Never    diagnoses, guesses, obeys the text, or says of the patient what a text says of a relative
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from careloom.care.call import NOTE_KIND, QUESTION_ASKED
from careloom.care.entry import Entry, Period, When, entry_id, when
from careloom.connect.said import allergies, drugs, measures, needs, problems, remarks
from careloom.connect.said.saying import Note, Saying, note
from careloom.knowledge import Knowledge

__all__ = ["said", "span"]

# A document of these states speaks for nothing.
WITHDRAWN = frozenset({"entered-in-error", "superseded"})
SPAN = "characters "


def said(document: Entry, knowledge: Knowledge) -> tuple[Entry, ...]:
    """What a document's text says; () where it has no text, was withdrawn, or is a question that repeats what others said.

    Each entry's place is the document's with "characters a-b" (code points of `document.text`, b excluded).
    """
    if not document.text or document.status in WITHDRAWN or _asks(document):
        return ()
    read = note(document.text)
    sayings = sorted(_sayings(read, knowledge), key=lambda one: (one.start, one.end, one.kind, one.text))
    seen: Counter[tuple[str, str]] = Counter()
    entries = []
    place = _place(document)
    for saying in sayings:
        where = f"{place}{SPAN}{saying.start}-{saying.end}"
        ordinal = seen[where, saying.kind]
        seen[where, saying.kind] += 1
        entries.append(_entry(document, saying, where, ordinal))
    return tuple(entries)


def _asks(document: Entry) -> bool:
    return any((code.system, code.code) == (NOTE_KIND, QUESTION_ASKED) for code in document.codes)


def span(entry: Entry) -> tuple[int, int] | None:
    """Where in its note an entry stands (code points, end excluded); None for one that no note said."""
    _, marked, numbers = entry.source.where.rpartition(SPAN)
    start, dash, end = numbers.partition("-")
    if not marked or not (start.isdigit() and dash and end.isdigit()):
        return None
    return int(start), int(end)


def _sayings(read: Note, knowledge: Knowledge) -> Iterator[Saying]:
    yield from needs.needs(read)
    found = tuple(allergies.allergies(read, knowledge))
    yield from found
    taken = [(one.start, one.end) for one in found]
    yield from drugs.drugs(read, knowledge, taken=taken)
    yield from problems.problems(read, knowledge, taken=taken)
    yield from measures.measures(read, knowledge)
    yield from remarks.remarks(read)


def _place(document: Entry) -> str:
    if document.source.where == "note":
        return ""
    inside = document.detail.get("text_from", "")
    return f"{document.source.where}.{inside} " if inside else f"{document.source.where} "


def _happened(document: Entry, saying: Saying) -> When | None:
    """When what is said was so: on the day that the words name, else when the note was written; None where nobody knows."""
    written = document.effective.start
    if saying.day:
        # An offset ("-05:00") is no zone by whose days a day can be told.
        zone = written.zone if written and written.zone_assumed else ""
        day = when(saying.day, zone or "UTC")
        return None if written and day.earliest > written.latest else day
    # A note that names a problem says nothing of when that began.
    return written if saying.dated and saying.kind != "Condition" else None


def _entry(document: Entry, saying: Saying, where: str, ordinal: int) -> Entry:
    detail = {
        **saying.detail,
        "quote": saying.sentence.text,
        "section": saying.sentence.section,
        "author": document.detail.get("author", ""),
        "machine_written": document.detail.get("machine_written", ""),
        "read_by": document.detail.get("read_by", ""),
    }
    source = document.source
    return Entry(
        id=entry_id(source.message, where, saying.kind, ordinal),
        kind=saying.kind,
        source=replace(source, where=where),
        codes=saying.codes,
        text=saying.text,
        category=saying.category,
        value=saying.value,
        unit=saying.unit,
        value_codes=saying.value_codes,
        dosage=saying.dosage,
        effective=Period(_happened(document, saying)),
        # A value that the note gives no day may be years old.
        recorded=document.recorded if saying.dated or saying.day else None,
        status=saying.status,
        certainty=saying.certainty,
        negated=saying.negated,
        subject=saying.subject,
        detail={key: value for key, value in detail.items() if value},
        references=(document.id,),
    )
