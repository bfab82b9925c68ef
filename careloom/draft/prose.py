"""What a model may do to a draft: join the facts behind a concern, or say a vetted activity plainly. All is verified.

An answer is accepted only when tags and marks are whole, drugs, numbers and negations are those of the facts, the
sentence is complete and short, and `verify` finds it supported. Else it is asked once more, and else the template stays.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from careloom.care.document import Document, ModelUse, Statement, Verdict
from careloom.draft.kind import Task
from careloom.draft.marks import Marked, faults, filled, marked, marks_of, parts_of
from careloom.draft.pen import Pen
from careloom.draft.wording import MOST_WORDS, capital
from careloom.errors import ModelError
from careloom.llm import Answers, Model, Prompt
from careloom.llm.answers import key
from careloom.verify import Fault, Index, judge_with

TRIES = 2
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nothing|without|nor|neither|denied|denies|cannot|\w+n't)\b", re.I
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
# Letters of Latin script, and the marks, digits and signs that a sentence of a plan may hold.
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9\s.,;:()“”'’%/<>≤≥=+*&°µ\-–—\[\]{}²³#]*")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_LONG_WORD = 9


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement that a model may say better: by which task, from which facts that rest on which entries.

    `spans` are words of the facts (doses) that stay whole.
    """

    task: str
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
        tasks = self.pen.kind.tasks.values()
        return ModelUse(
            name=self.model.name,
            sha256=self.model.sha256,
            prompts={task.name: task.version for task in tasks if self.model.name not in task.lost_by},
            calls=self.calls,
            fallbacks=self.fallbacks,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
        )


def written(document: Document, wanted: Iterable[Wanted], writer: Writer) -> Document:
    """The document with the sentences that the model said better; the others as they were."""
    better = {}
    for one in wanted:
        task = writer.pen.kind.tasks[one.task]
        said = "" if writer.model.name in task.lost_by else _verified(one, task, writer)
        if said:
            better[one.statement.id] = replace(
                one.statement, text=said, citations=one.citations, written_by="model"
            )
    statements = tuple(better.get(one.id, one) for one in document.statements)
    return replace(document, statements=statements, model=writer.use())


def _verified(one: Wanted, task: Task, writer: Writer) -> str:
    """The model's sentence once it stands every check, "" where the template stays."""
    given = marked(one.facts, writer.pen.knowledge.labs.plain_units.values(), one.spans)
    entries = [writer.pen.record.by_id[entry] for entry in one.citations]
    complaint = ""
    for _ in range(TRIES):
        answer = _asked(task, given, complaint, one.citations, writer)
        if answer is None:
            break
        found = refused(answer, given, one, writer.pen)
        said = capital(filled(answer, given))
        judged = judge_with(writer.index, said, entries, one.statement.guideline) if not found else None
        if judged and judged.verdict is Verdict.SUPPORTED:
            return said
        complaint = hint(found, given, judged.faults if judged else ())
    writer.fallbacks += 1
    return ""


def _asked(task: Task, given: Marked, complaint: str, citations: Sequence[str], writer: Writer) -> str | None:
    """The model's words, from memory where it was asked the same before; None where no call is left or it failed."""
    ask = given.tagged if task.tagged else given.facts[0]
    if complaint:
        ask = f"{ask}\n{complaint}"
    prompt = Prompt(task.rules, ask, task.shots)
    asked = key(task.name, task.version, prompt, citations, writer.model)
    kept = writer.answers.get(asked)
    if kept is not None:
        return kept
    if writer.left <= 0:
        return None
    writer.left -= 1
    writer.calls += 1
    grammar = given.grammar if task.tagged else None
    try:
        answer = writer.model.complete(prompt, max_tokens=task.max_tokens, grammar=grammar)
    except ModelError:
        return None
    writer.prompt_tokens += answer.prompt_tokens
    writer.completion_tokens += answer.completion_tokens
    words = answer.text.strip() if answer.complete else ""
    writer.answers.put(asked, words)
    return words


def hint(found: Sequence[str], given: Marked, unsupported: Sequence[Fault]) -> str:
    """What a second try is told: which marks belong to which fact, or which words to leave out."""
    strange = [fault.words for fault in unsupported if fault.words.isalpha()]
    if strange and not found:
        return f"Do not say: {', '.join(strange[:3])}."
    marks = [" ".join(marks_of(fact)) for fact in given.facts]
    told = "; ".join(f"{names} belong to fact {place}" for place, names in enumerate(marks, 1) if names)
    return f"One sentence with every mark: {told}." if told else "One whole sentence."


def refused(answer: str, given: Marked, one: Wanted, pen: Pen) -> tuple[str, ...]:
    """Why an answer can't be accepted, before its sense is judged; () where nothing speaks against it."""
    tagged = pen.kind.tasks[one.task].tagged
    found = list(faults(answer, given, tagged=tagged))
    said, before = filled(answer, given), " ".join(one.facts)
    if not said.endswith(".") or len(_SENTENCE_END.findall(_without_figures(said))) != 1:
        found.append("it is not one whole sentence")
    if not _LATIN.fullmatch(said):
        found.append("it has other letters")
    if len(said.split()) > max(MOST_WORDS, len(before.split())):
        found.append("it is too long")
    numbers, given_numbers = Counter(_DIGITS.findall(said)), Counter(_DIGITS.findall(before))
    if numbers - given_numbers or given_numbers.keys() - numbers.keys():
        found.append("its numbers are not those of the facts")
    if len(_NEGATION.findall(said)) != len(_NEGATION.findall(before)):
        found.append("it denies more or less than the facts")
    if _drugs(said, pen) != _drugs(before, pen):
        found.append("its drugs are not those of the facts")
    found += _mixed(answer, given, pen) if tagged else _no_plainer(said, before)
    return tuple(found)


def _mixed(answer: str, given: Marked, pen: Pen) -> list[str]:
    """Facts whose part of the answer holds marks or drugs of another fact."""
    return [
        f"fact {place} holds what belongs to another"
        for place, (part, fact) in enumerate(zip(parts_of(answer), given.facts, strict=False), 1)
        if set(marks_of(part)) - set(marks_of(fact)) or _drugs(part, pen) - _drugs(fact, pen)
    ]


def _no_plainer(said: str, before: str) -> list[str]:
    """Why a plain wording is none: another actor or act, or no fewer long words."""
    found = []
    if said.split()[:3] != before.split()[:3]:
        found.append("it does not begin with the same three words")
    if _long_words(said) >= _long_words(before):
        found.append("it is no plainer")
    return found


def _long_words(text: str) -> int:
    return sum(len(word.strip(".,;:()")) >= _LONG_WORD for word in text.split())


def _without_figures(said: str) -> str:
    return re.sub(r"\d[\d.,]*\d|“[^”]*”", "0", said)


def _drugs(text: str, pen: Pen) -> frozenset[str]:
    return frozenset(drug.name for _, _, drug in pen.knowledge.drugs.mentions(text))
