"""What a plan could have said and doesn't, with the reason: what the record speaks against, and what no line tells."""

import re
from collections.abc import Iterable, Iterator, Sequence

from careloom.care.document import LeftOut, Statement
from careloom.care.record import PatientRecord
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, listed
from careloom.knowledge.match import Match
from careloom.knowledge.protocol import withheld
from careloom.knowledge.when import Term
from careloom.text.orders import speaks_to_software

# What a finding of the record is called before its words.
_BEFORE = {"allergy": "allergy to ", "history": "history of "}
_MOST_WORDS = 40
_WORD = re.compile(r"[a-z]{3,}")
# A kind of entry that has no name of its own.
_NAMED = {"CareTeam": "care team"}
# As many words of a line in common, and another line says it.
_SAID = 0.6


def left_out(pen: Pen, statements: Sequence[Statement]) -> Iterator[LeftOut]:
    """First the guidelines' lines that something of the record speaks against, then what of the record no line cites."""
    cited = {
        pen.record.by_id[one].id for line in statements for one in line.citations if one in pen.record.by_id
    }
    yield from stopped(pen, statements)
    yield from untold(pen, cited)


def stopped(pen: Pen, statements: Sequence[Statement]) -> Iterator[LeftOut]:
    """The guidelines' lines that something of the record speaks against, each with what.

    Lines that another one says in its place ("… because of chronic kidney disease") are not left out.
    """
    lines = [_words(line.text) for line in statements]
    for one in withheld(pen.record, pen.knowledge):
        words = _words(one.text)
        if speaks_to_software(one.text) or any(len(words & line) >= _SAID * len(words) for line in lines):
            continue
        entries = tuple(dict.fromkeys(entry for _, match in one.stops for entry in match.entries))
        why = listed(dict.fromkeys(_reason(term, match, pen) for term, match in one.stops))
        yield LeftOut(_short(one.text), f"because of {why}", one.rule.id, entries)


def _reason(term: Term, match: Match, pen: Pen) -> str:
    """A line of an `unless` in words, as the record has it."""
    plain = next(
        (
            said
            for slot, said in match.slots.items()
            if slot in ("problem", "allergy", "drug", "need") and said
        ),
        "",
    )
    seen = match.slots.get(f"seen:{term.names[0]}", "") if term.names else ""
    name = plain or _NAMED.get(seen, seen)
    if not name and term.kind in ("lab", "trend") and (lab := pen.knowledge.labs.get(term.names[0])):
        measured = (match.slots.get(f"lab:{lab.concept}.{part}", "") for part in ("value", "unit"))
        name = " ".join(filter(None, (lab.label, *measured)))
    if not name and term.names:
        name = (
            pen.knowledge.conditions.label(term.names[0])
            if term.kind in ("problem", "history")
            else term.names[0]
        )
    day = next((said for slot, said in match.slots.items() if slot.endswith(".date") and said), "")
    said = f"{_BEFORE.get(term.kind, '')}{bare(name).replace('_', ' ')}"
    return f"{said} ({day})" if day else said


def untold(pen: Pen, cited: set[str]) -> Iterator[LeftOut]:
    """Active problems, current drugs, active allergies and open needs that no statement cites, each with why."""
    for what, entries, why in _must(pen.record, pen):
        if not cited & _ids(entries, pen.record):
            yield LeftOut(
                _short(bare(what)) if pen.is_fit(what) else "text that may not stand in a plan",
                why,
                "",
                tuple(entries),
            )


def _must(record: PatientRecord, pen: Pen) -> Iterator[tuple[str, Iterable[str], str]]:
    unsaid = "no line has room for its words"
    for problem in record.problems:
        if problem.status == "active":
            acute = problem.concept is not None and not pen.knowledge.conditions.chronic(problem.concept)
            why = problem.why if problem.doubtful else "expected to pass by itself" if acute else unsaid
            yield problem.name, problem.entries, why
    for drug in record.medications:
        if drug.current:
            yield drug.name, drug.entries, unsaid
    for allergy in record.allergies:
        if allergy.status == "active":
            yield f"allergy to {allergy.substance}", allergy.entries, unsaid
    for need in record.needs:
        if need.status == "open":
            yield need.name, need.entries, unsaid


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _ids(entries: Iterable[str], record: PatientRecord) -> set[str]:
    known = [record.by_id[one] for one in entries if one in record.by_id]
    return {one for entry in known for one in (entry.id, *entry.same_as)}


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= _MOST_WORDS else f"{' '.join(words[:_MOST_WORDS])} …"
