"""Drilling: a drill out of checked drafts of invented people: some lines with one fault each, others as they were drafted.

Takes    the drafts, a seed, and how often a learner met each kind of fault
Gives    a drill with its key
Never    plants two faults in a line, tells by the label what is faulty, or takes a line that its check objects to as a fine one
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.document import RECORD, Document, Finding, Severity, Statement
from careloom.care.drill import Drill, DrillLine, FaultKind, Key, Level, SourceWords
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.study.training.draws import Draws
from careloom.study.training.faults import PLANTERS, Case

# Lines of a drill beside the last, and how many of them are faulty: never the same, so that nobody can count on it.
LINES, FAULTY = 9, (3, 4, 5)
# Lines that rest on more sources than this are too long a search for a drill.
MOST_CITED = 5


@dataclass(frozen=True, slots=True)
class Drafted:
    """An invented person's record and draft with what the check found."""

    record: PatientRecord
    document: Document
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Learner:
    """Whose drill it is, when it is made, its id, and how often she met each kind of fault."""

    id: str
    who: str
    at: datetime
    met: Mapping[FaultKind, int]


def drill(learner: Learner, drafts: Sequence[Drafted], knowledge: Knowledge, seed: int) -> Drill:
    """A drill; the same arguments give the same one."""
    chance = Draws(seed)
    person = chance.choice(drafts)
    others = [(one.record, one.document) for one in drafts if one is not person]
    case = Case(person.record, person.document, others, knowledge)
    usable = chance.shuffled(list(_usable(person)))
    faulty = dict(_planted(case, usable, learner.met, chance))
    chosen = chance.shuffled([*(line for line, _ in faulty.values()), *_fine(usable, faulty, chance)])
    covers, omitted = _covers(person, chance)
    # Numbered, since a line's own id comes of the words that it had.
    keys = {f"l{place}": faulty[line.id][1] for place, line in enumerate(chosen, 1) if line.id in faulty}
    labelled = _labelled([f"l{place}" for place, _ in enumerate(chosen, 1)], keys, chance)
    numbers = {entry.id: place for place, entry in enumerate(_told(person.record), 1)}
    lines = [
        DrillLine(
            f"l{place}",
            one.text,
            tuple(numbers[cited] for cited in one.citations if cited in numbers),
            _rule(one),
            f"l{place}" in labelled,
        )
        for place, one in enumerate(chosen, 1)
    ]
    lines.append(DrillLine(f"l{len(lines) + 1}", covers, (), "", False))
    keys |= {lines[-1].id: omitted} if omitted else {}
    who = person.record.demographics
    name = " ".join((*who.names[0].given, who.names[0].family)).strip() if who.names else ""
    about = (_age(who.birth_date or "", person.record.as_of), who.sex or "")
    return Drill(
        learner.id, learner.who, learner.at, seed, name, about, tuple(_sources(person)), tuple(lines), keys
    )


