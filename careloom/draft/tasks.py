"""The tasks of models: how each one's answer is verified, and what counts as better than the template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from careloom.care.document import Document, Statement
from careloom.draft import passages, prose
from careloom.draft.kind import Task
from careloom.draft.prose import Attempt, Wanted, Writer


def _closer(one: Wanted, made: Attempt) -> bool:
    """Fewer sentences than facts, with no more words than theirs and a link between each two."""
    told = [line for line in made.written.values() if line is not None]
    before = sum(len(fact.split()) for fact in one.facts)
    kept = [line.text for line in one.lines if line.id not in made.written]
    after = sum(len(text.split()) for text in (*(line.text for line in told), *kept))
    return len(told) + len(kept) < len(one.facts) and after <= before + len(one.facts) - 1


def _plainer(one: Wanted, made: Attempt) -> bool:
    """Fewer long words than the template, and no more words in all."""
    return all(
        prose.long_words(text) < prose.long_words(one.facts[0])
        and len(text.split()) <= len(one.facts[0].split())
        for text in made.texts
    )


@dataclass(frozen=True, slots=True)
class Way:
    """How an answer is verified before it stands, and whether what stands is better than the baseline."""

    attempt: Callable[[Wanted, Task, Writer], Attempt]
    better: Callable[[Wanted, Attempt], bool]


# By the task's name in its kind's kind.toml, the small ones first.
TASKS: Mapping[str, Way] = {
    "join": Way(prose.attempt, _closer),
    "plain": Way(prose.attempt, _plainer),
    "section": Way(passages.attempt, _closer),
}


def written(document: Document, wanted: Iterable[Wanted], writer: Writer) -> Document:
    """The document with what the model said better, of the tasks that it has earned; the other lines as they were."""
    better: dict[str, Statement | None] = {}
    for one in wanted:
        if one.task not in writer.earned:
            continue
        made = TASKS[one.task].attempt(one, writer.pen.kind.tasks[one.task], writer)
        better.update(made.written)
        writer.fallbacks += not made.written
    lines = (better.get(one.id, one) for one in document.statements)
    statements = tuple(line for line in lines if line is not None)
    own = sum(line is not None for line in better.values())
    kept = {line.id for line in statements}
    top = tuple(one for one in document.top if one in kept)
    return replace(document, statements=statements, top=top, model=writer.use(own))
