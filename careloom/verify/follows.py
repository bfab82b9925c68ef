"""What follows from the entries as the record reads them: age, trends, gaps, needs, conflicts, problems, drugs."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from careloom.care.entry import Entry
from careloom.care.record import Allergy, Conflict, Gap, Medication, Need, PatientRecord, Problem, Trend
from careloom.knowledge.days import age_on
from careloom.knowledge.drugs import Drugs
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.parse import Parser, figure
from careloom.verify.support import Gathering, Support, spoken
from careloom.verify.tokens import unit_named

# How long a drug was not in hand: counted by the record, and held by no entry.
_UNSUPPLIED = re.compile(r"\d+ days? without supply")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WORD = re.compile(r"[^\W_]+")
# What a medication's state lets a sentence say, and deny.
_STATES = {
    "taking_as_reported": ("taking takes taken reported current active", ""),
    "prescribed_and_filled": ("prescribed filled fill current active taking taken dispensed", ""),
    "prescribed_no_fill_seen": (
        "prescribed current active listed taking taken",
        "fill filled refill seen found dispensed confirmed",
    ),
    "filled_not_listed": (
        "filled fill dispensed current taken",
        "listed list medication prescribed prescription ordered record",
    ),
    "on_hold": (
        "hold held paused listed list medication ordered",
        "active taking takes take taken filled",
    ),
    "stopped": ("stopped discontinued past former ended previous", "current active taking taken prescribed"),
    "dose_in_conflict": (
        "dose doses conflict disagree differ different prescribed current active taking taken",
        "agree same",
    ),
}
# What a record lacks when it has no entry of any of these kinds.
_KINDS = {
    "allergy": {"AllergyIntolerance"},
    "goal": {"Goal"},
    "intervention": {"CarePlan", "ServiceRequest", "Procedure"},
    "care team": {"CareTeam"},
    "visit encounter": {"Encounter"},
    "appointment": {"Appointment"},
    "immunization vaccine": {"Immunization"},
}
# What a plan calls a need's domain.
_CALLED = {"access_to_care": "reaching care"}
# What one source says alone, and nobody can rely on.
_IN_DOUBT = ("dose_without_unit", "implausible_dose")
# What a list is called of which something is said not to stand there.
_ON_A_LIST = frozenset(map(stem, ("current", "medication", "listed")))
# Where an entry tells why.
_REASONS = ("reason", "disposition", "absent", "note")
_CONFLICT = "conflict conflicting disagree differ different differs sources two doses lists contradict"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that the record concludes, not yet read: `support` reads it; `number` tells it from the others."""

    number: int
    rests_on: frozenset[str]
    support: Callable[[Parser], Support]


def conclusions(record: PatientRecord, as_of: Iterable[date]) -> Iterator[Conclusion]:
    """Everything that the record concludes, with the entries that it rests on."""
    patients = _patients(record)
    found: list[tuple[Iterable[str], Callable[[Parser], Support]]] = [
        (patients, lambda _: _of_patient(record, patients, as_of)),
        (patients, lambda parser: _absent(record, patients, parser)),
        *((one.entries, partial(_of_trend, one)) for one in record.trends),
        *(({*one.entries, *patients}, partial(_of_gap, one, patients)) for one in record.gaps),
        *((one.entries, partial(_of_problem, one)) for one in record.problems),
        *((one.entries, partial(_of_medication, one)) for one in record.medications),
        *((one.entries, partial(_of_allergy, one)) for one in record.allergies),
        *((one.entries, partial(_of_need, one)) for one in record.needs),
        *((_about(one), partial(_of_conflict, one)) for one in record.conflicts),
    ]
    for number, (rests_on, support) in enumerate(found):
        yield Conclusion(number, frozenset(rests_on), support)


