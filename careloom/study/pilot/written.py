"""Written: what a protocol lacks before it can be locked, and what whoever writes it should know."""

from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise

from careloom.care.pilot import Basis, Design, Inclusion, PilotProtocol, Rule
from careloom.study.pilot.metrics import METRICS

FEWEST_WEEKS, MOST_WEEKS = 6, 8
FEWEST_CASES, MOST_CASES = 50, 100
FEWEST_PARTICIPANTS = 2
# Where participants are allocated and not their cases, two leave nothing to compare a change with.
FEWEST_IN_STEPS = 3
OLDEST = 120
MOST_DRUGS = 100
# A plan or a question of fewer words says nothing.
FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words, and at which field of the protocol."""

    where: str
    words: str


def problems(
    protocol: PilotProtocol, able: Container[str], conditions: Container[str]
) -> tuple[Problem, ...]:
    """Why it can't be locked; nothing where it can. `able` are the users who write and decide, `conditions` the names that knowledge has."""
    found = [*_who(protocol, able), *_how_much(protocol), *_rules(protocol, conditions), *_judged(protocol)]
    if not protocol.title.strip():
        found.append(Problem("title", "give it a title"))
    if len(protocol.question.split()) < FEWEST_WORDS:
        found.append(Problem("question", "say in a sentence what it is to find out"))
    if len(protocol.plan.split()) < FEWEST_WORDS:
        found.append(
            Problem("plan", "say how it will be analysed: which comparison, which cases, which test")
        )
    return tuple(found)


def warnings(protocol: PilotProtocol) -> tuple[str, ...]:
    """What may be so and should be thought of twice."""
    found = []
    if protocol.weeks > MOST_WEEKS:
        found.append(
            f"{protocol.weeks} weeks are longer than {MOST_WEEKS}: what else changes meanwhile is harder to tell apart from the draft"
        )
    if protocol.cases > MOST_CASES:
        found.append(
            f"{protocol.cases} cases each are more than {MOST_CASES}: can they be done in {protocol.weeks} weeks?"
        )
    if protocol.design is Design.BEFORE_AFTER:
        found.append("before and after alone can't tell the draft from whatever else changed in these weeks")
    if protocol.design in (Design.WAITING_LIST, Design.STEPPED_WEDGE) and len(protocol.participants) < 4:
        found.append(
            "with fewer than 4 participants this design tells the draft badly from the people who write"
        )
    return tuple(found)


def _who(protocol: PilotProtocol, able: Container[str]) -> list[Problem]:
    found = []
    if not protocol.sites or not all(one.strip() for one in protocol.sites):
        found.append(Problem("sites", "name at least one site"))
    if len(set(protocol.participants)) < FEWEST_PARTICIPANTS:
        found.append(
            Problem("participants", f"choose at least {FEWEST_PARTICIPANTS} coordinators or providers")
        )
    if len(set(protocol.participants)) != len(protocol.participants):
        found.append(Problem("participants", "somebody is chosen twice"))
    if (
        protocol.design in (Design.WAITING_LIST, Design.STEPPED_WEDGE)
        and len(set(protocol.participants)) < FEWEST_IN_STEPS
    ):
        found.append(
            Problem(
                "participants",
                f"this design takes {FEWEST_IN_STEPS} participants or more: with fewer a draft can't be told from what a period did to one of them",
            )
        )
    if any(one not in able for one in protocol.participants):
        found.append(Problem("participants", "somebody of these writes no documents here"))
    if not protocol.monitor:
        found.append(Problem("monitor", "say who is told when a stop rule holds"))
    elif protocol.monitor in protocol.participants:
        found.append(Problem("monitor", "whoever watches over it takes no part in it"))
    return found


def _how_much(protocol: PilotProtocol) -> list[Problem]:
    found = []
    if protocol.weeks < FEWEST_WEEKS:
        found.append(Problem("weeks", f"it lasts at least {FEWEST_WEEKS} weeks"))
    if protocol.weeks > 52:
        found.append(Problem("weeks", "it lasts at most 52 weeks"))
    if protocol.cases < FEWEST_CASES:
        found.append(Problem("cases", f"each participant does at least {FEWEST_CASES} cases"))
    if protocol.cases > 1000:
        found.append(Problem("cases", "each participant does at most 1000 cases"))
    expected = protocol.expected
    if not 0 < expected.alpha < 0.5 or not 0.5 <= expected.power < 1:
        found.append(Problem("power", "alpha lies between 0 and 0.5, the power between 0.5 and 1"))
    if (
        expected.minutes <= 0
        or not 0 < expected.fall < 100
        or expected.spread <= 0
        or not 0 <= expected.alike < 1
    ):
        found.append(
            Problem(
                "expected",
                "minutes and their spread are more than 0, the fall lies between 0 and 100 %, the ICC from 0 to 1",
            )
        )
    if any(not 0 < one < 100 for one in protocol.looks) or any(a >= b for a, b in pairwise(protocol.looks)):
        found.append(
            Problem("looks", "looks in between are percentages of the cases, each higher than the one before")
        )
    return found


def _rules(protocol: PilotProtocol, conditions: Container[str]) -> list[Problem]:
    found = []
    for one in protocol.inclusion:
        if words := _wrong(one, conditions):
            found.append(Problem("inclusion", words))
    return found


def _wrong(one: Inclusion, conditions: Container[str]) -> str:
    """What is wrong with one inclusion rule, "" for nothing."""
    if one.rule in (Rule.AGE_FROM, Rule.AGE_TO, Rule.DRUGS_FROM):
        most = MOST_DRUGS if one.rule is Rule.DRUGS_FROM else OLDEST
        return (
            ""
            if one.value.isdecimal() and int(one.value) <= most
            else "an inclusion rule asks for a whole number"
        )
    if one.rule in (Rule.CONDITION, Rule.NOT_CONDITION) and one.value not in conditions:
        return "an inclusion rule names a condition that is not known here"
    return "" if one.value.strip() else "an inclusion rule asks for nothing"


def _judged(protocol: PilotProtocol) -> list[Problem]:
    found = []
    if protocol.primary not in METRICS:
        found.append(Problem("primary", "choose the primary metric"))
    if any(one not in METRICS or one == protocol.primary for one in protocol.secondary):
        found.append(Problem("secondary", "secondary metrics are others of the list"))
    stops = protocol.stops
    if stops.serious < 1 or not 0 <= stops.floor <= 100 or stops.fewest < 5:
        found.append(
            Problem(
                "stops",
                "stop at 1 serious event or more, a floor from 0 to 100 %, and not on fewer than 5 cases",
            )
        )
    if not 1 <= protocol.edited <= 100:
        found.append(Problem("edited", "from 1 to 100 percent of the words"))
    said = protocol.determination
    if not said.by.strip() or said.on is None or len(said.text.split()) < FEWEST_WORDS:
        found.append(Problem("determination", "record who determined it, when, and in which words"))
    if said.basis is not Basis.IMPROVEMENT and not said.number.strip():
        found.append(Problem("determination", "an IRB's approval or exemption has a number"))
    return found
