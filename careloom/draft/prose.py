"""What a model may do to a draft: join the facts of a top concern into one sentence. Each answer is verified.

An answer is accepted only when tags and marks are whole, drugs, numbers and negations are those of the facts, the
sentence is complete and short, and `verify` finds it supported. Else it is asked once more, and else the template stays.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from careloom.care.document import Document, ModelUse, Statement, Verdict
from careloom.draft.kind import Task
from careloom.draft.marks import Marked, faults, filled, marked
from careloom.draft.pen import Pen
from careloom.draft.wording import MOST_WORDS, capital
from careloom.errors import ModelError
from careloom.llm import Answer, Answers, Model, Prompt
from careloom.llm.answers import key
from careloom.verify import Index, judge_with

TRIES = 2
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|without|nor|neither|denied|denies|cannot|n't)\b", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
# Letters of Latin script, and the marks, digits and signs that a sentence of a plan may hold.
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9\s.,;:()“”'’%/<>≤≥=+*&°µ\-–—\[\]{}²³#]*")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement that a model may say better: the facts to join, the entries that they rest on, and the words
    (doses) that stay whole.
    """

    statement: Statement
    facts: tuple[str, ...]
    citations: tuple[str, ...]
    spans: tuple[str, ...] = ()


@dataclass(slots=True)
class Writer:
    """One document's calls to a model: what is left of them, and what they cost."""

    model: Model
    answers: Answers
    pen: Pen
    index: Index
    left: int
    calls: int = 0
    fallbacks: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def use(self) -> ModelUse:
        """Which model wrote, with which prompts, and what it cost."""
        return ModelUse(
            name=self.model.name,
            sha256=self.model.sha256,
            prompts={name: task.version for name, task in self.pen.kind.tasks.items()},
            calls=self.calls,
            fallbacks=self.fallbacks,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
        )


def written(document: Document, wanted: Iterable[Wanted], writer: Writer) -> Document:
    """The document with the sentences that the model said better; the others as they were."""
    better = {}
    for one in wanted:
        said = _joined(one, writer)
        if said:
            better[one.statement.id] = replace(
                one.statement, text=said, citations=one.citations, written_by="model"
            )
    statements = tuple(better.get(one.id, one) for one in document.statements)
    return replace(document, statements=statements, model=writer.use())


def _joined(one: Wanted, writer: Writer) -> str:
    """The verified sentence, "" where the template stays."""
    task = writer.pen.kind.tasks["join"]
    given = marked(one.facts, writer.pen.knowledge.labs.plain_units.values(), one.spans)
    entries = [writer.pen.record.by_id[entry] for entry in one.citations]
    complaint = ""
    for _ in range(TRIES):
        answer = _asked(task, given, complaint, one.citations, writer)
        if answer is None:
            break
        found = refused(answer, given, one.facts, writer.pen)
        said = capital(filled(answer, given))
        if not found and judge_with(writer.index, said, entries).verdict is Verdict.SUPPORTED:
            return said
        complaint = f"{'; '.join(found[:3]) or 'it says more than the facts'}"
    writer.fallbacks += 1
    return ""


def _asked(task: Task, given: Marked, complaint: str, citations: Sequence[str], writer: Writer) -> str | None:
    """The model's words, from memory where it was asked the same before; None where no call is left or it failed."""
    ask = given.asked if not complaint else f"{given.asked}\nWrite it again, mending this: {complaint}."
    prompt = Prompt(task.rules, ask, task.shots)
    asked = key(task.name, task.version, prompt, citations, writer.model)
    kept = writer.answers.get(asked)
    if kept is not None:
        return kept
    if writer.left <= 0:
        return None
    writer.left -= 1
    writer.calls += 1
    try:
        answer: Answer = writer.model.complete(prompt, max_tokens=task.max_tokens)
    except ModelError:
        return None
    writer.prompt_tokens += answer.prompt_tokens
    writer.completion_tokens += answer.completion_tokens
    words = answer.text.strip() if answer.complete else ""
    writer.answers.put(asked, words)
    return words


def refused(answer: str, given: Marked, facts: Sequence[str], pen: Pen) -> tuple[str, ...]:
    """Why an answer can't be accepted, before its sense is judged; () where nothing speaks against it."""
    found = list(faults(answer, given))
    said = filled(answer, given)
    before = " ".join(facts)
    if not said.endswith(".") or len(_SENTENCE_END.findall(_without_figures(said))) != 1:
        found.append("it is not one whole sentence")
    if not _LATIN.fullmatch(said):
        found.append("it has other letters")
    if len(said.split()) > max(MOST_WORDS, len(before.split())):
        found.append("it is too long")
    if Counter(_DIGITS.findall(said)) != Counter(_DIGITS.findall(before)):
        found.append("its numbers are not those of the facts")
    if len(_NEGATION.findall(said)) != len(_NEGATION.findall(before)):
        found.append("it denies more or less than the facts")
    if _drugs(said, pen) != _drugs(before, pen):
        found.append("its drugs are not those of the facts")
    return tuple(found)


def _without_figures(said: str) -> str:
    return re.sub(r"\d[\d.,]*\d|“[^”]*”", "0", said)


def _drugs(text: str, pen: Pen) -> frozenset[str]:
    return frozenset(drug.name for _, _, drug in pen.knowledge.drugs.mentions(text))
