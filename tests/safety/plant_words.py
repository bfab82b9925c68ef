"""Faults of single words: another number, day, drug, amount, test, problem, reaction, need or source."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from random import Random

from careloom.care.document import Statement
from tests.safety.plans import Plan, knowledge
from tests.safety.related import (
    DAY,
    LABS,
    NUMBER,
    cited_by,
    days_of,
    told_of,
    words_of,
)

_DOSE = re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:mg|mcg|units?|g)\b)")
_REACTIONS = (
    "rash",
    "hives",
    "anaphylaxis",
    "nausea",
    "wheezing",
    "angioedema",
    "itching",
    "cough",
    "dizziness",
)
_DRUGS = (
    "methotrexate", "amiodarone", "lithium", "phenytoin", "azathioprine", "ciprofloxacin", "rivaroxaban", "haloperidol",
    "glyburide", "spironolactone", "fentanyl", "duloxetine", "montelukast", "ranolazine", "terbinafine",
)  # fmt: skip
_NEEDS = (
    "housing",
    "food",
    "transport",
    "utilities",
    "employment",
    "social support",
    "money",
    "reaching care",
)


def another_result(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A cited value is told as of the day of an earlier or later result of the same test, which has another value."""
    ways = []
    for one in cited_by(statement, plan):
        if one.kind != "Observation" or not one.value or one.value not in statement.text or not one.happened:
            continue
        for other in plan[0].entries:
            if other.codes == one.codes and other.value != one.value and other.happened and other.value:
                day, its = one.happened.day.isoformat(), other.happened.day.isoformat()
                if day in statement.text and its not in statement.text:
                    ways += [
                        statement.text.replace(day, its),
                        re.sub(rf"(?<![\d.]){re.escape(one.value)}(?![\d.])", other.value, statement.text),
                    ]
    ways = [text for text in ways if text != statement.text]
    return replace(statement, text=chance.choice(ways)) if ways else None