def unexplained(entries: Sequence[Entry]) -> Iterator[Support]:
    """Where none of the entries tells why something was done or not, that no reason is recorded."""
    ids = frozenset(one for entry in entries for one in (entry.id, *entry.same_as))
    if not any(entry.detail.get(key) for entry in entries for key in _REASONS):
        yield Support(rests_on=ids, denies=frozenset({stem("reason")}), absent=True)


def unlisted(record: PatientRecord, text: str, drugs: Drugs, cited: Iterable[str]) -> Iterator[Support]:
    """That no drug of a class that a sentence names is on the medication list: of each class of which none is current.

    A record of which somebody must not read a part says it of no class, since that part may hold one.
    """
    if record.whole is not None:
        return
    taken = {name for one in record.medications if one.current for name in one.ingredients}
    known = [drug for name in taken if (drug := drugs.named(name))]
    for start, end, kind in drugs.class_mentions(text):
        if not any(kind in drug.classes for drug in known):
            words = {stem(word) for word in _WORD.findall(text[start:end].lower())}
            yield Support(
                rests_on=frozenset(cited),
                names=frozenset(words),
                denies=frozenset(words | _ON_A_LIST),
                # The number of "GLP-1".
                quantities=frozenset((word, "") for word in words if word.isdigit()),
                absent=True,
            )


def _of_allergy(allergy: Allergy, parser: Parser) -> Support:
    words = (allergy.status, allergy.kind, allergy.reaction, " ".join(allergy.classes), allergy.why)
    return _said(allergy.entries, "\n".join(words), parser, allergy.substance)


def _of_need(need: Need, parser: Parser) -> Support:
    name = f"{need.name}\n{need.domain.replace('_', ' ')}\n{_CALLED.get(need.domain, '')}"
    said = _said(need.entries, "open unmet need" if need.status == "open" else "met", parser, name)
    return replace(said, rules_out=said.denies - said.says, decides=said.names & said.says)


def _about(conflict: Conflict) -> tuple[str, ...]:
    """The entries about the thing itself; the first and last fills of a pharmacy are evidence for many drugs."""
    return conflict.entries[:1] if conflict.kind == "no_fill" else conflict.entries


def _of_conflict(conflict: Conflict, parser: Parser) -> Support:
    words = f"{conflict.why}\n{conflict.kind.replace('_', ' ')}\n{_CONFLICT}"
    if conflict.kind in _IN_DOUBT:
        words += "\ndoubt doubtful uncertain unclear meant"
    if conflict.kind == "allergy_unlisted":
        words += "\nonly some every each source list allergy"
    about = f"{conflict.about}\n{conflict.kind}".replace("_", " ")
    said = _said(conflict.entries, words, parser, about)
    days = Gathering()
    days.add(parser.parse("\n".join(_UNSUPPLIED.findall(conflict.why))))
    counted = days.support(()).quantities
    return replace(said, dates=_dates(conflict.why), quantities=counted, disputed=True, kind=conflict.kind)


def _said(entries: Iterable[str], text: str, parser: Parser, name: str) -> Support:
    """Words alone, of a conclusion about `name`: its numbers and dates must come from the entries themselves."""
    gathered = Gathering()
    gathered.add(parser.words(text))
    gathered.add(parser.parse(name), named=True)
    gathered.quantities, gathered.dates, gathered.drugs = set(), set(), set()
    return gathered.support(entries, text=text)


def _dates(why: str) -> frozenset[str]:
    """The days between which nothing was seen: the record's own, and held by no entry about the thing itself."""
    return frozenset(_DAY.findall(why))


def _patients(record: PatientRecord) -> frozenset[str]:
    """The entries that stand for the patient: what a statement about something absent cites."""
    own = {entry.id for entry in record.entries if entry.kind == "Patient"} | set(record.demographics.entries)
    return frozenset(own or (entry.id for entry in record.entries))


