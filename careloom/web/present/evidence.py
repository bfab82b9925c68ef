"""The evidence of a line: each cited entry in its source's words, the trend, the fills, the guideline."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.document import Finding, Guideline, Statement
from careloom.care.entry import Entry, Source
from careloom.care.record import Medication, PatientRecord, Regimen
from careloom.pipeline import Review
from careloom.web.present.drug_line import DrugLine
from careloom.web.present.drug_line import draw as draw_drug
from careloom.web.present.facts import facts
from careloom.web.present.recorded import PARTS, recorded, regimen_part, titled
from careloom.web.present.settling import Disagreement, Stands, disagreements, stands
from careloom.web.present.sparkline import Sparkline, draw, range_words
from careloom.web.present.told import Pieces
from careloom.web.present.words import (
    ENTRY_KINDS,
    INTERPRETATIONS,
    count,
    day,
    place_words,
    source_name,
    unit,
)

SPAN = re.compile(r"characters (\d+)[-–](\d+)")
LINES = re.compile(r"[ \t]*\n\s*")
AROUND = 140
WHOLE_NOTE = 4 * AROUND
# How far a quotation's surroundings may be cut back so that they begin and end with whole words.
WORD = 24
# Statuses that change nothing about how an entry is read; any other is printed where it can't be overlooked.
PLAIN_STATUSES = frozenset({"final", "completed", "finished", "active", "current", "amended", "corrected"})
FILLS_SHOWN = 6
FRESH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a note with what stands around them; `rest` is what a whole note says after that."""

    before: str
    words: str
    after: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One cited entry as its source tells it."""

    id: str
    kind: str
    title: str
    value: str
    flag: str
    range: str
    when: str
    source: str
    place: str
    said: tuple[str, ...]
    quote: Quote | None
    facts: tuple[tuple[str, str], ...]
    also: tuple[str, ...]
    machine: bool


@dataclass(frozen=True, slots=True)
class Fill:
    """One dispensing of a drug."""

    when: str
    drug: str
    quantity: str
    days: str
    pharmacy: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine of the record as all sources tell it, with its newest fills."""

    name: str
    why: Pieces
    doses: tuple[str, ...]
    fills: tuple[Fill, ...]
    older: int
    taken: tuple[str, ...] = ()
    doubts: tuple[Pieces, ...] = ()
    line: DrugLine | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything the pane shows for what was chosen; `missing` are citations that this record does not hold."""

    entries: tuple[Evidence, ...]
    missing: tuple[str, ...]
    trends: tuple[Sparkline, ...]
    drugs: tuple[Drug, ...]
    conflicts: tuple[Disagreement, ...]
    guideline: Guideline | None
    settled: tuple[Stands, ...] = ()


def basis(statement: Statement, record: PatientRecord) -> Basis:
    """The evidence of a statement: its citations in order, and the record's parts that rest on them."""
    return _basis(statement.citations, record, statement.guideline, statement.text)


def basis_of_entries(entries: Sequence[str], record: PatientRecord) -> Basis:
    """The evidence of something that the record says itself: the entries it rests on."""
    return _basis(entries, record, None, "")


def basis_of_finding(finding: Finding, record: PatientRecord) -> Basis:
    """The evidence of a finding."""
    return _basis(finding.evidence, record, None, finding.message)


def _basis(citations: Sequence[str], record: PatientRecord, guideline: Guideline | None, text: str) -> Basis:
    entries = tuple(
        {entry.id: entry for one in citations if (entry := record.by_id.get(one)) is not None}.values()
    )
    cited = {same for entry in entries for same in (entry.id, *entry.same_as)}
    notes = [entry for entry in record.entries if entry.kind == "DocumentReference"]
    trends = [trend for trend in record.trends if cited.intersection(trend.entries)]
    drawn = [draw(trend, _entries(trend.entries, record)) for trend in trends]
    return Basis(
        entries=tuple(sorted((show(entry, notes) for entry in entries), key=_without_a_persons_words)),
        missing=tuple(one for one in citations if one not in record.by_id),
        trends=tuple(line for line in drawn if line is not None),
        drugs=tuple(_drug(drug, record) for drug in record.medications if cited.intersection(drug.entries)),
        conflicts=_conflicts(record, cited, text.lower()),
        settled=stands(cited, record),
        guideline=guideline,
    )