def _fine(usable: Sequence[Statement], faulty: Mapping[str, object], chance: Draws) -> list[Statement]:
    """The lines that stay as they were drafted: half of them facts where there are so many, the others what is to be done."""
    left = [line for line in usable if line.id not in faulty]
    wanted = LINES - len(faulty)
    facts = [line for line in left if line.kind != "activity"][: wanted // 2]
    rest = chance.shuffled([line for line in left if line not in facts])
    return [*facts, *rest[: wanted - len(facts)]]


def _age(born: str, today: date) -> int:
    if not born:
        return 0
    day = date.fromisoformat(born)
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _usable(person: Drafted) -> Iterator[Statement]:
    """Lines that somebody can judge beside their sources, and to which the check objects in nothing."""
    objected = {one.statement for one in person.findings}
    for line in person.document.statements:
        about_sources = line.about == RECORD or "this plan" in line.text or "this record" in line.text
        if line.id not in objected and not about_sources and 0 < len(line.citations) <= MOST_CITED:
            yield line


def _planted(
    case: Case, usable: Sequence[Statement], met: Mapping[FaultKind, int], chance: Draws
) -> Iterator[tuple[str, tuple[Statement, Key]]]:
    """The faulty lines by their id: the kinds that she met least come first, each once, as hard as chance says and as fits."""
    kinds = sorted(chance.shuffled(tuple(PLANTERS)), key=lambda kind: met.get(kind, 0))
    left, wanted = list(usable), chance.choice(FAULTY)
    for kind in kinds:
        if not wanted:
            return
        found = _fault(kind, case, left, chance)
        if found is not None:
            was, line, level = found
            left.remove(was)
            wanted -= 1
            yield was.id, (line, Key(kind, level, was.text))


def _fault(
    kind: FaultKind, case: Case, left: Sequence[Statement], chance: Draws
) -> tuple[Statement, Statement, Level] | None:
    for level in chance.shuffled(tuple(Level)):
        for was in left:
            line = PLANTERS[kind](was, case, level, chance)
            if line is not None and line != was:
                return was, replace(line, id=was.id), level
    return None


def _labelled(lines: Sequence[str], keys: Mapping[str, Key], chance: Draws) -> frozenset[str]:
    """Which lines the page says are supported: half of the faulty ones and half of the fine ones, by chance."""
    found: set[str] = set()
    for group in ([one for one in lines if one in keys], [one for one in lines if one not in keys]):
        found.update(chance.shuffled(group)[: (len(group) + chance.below(2)) // 2])
    return frozenset(found)


def _told(record: PatientRecord) -> list[Entry]:
    """The entries that the page shows as sources, by what they are and by day."""
    order = (
        "Patient",
        "Condition",
        "AllergyIntolerance",
        "MedicationRequest",
        "MedicationDispense",
        "Observation",
    )
    told = [one for one in record.entries if one.kind in order]
    return sorted(told, key=lambda one: (order.index(one.kind), one.name, _day(one)))


def _sources(person: Drafted) -> Iterator[SourceWords]:
    place = 0
    for place, one in enumerate(_told(person.record), 1):
        yield SourceWords(place, one.kind, _said(one), _day(one), one.source.system.replace("_", " "))
    for number, finding in enumerate(_findings(person), place + 1):
        yield SourceWords(number, "finding", finding.message, "", "")


def _findings(person: Drafted) -> list[Finding]:
    return [one for one in person.findings if one.severity is not Severity.LOW and one.statement is None]


def _day(entry: Entry) -> str:
    return entry.happened.day.isoformat() if entry.happened else ""


def _said(entry: Entry) -> str:
    """What a source says, in its own words."""
    if entry.kind == "Patient":
        return f"{entry.detail.get('birth_date', '')}, {entry.detail.get('sex', '')}"
    if quote := entry.detail.get("quote"):
        return f"“{quote}”"
    unit = (entry.unit or "").replace("{score}", "").replace("{1.73_m2}", "1.73 m2").replace("m[IU]", "mIU")
    value = f"{entry.comparator}{entry.value or ''} {unit}".strip()
    dose = entry.dosage.text if entry.dosage else ""
    supply = entry.detail.get("days_supply", "")
    filled = f"{entry.detail.get('quantity', '')} for {supply} days" if supply else ""
    reaction = entry.detail.get("reaction", "")
    return ", ".join(part for part in (entry.text or entry.name, value, dose, filled, reaction) if part)


def _rule(line: Statement) -> str:
    """What a guideline's rule says, whose task it makes it, and how its day is counted."""
    if line.guideline is None:
        return ""
    whose = f"Task of the {line.activity.owner.replace('_', ' ')}." if line.activity else ""
    return " · ".join(
        part for part in (line.guideline.source, line.guideline.says, whose, line.guideline.due) if part
    )


def _covers(person: Drafted, chance: Draws) -> tuple[str, Key | None]:
    """The last line, which says what the plan tells of the record; in half of the drills one thing that matters is left out of the plan."""
    record = person.record
    problems = [one.name for one in record.problems if one.status == "active"]
    drugs = [one.name for one in record.medications if one.current]
    allergies = [one.substance for one in record.allergies if one.status == "active"]
    told = {
        "problems": problems,
        "medicines": drugs,
        "allergies": allergies,
        "newest results": list(_newest(record)),
        "what the check found": [one.message.partition(":")[0] for one in _findings(person)],
    }
    whole = _listed(told)
    if chance.below(2):
        return whole, None
    level = chance.choice(tuple(Level))
    gone = {Level.PLAIN: "what the check found", Level.ORDINARY: "allergies", Level.FINE: "newest results"}[
        level
    ]
    if not told[gone]:
        gone = "medicines"
    lost = chance.choice(told[gone])
    left = [one for one in told[gone] if one != lost]
    return _listed(told | {gone: left}), Key(FaultKind.OMISSION, level, whole)


def _newest(record: PatientRecord) -> Iterator[str]:
    newest: dict[str, Entry] = {}
    for one in record.entries:
        if one.kind == "Observation" and one.value and one.happened:
            before = newest.get(one.name)
            if before is None or _day(before) < _day(one):
                newest[one.name] = one
    for name in sorted(newest):
        yield f"{_said(newest[name])} ({_day(newest[name])})"


def _listed(told: Mapping[str, Sequence[str]]) -> str:
    parts = "; ".join(f"{name}: {', '.join(said)}" for name, said in told.items() if said)
    return f"This plan covers {parts}."
