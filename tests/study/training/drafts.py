"""Drafts of the drills' invented people, checked once a process, and reviewers whose way of judging is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from careloom import draft
from careloom.care.drill import Answered, Drill, FaultKind
from careloom.check import check
from careloom.improve.people import people
from careloom.knowledge import Knowledge, load
from careloom.study.training import PEOPLE
from careloom.study.training.certifying import kinds_met
from careloom.study.training.drilling import Drafted, Learner, drill
from careloom.study.training.scoring import Judged, judged

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
# From (is it faulty, is it labelled, chance) to whether she calls it faulty.
Judging = Callable[[bool, bool, Random], bool]


class _NoAnswers:
    """An answer cache that keeps nothing: these drafts ask no model."""

    def get(self, key: str) -> None:
        """Nothing is kept."""

    def put(self, key: str, answer: object) -> None:
        """Nothing is kept."""


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All knowledge, loaded once a process."""
    return load()


@lru_cache(maxsize=1)
def drafts() -> tuple[Drafted, ...]:
    """A checked draft of everybody of the drills."""
    found = []
    for one in people(knowledge(), PEOPLE):
        document = draft.write(one.record, knowledge(), None, calls=0, answers=_NoAnswers())
        found.append(Drafted(one.record, document, check(document, one.record, knowledge())))
    return tuple(found)


def a_drill(seed: int, met: dict[FaultKind, int] | None = None, who: str = "nina") -> Drill:
    """A drill of somebody."""
    return drill(Learner(f"d{seed}", who, AT, met or {}), drafts(), knowledge(), seed)


def careful(faulty: bool, labelled: bool, chance: Random) -> bool:
    """Reads each line beside its sources: catches nineteen in twenty, and the label makes no difference."""
    return chance.random() < (0.95 if faulty else 0.04)


def careless(faulty: bool, labelled: bool, chance: Random) -> bool:
    """Skims: takes what is labelled, and catches half of the rest."""
    return chance.random() < ((0.1 if labelled else 0.55) if faulty else 0.05)


def practised(judging: Judging, drills: int, seed: int) -> list[Judged]:
    """What somebody said of so many drills, one after the other."""
    chance, lines, at = Random(seed), list[Judged](), AT
    for number in range(drills):
        one = a_drill(seed * 1000 + number, kinds_met(lines))
        answers = []
        for line in one.lines:
            at += timedelta(seconds=20)
            key = one.keys.get(line.id)
            says = judging(key is not None, line.labelled, chance)
            answers.append(
                Answered(one.id, line.id, (key.kind if key else FaultKind.NUMBER) if says else None, at)
            )
        lines += judged([one], answers)
    return lines
