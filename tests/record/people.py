"""Entries of invented people, built in few words."""

from datetime import date

from careloom import knowledge
from careloom.care.entry import (
    ICD10,
    LOINC,
    RXNORM,
    SNOMED,
    Code,
    Component,
    Dosage,
    Entry,
    Period,
    Source,
    entry_id,
    when,
)
from careloom.record import assemble

AS_OF = date(2026, 11, 23)
KNOWLEDGE = knowledge.load()
SYSTEMS = {"icd": ICD10, "loinc": LOINC, "rx": RXNORM, "sct": SNOMED}


def an_entry(
    kind, text="", *, on=None, until=None, recorded=None, source="ehr", message=None, n=0, code=None, **more
):
    """One entry; `code` is "sct|44054006", `on` and `until` FHIR times, `message` defaults to one per source."""
    codes = ()
    if code:
        system, _, value = code.partition("|")
        codes = (Code(SYSTEMS[system], value, text),)
    message = message or f"message of {source}"
    where = f"entry[{n}] {kind} {text} {on} {code} {more.get('status')} {more.get('value')} {sorted(more.get('detail', {}).items())}"
    return Entry(
        id=entry_id(message, where, kind),
        kind=kind,
        source=Source(message, where, source),
        codes=codes,
        text=text,
        effective=Period(when(on) if on else None, when(until) if until else None),
        recorded=when(recorded) if recorded else None,
        **more,
    )


def a_condition(text, code=None, *, status="active", certainty="confirmed", **more):
    return an_entry("Condition", text, code=code, status=status, certainty=certainty, **more)


def an_order(text, *, status="active", dosage=None, **more):
    detail = {"intent": "order"} | more.pop("detail", {})
    said = Dosage(text=dosage) if dosage else None
    return an_entry("MedicationRequest", text, status=status, dosage=said, detail=detail, **more)


def a_fill(text, *, days="30", quantity="60", status="completed", source="pharmacy", **more):
    detail = {"days_supply": days, "quantity": quantity}
    return an_entry("MedicationDispense", text, status=status, source=source, detail=detail, **more)


def a_report(text, *, status="active", source="notes", dosage=None, quote="She takes it.", **more):
    said = Dosage(text=dosage) if dosage else None
    return an_entry(
        "MedicationStatement",
        text,
        status=status,
        source=source,
        dosage=said,
        detail={"quote": quote},
        **more,
    )


def a_result(loinc, value, unit, on, *, status="final", **more):
    return an_entry(
        "Observation", loinc, code=f"loinc|{loinc}", value=value, unit=unit, on=on, status=status, **more
    )


def a_pressure(high, low, on, **more):
    parts = (
        Component((Code(LOINC, "8480-6"),), "Systolic", high, "mm[Hg]"),
        Component((Code(LOINC, "8462-4"),), "Diastolic", low, "mm[Hg]"),
    )
    return an_entry(
        "Observation", "Blood pressure", code="loinc|85354-9", on=on, status="final", components=parts, **more
    )


def an_allergy(text, *, code=None, status="active", kind="allergy", reaction="", **more):
    detail = {"allergy_type": kind, "reaction": reaction}
    detail = {name: said for name, said in detail.items() if said} | more.pop("detail", {})
    return an_entry("AllergyIntolerance", text, code=code, status=status, detail=detail, **more)


def a_need(domain, text, on, *, adverse=True, source="notes", **more):
    detail = {"domain": domain, "adverse": "true" if adverse else "false", "quote": text}
    return an_entry("Observation", text, on=on, source=source, detail=detail, **more)


def the_record(*entries, as_of=AS_OF, persons=()):
    return assemble("p-1", entries, KNOWLEDGE, as_of, persons)


def the_only(items):
    (one,) = items
    return one


def kinds(record):
    return sorted(conflict.kind for conflict in record.conflicts)
