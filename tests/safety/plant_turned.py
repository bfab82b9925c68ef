"""Faults that turn a sentence round: denied, of a relative, ended, the other way, counted wrong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from careloom.care.document import Statement
from tests.safety.plans import Plan
from tests.safety.related import (
    DAY,
    NUMBER,
    Planter,
)

SWAPS: dict[str, tuple[tuple[str, str], ...]] = {
    "unit, again": (
        ("mg/dL", "g/dL"), ("mmol/L", "mg/dL"), ("mmHg", "cmH2O"), ("%", "mmol/mol"), ("g/dL", "mg/dL"), ("mg", "g"),
        ("mcg", "mg"), ("pg/mL", "ng/mL"), ("mL/min/1.73 m2", "mL/s"), ("mg/g", "g/g"), ("U/L", "mmol/L"), ("kg", "pounds"),
        ("units", "mL"), ("days", "months"), ("mIU/L", "mg/dL"), ("kg/m2", "kg"),
    ),
    "how often, again": (
        ("once daily", "twice daily"), ("twice daily", "once daily"), ("three times daily", "once daily"),
        ("once weekly", "once daily"), ("at bedtime", "every morning"), ("every 12 hours", "every 4 hours"),
        ("twice daily", "every other day"), ("every morning", "every evening"), ("three times a day", "once a day"),
        ("as needed", "every 6 hours"), ("a day", "an hour"), ("every other day", "every day"), ("for 10 days", "for 30 days"),
    ),
    "way in": (
        ("by mouth", "under the tongue"), ("by mouth", "into a muscle"), ("under the skin", "by mouth"),
        ("inhaled", "by mouth"), ("under the skin", "into a vein"), ("by mouth", "rectally"),
    ),
    "side": (("left", "right"), ("right", "left"), ("bilateral", "left"), ("lower", "upper")),
    "standing": (
        ("has been active since", "was resolved on"), ("has been active since", "has been inactive since"),
        ("A resolved problem is", "An active problem is"), ("Resolved problems include", "Active problems include"),
        ("Active problems include", "Resolved problems include"), ("Active problems also include", "Resolved problems include"),
        ("is prescribed", "is on hold"), ("is prescribed", "was discontinued"), ("is taken as reported", "is no longer taken"),
        ("was denied", "was approved"), ("is booked", "was missed"), ("was last filled", "was never filled"),
        ("Current medications include", "Past medications include"), ("is recorded", "is refuted"),
    ),
    "trend": (
        ("fell", "rose"), ("rose", "fell"), ("fell", "was stable"), ("rose", "improved"), ("fell from", "went up from"),
        ("rose from", "went down from"),
    ),
    "comparison": (
        ("below", "above"), ("above", "below"), ("at most", "at least"), ("or more", "or less"), ("less than", "more than"),
        ("more than", "less than"), ("high at", "low at"), ("low at", "high at"), ("high at", "normal at"),
        ("Outside", "Within"), ("or less", "or more"),
    ),
}  # fmt: skip
_VERBS = "reviews|asks|arranges|offers|does|decides|repeats|measures|tells|talks|sets|evaluates|records|meets|books|explores"


def no_added(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """What is said is denied."""
    ways = list(_denials(statement.text))
    return replace(statement, text=chance.choice(ways)) if ways else None


def _denials(text: str) -> Iterator[str]:
    for verb in (
        "was",
        "has been",
        "is prescribed",
        "is recorded",
        "is taken",
        "include",
        "fell",
        "rose",
        "takes",
    ):
        if match := re.search(rf"\b{verb}\b(?! no)", text):
            first, *rest = verb.split()
            if first in ("was", "has", "is"):
                yield text[: match.start()] + " ".join((first, "not", *rest)) + text[match.end() :]
            else:
                base = {"fell": "fall", "rose": "rise", "takes": "take"}.get(verb, verb)
                yield text[: match.start()] + f"did not {base}" + text[match.end() :]
    if match := re.match(rf"The [\w ]+? ({_VERBS})\b", text):
        yield text[: match.start(1)] + f"no longer {match[1]}" + text[match.end() :]
    if text.startswith(("Active", "Current", "Resolved")):
        yield "No " + text[0].lower() + text[1:]


def no_removed(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """What is denied is said."""
    ways = []
    for old, new in (
        ("none is recorded", "one is recorded"), ("No ", "A "), ("is not recorded", "is recorded"), ("not recorded", "recorded"),
        ("no further fill seen", "a further fill seen"), ("no fill seen", "a fill seen"), ("without supply", "with supply"),
        ("not taken", "taken"), ("lists no allergies", "lists allergies"), ("no statin", "a statin"), (" no ", " "),
        ("none is recorded", "it is recorded"),
    ):  # fmt: skip
        if old in statement.text:
            ways.append(statement.text.replace(old, new, 1))
    return replace(statement, text=chance.choice(ways)) if ways else None


def relatives(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """What is the patient's is told of a relative."""
    who = chance.choice(("mother", "father", "brother", "daughter"))
    for old, new in (
        (" has been active since", f" has been active in the {who} since"), (" is prescribed", f" is prescribed for the {who}"),
        ("Active problems include", f"The {who}'s active problems include"), (" was ", f" of the {who} was "),
        ("An allergy to", f"The {who}'s allergy to"), (" is taken", f" is taken by the {who}"), (" fell from", f" of the {who} fell from"),
    ):  # fmt: skip
        if old in statement.text and "was denied" not in statement.text:
            return replace(statement, text=statement.text.replace(old, new, 1))
    return None


