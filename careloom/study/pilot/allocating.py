"""Allocating: how the next case of a participant is written. It follows from the protocol, the seed and what was enrolled, and from nothing else.

Whoever doesn't have the seed can't foresee it; whoever has it, afterwards, finds every allocation again.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from careloom.care.pilot import Arm, Design, Pilot, PilotProtocol
from careloom.errors import InputError
from careloom.study.statistics.allocation import Blocks, allocated, exposed, stepped_wedge, waiting_list

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
    return Arm.DRAFT if exposed(steps(protocol, seed)[who], period(protocol, began, day)) else Arm.HAND


def steps(protocol: PilotProtocol, seed: bytes) -> dict[str, int]:
    """From which period on each participant writes by draft, in a waiting list and a stepped wedge; nobody in the other designs."""
    people: Sequence[str] = sorted(protocol.participants)
    if protocol.design is Design.WAITING_LIST:
        return {one: 0 if group == "now" else 1 for one, group in waiting_list(seed, people).items()}
    if protocol.design is Design.STEPPED_WEDGE:
        return stepped_wedge(seed, people, len(people))
    return {}


def period(protocol: PilotProtocol, began: date, day: date) -> int:
    """In which period a day lies, from 0: halves of a waiting list, as many steps and one more in a stepped wedge."""
    if protocol.design is not Design.STEPPED_WEDGE:
        return int(day >= switch(protocol, began))
    many, long = len(protocol.participants), protocol.weeks * 7
    return sum(day >= began + timedelta(days=long * step // (many + 1)) for step in range(1, many + 1))
