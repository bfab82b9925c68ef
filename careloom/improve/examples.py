"""Examples: which of a set's pairs, shown before a question, let a model answer best; judged on the development split alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from careloom.draft.kind import Task
from careloom.draft.prose import Writer
from careloom.draft.tasks import TASKS
from careloom.errors import ModelError
from careloom.improve.evaluation import Case
from careloom.improve.invented import Chance
from careloom.improve.training_set import Pair
from careloom.llm import Answers, Model, Remembered

# A long example costs every question its words.
_MOST_WORDS = 70
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """A prompt's examples, and how the model did with them on so many cases of the development split."""

    task: Task
    own: bool
    stood: int
    better: int
    of: int


def tried(
    model: Model,
    task: Task,
    pool: Sequence[Pair],
    development: Sequence[Case],
    *,
    rounds: int,
    seed: str,
    answers: Answers | None = None,
    step: Step = lambda _said, _done, _of: None,
) -> tuple[Tried, ...]:
    """The task's own examples, then so many other choices from the pool (the training split), the best first; of two as good the earlier.

    A choice that can't be better than the best any more is not asked to its end and isn't told. What `answers` keeps is not asked again.
    Raises ModelError where the model fails.
    """
    chance = Chance(seed)
    short = [one for one in pool if len(one.asked.split()) + len(one.said.split()) <= _MOST_WORDS]
    choices = [task]
    for _ in range(rounds if len(short) >= len(task.shots) else 0):
        shots = tuple((one.asked, one.said) for one in chance.some(short, max(1, len(task.shots))))
        choices.append(replace(task, shots=shots))
    found: list[Tried] = []
    kept = answers or Remembered()
    for number, one in enumerate(choices):
        before = number * len(development)

        def told(done: int, before: int = before, number: int = number) -> None:
            step(f"choice {number + 1} of {len(choices)}", before + done, len(choices) * len(development))

        best = max((each.better for each in found), default=-1)
        if made := _judged(model, one, development, best, kept, told):
            found.append(replace(made, own=one is task))
    return tuple(sorted(found, key=lambda each: (-each.better, -each.stood)))


def _judged(
    model: Model,
    task: Task,
    development: Sequence[Case],
    best: int,
    kept: Answers,
    told: Callable[[int], None],
) -> Tried | None:
    stood = better = 0
    for done, case in enumerate(development):
        if better + len(development) - done <= best:
            return None
        told(done)
        writer = Writer(model, kept, case.pen, case.index, left=1 << 10, known=())
        made = TASKS[task.name].attempt(case.wanted, task, writer)
        if writer.failed:
            raise ModelError(writer.failed)
        stood += bool(made.written)
        better += bool(made.written) and TASKS[task.name].better(case.wanted, made)
    return Tried(task, False, stood, better, len(development))
