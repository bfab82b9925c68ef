"""A row → entries, as the FHIR reader would make them of the same content."""

from collections.abc import Iterator
from dataclasses import replace

from careloom.care.entry import (
    Component,
    Dosage,
    Entry,
    Message,
    Period,
    Person,
    Range,
    Source,
    Subject,
    entry_id,
)
from careloom.connect.tables.cells import Row
from careloom.connect.tables.mapping import Cell, Made, Part, cells
from careloom.connect.tables.parse import kinds
from careloom.errors import InputError
from careloom.knowledge.none_known import allergies_denied, substance_denied

_NUMBERS = frozenset({"days_supply", "refills"})
_AMOUNTS = frozenset({"quantity"})
_DATES = frozenset({"due", "birth_date"})
_NOT_DONE = frozenset({"not-done", "not-taken"})
_YES = frozenset({"true", "y", "yes", "1"})


def made(every: tuple[Made, ...], row: Row, message: Message, who: Person) -> tuple[Entry, ...]:
    """The entries of a row; an ordinal tells those of one kind apart. Raises InputError where the row says none."""
    found: list[Entry] = []
    for one in every:
        if row.holds(one.when) and not row.any(one.unless) and _says(one, row):
            ordinal = sum(entry.kind == one.kind for entry in found)
            found.append(_entry(one, row, message, who, ordinal))
    return tuple(found)


def _says(one: Made, row: Row) -> bool:
    """Whether the row has something to say there: a column of its content is not empty."""
    content = (one.codes, one.text, one.value, one.value_codes, one.components, one.detail)
    telling = [cell for cell in cells(content) if cell.columns]
    if one.kind == "Patient" and not telling:
        return True
    telling = telling or [
        cell for cell in (one.start, one.end, one.recorded, one.status) if cell and cell.columns
    ]
    return any(row.said[column] for cell in telling for column in cell.columns)


def _entry(one: Made, row: Row, message: Message, who: Person, ordinal: int) -> Entry:
    comparator, value = row.figure(one.value)
    certainty = _word(one.certainty, row, kinds()["certainty"], "certainty")
    status = _word(one.status, row, kinds()["status"][one.kind], "status") or None
    start, end, recorded = row.date(one.start), row.date(one.end), row.date(one.recorded)
    if start and end and end.latest < start.earliest:
        raise InputError("ends before it begins")
    entry = Entry(
        id=entry_id(message.sha256, row.where, one.kind, ordinal),
        kind=one.kind,
        source=Source(message.sha256, row.where, message.source),
        codes=row.codes(one.codes),
        text=row.text(one.text),
        category=tuple(said for cell in one.category if (said := row.text(cell))),
        value=value or None,
        unit=row.text(one.unit) or None if value else None,
        comparator=row.text(one.comparator) or comparator,
        value_codes=row.codes(one.value_codes),
        interpretation=row.text(one.interpretation) or None,
        range=_range(one, row),
        components=tuple(part for each in one.components if (part := _component(each, row))),
        dosage=_dosage(one, row),
        effective=Period(start, end),
        recorded=recorded,
        status="entered-in-error" if certainty == "entered-in-error" else status,
        certainty=certainty,
        negated=row.text(one.negated).lower() in _YES or certainty == "refuted" or status in _NOT_DONE,
        subject=_subject(one, row),
        detail=_detail(one, row),
    )
    return _finished(entry, who)


def _finished(entry: Entry, who: Person) -> Entry:
    """What follows from the rest for some kinds, as the FHIR reader has it."""
    if not (entry.codes or entry.text) and entry.kind not in kinds()["named_otherwise"]:
        raise InputError(f"names no {entry.kind}: its text and codes are empty")
    detail = dict(entry.detail)
    if entry.kind == "Patient":
        detail = {
            "birth_date": who.birth_date or "",
            "sex": who.sex or "",
            "deceased": who.deceased or "",
        } | detail
    elif entry.kind == "Appointment" and entry.effective.start:
        detail.setdefault("due", entry.effective.start.day.isoformat())
    elif entry.kind == "Condition" and entry.effective.end:
        detail.setdefault("abatement", entry.effective.end.text)
    elif entry.kind == "MedicationRequest" and entry.recorded and not entry.effective.start:
        entry = replace(entry, effective=Period(entry.recorded, entry.effective.end))
    elif entry.kind == "MedicationRequest" and entry.effective.start and not entry.recorded:
        entry = replace(entry, recorded=entry.effective.start)
    elif entry.kind == "Coverage" and not entry.text:
        entry = replace(entry, text=detail.get("payer", ""))
    elif entry.kind in ("Claim", "ExplanationOfBenefit", "ClaimResponse"):
        detail.setdefault("service", entry.text)
    entry = replace(entry, detail={key: said for key, said in detail.items() if said})
    if entry.kind == "AllergyIntolerance" and (allergies_denied(entry) or substance_denied(entry)):
        entry = replace(entry, negated=True)
    return entry


def _word(cell: Cell | None, row: Row, known: list[str], name: str) -> str:
    said = row.text(cell)
    if not said or said in known:
        return said
    if said.lower() in known:
        return said.lower()
    raise InputError(f"{name} is none of {', '.join(known)}; give its words in the mapping")


def _subject(one: Made, row: Row) -> Subject:
    said = row.text(one.subject) or ("family" if one.kind == "FamilyMemberHistory" else "patient")
    if said not in ("patient", "family", "other"):
        raise InputError("subject is none of patient, family, other")
    return said  # type: ignore[return-value]


def _range(one: Made, row: Row) -> Range | None:
    low = row.number(one.low) if one.low else ""
    high = row.number(one.high) if one.high else ""
    text = row.text(one.range)
    return Range(low or None, high or None, text) if low or high or text else None


def _component(part: Part, row: Row) -> Component | None:
    """One component, its comparator before the digits; None where the row has no value for it."""
    comparator, value = row.figure(part.value)
    coded = row.codes(part.value_codes)
    if not value and not coded:
        return None
    codes, text = row.codes(part.codes), row.text(part.text)
    return Component(
        codes=codes,
        text=text
        or next((code.display for code in codes if code.display), "")
        or (codes[0].code if codes else ""),
        value=f"{comparator}{value}" or (coded[0].display or coded[0].code),
        unit=row.text(part.unit) or None,
        value_codes=coded,
        interpretation=row.text(part.interpretation) or None,
    )


def _dosage(one: Made, row: Row) -> Dosage | None:
    said = Dosage(**{key: row.text(cell) for key, cell in one.dosage.items()})
    return said if said != Dosage() else None


def _detail(one: Made, row: Row) -> dict[str, str]:
    return dict(pair for pair in _details(one, row) if pair[1])


def _details(one: Made, row: Row) -> Iterator[tuple[str, str]]:
    for key, cell in one.detail.items():
        if key in _NUMBERS:
            yield key, row.number(cell)
        elif key in _AMOUNTS:
            yield key, row.number(cell, strict=False)
        elif key in _DATES:
            found = row.date(cell)
            yield key, found.day.isoformat() if found else ""
        else:
            yield key, row.text(cell)
