"""What a model may do to a draft: join the facts behind a concern, or say a vetted activity plainly. All is verified.

An answer is accepted only when tags and marks are whole, drugs, numbers and negations are those of the facts, the
sentence is complete and short, and `verify` finds it supported. Else it is asked once more, and else the template stays.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from careloom.care.document import ModelUse, Statement, Verdict
from careloom.draft.kind import Task
from careloom.draft.marks import Marked, faults, filled, marked, marks_of, parts_of
from careloom.draft.ours import is_known
from careloom.draft.pen import Pen
from careloom.draft.wording import MOST_WORDS, capital
from careloom.errors import ModelError
from careloom.knowledge import Knowledge
from careloom.llm import Answers, Model, Prompt, must_scrub
from careloom.llm.answers import key
from careloom.privacy.known import Known
from careloom.privacy.scrub import scrub
from careloom.verify import Fault, Index, judge_with

TRIES = 2
# A plain wording begins as the activity does: who acts, and what is done.
KEPT_WORDS = 3
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nothing|without|nor|neither|denied|denies|cannot|\w+n't)\b", re.I
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
# Letters of Latin script, and the marks, digits and signs that a sentence of a plan may hold.
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9\s.,;:()“”'’%/<>≤≥=+*&°µ\-–—\[\]{}²³#]*")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_LONG_WORD = 9
# How an answer begins that declines to give one.
_DECLINES = re.compile(
    r"\W*(?:(?:i['’]?m|i am) (?:very |so )?sorry|sorry\b|i apologi[sz]e|i (?:can(?:not|['’]?t)|won['’]?t|must decline)\b"
    r"|i(?:['’]m| am) (?:unable|not able)\b|as an ai\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement that a model may say better: by which task, from which facts that rest on which entries.

    `spans` are words of the facts (doses) that stay whole; `templates` are our sentences from which the facts were filled: a model
    is shown nothing else of them but what knowledge has. Where several `lines` are rewritten together, `statement` is the first.
    """

    task: str
    statement: Statement
    facts: tuple[str, ...]
    citations: tuple[str, ...]
    spans: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    lines: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking: by id the statement that stands in a line's place, or None where another one tells it; and each answer."""

    written: Mapping[str, Statement | None] = field(default_factory=dict)
    answers: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences that stood."""
        return tuple(one.text for one in self.written.values() if one is not None)


@dataclass(slots=True)
class Writer:
    """One document's calls to a model: the tasks that it has earned, what is left of its calls, and what they cost.

    `known` is what the record knows of the person; where it is None, a model that may receive only scrubbed words is asked nothing.
    """

    model: Model
    answers: Answers
    pen: Pen
    index: Index
    left: int
    earned: frozenset[str] = frozenset()
    known: Sequence[Known] | None = None
    kept_back: int = 0
    calls: int = 0
    fallbacks: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    failed: str = ""
    heard: int = 0
    unverified: int = 0
    refusals: int = 0

    def ask(self, task: Task, ask: str, citations: Sequence[str], grammar: str | None = None) -> str | None:
        """The model's words, from memory where it was asked the same before; None where no call is left, it failed, or may not be asked this.

        One that failed isn't asked again for this document: its adapter has tried often enough, and somebody waits.
        """
        prompt = Prompt(task.rules, ask, task.shots)
        if must_scrub(self.model):
            prompt = self._scrubbed(prompt)
            if not prompt.is_clean:
                self.kept_back += 1
                return None
        asked = key(task.name, task.version, prompt, citations, self.model)
        kept = self.answers.get(asked)
        if kept is not None:
            self._hear(kept)
            return kept
        if self.left <= 0 or self.failed:
            return None
        self.left -= 1
        self.calls += 1
        begun = perf_counter()
        try:
            answer = self.model.complete(prompt, max_tokens=task.max_tokens, grammar=grammar)
        except ModelError as error:
            self.failed = str(error)
            return None
        finally:
            self.seconds += perf_counter() - begun
        words = answer.text.strip() if answer.complete else ""
        self._hear(words, answer.refused)
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        if not answer.refused:
            self.answers.put(asked, words)
        return words

    def _scrubbed(self, prompt: Prompt) -> Prompt:
        """The prompt with its own part scrubbed by what is known of the person, then by patterns; as it came where nobody knows the person."""
        if self.known is None:
            return prompt
        return replace(prompt, clean=scrub(prompt.ask, self.known, as_of=self.pen.record.as_of))

    def _hear(self, words: str, refused: bool = False) -> None:
        self.heard += 1
        self.refusals += refused or _DECLINES.match(words) is not None

    def use(self, own: int) -> ModelUse:
        """Which model wrote `own` lines, with which prompts, and what it cost."""
        tasks = self.pen.kind.tasks.values()
        return ModelUse(
            name=self.model.name,
            sha256=self.model.sha256,
            prompts={task.name: task.version for task in tasks if task.name in self.earned},
            calls=self.calls,
            fallbacks=self.fallbacks,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            seconds=round(self.seconds, 1),
            note=self._note(own),
            heard=self.heard,
            unverified=self.unverified,
            refusals=self.refusals,
        )

    def _note(self, own: int) -> str:
        rest = "the other lines are" if own else "every line is"
        if not self.earned:
            return "It has earned no task of this kind; every line is from a template."
        if self.failed:
            return f"It failed ({self.failed}); {rest} from a template."
        if self.kept_back:
            return (
                f"What may hold an identifier was not sent to it ({self.kept_back}); {rest} from a template."
            )
        if self.fallbacks and not self.heard:
            return "It was asked nothing; every line is from a template."
        if self.fallbacks and not own:
            return "Nothing that it said stood verification; every line is from a template."
        return ""


def shown(one: Wanted, knowledge: Knowledge) -> Marked:
    """What a model is shown of the facts: our words, names that knowledge has, and marks."""
    units = knowledge.labs.plain_units.values()
    return marked(
        one.facts,
        units,
        one.spans,
        templates=one.templates,
        is_known=lambda words: is_known(words, knowledge),
    )


def attempt(one: Wanted, task: Task, writer: Writer) -> Attempt:
    """One statement in the model's words once they stand every check; none where the template stays."""
    given = shown(one, writer.pen.knowledge)
    if not given.tells:
        return Attempt()
    entries = [writer.pen.record.by_id[entry] for entry in one.citations]
    complaint, answers = "", []
    for _ in range(TRIES):
        ask = given.tagged if task.tagged else given.facts[0]
        grammar = given.grammar if task.tagged else None
        answer = writer.ask(task, f"{ask}\n{complaint}".rstrip("\n"), one.citations, grammar)
        if answer is None:
            break
        answers.append(answer)
        found = refused(answer, given, one, writer.pen)
        said = capital(filled(answer, given))
        judged = judge_with(writer.index, said, entries, one.statement.guideline) if not found else None
        if judged and judged.verdict is Verdict.SUPPORTED:
            better = replace(one.statement, text=said, citations=one.citations, written_by="model")
            return Attempt({one.statement.id: better}, tuple(answers))
        writer.unverified += 1
        complaint = hint(found, given, answer, judged.faults if judged else ())
    return Attempt({}, tuple(answers))


def hint(found: Sequence[str], given: Marked, answer: str, unsupported: Sequence[Fault]) -> str:
    """What a second try is told: which marks belong to which fact, or which words of its own to leave out."""
    own = set(re.findall(r"[^\W\d_]+", answer))
    # A mark's words are a source's: they aren't shown on this way either.
    strange = [fault.words for fault in unsupported if fault.words in own]
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
    # One link between each two facts is no length of its own.
    if len(said.split()) > max(MOST_WORDS, len(before.split()) + len(one.facts) - 1):
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
    if said.split()[:KEPT_WORDS] != before.split()[:KEPT_WORDS]:
        found.append("it does not begin with the same three words")
    if long_words(said) >= long_words(before):
        found.append("it is no plainer")
    return found


def long_words(text: str) -> int:
    """How many words of nine letters or more a text has."""
    return sum(len(word.strip(".,;:()")) >= _LONG_WORD for word in text.split())


def _without_figures(said: str) -> str:
    return re.sub(r"\d[\d.,]*\d|“[^”]*”", "0", said)


def _drugs(text: str, pen: Pen) -> frozenset[str]:
    return frozenset(drug.name for _, _, drug in pen.knowledge.drugs.mentions(text))
