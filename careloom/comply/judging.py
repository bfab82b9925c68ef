"""Judging: a requirement's verdict from its evidence and from what a person answered.

A rule is a row of rules/*.toml: what it asks in our own words, its section and year, the evidence that is looked at by name, the tests that
show it, and the question that a person is asked where nothing can be computed.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from careloom.care.compliance import Answer, Evidence, Grid, Part, Requirement, Screen, Verdict

FOLDER = Path(__file__).parent / "rules"
# An answer is asked again after a year: what an organisation does changes without any of our values moving.
HOLDS_FOR = timedelta(days=365)
NOT_HERE = "the tests are not part of this installation"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: `facts` are names of evidence, `tests` names of tests of this release, `question` what a person is asked ("" for nothing);
    where the evidence `applies` says that there is nothing of the kind, it is not applicable."""

    key: str
    section: str
    year: str
    title: str
    need: str
    asks: str
    facts: tuple[str, ...]
    tests: tuple[str, ...]
    question: str
    applies: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A file of rules: its title, where all of it comes from, and what must be said first."""

    key: str
    title: str
    source: str
    lead: tuple[str, ...]
    rules: tuple[Rule, ...]


@cache
def ruled(key: str) -> Ruled:
    """The rules of a file, by its name."""
    said = tomllib.loads((FOLDER / f"{key}.toml").read_text("utf-8"))
    rules = tuple(_rule(one, str(said["year"])) for one in said["rule"])
    return Ruled(key, said["title"], said["source"], tuple(said.get("lead", ())), rules)


def _rule(said: Mapping[str, Any], year: str) -> Rule:
    return Rule(
        key=said["key"],
        section=said["section"],
        year=str(said.get("year", year)),
        title=said["title"],
        need=said.get("need", ""),
        asks=said["asks"],
        facts=tuple(said.get("facts", ())),
        tests=tuple(said.get("tests", ())),
        question=said.get("question", ""),
        applies=said.get("applies", ""),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What verdicts rest on: evidence by name, answers by key, the tests of this release (None: not here), and the moment."""

    facts: Mapping[str, Evidence]
    answers: Mapping[str, Answer]
    tests: Collection[str] | None
    at: datetime


def part_of(
    key: str,
    known: Known,
    *,
    lead: tuple[str, ...] = (),
    grids: tuple[Grid, ...] = (),
    screens: tuple[Screen, ...] = (),
) -> Part:
    """The part of a file of rules, each judged; `lead` comes after what the file says first."""
    found = ruled(key)
    requirements = tuple(judged(one, known) for one in found.rules)
    return Part(key, found.title, found.source, (*found.lead, *lead), requirements, grids, screens)


def judged(rule: Rule, known: Known) -> Requirement:
    """A rule with its evidence and verdict. Raises KeyError for evidence that nobody gathers."""
    applies = known.facts[rule.applies] if rule.applies else None
    if applies is not None and applies.holds is False:
        why = f"{applies.what}: {applies.value}"
        quiet = (replace(applies, holds=None),)
        return Requirement(
            rule.key,
            rule.section,
            rule.year,
            rule.title,
            rule.need,
            rule.asks,
            Verdict.NOT_APPLICABLE,
            why,
            quiet,
        )
    evidence = (*(known.facts[name] for name in rule.facts), *_shown_by(rule, known))
    said = known.answers.get(rule.key) if rule.question else None
    verdict, why = verdict_of(evidence, said, known.at, asked=bool(rule.question))
    return Requirement(
        rule.key,
        rule.section,
        rule.year,
        rule.title,
        rule.need,
        rule.asks,
        verdict,
        why,
        evidence,
        rule.question,
        said,
    )


def verdict_of(
    evidence: Collection[Evidence], said: Answer | None, at: datetime, *, asked: bool
) -> tuple[Verdict, str]:
    """The verdict and the reason for it in words. `asked` is whether a person's answer is needed beside what is computed."""
    judging = [one for one in evidence if one.holds is not None]
    failing = [one for one in judging if not one.holds]
    holding = len(judging) - len(failing)
    fails = "; ".join(f"{one.what}: {one.value}" for one in failing)
    if asked:
        return _with_a_person(said, at, fails, holding=holding)
    if not judging:
        return Verdict.NOT_MET, "nothing of it could be measured here"
    if not failing:
        return Verdict.MET, "every value that is looked at bears it out"
    return (Verdict.PARTLY if holding else Verdict.NOT_MET), fails


def _with_a_person(said: Answer | None, at: datetime, fails: str, *, holding: int) -> tuple[Verdict, str]:
    current = said is not None and at - said.at <= HOLDS_FOR
    if said is not None and current and said.answer == "not_applicable":
        return Verdict.NOT_APPLICABLE, f"{said.who} said so on {said.at:%Y-%m-%d}"
    if said is not None and current and said.answer == "no":
        return Verdict.NOT_MET, f"{said.who} said on {said.at:%Y-%m-%d} that it is not so"
    if fails:
        return (Verdict.PARTLY if holding or (said is not None and current) else Verdict.NOT_MET), fails
    if said is None:
        return Verdict.PERSON, "nobody has said so yet"
    if not current:
        return Verdict.PERSON, f"the last answer, by {said.who}, is of {said.at:%Y-%m-%d}: older than a year"
    return Verdict.SAID, f"{said.who} said so on {said.at:%Y-%m-%d}"


def _shown_by(rule: Rule, known: Known) -> tuple[Evidence, ...]:
    if not rule.tests:
        return ()
    if known.tests is None:
        return (Evidence("tests", "Tests that show it", NOT_HERE, None, "docs/security.md", known.at),)
    missing = [name for name in rule.tests if name not in known.tests]
    value = (
        f"{len(rule.tests) - len(missing)} of {len(rule.tests)} are in this release: {', '.join(rule.tests)}"
    )
    if missing:
        value += f"; missing: {', '.join(missing)}"
    return (
        Evidence(
            "tests",
            "Tests that show it (that they pass is the build's to say)",
            value,
            False if missing else None,
            "tests/ of this release",
            known.at,
        ),
    )
