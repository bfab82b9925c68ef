"""Asks: the three things to ask on the telephone, harm first, then what the record leaves open.

Takes    the record, the lines of a plan that matter most, the high findings about current drugs, and knowledge's plain names
Gives    three open questions in the order of care.call.PRESS, each with why it stands there, why it is asked and the entries behind it
Never    asks for a diagnosis, names a dose, a result or a wished answer, or asks on the telephone about safety, relationships or substances

Source   asks.toml names them; of a child asks_of_a_child.toml has the words, for whoever looks after the child
Misses   a symptom that only a note's words tell; appointments; what the patient wrote back
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.call import Ask, Drug, NeedAsked, Press, Topic
from careloom.care.document import Finding, Statement
from careloom.care.entry import ICD10, Entry
from careloom.care.record import Conflict, ConflictKind, Medication, PatientRecord
from careloom.care.visit import ended, setting, took_place
from careloom.knowledge import Knowledge
from careloom.knowledge.days import is_child
from careloom.knowledge.facts import Facts
from careloom.knowledge.match import Match
from careloom.knowledge.when import read
from careloom.text.plural import are, was

FILE = Path(__file__).with_name("asks.toml")
OF_A_CHILD = Path(__file__).with_name("asks_of_a_child.toml")
THREE = 3
LATELY = timedelta(days=14)
# Of the high findings so many have a question of their own: the third is for what happened lately, as far as nothing is critical.
GRAVE = 2
_CRITICAL = read("result: critical within 14 days")
_DOSE: frozenset[ConflictKind] = frozenset({"dose", "dose_without_unit", "implausible_dose"})
_TAKEN: frozenset[ConflictKind] = frozenset({"medication_status", "medication_list", "ingredient_twice"})
_BOTTLES: frozenset[ConflictKind] = frozenset({"two_strengths"})
_REACTION: frozenset[ConflictKind] = frozenset({"allergy_list", "allergy_unlisted", "allergy_against_drug"})
_ABOUT_DRUGS = _DOSE | _TAKEN | _BOTTLES | {"no_fill", "allergy_against_drug"}
OPEN_TO_ALL = "Nothing more in the record asks for a question: this one is for everybody."
# Not by telephone: somebody may be listening.
_NOT_BY_PHONE = frozenset({"safety", "relationship", "substance_use", "legal", "parent_or_caregiver"})
# What asks for it that somebody is spoken with alone; whoever helps at home may be whom she fears.
_ALONE = "safety"
_OF_OTHERS = "caregiver_assessment"
# Of the plan's activities those in which the patient takes part; the others are the team's to answer.
_TAKES_PART = ("have your ", "plan ", "help you ")
# Of the plan's activities those that are explained to the patient, by their category, and whose own steps they are then.
_TAUGHT = frozenset({"education", "self-management", "lifestyle", "prevention"})
_HERS = frozenset({"patient", "caregiver"})
# What somebody can say back of what the team goes through with her, in the plain words of the rule.
_SAID_BACK = re.compile(r"\b(?:how (?:to|you)|what to|when to|whom to|where|which signs|signs)\b.*")
# Where a finding's first sentence, which says what harms, ends; what to do and who says so follows.
_NEXT = re.compile(r"(?<=\.) (?=[A-Z(])")
Named = tuple[str, str]


def asks(
    record: PatientRecord,
    knowledge: Knowledge,
    plan: Sequence[Statement] = (),
    high: Sequence[Finding] = (),
) -> tuple[Ask, ...]:
    """Three things to ask: `high` are the high findings about current drugs, worst first; `plan` are lines of the newest plan, those that
    matter most first.
    """
    found: list[Ask] = []
    for press, kind in _KINDS:
        one = next(kind(record, knowledge, plan), None)
        found += [replace(one, press=press)] if one is not None else []
    for words in _words(record)["open"]:
        found.append(replace(_made(words, OPEN_TO_ALL, ()), press="open"))
    by_topic: dict[str, Ask] = {}
    for one in (*_harms(record, knowledge, high), *found):
        by_topic.setdefault(one.topic, one)
    return tuple(by_topic.values())[:THREE]


def alone(record: PatientRecord) -> bool:
    """Whether this patient is spoken with alone, since the record tells of an open need with safety."""
    return any(one.domain == _ALONE and one.status == "open" for one in record.needs)


def asked_elsewhere(record: PatientRecord) -> bool:
    """Whether the record tells of an open need that isn't asked about by telephone."""
    return any(one.domain in _NOT_BY_PHONE and one.status == "open" for one in record.needs)