def relatives_as_own(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A relative's illness is told as the patient's, with its own entry."""
    found = [one for one in plan[0].entries if one.subject == "family" and (one.codes or one.text)]
    if not found or statement.guideline or not statement.text.endswith("."):
        return None
    one = chance.choice(found)
    name = (one.text or one.name).rpartition(": ")[2].lower()
    day = max(DAY.findall(statement.text), default="2020-01-01")
    text = chance.choice(
        (f"{name.capitalize()} has been active since {day}.", f"Active problems include {name}.")
    )
    return replace(statement, text=text, citations=(one.id,))


def a_count(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """How many things are listed is told wrong; the statement says the number in place of its first words."""
    for words, thing in (
        ("Active problems include", "active problems"), ("Active problems also include", "other active problems"),
        ("Resolved problems include", "resolved problems"), ("Outside the reference range are", "results outside the range"),
    ):  # fmt: skip
        if statement.text.startswith(words):
            right = len(statement.citations)
            names = ("two", "three", "four", "five", "six", "seven")
            wrong = chance.choice([one for at, one in enumerate(names, 2) if at != right])
            rest = statement.text.removeprefix(words).strip()
            return replace(statement, text=f"There are {wrong} {thing}: {rest}")
    match = re.search(r"\b(\d+) (days|sources|times|capsules?|tablets?|puffs?)\b", statement.text)
    if match is None:
        return None
    new = chance.choice([one for one in range(2, 9) if str(one) != match[1]])
    return replace(statement, text=statement.text.replace(match.group(), f"{new} {match[2]}", 1))


def swapped(kind: str) -> Planter:
    def plant(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
        ways = [
            re.sub(rf"(?<![\w%]){re.escape(old)}(?!\w)", lambda _, new=new: new, statement.text, count=1)  # type: ignore[misc]
            for old, new in SWAPS[kind]
            if new.lower() not in statement.text.lower()
        ]
        ways = [text for text in ways if text != statement.text]
        return replace(statement, text=chance.choice(ways)) if ways else None

    return plant


def ends_turned_round(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """ "from 52 (2025) to 38 (2026)" becomes "from 38 … to 52 …", with its days or without them."""
    match = re.search(rf"from ({NUMBER.pattern})(.*?{DAY.pattern}.*?) to ({NUMBER.pattern})", statement.text)
    if match is None or float(match[1]) == float(match[3]):
        return None
    return replace(
        statement,
        text=statement.text[: match.start()]
        + f"from {match[3]}{match[2]} to {match[1]}"
        + statement.text[match.end() :],
    )
