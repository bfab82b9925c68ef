"""Trying the rules on their own examples: a few lines make a small record, the rule must say what is written.

age: 66                                        sex: female           language: es
problem: type_2_diabetes                       resolved: pneumonia
lab: hba1c 8.4 % on 2026-09-22                 drug: metformin
medication: prescribed_no_fill_seen lisinopril allergy: penicillin
need: transport no ride to the clinic          conflict: dose metformin
gap: hba1c since 2025-09-12                    trend: egfr 52 to 38 falling strong
seen: hospice on 2026-10-01                    person: deceased
matter: code_status=dnr                        onset: myocardial_infarction on 2026-09-03
noted: She fell and hit her head. on 2026-11-20
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from careloom.care.entry import LOINC, SNOMED, Code, Entry, Period, Source, entry_id, when
from careloom.care.record import (
    Allergy,
    Conflict,
    Demographics,
    Gap,
    Medication,
    Need,
    PatientRecord,
    Problem,
    Trend,
)
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.knowledge.protocol import run
from careloom.knowledge.protocols import Example, Rule
from careloom.knowledge.sightings import SYSTEMS

AS_OF = date(2026, 11, 23)
_MESSAGE = "0" * 64
_DATED = re.compile(r"^(.*?)(?: (?:on|since) (\d{4}-\d{2}-\d{2}))?$")


def faults(rule: Rule, knowledge: Knowledge) -> tuple[str, ...]:
    """What a rule's examples show to be wrong with it: one line each; () where they all hold."""
    where = f"{rule.file}, line {rule.line}: rule {rule.id}"
    found = [] if rule.examples else [f"{where}: it has no example"]
    if rule.examples and not any(example.yields for example in rule.examples):
        found.append(f"{where}: no example yields anything")
    wrong = (_wrong(rule, example, knowledge) for example in rule.examples)
    return (
        *found,
        *(f"{where}: example {place} {fault}" for place, fault in enumerate(wrong, 1) if fault),
    )


def _wrong(rule: Rule, example: Example, knowledge: Knowledge) -> str:
    """What one example shows to be wrong; "" where the rule says what it says there."""
    try:
        record = record_of(example.given, knowledge)
    except (ValueError, KeyError) as fault:
        return f"can't be read: {fault}"
    said = [one.text for one in run(rule, Facts(record, knowledge))]
    if example.yields in said or not (said or example.yields):
        return ""
    return f"yields {said}, not {example.yields!r}"


@dataclass(frozen=True, slots=True)
class Tried:
    """One protocol file with its rules tried on their own examples: how many, how many held, and what is wrong."""

    file: str
    rules: int
    examples: int
    passed: int
    faults: tuple[str, ...] = ()


def tried(knowledge: Knowledge) -> tuple[Tried, ...]:
    """Every protocol file whose rules are switched on, by name, with what its examples show."""
    files: dict[str, list[Rule]] = {}
    for rule in knowledge.protocols.all:
        files.setdefault(rule.file, []).append(rule)
    return tuple(
        Tried(
            file,
            len(rules),
            sum(len(rule.examples) for rule in rules),
            sum(not _wrong(rule, example, knowledge) for rule in rules for example in rule.examples),
            tuple(fault for rule in rules for fault in faults(rule, knowledge)),
        )
        for file, rules in sorted(files.items())
    )


@dataclass
class _Making:
    """A record while its lines are read."""

    knowledge: Knowledge
    record: PatientRecord
    entries: list[Entry] = field(default_factory=list)

    def add(self, kind: str, text: str = "", day: str = "", **parts: object) -> str:
        place = f"line {len(self.entries) + 1}"
        entry = Entry(
            id=entry_id(_MESSAGE, place, kind),
            kind=kind,
            source=Source(_MESSAGE, place, "example"),
            text=text,
            effective=Period(when(day)) if day else Period(),
            status="final" if kind == "Observation" else "active",
        )
        self.entries.append(replace(entry, **parts))  # type: ignore[arg-type]
        return entry.id