def _absent(record: PatientRecord, patients: frozenset[str], parser: Parser) -> Support:
    """What the record holds no entry of at all, and a sentence may therefore say isn't recorded."""
    kinds = {entry.kind for entry in record.entries if entry.subject == "patient" and not entry.negated}
    missing = [words for words, needed in _KINDS.items() if not kinds & needed]
    if not any(medication.current for medication in record.medications):
        missing.append("medication list drug")
    if not any(problem.status == "active" for problem in record.problems):
        missing.append("active problem list")
    gathered = Gathering()
    gathered.add(parser.words("\n".join(missing)), flip=True)
    return gathered.support(patients, absent=True)


def _of_patient(record: PatientRecord, patients: frozenset[str], as_of: Iterable[date]) -> Support:
    ages = set()
    for day in as_of:
        if (years := age_on(day, record.demographics.birth_date)) is not None:
            ages |= {(str(years), "a"), (str(years), "")}
    words = {"age", "aged", "old", "year", "born"} | {stem(record.demographics.sex or "")}
    return Support(rests_on=patients, quantities=frozenset(ages), says=frozenset(words))


def _of_trend(trend: Trend, parser: Parser) -> Support:
    gathered = Gathering()
    gathered.add(parser.words(trend.label), named=True)
    lab = parser.knowledge.labs.by_concept.get(trend.about)
    if lab is not None:
        gathered.add(parser.words(lab.label), named=True)
    gathered.add(parser.words(f"1 {trend.per}\n{trend.per}"))
    # The first and the last value must stand in the entries that are cited; only the change is the record's own.
    gathered.quantities.add((figure(_digits(trend.change)), unit_named(trend.unit)))
    way = {"rising": "up", "falling": "down", "steady": "flat"}[trend.direction]
    gathered.says |= LEXICON.direction[way] | {
        "trend",
        "change",
        "chang",
        "strong" if trend.strong else "trend",
    }
    ends = tuple(figure(_digits(end)) for end in (trend.first, trend.last))
    better = LEXICON.better.get(trend.about, "")
    return gathered.support(trend.entries, moves=(way, ends[0], ends[1]), better=better)


def _digits(text: str) -> str:
    found = re.search(r"\d+(?:\.\d+)?", text)
    return found.group() if found else text


def _of_gap(gap: Gap, patients: frozenset[str], parser: Parser) -> Support:
    gathered = Gathering()
    rule = parser.knowledge.gaps.by_about.get(gap.about)
    for words in (gap.label, *(rule.words if rule else ())):
        gathered.take(spoken((words,), parser.knowledge.drugs, denied=True))
    wanted = frozenset(gathered.names)
    gathered.add(parser.words(gap.why))
    gathered.dates.update({gap.since[:10]} if gap.since else ())
    return gathered.support({*gap.entries, *patients}, wants=wanted, absent=True)


def _of_problem(problem: Problem, parser: Parser) -> Support:
    concept = f"\n{parser.knowledge.conditions.label(problem.concept)}" if problem.concept else ""
    said = _said(problem.entries, problem.why, parser, f"{problem.name}{concept}")
    yes = LEXICON.status.get(problem.status, frozenset())
    others = ("active", "resolved", "inactive", "refuted")
    no = frozenset().union(*(LEXICON.status[word] for word in others)) - yes
    return replace(said, says=said.says | yes, rules_out=no, decides=yes)


def _of_medication(medication: Medication, parser: Parser) -> Support:
    yes, no = _STATES[medication.state]
    said = _said(medication.entries, f"{medication.why}\n{yes}", parser, medication.name)
    counter = {"counter", "otc"} if medication.over_the_counter else set()
    held = medication.state == "on_hold"
    decided = frozenset({"prescrib", "current", "activ"}) if medication.current and not held else frozenset()
    ended = frozenset({"stopped", "stop", "discontinued", "discontinu", "ended", "end", "former", "past"})
    return replace(
        said,
        rules_out=frozenset(map(stem, no.split())) if held else ended if medication.current else frozenset(),
        decides=decided & said.says,
        says=said.says | counter,
        dates=_dates(medication.why),
        denies=said.denies | {stem(word) for word in no.split()},
    )
