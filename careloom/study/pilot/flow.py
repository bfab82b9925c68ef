"""Flow: how many were looked at, enrolled, allocated, written and counted: the numbers of a CONSORT diagram.

Source   Schulz, Altman & Moher, "CONSORT 2010 Statement", BMJ 2010, 340:c332 (the flow diagram)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careloom.care.pilot import Arm, Pilot, Step
from careloom.study.pilot.cases import CaseRow


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """Of the cases of an arm: how many were allocated, written as allocated, the other way, not at all; finished; counted for minutes, left out by
    the rule of clocks, and without any clock."""

    allocated: int
    as_allocated: int
    other_way: int
    unwritten: int
    finished: int
    counted: int
    left_out: int
    no_clock: int


@dataclass(frozen=True, slots=True)
class Flow:
    """`looked` at, `refused` by rule (one person may fail several), enrolled, participants who left, and each arm."""

    looked: int
    refused: int
    why: Mapping[str, int]
    enrolled: int
    left: int
    arms: Mapping[Arm, ArmFlow]


def flow_of(pilot: Pilot, rows: Sequence[CaseRow]) -> Flow:
    """The flow of a pilot's cases."""
    refused = pilot.all(Step.REFUSE)
    why = Counter(rule for one in refused for rule in one.said.get("rules", "").split())
    return Flow(
        len(refused) + len(rows),
        len(refused),
        why,
        len(rows),
        len(pilot.left),
        {arm: _arm([one for one in rows if one.arm is arm]) for arm in Arm},
    )


def _arm(rows: Sequence[CaseRow]) -> ArmFlow:
    done = [one for one in rows if one.finished is not None]
    return ArmFlow(
        allocated=len(rows),
        as_allocated=sum(one.adhered is True for one in rows),
        other_way=sum(one.adhered is False for one in rows),
        unwritten=sum(one.written is None for one in rows),
        finished=len(done),
        counted=sum(one.minutes is not None and not one.minutes.left_out for one in done),
        left_out=sum(one.minutes is not None and bool(one.minutes.left_out) for one in done),
        no_clock=sum(one.minutes is None for one in done),
    )
