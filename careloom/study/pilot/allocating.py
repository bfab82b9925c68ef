"""Allocating: how the next case of a participant is written. It follows from the protocol, the seed and what was enrolled, and from nothing else.

Whoever doesn't have the seed can't foresee it; whoever has it, afterwards, finds every allocation again.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from careloom.care.pilot import Arm, Design, Pilot, PilotProtocol
from careloom.errors import InputError
from careloom.study.statistics.allocation import Blocks, allocated, stepped_wedge, waiting_list

ARMS = {"usual": Arm.HAND, "draft": Arm.DRAFT}


def last_day(protocol: PilotProtocol, began: date) -> date:
    """The last day on which a case is enrolled."""
    return began + timedelta(weeks=protocol.weeks, days=-1)


def switch(protocol: PilotProtocol, began: date) -> date:
    """The middle of a pilot: the first day of its second half."""
    return began + timedelta(days=protocol.weeks * 7 // 2)


def arm_of(pilot: Pilot, seed: bytes, who: str, day: date) -> Arm:
    """How the next case that a participant enrols on a day is written. Raises InputError for a pilot that didn't start or another person."""
    protocol, began = pilot.protocol, pilot.began
    if began is None or who not in protocol.participants:
        raise InputError("nobody is allocated here")
    if protocol.design is Design.BEFORE_AFTER:
        return Arm.DRAFT if day >= switch(protocol, began) else Arm.HAND
    if protocol.design is Design.RANDOMISED:
        before = sum(one.who == who for one in pilot.enrolled)
        return ARMS[allocated(seed, Blocks(), (who,), before).arm]
    since = starts(protocol, seed, began)[who]
    return Arm.DRAFT if day >= since else Arm.HAND


def starts(protocol: PilotProtocol, seed: bytes, began: date) -> dict[str, date]:
    """From which day on each participant writes by draft, in a waiting list and a stepped wedge."""
    people: Sequence[str] = sorted(protocol.participants)
    if protocol.design is Design.WAITING_LIST:
        groups = waiting_list(seed, people)
        return {one: began if groups[one] == "now" else switch(protocol, began) for one in people}
    steps = len(people)
    step = stepped_wedge(seed, people, steps)
    long = protocol.weeks * 7
    return {one: began + timedelta(days=long * step[one] // (steps + 1)) for one in people}