def record_of(lines: tuple[str, ...], knowledge: Knowledge) -> PatientRecord:
    """A small invented record from the lines of an example, as of 2026-11-23. Raises ValueError for a bad line."""
    making = _Making(
        knowledge,
        PatientRecord(patient="example", as_of=AS_OF, version="", demographics=Demographics(), entries=()),
    )
    patient = making.add("Patient", "Patient")
    making.record = replace(making.record, demographics=Demographics(entries=(patient,)))
    for line in lines:
        kind, _, rest = line.partition(":")
        if kind not in _LINES:
            raise ValueError(f"example line {line!r}: there is no {kind!r}")
        _LINES[kind](making, rest.strip())
    return replace(making.record, entries=tuple(making.entries))


def _aged(making: _Making, rest: str) -> None:
    born = AS_OF.replace(year=AS_OF.year - int(rest)).isoformat()
    making.record = replace(making.record, demographics=replace(making.record.demographics, birth_date=born))


def _who(making: _Making, rest: str) -> None:
    known = {"deceased": {"deceased": "true"}, "interpreter": {"interpreter": True}}
    who = replace(making.record.demographics, **known[rest])  # type: ignore[arg-type]
    making.record = replace(making.record, demographics=who)


def _sex(making: _Making, rest: str) -> None:
    making.record = replace(making.record, demographics=replace(making.record.demographics, sex=rest))


def _language(making: _Making, rest: str) -> None:
    making.record = replace(making.record, demographics=replace(making.record.demographics, language=rest))


def _problem(making: _Making, rest: str, status: str = "active", day: str = "") -> None:
    known = making.knowledge.conditions.get(rest)
    if known is None:
        raise ValueError(f"example: there is no condition {rest!r}")
    codes = tuple(Code(SNOMED, code, known.label) for code in known.snomed[:1])
    entry = making.add("Condition", known.label, day, codes=codes, status=status)
    concept = known.counts_as or known.concept
    problem = Problem(known.label, status, (entry,), "example", concept, codes)  # type: ignore[arg-type]
    making.record = replace(making.record, problems=(*making.record.problems, problem))


def _onset(making: _Making, rest: str) -> None:
    name, day = _dated(rest)
    _problem(making, name, day=day)
    *before, last = making.record.problems
    making.record = replace(making.record, problems=(*before, replace(last, since=when(day))))


def _noted(making: _Making, rest: str) -> None:
    said, day = _dated(rest)
    if said == "self_harm_answer":
        asked = Code(LOINC, "44260-8", "Thoughts that you would be better off dead")
        making.add("Observation", asked.display, day, codes=(asked,), value="Several days")
    elif said == "falls":
        making.add("Observation", said, day or "2026-11-20", category=("functional",), status="final")
    else:
        making.add("DocumentReference", said, day or "2026-11-20")


def _resolved(making: _Making, rest: str) -> None:
    _problem(making, rest, "resolved")


def _lab(making: _Making, rest: str) -> None:
    said, day = _dated(rest)
    name, value, *unit = said.split()
    lab = making.knowledge.labs.get(name)
    if lab is None:
        raise ValueError(f"example: there is no lab {name!r}")
    sign = "".join(letter for letter in value if letter in "<>=")
    making.add(
        "Observation",
        lab.label,
        day or "2026-11-01",
        codes=tuple(Code(LOINC, code, lab.label) for code in lab.loinc[:1]),
        value=value.removeprefix(sign),
        comparator=sign,
        unit=" ".join(unit) or lab.unit,
    )


def _drug(making: _Making, rest: str) -> None:
    _medication(making, f"taking_as_reported {rest}")


def _medication(making: _Making, rest: str) -> None:
    state, _, name = rest.partition(" ")
    found = making.knowledge.drugs.find(name)
    name, day = _dated(name)
    entry = making.add("MedicationRequest", name, day)
    names = tuple(drug.name for drug in found)
    one = Medication(name, names, state, state != "stopped", (entry,), "example")  # type: ignore[arg-type]
    making.record = replace(making.record, medications=(*making.record.medications, one))