def rests_on_a_new_result(finding: Finding, record: PatientRecord) -> bool:
    """Whether a finding rests on a result of the last 14 days: whoever signed over it has not heard how it is since."""
    results = (record.by_id.get(one) for one in finding.evidence)
    days = (one.happened.day for one in results if one and one.kind == "Observation" and one.happened)
    return any(record.as_of - LATELY <= day <= record.as_of for day in days)


def _harms(record: PatientRecord, knowledge: Knowledge, high: Sequence[Finding]) -> Iterator[Ask]:
    """What may harm now: each critical result, with the drug that a high finding sets beside it; then the other high findings."""
    rest = [(one, drug) for one in high if (drug := _drug_of(one, record)) is not None]
    alone: list[Match] = []
    for result in Facts(record, knowledge).matches(_CRITICAL):
        of_a_drug = [one for one in rest if set(result.entries) & set(one[0].evidence)]
        alone += [] if of_a_drug else [result]
        for finding, drug in of_a_drug[:1]:
            yield _harm(_words(record), finding, drug, "critical", _told(result))
        rest = [one for one in rest if one not in of_a_drug]
    if alone:
        entries = [entry for one in alone for entry in one.entries]
        yield replace(
            _made(_words(record)["critical"], " ".join(map(_told, alone)), entries), press="critical"
        )
    for finding, drug in rest[:GRAVE]:
        yield _harm(_words(record), finding, drug, "high")


def _harm(
    known: Mapping[str, Any], finding: Finding, drug: Medication, press: Press, before: str = ""
) -> Ask:
    words = known["bleeding" if "bleed" in finding.message else "harm"]
    what, *more = _NEXT.split(finding.message, maxsplit=1)
    made = _made(words, f"{before} {_begun(what)}".strip(), finding.evidence, (drug.name, drug.name))
    return replace(made, press=press, more=" ".join(more))


def _told(result: Match) -> str:
    said = result.slots
    value = f"{said['result.value']} {said['result.unit']}".strip()
    return (
        f"{_begun(said['result'])} {was(said['result'])} {value} on {said['result.date']}, a critical result."
    )


