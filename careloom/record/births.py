"""Births: what a birth makes of a pregnancy that no source has closed, and how long somebody has given birth.

Source   ICD-10-CM Official Guidelines, Section I.C.15.o, 2026: the puerperium begins with delivery and goes on for six weeks; CDC, Hear Her,
         2024: urgent maternal warning signs are of pregnancy and of the year after it. Which codes and words say so: knowledge/conditions.toml
         and, of stays and procedures, knowledge/seen.toml (`birth`)
Misses   a birth that no source tells; a loss after which nobody closed the pregnancy; a pregnancy that begins within six weeks of a birth
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from careloom.care.entry import Entry, When
from careloom.care.record import Demographics, Problem
from careloom.knowledge import Knowledge
from careloom.knowledge.days import age_on
from careloom.record.words import day_of, whence
from careloom.text.folding import fold

PUERPERIUM, YEAR = timedelta(days=42), timedelta(days=365)
# Two births are further apart than that: what tells of one later is a visit after it. Ours.
_APART = timedelta(days=200)
_SIGHTING, _STAY = "birth", "hospital_stay"
# What a hospital stay of a mother is for, where its reason is no more than that.
_STAYS_FOR = frozenset({"delivery", "birth", "childbirth", "labor", "labor and delivery", "parto", "cesarea"})
# A birth of before, or one that is still to come.
_ANOTHER = re.compile(
    r"\b(?:prior|previous|history|hx|past|plan\w*|schedul\w*|consult\w*|prepar\w*|prev\w+|antecedente)\b"
)
# A younger child's record tells of her own birth. Ours.
_YOUNGEST = 10


def after_births(
    found: Sequence[Problem], entries: Iterable[Entry], who: Demographics, knowledge: Knowledge, as_of: date
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The problems as they are after the newest birth of the last year, all as they were where none is known; and what no source
    lists as a problem: the weeks, or the year, after a birth that a stay or a procedure tells.

    A pregnancy that began before it, or within six weeks after it, is over: preeclampsia goes on as that of the weeks after birth. What is
    of the puerperium by its code is of the year after birth once six weeks have passed.
    """
    conditions = knowledge.conditions
    age = age_on(as_of, who.birth_date)
    if who.sex == "male" or (age is not None and age < _YOUNGEST):
        return tuple(found), ()
    told = [one for one in found if one.status == "active" and conditions.is_a(one.concept, "postpartum")]
    seen = [entry for entry in entries if _is_birth(entry, knowledge, as_of)]
    days = [one.since for one in told if one.since and not one.doubtful] + [
        entry.happened for entry in seen if entry.happened
    ]
    if not days and not told:
        return tuple(found), ()
    newest = max(days, key=lambda one: one.day, default=None)
    # What was told in the months before is of the same birth, which was on the first of these days.
    birth = min(
        (one for one in days if newest and newest.day - one.day <= _APART),
        key=lambda one: one.day,
        default=None,
    )
    changed = [_after(one, birth, knowledge, as_of) for one in found]
    if any(conditions.is_a(one.concept, "postpartum") and _counts(one) for one in changed) or not seen:
        return tuple(changed), ()
    return tuple(changed), (_of_stay(seen[-1], knowledge, as_of),)


def _is_birth(entry: Entry, knowledge: Knowledge, as_of: date) -> bool:
    if entry.happened is None or not as_of - YEAR <= entry.happened.day <= as_of:
        return False
    shown = knowledge.sightings.shown_by(entry)
    if entry.kind == "Encounter" and _reason(entry) in _STAYS_FOR and _STAY in shown:
        return True
    return _SIGHTING in shown and not _ANOTHER.search(fold(f"{entry.name} {entry.detail.get('reason', '')}"))


def _reason(entry: Entry) -> str:
    return fold(entry.detail.get("reason", "")).strip(" .")


def _counts(problem: Problem) -> bool:
    return problem.status == "active" and not problem.doubtful


def _after(one: Problem, birth: When | None, knowledge: Knowledge, as_of: date) -> Problem:
    conditions = knowledge.conditions
    if not _counts(one) or birth is None:
        return one
    if conditions.is_a(one.concept, "puerperium"):
        return one if as_of - birth.day <= PUERPERIUM else replace(one, concept="postpartum")
    if not conditions.is_a(one.concept, "pregnancy"):
        return one
    if one.since is not None and one.since.day > birth.day + PUERPERIUM:
        return one
    if one.concept == "preeclampsia" and as_of - birth.day <= PUERPERIUM:
        return replace(one, concept="preeclampsia_after_birth")
    return replace(one, status="resolved", why=f"{one.why}; a birth is recorded on {day_of(birth)}")


def _of_stay(entry: Entry, knowledge: Knowledge, as_of: date) -> Problem:
    recent = entry.happened is not None and as_of - entry.happened.day <= PUERPERIUM
    concept = "puerperium" if recent else "postpartum"
    told = f"a birth in {whence(entry)} on {day_of(entry.happened)}" if entry.happened else ""
    return Problem(
        name=knowledge.conditions.label(concept),
        status="active",
        entries=(entry.id,),
        why=told,
        concept=concept,
        since=entry.happened,
    )
