"""What follows from the entries as the record reads them: age, trends, gaps, needs, conflicts, problems, drugs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from careloom.care.record import Gap, Medication, PatientRecord, Problem, Trend
from careloom.knowledge import Knowledge
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.parse import figure, parse
from careloom.verify.support import Gathering, Support
from careloom.verify.tokens import unit_named

_WORD = re.compile(r"[^\W_]+")
# What a medication's state lets a sentence say, and deny.
_STATES = {
    "taking_as_reported": ("taking takes taken reported current active", ""),
    "prescribed_and_filled": ("prescribed filled fill current active taking dispensed", ""),
    "prescribed_no_fill_seen": (
        "prescribed current active listed",
        "fill filled refill seen found dispensed confirmed",
    ),
    "filled_not_listed": (
        "filled fill dispensed current",
        "listed list prescribed prescription ordered record",
    ),
    "stopped": ("stopped discontinued past former ended previous", "current active taking taken prescribed"),
    "dose_in_conflict": (
        "dose doses conflict disagree differ different prescribed current active",
        "agree same",
    ),
}
_CONFLICT = "conflict conflicting disagree differ different differs sources two doses lists contradict"


def derived(record: PatientRecord, knowledge: Knowledge, as_of: Iterable[date]) -> Iterator[Support]:
    """Everything that the record concludes, as supports; each rests on the entries that the record names."""
    yield from _of_patient(record, as_of)
    for trend in record.trends:
        yield _of_trend(trend, knowledge)
    for gap in record.gaps:
        yield _of_gap(gap, record, knowledge)
    for problem in record.problems:
        yield _of_problem(problem, knowledge)
    for medication in record.medications:
        yield _of_medication(medication, knowledge)
    for allergy in record.allergies:
        words = f"{allergy.status}\n{allergy.kind}\n{allergy.reaction}\n{' '.join(allergy.classes)}\n{allergy.why}"
        yield _said(allergy.entries, words, knowledge)
    for need in record.needs:
        words = f"{need.domain.replace('_', ' ')} {need.name} {'open unmet need' if need.status == 'open' else 'met'}"
        yield _said(need.entries, words, knowledge)
    for conflict in record.conflicts:
        words = f"{conflict.why}\n{conflict.about}\n{conflict.kind.replace('_', ' ')}\n{_CONFLICT}"
        yield _said(conflict.entries, words.replace("_", " "), knowledge)


def _said(entries: Iterable[str], text: str, knowledge: Knowledge) -> Support:
    """Words alone: numbers and dates of such a sentence must come from the entries themselves."""
    gathered = Gathering()
    gathered.add(parse(text, knowledge.drugs))
    support = gathered.support(entries)
    return replace(support, quantities=frozenset(), dates=frozenset(), drugs=frozenset())


def _of_patient(record: PatientRecord, as_of: Iterable[date]) -> Iterator[Support]:
    born = record.demographics.birth_date
    patients = {entry.id for entry in record.entries if entry.kind == "Patient"} | set(
        record.demographics.entries
    )
    ages = set()
    for day in as_of if born and len(born) == 10 else ():
        birth = date.fromisoformat(born or "")
        years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
        ages |= {(str(years), "a"), (str(years), "")}
    words = {"age", "aged", "old", "year", "born"} | {stem(record.demographics.sex or "")}
    yield Support(rests_on=frozenset(patients), quantities=frozenset(ages), says=frozenset(words))


def _of_trend(trend: Trend, knowledge: Knowledge) -> Support:
    gathered = Gathering()
    gathered.add(parse(trend.label, knowledge.drugs), named=True)
    lab = knowledge.labs.by_concept.get(trend.about)
    if lab is not None:
        gathered.add(parse(lab.label, knowledge.drugs), named=True)
    gathered.add(parse(f"1 {trend.per}\n{trend.per}", knowledge.drugs))
    for digits in (trend.first, trend.last, trend.change):
        for number in re.findall(r"\d+(?:\.\d+)?", digits)[:1]:
            gathered.quantities.add((figure(number), unit_named(trend.unit)))
    way = {"rising": "up", "falling": "down", "steady": "flat"}[trend.direction]
    gathered.says |= LEXICON.direction[way] | {
        "trend",
        "change",
        "chang",
        "strong" if trend.strong else "trend",
    }
    ends = tuple(figure(_digits(end)) for end in (trend.first, trend.last))
    return replace(gathered.support(trend.entries), moves=(way, ends[0], ends[1]))


def _digits(text: str) -> str:
    found = re.search(r"\d+(?:\.\d+)?", text)
    return found.group() if found else text


def _of_gap(gap: Gap, record: PatientRecord, knowledge: Knowledge) -> Support:
    gathered = Gathering()
    label = parse(gap.label, knowledge.drugs)
    gathered.add(label, flip=not label.polarity.cues)
    gathered.denies.update(stem(word) for word in gap.about.split("_"))
    wanted = frozenset(stem(word) for word in _WORD.findall(f"{gap.label} {gap.about.replace('_', ' ')}"))
    gathered.add(parse(gap.why, knowledge.drugs))
    gathered.dates.update({gap.since[:10]} if gap.since else ())
    patients = {entry.id for entry in record.entries if entry.kind == "Patient"} | set(
        record.demographics.entries
    )
    return replace(gathered.support({*gap.entries, *patients}), wants=wanted)


def _of_problem(problem: Problem, knowledge: Knowledge) -> Support:
    concept = f"\n{knowledge.conditions.label(problem.concept)}" if problem.concept else ""
    said = _said(problem.entries, f"{problem.name}{concept}\n{problem.why}", knowledge)
    yes = LEXICON.status.get(problem.status, frozenset())
    others = ("active", "resolved", "inactive", "refuted")
    no = frozenset().union(*(LEXICON.status[word] for word in others)) - yes
    return replace(said, says=said.says | yes, rules_out=no)


def _of_medication(medication: Medication, knowledge: Knowledge) -> Support:
    yes, no = _STATES[medication.state]
    said = _said(medication.entries, f"{medication.name}\n{medication.why}\n{yes}", knowledge)
    counter = {"counter", "otc"} if medication.over_the_counter else set()
    return replace(
        said,
        says=said.says | counter,
        denies=said.denies | {stem(word) for word in no.split()},
    )