def _begun(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _drug_of(finding: Finding, record: PatientRecord) -> Medication | None:
    """The current drug that a finding is about, the one that it names first; None where it is about none."""
    words = finding.message.casefold()
    about = [one for one in record.medications if one.current and set(one.entries) & set(finding.evidence)]
    return min(about, key=lambda one: _place(one, words), default=None)


def _place(drug: Medication, words: str) -> int:
    named = [at for name in (drug.name, *drug.ingredients) if (at := words.find(name.casefold())) >= 0]
    return min(named, default=len(words))


def topics(plan: Sequence[Statement], knowledge: Knowledge, most: int) -> tuple[Topic, ...]:
    """What is explained to the patient and said back: her own steps in the words that were signed, and of a step of the team what she is to
    do or know, in the rule's plain words; what a nurse does herself ("asks about …") is none."""
    found = []
    for line in plan:
        if line.activity is None or line.activity.category not in _TAUGHT:
            continue
        plain = knowledge.plain.activities.get(line.guideline.id if line.guideline else "")
        if line.activity.owner in _HERS:
            found.append(Topic(key=line.id, text=line.text))
        elif said := _SAID_BACK.search(plain["en"] if plain else ""):
            found.append(Topic(key=line.id, text=f"{said[0][:1].upper()}{said[0][1:]}."))
    return tuple(found[:most])


def drugs(record: PatientRecord, asked: Sequence[Ask] = ()) -> tuple[Drug, ...]:
    """Each current drug of the reconciled list: those that may harm by what is asked first, then those in doubt."""
    found = [_drug(one, record) for one in record.medications if one.current]
    harm = {entry for one in asked if one.press in ("critical", "high") for entry in one.entries}
    return tuple(sorted(found, key=lambda one: (harm.isdisjoint(one.entries), not one.doubt)))


def needs_to_ask(record: PatientRecord, knowledge: Knowledge) -> tuple[NeedAsked, ...]:
    """The domains that are asked about on the telephone, those with an open need first."""
    open_now = {one.domain: one for one in record.needs if one.status == "open"}
    found = []
    for domain, names in knowledge.plain.names["need"].items():
        if domain not in _NOT_BY_PHONE:
            need = open_now.get(domain)
            words, entries = (need.name, need.entries) if need else ("", ())
            found.append(
                NeedAsked(domain=domain, name=names["en"], open=bool(need), words=words, entries=entries)
            )
    return tuple(sorted(found, key=lambda one: not one.open))


def _drug(one: Medication, record: PatientRecord) -> Drug:
    doubts = (found.why for found in record.conflicts if _is_about(found, one))
    return Drug(
        key=_key("drug", one.name, *one.ingredients),
        name=" ".join(one.name.replace(":", " ").split()),
        how=tuple(words for words, _ in one.doses if words),
        doubt="; ".join(dict.fromkeys(doubts)),
        entries=one.entries,
    )


def _is_about(found: Conflict, drug: Medication) -> bool:
    names = {name.casefold() for name in (drug.name, *drug.ingredients)}
    mine = set(drug.entries).intersection(found.entries)
    return found.kind in _ABOUT_DRUGS and bool(mine) and found.about.casefold() in names


def _home(record: PatientRecord, _: Knowledge, __: Sequence[Statement]) -> Iterator[Ask]:
    """A stay that ended, or an emergency visit, of the last 14 days; the newest."""
    for entry in reversed(record.entries):
        at = entry.effective.end or entry.effective.start
        if not took_place(entry) or at is None or setting(entry) == "visit":
            continue
        over = setting(entry) == "emergency" or ended(entry)
        if over and record.as_of - LATELY <= at.day <= record.as_of:
            what = "An emergency visit" if setting(entry) == "emergency" else "A stay in hospital that ended"
            yield _made(_words(record)["home"], f"{what} on {at.day.isoformat()}.", (entry.id,))


def _of_conflicts(
    name: str, kinds: frozenset[ConflictKind]
) -> Callable[[PatientRecord, Knowledge, Sequence[Statement]], Iterator[Ask]]:
    def of(record: PatientRecord, _: Knowledge, __: Sequence[Statement]) -> Iterator[Ask]:
        for found in record.conflicts:
            drug = next((one for one in record.medications if one.current and _is_about(found, one)), None)
            if found.kind not in kinds or (drug is None and found.kind not in _REACTION):
                continue
            about = drug.name if drug else found.about
            yield _made(_words(record)[name], found.why, found.entries, (about, about))

    return of


def _unfilled(record: PatientRecord, _: Knowledge, __: Sequence[Statement]) -> Iterator[Ask]:
    for one in record.medications:
        if one.current and one.state in ("prescribed_no_fill_seen", "filled_not_listed"):
            yield _made(_words(record)["fill"], one.why, one.entries, (one.name, one.name))


def _symptoms(record: PatientRecord, _: Knowledge, __: Sequence[Statement]) -> Iterator[Ask]:
    """Symptoms and signs that somebody coded in the last 14 days (ICD-10-CM, chapter 18: R00-R69)."""
    for entry in reversed(record.entries):
        if entry.kind == "Condition" and _is_a_symptom(entry, record):
            why = f"Recorded on {entry.happened.day.isoformat() if entry.happened else 'a day not stated'}."
            yield _made(_words(record)["symptom"], why, (entry.id,), (entry.name, ""))


def _is_a_symptom(entry: Entry, record: PatientRecord) -> bool:
    coded = any(code.system == ICD10 and "R00" <= code.code[:3].upper() <= "R69" for code in entry.codes)
    at = entry.happened
    new = at is not None and record.as_of - LATELY <= at.day <= record.as_of
    return coded and new and entry.subject == "patient" and not entry.negated and entry.status != "resolved"


def _trends(record: PatientRecord, knowledge: Knowledge, _: Sequence[Statement]) -> Iterator[Ask]:
    measures = knowledge.plain.names["measure"]
    for one in record.trends:
        if one.strong and one.direction != "steady" and one.about in measures:
            unit = knowledge.labs.plain(one.unit)
            why = f"{one.label} {are(one.label)} {one.direction}: {one.first} to {one.last} {unit}".strip()
            yield _made(_words(record)["trend"], why, one.entries, _named(measures[one.about]))


def _planned(record: PatientRecord, knowledge: Knowledge, plan: Sequence[Statement]) -> Iterator[Ask]:
    for line in plan:
        plain = knowledge.plain.activities.get(line.guideline.id if line.guideline else "")
        if line.kind == "activity" and plain and plain["en"].startswith(_TAKES_PART):
            yield _made(
                _words(record)["plan"], f"A line of the plan: {line.text}", line.citations, _named(plain)
            )


def _needed(record: PatientRecord, knowledge: Knowledge, _: Sequence[Statement]) -> Iterator[Ask]:
    names = knowledge.plain.names["need"]
    for one in record.needs:
        if one.status == "open" and one.domain in names and one.domain not in _NOT_BY_PHONE:
            yield _made(
                _words(record)["need"], f"An open need: {one.name}.", one.entries, _named(names[one.domain])
            )


def _lacking(record: PatientRecord, _: Knowledge, __: Sequence[Statement]) -> Iterator[Ask]:
    """What is missing and the patient can tell; who helps her comes last, and is not asked where she is spoken with alone."""
    known: Mapping[str, Any] = _words(record)["gap"]
    for gap in sorted(record.gaps, key=lambda one: one.about == _OF_OTHERS):
        if gap.about in known and not (gap.about == _OF_OTHERS and alone(record)):
            yield _made(known[gap.about], f"Not found in the record: {gap.label}.", gap.entries)


def _named(names: Mapping[str, str]) -> Named:
    return names["en"], names["es"]


def _made(words: Mapping[str, str], why: str, entries: Iterable[str], name: Named = ("", "")) -> Ask:
    """An ask of its words; without a Spanish name for what it is about it has no Spanish words."""
    english, spanish = name
    topic = words["topic"].replace("{name}", english)
    speaks = bool(words["es"]) and ("{name}" not in words["es"] or bool(spanish))
    return Ask(
        key=_key("ask", words["en"], topic),
        topic=" ".join(topic.replace(":", " ").split()),
        words=words["en"].replace("{name}", english),
        spanish=words["es"].replace("{name}", spanish) if speaks else "",
        why=why if why.endswith(".") else f"{why}.",
        entries=tuple(dict.fromkeys(entries)),
    )


def _key(*said: str) -> str:
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:12]


def of_a_child(record: PatientRecord) -> bool:
    """Whether the patient is a child of whom a parent or guardian is asked; none who is spoken with alone."""
    return is_child(record.as_of, record.demographics.birth_date) and not alone(record)


def _words(record: PatientRecord) -> Mapping[str, Any]:
    return words_of(OF_A_CHILD if of_a_child(record) else FILE)


@lru_cache(maxsize=2)
def words_of(file: Path) -> Mapping[str, Any]:
    """The questions of a file, by what asks for them."""
    return tomllib.loads(file.read_text("utf-8"))


# In the order in which they press.
_KINDS: tuple[tuple[Press, Callable[[PatientRecord, Knowledge, Sequence[Statement]], Iterator[Ask]]], ...] = (
    ("home", _home),
    ("drug", _of_conflicts("strengths", _BOTTLES)),
    ("drug", _of_conflicts("dose", _DOSE)),
    ("drug", _of_conflicts("status", _TAKEN)),
    ("drug", _unfilled),
    ("drug", _of_conflicts("reaction", _REACTION)),
    ("symptom", _symptoms),
    ("trend", _trends),
    ("need", _needed),
    ("plan", _planned),
    ("gap", _lacking),
)
