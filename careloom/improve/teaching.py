"""Teaching: what a model should have said to a task's question about somebody invented, by rule, verified as a model's answer is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from careloom import draft
from careloom.care.kinds import Given
from careloom.draft.kind import Task
from careloom.draft.pen import Pen
from careloom.draft.prose import Wanted, Writer
from careloom.draft.tasks import TASKS
from careloom.draft.wording import capital
from careloom.improve.people import Invented
from careloom.knowledge import Knowledge
from careloom.llm import Prompt, Remembered, Scripted
from careloom.text.naming import inside
from careloom.verify import Index

_FACT = re.compile(r"^\[(\d{1,2})\] (.*?)\.?$", re.MULTILINE)
_MARK = re.compile(r"[DQV]\d{1,2}")
# What the grammar of a question lets a model write beside marks and tags (draft/marks.py): D, Q and V are marks alone.
_WRITABLE = re.compile(r"[^DQV]*")
_NO_MARK = re.compile(r"\b(?![DQV]\d{1,2}\b)[A-Za-z][A-Za-z0-9]*\b")
# Words of a sentence, as the rules of the tasks say.
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Taught:
    """A question of a task about somebody, as a model is asked it, and an answer that stood every check and beat the template."""

    kind: str
    task: str
    who: str
    asked: str
    said: str


def taught(people: Iterator[Invented], knowledge: Knowledge, tasks: Sequence[str]) -> Iterator[Taught]:
    """Each question of the tasks about these people for which a rule's answer stands; questions that read the same come once."""
    seen: set[tuple[str, str]] = set()
    for one in people:
        index = Index(one.record, knowledge)
        for kind, writing in draft.KINDS.items():
            known = writing.kind().tasks
            if not set(known) & set(tasks):
                continue
            document, pen = writing.write(one.record, knowledge, Given())
            for wanted in writing.wanted(document, pen):
                if wanted.task not in tasks or wanted.task not in RULES:
                    continue
                found = _taught(wanted, known[wanted.task], pen, index)
                if found and (wanted.task, found[0]) not in seen:
                    seen.add((wanted.task, found[0]))
                    yield Taught(kind, wanted.task, one.id, *found)


def _taught(wanted: Wanted, task: Task, pen: Pen, index: Index) -> tuple[str, str] | None:
    """The question and the first rule's answer that stands whole at the first try and is better than the template."""
    for rule in RULES[task.name]:
        model = Scripted(partial(_answer, rule))
        writer = Writer(model, Remembered(), pen, index, left=1)
        made = TASKS[task.name].attempt(wanted, task, writer)
        # A line that is left over stands by itself, as it is.
        whole = len(made.written) >= len(wanted.lines) - len(wanted.lines) % 2
        if made.written and whole and TASKS[task.name].better(wanted, made) and _writable(made.answers[0]):
            return model.asked[0].ask, made.answers[0]
    return None


def _answer(rule: "Rule", prompt: Prompt) -> str:
    return rule(_facts(prompt))


def _writable(answer: str) -> bool:
    return bool(_WRITABLE.fullmatch(_MARK.sub("", answer)))


def _facts(prompt: Prompt) -> tuple[tuple[str, str], ...]:
    """Tag and fact, with its capital and full stop those of a sentence's middle."""
    return tuple((tag, _inside(fact)) for tag, fact in _FACT.findall(prompt.ask))


def _inside(fact: str) -> str:
    spelt = _NO_MARK.sub(lambda word: word[0].lower() if re.search("[DQV]", word[0]) else word[0], fact)
    return f"a{spelt[1:]}" if spelt.startswith("A ") else inside(spelt)


def _joined(facts: Sequence[tuple[str, str]]) -> str:
    """One sentence of all facts."""
    told = [f"{fact} [{tag}]" for tag, fact in facts]
    links = [", and " if place == len(told) - 1 else ", " for place in range(1, len(told))]
    return _sentence("".join(part for pair in zip(["", *links], told, strict=True) for part in pair))


def _whiled(facts: Sequence[tuple[str, str]]) -> str:
    """One sentence of all facts, each two linked."""
    told = [f"{fact} [{tag}]" for tag, fact in facts]
    return _sentence(", and ".join([", while ".join(told[:2]), *told[2:]]))


def _paired(facts: Sequence[tuple[str, str]]) -> str:
    """A sentence for each two facts that fit one; another for each that is left."""
    sentences: list[str] = []
    left = list(facts)
    while left:
        two = left[:2]
        many = 2 if sum(len(fact.split()) for _, fact in two) < _MOST_WORDS else 1
        sentences.append(_joined(left[:many]))
        del left[:many]
    return " ".join(sentences)


def _sentence(words: str) -> str:
    # A capital D, Q or V could be no word's: the sentence gets it back when marks are filled in.
    return f"{words if words[:1] in 'dqv' else capital(words)}."


Rule = Callable[[Sequence[tuple[str, str]]], str]
RULES: Mapping[str, tuple[Rule, ...]] = {
    "join": (_joined, _whiled),
    "section": (_paired,),
}
