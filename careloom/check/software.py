"""A statement that rests on nothing but what software wrote says so.

Source   ONC HTI-1 final rule, 89 FR 1192 (2024), 45 CFR 170.315(b)(11): who uses predictive software is told what it is; FHIR R4,
         security labels AIAST and CLINAST_AIRPT of HL7's v3-ObservationValue, by which a source says it
Misses   software that does not say so; a plain text, which cites nothing; words that a person only signed unread
"""

from collections.abc import Iterator, Mapping, Sequence

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge.facts import Facts

NAME = "software"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Low, for each statement all of whose sources, and all that the record has beside them on it, software wrote."""
    record = facts.record
    written = {one for entry in record.entries if _is_written(entry) for one in (entry.id, *entry.same_as)}
    if not written:
        return
    beside = _beside(record)
    for statement in document.statements:
        cited = [record.by_id[one].id for one in statement.citations if one in record.by_id]
        whole = [*cited, *(other for one in cited for other in beside.get(one, ()))]
        if cited and all(one in written for one in whole):
            message = f"Only what software wrote supports it ({_sources(cited, record)}); no person and no other source says so"
            yield Finding(NAME, Severity.LOW, message, statement.citations, statement.id)


def _is_written(entry: Entry) -> bool:
    return entry.detail.get("machine_written") == "true"


def _beside(record: PatientRecord) -> Mapping[str, Sequence[str]]:
    """By entry what else the record has of the same problem, drug, allergy or need."""
    groups = [one.entries for one in record.problems]
    groups += [one.entries for one in record.medications]
    groups += [one.entries for one in record.allergies]
    groups += [one.entries for one in record.needs]
    found: dict[str, list[str]] = {}
    for group in groups:
        for entry in group:
            found.setdefault(entry, []).extend(group)
    return found


def _sources(cited: Sequence[str], record: PatientRecord) -> str:
    systems = dict.fromkeys(record.by_id[one].source.system for one in cited)
    return ", ".join(system.replace("_", " ") for system in systems)