def _allergy(making: _Making, rest: str) -> None:
    entry = making.add("AllergyIntolerance", rest)
    drugs = making.knowledge.drugs
    names = tuple(drug.name for drug in drugs.find(rest))
    one = Allergy(rest, names, drugs.allergy_classes(rest), "active", "allergy", "", (entry,), "example")
    making.record = replace(making.record, allergies=(*making.record.allergies, one))


def _need(making: _Making, rest: str) -> None:
    domain, _, name = rest.partition(" ")
    entry = making.add("Observation", name, detail={"domain": domain, "adverse": "true", "quote": name})
    making.record = replace(
        making.record, needs=(*making.record.needs, Need(domain, name or domain, (entry,)))
    )


def _gap(making: _Making, rest: str) -> None:
    about, day = _dated(rest)
    rule = making.knowledge.gaps.get(about)
    if rule is None:
        raise ValueError(f"example: there is no gap {about!r}")
    one = Gap(rule.kind, about, rule.label, "example", day or None, making.record.demographics.entries)
    making.record = replace(making.record, gaps=(*making.record.gaps, one))


def _trend(making: _Making, rest: str) -> None:
    name, first, _, last, direction, *strong = rest.split()
    lab = making.knowledge.labs.get(name)
    if lab is None:
        raise ValueError(f"example: there is no lab {name!r}")
    _lab(making, f"{name} {first} {lab.unit} on 2025-09-12")
    _lab(making, f"{name} {last} {lab.unit} on 2026-09-22")
    entries = tuple(entry.id for entry in making.entries[-2:])
    change = str(float(last) - float(first))
    one = Trend(name, lab.label, entries, first, last, change, lab.unit, "year", direction, bool(strong))  # type: ignore[arg-type]
    making.record = replace(making.record, trends=(*making.record.trends, one))


def _conflict(making: _Making, rest: str) -> None:
    kind, _, about = rest.partition(" ")
    entries = (making.add("MedicationRequest", about), making.add("MedicationDispense", about))
    one = Conflict(kind, about, entries, "example")  # type: ignore[arg-type]
    making.record = replace(making.record, conflicts=(*making.record.conflicts, one))


def _booked(making: _Making, rest: str) -> None:
    name, day = _dated(rest)
    shown = making.knowledge.sightings.by_name[name]
    making.add("Appointment", shown.words[0], day or "2026-12-03", status="booked")


def _seen(making: _Making, rest: str) -> None:
    said, day = _dated(rest)
    name, _, service = said.partition(" ")
    shown = making.knowledge.sightings.by_name[name]
    by_system = {system: Code(system, code) for system, code in sorted(shown.codes)}
    code = next((by_system[system] for system in SYSTEMS.values() if system in by_system), None)
    detail = {"outcome": "denied"} if shown.denied else {}
    detail |= {"service": service} if service else {}
    detail |= {"class": sorted(shown.classes)[0]} if shown.classes else {}
    making.add(
        sorted(shown.kinds)[0] if shown.kinds else "Procedure",
        shown.words[0] if shown.words else name,
        day or "2026-11-01",
        codes=(code,) if code else (),
        value=shown.values[0] if shown.values else None,
        detail=detail,
    )


def _matter(making: _Making, rest: str) -> None:
    said, day = _dated(rest)
    name, _, value = said.partition("=")
    row = next(one for one in making.knowledge.matters.all if one.name == name)
    way = next(one for one in row.values if one.name == value)
    system, code = min(way.codes)
    kind = "Observation" if "Observation" in row.kinds else "Condition"
    making.add(kind, way.label, day or "2026-11-01", codes=(Code(system, code, way.label),))


def _dated(rest: str) -> tuple[str, str]:
    found = _DATED.match(rest)
    return (found[1], found[2] or "") if found else (rest, "")


_LINES = {
    "age": _aged,
    "sex": _sex,
    "language": _language,
    "person": _who,
    "problem": _problem,
    "resolved": _resolved,
    "lab": _lab,
    "drug": _drug,
    "medication": _medication,
    "allergy": _allergy,
    "need": _need,
    "gap": _gap,
    "trend": _trend,
    "conflict": _conflict,
    "seen": _seen,
    "booked": _booked,
    "matter": _matter,
    "onset": _onset,
    "noted": _noted,
}
