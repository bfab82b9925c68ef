"""Signed: what a model should have said to a question, by what a person signed in answer; without identifiers, or not at all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from careloom import draft
from careloom.care.document import Document, Statement
from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import Consented, PatientRecord
from careloom.draft.kind import Task
from careloom.draft.marks import Marked, marks_of
from careloom.draft.pen import Pen
from careloom.draft.prose import Attempt, Wanted, Writer, shown
from careloom.draft.tasks import TASKS
from careloom.errors import ModelError
from careloom.knowledge import Knowledge
from careloom.llm import Answer, Answers, Prompt, Remembered, Schema, Scripted, Spend
from careloom.privacy.known import Known
from careloom.privacy.scrub import scrub
from careloom.verify import Index

# A consent that is refused or taken back and is about learning: its own words say so, as no code system does.
_LEARNING = re.compile(
    r"\b(?:research|machine learning|artificial intelligence|AI|train(?:ing)? (?:of )?(?:models?|software)|improv\w+ (?:of )?(?:models?|software|drafts))\b",
    re.I,
)
PART2 = "a substance-use programme's records are in it (42 CFR Part 2)"
REFUSED = "the person refused, took a consent back, or it has ended"
ALLOWED, NOT_REFUSED = "allowed", "not refused"
UNCHANGED = "signed as the template had it: there is nothing to learn"
NO_QUESTION = "its question can't be asked again: the record or the templates have changed"
NO_FACTS = "what was signed can't be put back to its facts"
NAMES = "what was signed holds what looks like an identifier"
UNSIGNED = "nobody signed it"


@dataclass(frozen=True, slots=True)
class Signed:
    """A question of a task, what had been drafted and what was signed, all in our words and marks."""

    kind: str
    task: Task
    asked: str
    drafted: str
    said: str


def refusal(entries: Iterable[Entry], consents: Sequence[Consented]) -> str:
    """Why nothing is learned from a person's documents, by all of her entries; "" where nothing speaks against it."""
    if any("part2" in entry.detail for entry in entries):
        return PART2
    said = of_learning(consents)
    return REFUSED if said and not said.given else ""


def allowed(consents: Sequence[Consented]) -> str:
    """The consent flag of somebody who did not refuse."""
    said = of_learning(consents)
    return ALLOWED if said and said.given else NOT_REFUSED


def of_learning(consents: Sequence[Consented]) -> Consented | None:
    """What a person said last of learning from her record (`consents` are the oldest first); None where nobody said anything."""
    return next((one for one in reversed(consents) if is_of_learning(one)), None)


def is_of_learning(consent: Consented) -> bool:
    """Whether a consent speaks of learning from a record, by its own words."""
    return bool(_LEARNING.search(consent.scope))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one signed document: how it was drafted, how it was signed, and what is known of the person."""

    record: PatientRecord
    knowledge: Knowledge
    answers: Answers
    known: Sequence[Known]
    drafted: Document
    signed: Document
    released: Mapping[str, str]

    def pairs(self, out: Counter[str]) -> Iterator[Signed]:
        """A pair for each question of the document whose answer somebody signed; `out` counts the others by why there is none."""
        writing = draft.KINDS.get(self.drafted.kind)
        if writing is None or not writing.kind().tasks:
            return
        document, pen = writing.write(self.record, self.knowledge, Given(self.drafted.given))
        index = Index(self.record, self.knowledge)
        for wanted in writing.wanted(document, pen):
            found = self._pair(wanted, pen, index)
            if isinstance(found, str):
                out[found] += 1
            else:
                yield found

    def _pair(self, wanted: Wanted, pen: Pen, index: Index) -> Signed | str:
        task = pen.kind.tasks[wanted.task]
        lines = [wanted.statement.id, *(line.id for line in wanted.lines)]
        before = {one.id: one for one in self.drafted.statements if one.id in lines}
        after = {one.id: one for one in self.signed.statements if one.id in lines}
        if not before:
            return NO_QUESTION
        if not after or any(line not in self.released for line in after):
            return UNSIGNED
        made, asked = self._remembered(wanted, task, pen, index)
        texts = {line: one.text for line, one in after.items()}
        drafted = " ".join(one.text for one in before.values())
        if made.written and all(texts.get(line) == said.text for line, said in made.written.items() if said):
            return self._safe(Signed(pen.kind.id, task, asked, made.answers[-1], made.answers[-1]))
        if all(before[line].text == text for line, text in texts.items() if line in before):
            return UNCHANGED
        if len(after) != 1 or wanted.lines:
            return NO_FACTS
        return self._amended(wanted, task, pen, index, drafted, next(iter(after.values())))

    def _remembered(self, wanted: Wanted, task: Task, pen: Pen, index: Index) -> tuple[Attempt, str]:
        """What the model that drafted said then, where that is still kept, and the question that it was asked."""
        model = _Silent(self.drafted.model.name, self.drafted.model.sha256)
        writer = _Listening(model, self.answers, pen, index, left=0)
        return TASKS[task.name].attempt(wanted, task, writer), writer.question

    def _amended(
        self, wanted: Wanted, task: Task, pen: Pen, index: Index, drafted: str, line: Statement
    ) -> Signed | str:
        """A person's own words in place of the draft's: they stand every check that a model's would."""
        given = shown(wanted, self.knowledge)
        words = _marked(line.text, given)
        said = _tagged(words, given) if task.tagged else words
        if said is None:
            return NO_FACTS
        model = Scripted(lambda _: said)
        made = TASKS[task.name].attempt(wanted, task, Writer(model, Remembered(), pen, index, left=1))
        if not made.written:
            return NO_FACTS
        return self._safe(Signed(pen.kind.id, task, model.asked[0].ask, _marked(drafted, given), said))

    def _safe(self, found: Signed) -> Signed | str:
        """The pair, unless anything in it is known of the person or looks like an identifier."""
        for text in (found.asked, found.drafted, found.said):
            if scrub(text, self.known).spans:
                return NAMES
        return found


class _Listening(Writer):
    """A writer that asks nobody and keeps the first question."""

    question: str = ""

    def ask(self, task: Task, ask: str, citations: Sequence[str], grammar: str | None = None) -> str | None:
        """What is kept of the question."""
        self.question = self.question or ask
        return super().ask(task, ask, citations, grammar)


class _Silent:
    """A model by its name, that says nothing."""

    spent = Spend()

    def __init__(self, name: str, sha256: str) -> None:
        self.name, self.sha256 = name, sha256

    def complete(
        self, prompt: Prompt, *, max_tokens: int, schema: Schema | None = None, grammar: str | None = None
    ) -> Answer:
        """Raises ModelError: only what is kept counts."""
        del prompt, max_tokens, schema, grammar
        raise ModelError("nothing is asked while a training set is put together")


def _marked(text: str, given: Marked) -> str:
    """A person's words with the marks of the question in place of what they stand for."""
    for mark, words in sorted(given.meaning.items(), key=lambda one: -len(one[1])):
        text = text.replace(words, mark)
    return text


def _tagged(words: str, given: Marked) -> str | None:
    """One sentence with each fact's tag behind the last of its marks; None where that doesn't part the facts in order."""
    told, at = "", 0
    for number, fact in enumerate(given.facts, 1):
        marks = marks_of(fact)
        ends = [found.end() for mark in marks for found in re.finditer(rf"\b{mark}\b\)?", words)]
        last = max(ends, default=-1)
        if last <= at:
            return None
        told += f"{words[at:last]} [{number}]"
        at = last
    rest = words[at:]
    return f"{told}." if rest == "." else None