def a_records_number(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A number becomes one that stands elsewhere in this record."""
    free = re.sub(r"(?:mL/min/)?1\.73 m2", lambda found: "#" * len(found.group()), statement.text)
    free = DAY.sub(lambda found: "#" * len(found.group()), free)
    found = list(NUMBER.finditer(free))
    have = set(NUMBER.findall(free)) | {one.value for one in cited_by(statement, plan)}
    others = sorted(
        {
            one.value
            for one in plan[0].entries
            if one.value and re.fullmatch(NUMBER, one.value) and one.value not in have
        }
    )
    if not found or not others:
        return None
    match = chance.choice(found)
    if any(float(one) == float(match.group()) for one in others):
        others = [one for one in others if float(one) != float(match.group())]
    if not others:
        return None
    new = chance.choice(others)
    return replace(statement, text=statement.text[: match.start()] + new + statement.text[match.end() :])


def a_records_day(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A day becomes one that stands elsewhere in this record."""
    found = list(DAY.finditer(statement.text))
    own = set(DAY.findall(statement.text)).union(*map(days_of, cited_by(statement, plan)))
    days = sorted(
        {
            day
            for entry in plan[0].entries
            for day in days_of(entry)
            if day not in own and _apart(day, own) and day < "2100"
        }
    )
    if not found or not days:
        return None
    match = chance.choice(found)
    return replace(
        statement,
        text=statement.text[: match.start()] + chance.choice(days) + statement.text[match.end() :],
    )


def _apart(day: str, own: Iterable[str]) -> bool:
    return all(abs((date.fromisoformat(day) - date.fromisoformat(one)).days) > 1 for one in own)


@lru_cache(maxsize=512)
def _like(name: str) -> str:
    """The known drug whose name is most like this one, and which isn't in it."""
    others = [
        one.name
        for one in knowledge().drugs.all()
        if one.name not in name and name not in one.name and one.name[0] == name[0]
    ]
    return max(others, key=lambda one: SequenceMatcher(None, one, name).ratio(), default="")


def _mentions(statement: Statement) -> list[tuple[int, int, str]]:
    return [
        (start, end, drug.name)
        for start, end, drug in knowledge().drugs.mentions(statement.text)
        if "/" not in statement.text[start:end] and "/" not in statement.text[max(start - 1, 0) : end + 1]
    ]


def a_drug_of_like_name(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A drug becomes the one whose name is most like its own."""
    found = [one for one in _mentions(statement) if _like(one[2]) and _like(one[2]) not in statement.text]
    return _put_drug(statement, found, lambda name: _like(name), chance)


def a_drug_of_another_class(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A drug becomes one of another class."""
    cited = " ".join(one.text.lower() for one in cited_by(statement, plan))
    others = [one for one in _DRUGS if one not in statement.text.lower() and one not in cited]
    return _put_drug(statement, _mentions(statement), lambda _: chance.choice(others), chance)


def _put_drug(
    statement: Statement,
    found: Sequence[tuple[int, int, str]],
    new: Callable[[str], str],
    chance: Random,
) -> Statement | None:
    if not found:
        return None
    start, end, name = chance.choice(found)
    said = new(name)
    said = said.capitalize() if statement.text[start].isupper() else said
    return replace(statement, text=statement.text[:start] + said + statement.text[end:])


def dose_tenfold(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """An amount of a drug becomes ten times, or a tenth, of what it was."""
    found = list(_DOSE.finditer(statement.text))
    if not found:
        return None
    match = chance.choice(found)
    new = float(match.group()) * chance.choice((10, 0.1))
    return replace(
        statement, text=statement.text[: match.start()] + f"{new:g}" + statement.text[match.end() :]
    )


def another_lab(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """The name of a test becomes that of another one; of a rule's sentence too."""
    found = [
        (match.start(), match.end())
        for lab in LABS
        for match in re.finditer(
            rf"(?<![\w-]){re.escape(lab)}(?![\w-]| a day)", statement.text, re.IGNORECASE
        )
    ]
    if not found:
        return None
    start, end = chance.choice(found)
    low = statement.text.lower()
    others = [
        lab
        for lab in LABS
        if lab.lower() not in low and not (lab == "albumin" and "albumin" in low[start:end])
    ]
    new = chance.choice(others)
    new = new[0].upper() + new[1:] if start == 0 else new
    return replace(statement, text=statement.text[:start] + new + statement.text[end:])


def another_problem(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A problem's name becomes that of another active problem of the same patient, whose entry isn't cited."""
    cited = cited_by(statement, plan)
    found = [
        one.name for one in cited if one.kind == "Condition" and one.name.lower() in statement.text.lower()
    ]
    told = set().union(*map(told_of, cited)) if cited else set()
    others = sorted(
        {one.name for one in plan[0].problems if words_of(one.name) and not words_of(one.name) & told}
    )
    if not found or not others:
        return None
    old, new = chance.choice(found), chance.choice(others)
    text = re.sub(re.escape(old), lambda _: new.lower(), statement.text, count=1, flags=re.IGNORECASE)
    return replace(statement, text=text[0].upper() + text[1:])


def another_reaction(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """The reaction of an allergy becomes another."""
    match = re.search(r"with the reaction ([\w ]+?) is recorded", statement.text)
    if match is None:
        return None
    new = chance.choice([one for one in _REACTIONS if one not in match[1].lower()])
    return replace(statement, text=statement.text.replace(match[1], new, 1))


def another_need(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """A need's domain becomes another."""
    found = [one for one in _NEEDS if re.search(rf"\b{one}\b", statement.text)]
    others = [one for one in _NEEDS if one not in statement.text]
    if "financ" in statement.text:
        others = [one for one in others if one != "money"]  # the same need
    if not found or "need" not in statement.text:
        return None
    return replace(statement, text=statement.text.replace(chance.choice(found), chance.choice(others), 1))


def another_source(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """The system that a statement names becomes another."""
    known = {"riverside EHR", "northgate clinic", "harbor pharmacy", "social services", "county health plan"}
    found = [one for one in known if one.lower() in statement.text.lower()]
    own = {one.source.system.replace("_", " ").lower() for one in cited_by(statement, plan)}
    others = sorted(
        one for one in known if one.lower() not in statement.text.lower() and one.lower() not in own
    )
    if not found or not others:
        return None
    old = chance.choice(sorted(found))
    return replace(
        statement,
        text=re.sub(re.escape(old), chance.choice(others), statement.text, count=1, flags=re.IGNORECASE),
    )
