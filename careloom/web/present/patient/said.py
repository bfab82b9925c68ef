"""Who says something: the sources of a fact with their newest day, and the entry that is opened for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from careloom.care.entry import ICD10, ICD10_WHO, LOINC, NDC, RXNORM, SNOMED, Code, Entry
from careloom.care.record import PatientRecord
from careloom.web.present.words import day, source_name

_SYSTEMS: Mapping[str, str] = {
    ICD10: "ICD-10-CM",
    ICD10_WHO: "ICD-10",
    LOINC: "LOINC",
    NDC: "NDC",
    RXNORM: "RxNorm",
    SNOMED: "SNOMED CT",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Where a fact comes from, in words, and the entry under which its evidence is opened."""

    entry: str
    words: str


def said(ids: Iterable[str], record: PatientRecord) -> Said | None:
    """The sources of some entries, each with its newest day; None where the record holds none of them."""
    entries = [record.by_id[one] for one in ids if one in record.by_id]
    if not entries:
        return None
    newest: dict[str, Entry] = {}
    for entry in sorted(entries, key=moment_of):
        for source in (entry.source, *entry.also):
            newest[source.system] = entry
    words = (f"{source_name(system)}, {day(entry.happened)[:10]}" for system, entry in newest.items())
    return Said(entries[0].id, " · ".join(words))


def moment_of(entry: Entry) -> float:
    """When an entry happened, to sort by; what has no date comes first."""
    return entry.happened.latest.timestamp() if entry.happened else 0.0


def coded(codes: Sequence[Code]) -> str:
    """Codes with the systems that give them meaning: "ICD-10-CM E11.9, SNOMED CT 44054006"."""
    told = (f"{_SYSTEMS[code.system]} {code.code}" for code in codes if code.system in _SYSTEMS)
    return ", ".join(dict.fromkeys(told))
