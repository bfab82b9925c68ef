"""Answers to the lines about a person's past (history), her ways and wishes (matter), and what counts together (score);
and about what the record says of itself: how results moved (trend), on what sources disagree (conflict)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from careloom.care.record import PatientRecord, Problem
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import holds
from careloom.knowledge.match import Match
from careloom.knowledge.protocols.reading import SLOT
from careloom.knowledge.when import Term

_PAST = re.compile(r"^\s*(?:(?:personal |past |prior )?history of|h/o|hx of|status post|s/p)\b[:\s]*", re.I)


class Asked(Protocol):
    """A record whose lines can be answered."""

    record: PatientRecord
    knowledge: Knowledge

    def matches(self, term: Term) -> list[Match]:
        """What makes a line hold, best first; [] where it does not."""


def history(asked: Asked, term: Term) -> list[Match]:
    """Problems of the present or the past, current ones first; a suspicion or what a source took back is none."""
    conditions = asked.knowledge.conditions
    found: dict[tuple[str, ...], Match] = {}
    for problem in asked.record.problems:
        concept = problem.concept or _once(problem, asked.knowledge)
        if concept is None or problem.status == "refuted":
            continue
        above, label = set(conditions.above(concept)), conditions.label(concept)
        for entry in (asked.record.by_id.get(one) for one in problem.entries):
            if entry and not entry.negated and entry.kind == "Condition":
                exact = conditions.specific(entry.codes, entry.text)
                above |= conditions.above(exact) if exact else set()
        if above.intersection(term.names):
            # What is over is said to be over.
            said = label if problem.status == "active" else f"past {label.removeprefix('prior ')}"
            found.setdefault(problem.entries, Match(problem.entries[:2], {"problem": said}))
    return list(found.values())


def _once(problem: Problem, knowledge: Knowledge) -> str | None:
    """The concept of what a source calls the past in words alone ("History of DVT"), which is no current problem's name."""
    if problem.status != "resolved" or not _PAST.match(problem.name):
        return None
    return knowledge.conditions.find((), _PAST.sub("", problem.name))


def matter(asked: Asked, term: Term) -> list[Match]:
    """What the newest dated statement says a person is ("code_status=dnr"); what is older or undated doesn't count beside it."""
    matters = asked.knowledge.matters
    entries = matters.among(asked.record.entries)
    found = []
    for name, value in (one.split("=", 1) for one in term.names):
        row = next(one for one in matters.all if one.name == name)
        said = list(matters.stated(row, entries, asked.record.as_of))
        dated = [one for one in said if one.day is not None and one.day <= asked.record.as_of]
        last = max(dated, key=lambda one: one.day, default=said[-1] if said else None)
        if last is not None and last.value == value:
            found.append(Match((last.entry.id,), {"matter": _inside(last.words)}))
    return found


def score(asked: Asked, term: Term) -> list[Match]:
    """The score's points from what the record holds, where they meet the limit: every entry that counts, and the words."""
    name = term.names[0]
    points = 0
    words: list[str] = []
    entries: list[str] = []
    for row in asked.knowledge.scores[name].rows:
        if match := next((match for line in row.any_of for match in asked.matches(line)), None):
            points += row.points
            words.append(_filled(row.words, match.slots))
            entries += match.entries[:1]
    if term.limit is None or not holds(Decimal(points), term.limit.comparator, term.limit.value):
        return []
    said = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
    return [Match(tuple(dict.fromkeys(entries)), {f"score:{name}": str(points), f"score:{name}.from": said})]


def _inside(words: str) -> str:
    """The source's words as they stand inside a sentence: "Do not resuscitate" small, "DNR" as it is."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _filled(words: str, slots: Mapping[str, str]) -> str:
    return SLOT.sub(lambda found: slots.get(found[1], ""), words)


def trend(asked: Asked, term: Term) -> list[Match]:
    """How a result moved, with its first and last value; with "strong" only what moved much."""
    name = term.names[0]
    found = []
    for one in asked.record.trends:
        if one.about != name or (term.strong and not one.strong) or term.direction not in ("", one.direction):
            continue
        parts = {"first": one.first, "last": one.last, "change": one.change, "per": one.per}
        parts["unit"] = asked.knowledge.labs.plain(one.unit)
        for key, entry in (("first.date", one.entries[:1]), ("last.date", one.entries[-1:])):
            at = asked.record.by_id[entry[0]].happened if entry and entry[0] in asked.record.by_id else None
            parts[key] = at.day.isoformat() if at else ""
        cited = (*one.entries[:1], *one.entries[-1:])
        found.append(Match(cited, {f"trend:{name}.{key}": said for key, said in parts.items()}))
    return found


def conflict(asked: Asked, term: Term) -> list[Match]:
    """On what sources disagree, of these kinds ("*" is every kind)."""
    return [
        Match(one.entries, {"conflict": one.about, "conflict.why": one.why})
        for one in asked.record.conflicts
        if "*" in term.names or one.kind in term.names
    ]