def _conflicts(record: PatientRecord, cited: set[str], text: str) -> tuple[Disagreement, ...]:
    """Conflicts between cited entries: those about what the text names, or all where it names none of them."""
    found = [one for one in record.conflicts if cited.intersection(one.entries)]
    named = [one for one in found if one.about.lower() in text]
    return disagreements(named or found, record)


def _without_a_persons_words(shown: Evidence) -> bool:
    """What a person wrote is read first: it is what a list or a number can't tell."""
    return shown.quote is None or not shown.quote.words


def _entries(ids: Iterable[str], record: PatientRecord) -> list[Entry]:
    return [record.by_id[one] for one in ids if one in record.by_id]


def show(entry: Entry, notes: Sequence[Entry]) -> Evidence:
    """One entry as its source tells it; `notes` are the record's notes, to quote from."""
    note = entry.kind == "DocumentReference"
    return Evidence(
        id=entry.id,
        kind=kind_of(entry),
        title=entry.detail.get("title", "note") if note else titled(entry),
        value="" if note else _value(entry),
        flag=INTERPRETATIONS.get(entry.interpretation or "", entry.interpretation or ""),
        range=range_words(entry, ""),
        when=_when(entry),
        source=source_name(entry.source.system),
        place=place_words(entry.source.where),
        said=_said(entry),
        quote=_quote(entry, notes),
        facts=facts(entry),
        also=tuple(dict.fromkeys(map(_place, entry.also))),
        machine=entry.detail.get("machine_written") == "true",
    )


def fresh(review: Review) -> tuple[Evidence, ...]:
    """The first entries that are newer than the draft, as their sources tell them."""
    by_id = review.record.by_id
    new = [by_id[one] for one in review.new_entries if one in by_id]
    return tuple(show(entry, ()) for entry in new[:FRESH_SHOWN])


def _place(source: Source) -> str:
    return f"{source_name(source.system)}, {place_words(source.where)}"


def kind_of(entry: Entry) -> str:
    """What an entry is, in a word or two."""
    if entry.kind == "Observation":
        for category, word in (
            ("vital-signs", gettext("vital sign")),
            ("laboratory", gettext("laboratory result")),
            ("survey", gettext("screening answer")),
            ("social-history", gettext("social history")),
            ("sdoh", gettext("social need")),
        ):
            if category in entry.category:
                return word
    return ENTRY_KINDS.get(entry.kind, entry.kind)


def _value(entry: Entry) -> str:
    if entry.components:
        parts = [
            f"{part.text or (part.codes[0].display if part.codes else '')} {part.value}{unit(part.unit)}".strip()
            for part in entry.components
            if part.value is not None
        ]
        return "; ".join(parts)
    if entry.value is not None:
        return f"{entry.comparator}{entry.value}{unit(entry.unit)}"
    return ", ".join(code.display or code.code for code in entry.value_codes)


def _when(entry: Entry) -> str:
    start, end = entry.effective.start, entry.effective.end
    if entry.happened is None and entry.kind == "Patient":
        return ""
    if start is not None and end is not None and day(start) != day(end):
        return gettext("{day} to {day2}").format(day=day(start), day2=day(end))
    return day(entry.happened)


def _said(entry: Entry) -> tuple[str, ...]:
    """What else the source says of it, in words that must not be overlooked."""
    said = []
    if entry.subject != "patient":
        said.append(
            gettext("about a relative") if entry.subject == "family" else gettext("about somebody else")
        )
    if entry.negated:
        said.append(gettext("the source says this is not so"))
    if entry.certainty and entry.certainty != "confirmed":
        said.append(entry.certainty.replace("-", " "))
    if entry.status and entry.status not in PLAIN_STATUSES:
        said.append(entry.status.replace("-", " "))
    return tuple(said)


