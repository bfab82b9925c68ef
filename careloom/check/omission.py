"""No active chronic problem, high-alert drug, critical result or strong trend is passed over by a whole document.

Source   ISMP, List of High-Alert Medications in Community/Ambulatory Care Settings (2021), and drugs with a narrow therapeutic
         index by their labels; critical limits and strong trends as labs.toml names them
Misses   a problem without a known concept; what a statement cites but doesn't speak of; plain texts (a part of a plan)
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.check.plain import PLAIN_TEXT
from careloom.check.taken import taken
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import Lab
from careloom.text.plural import is_plural

NAME = "omission"
_RECENT = timedelta(days=366)
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", "unknown", None})


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for a high-alert drug and a critical result that nobody cites, moderate for a problem and a trend."""
    must = document.demands.must_mention
    if document.kind == PLAIN_TEXT or not must:
        return
    record, knowledge = facts.record, facts.knowledge
    cited = _cited(document, record)
    if "problems" in must:
        yield from _problems(cited, record, knowledge)
    if "drugs" in must:
        yield from _drugs(cited, record, knowledge)
    critical = _critical(facts) if "critical" in must else []
    for entry, lab, side in critical:
        if entry.id not in cited:
            written = f"{entry.comparator}{entry.value} {knowledge.labs.plain(entry.unit or lab.unit)}"
            day = entry.happened.day.isoformat() if entry.happened else "an unknown day"
            message = f"No statement cites {lab.label} {written} of {day}, which is critically {side} ({lab.critical_source})"
            yield Finding(NAME, Severity.HIGH, message, (entry.id,))
    told = {entry.id for entry, _, _ in critical}
    for trend in record.trends if "trends" in must else ():
        if trend.strong and not cited & set(trend.entries) and not told & set(trend.entries):
            message = f"No statement cites that {trend.label} is {trend.direction}: {trend.first} to {trend.last} {trend.unit}"
            if is_plural(trend.label):
                message = f"No statement cites that {trend.label} are {trend.direction}: {trend.first} to {trend.last} {trend.unit}"
            yield Finding(NAME, Severity.MODERATE, message, trend.entries)


def _cited(document: Document, record: PatientRecord) -> set[str]:
    """Ids that statements cite; the id of a merged duplicate stands for the entry that it became."""
    said = {citation for statement in document.statements for citation in statement.citations}
    return said | {record.by_id[citation].id for citation in said if citation in record.by_id}


def _problems(cited: set[str], record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    for problem in record.problems:
        if problem.status != "active" or problem.doubtful or not problem.concept:
            continue
        if knowledge.conditions.chronic(problem.concept) and not cited & _ids(problem.entries, record):
            message = f"No statement cites the active problem {problem.name}"
            yield Finding(NAME, Severity.MODERATE, message, problem.entries)


def _drugs(cited: set[str], record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    told: set[tuple[str, ...]] = set()
    for one in taken(record, knowledge):
        entries = one.medication.entries
        if one.local or "high-alert" not in one.drug.classes or entries in told:
            continue
        told.add(entries)
        if not cited & _ids(entries, record):
            message = f"No statement cites {one.medication.name}, a high-alert drug"
            yield Finding(NAME, Severity.HIGH, message, entries)


def _critical(facts: Facts) -> Sequence[tuple[Entry, Lab, str]]:
    """The newest result of each measurement of the last 12 months, where it is critical."""
    record = facts.record
    newest: dict[str, tuple[Entry, Lab]] = {}
    for entry in record.entries:
        if entry.kind != "Observation" or entry.subject != "patient" or entry.status not in _FINAL:
            continue
        if not entry.value or not entry.happened:
            continue
        if record.as_of - _RECENT <= entry.happened.day <= record.as_of:
            lab = facts.knowledge.labs.find(entry.codes, entry.text)
            if lab is not None:
                newest[lab.concept] = (entry, lab)
    meant = [(entry, lab.meant(facts.age, facts.problems)) for entry, lab in newest.values()]
    return [(entry, lab, side) for entry, lab in meant if (side := lab.critical(entry.value, entry.unit))]


def _ids(entries: Sequence[str], record: PatientRecord) -> set[str]:
    """The ids of entries and of the duplicates that were merged into them."""
    found = set(entries)
    for entry in entries:
        if entry in record.by_id:
            found |= {record.by_id[entry].id, *record.by_id[entry].same_as}
    return found