def _quote(entry: Entry, notes: Sequence[Entry]) -> Quote | None:
    """The entry's words in their note. A note that is itself cited is quoted from its beginning."""
    if entry.kind == "DocumentReference":
        return _whole(LINES.sub("\n", entry.text).strip())
    words, span = entry.detail.get("quote", ""), SPAN.search(entry.source.where)
    if span is None:
        return Quote("", words, "") if words else None
    start, end = int(span[1]), int(span[2])
    for note in notes:
        if note.source.message == entry.source.message and 0 <= start < end <= len(note.text):
            said = note.text[start:end]
            if not words or said.strip() in words or words.strip() in said:
                return Quote(_before(note.text, start), said, _after(note.text, end))
    return Quote("", words, "") if words else None


def _whole(text: str) -> Quote | None:
    """A note from its beginning; what is too long to be read at once follows after a whole word."""
    if len(text) <= WHOLE_NOTE:
        return Quote(text, "", "") if text else None
    gap = re.search(r"\s(?=\S*$)", text[:WHOLE_NOTE])
    cut = gap.start() if gap else WHOLE_NOTE
    return Quote(f"{text[:cut]}…", "", "", text[cut:].lstrip())


def _before(text: str, start: int) -> str:
    """The words before, without empty lines, from the beginning of a word."""
    said = text[max(0, start - AROUND) : start]
    cut = start > AROUND
    if cut and (gap := re.search(r"\s", said[:WORD])):
        said = said[gap.end() :]
    return ("…" if cut else "") + LINES.sub("\n", said).lstrip()


def _after(text: str, end: int) -> str:
    """The words after, without empty lines, to the end of a word."""
    said = text[end : end + AROUND]
    cut = end + AROUND < len(text)
    if cut and (gap := re.search(r"\s(?=\S*$)", said)):
        said = said[: gap.start()]
    return LINES.sub("\n", said).rstrip() + ("…" if cut else "")


def _drug(drug: Medication, record: PatientRecord) -> Drug:
    fills = [entry for entry in _entries(drug.entries, record) if entry.kind == "MedicationDispense"]
    fills.sort(key=lambda entry: entry.happened.latest.timestamp() if entry.happened else 0.0, reverse=True)
    return Drug(
        name=drug.name,
        why=recorded(drug.why),
        doses=tuple(f"{dose} ({', '.join(_systems(ids, record))})" for dose, ids in drug.doses),
        fills=tuple(map(_fill, fills[:FILLS_SHOWN])),
        older=max(len(fills) - FILLS_SHOWN, 0),
        taken=tuple(map(taken, drug.regimens)),
        doubts=tuple(dict.fromkeys(recorded(one.doubt) for one in drug.regimens if one.doubt)),
        line=draw_drug(drug, record),
    )


def taken(regimen: Regimen) -> str:
    """A regimen in parts; what no source says is said to be missing."""
    parts = (
        ("strength", regimen.strength),
        ("dose", regimen.amount),
        ("route", regimen.route),
        ("frequency", regimen.frequency),
    )
    missing = [str(PARTS[name]) for name, said in parts if not said]
    # One piece at a time: its strength is what is taken at once, said once.
    told = ", ".join(regimen_part(one) for one in dict.fromkeys(said for _, said in parts if said))
    return (
        gettext("{told} (not said: {list})").format(told=told, list=", ".join(missing)) if missing else told
    )


def _systems(ids: Iterable[str], record: PatientRecord) -> list[str]:
    return list(dict.fromkeys(source_name(entry.source.system) for entry in _entries(ids, record)))


def _fill(entry: Entry) -> Fill:
    days, pharmacy = entry.detail.get("days_supply", ""), entry.detail.get("pharmacy", "")
    source = source_name(entry.source.system)
    return Fill(
        when=day(entry.happened),
        drug=entry.name,
        quantity=entry.detail.get("quantity", ""),
        days=count(int(days), "day") if days.isdigit() else days,
        pharmacy=pharmacy,
        status="" if entry.status == "completed" else (entry.status or ""),
        source="" if source.casefold() == pharmacy.casefold() else source,
    )
