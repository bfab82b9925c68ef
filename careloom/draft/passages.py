"""Passages: some lines of one part, rewritten together as a short paragraph; each sentence stands or falls by itself."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Document, Statement, Verdict
from careloom.draft.care_plan import ranks
from careloom.draft.kind import Task
from careloom.draft.marks import Marked, filled
from careloom.draft.pen import Pen
from careloom.draft.prose import TRIES, Attempt, Wanted, Writer, refused, shown
from careloom.draft.wording import capital, fits
from careloom.knowledge.protocol import MOST_CITED
from careloom.verify import judge_with

FEWEST = 2
MOST_LINES = 6
# A line that is a whole list by itself gains nothing beside another.
MOST_WORDS = 18
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_TAG = re.compile(r"\[(\d{1,2})\]")
_CLAUSE = re.compile(r"; ([a-zA-Z][a-zA-Z -]*)\.$")
_COMPLAINT = "Every fact once, in whole sentences, with its tag before the full stop."


def wanted(
    document: Document, pen: Pen, sections: Sequence[str], templates: tuple[str, ...]
) -> Iterator[Wanted]:
    """The passages of a document's `sections`: short lines of one sort that follow no guideline and tell of no harm.

    `templates` are the sentences that its lines are made from. What a person or a protocol worded stays as it is.
    """
    for section in sections:
        lines = [one for one in document.statements if one.section == section and _is_free(one)]
        for kind in dict.fromkeys(one.kind for one in lines):
            some = tuple(one for one in lines if one.kind == kind)[:MOST_LINES]
            if len(some) >= FEWEST:
                cited = tuple(dict.fromkeys(entry for one in some for entry in one.citations))
                texts = tuple(one.text for one in some)
                yield Wanted("section", some[0], texts, cited, _doses(some, pen), templates, some)


def _is_free(one: Statement) -> bool:
    bound = one.guideline or one.goal or one.activity or one.filled_from
    short = len(one.text.split()) <= MOST_WORDS
    return short and not bound and one.rank > ranks.HARM_LAST


def _doses(lines: Sequence[Statement], pen: Pen) -> tuple[str, ...]:
    """A dose in its source's words, wherever a cited entry has one."""
    by_id = pen.record.by_id
    cited = [by_id[entry] for one in lines for entry in one.citations if entry in by_id]
    return tuple(dict.fromkeys(one.dosage.text for one in cited if one.dosage and one.dosage.text))


def attempt(one: Wanted, task: Task, writer: Writer) -> Attempt:
    """The sentences of an answer that stand every check, each in the place of the lines whose tags it has."""
    given = _bracketed(shown(one, writer.pen.knowledge))
    if not given.tells:
        return Attempt()
    answers: list[str] = []
    for complaint in ("", _COMPLAINT)[:TRIES]:
        answer = writer.ask(task, f"{given.tagged}\n{complaint}".rstrip("\n"), one.citations, given.passage)
        if answer is None:
            break
        answers.append(answer)
        stood: dict[str, Statement | None] = {}
        for lines, said in _sentences(answer, given, one, writer):
            whole = _merged(lines, said)
            stood |= {line.id: None for line in lines} | {whole.id: whole}
        if stood:
            return Attempt(stood, tuple(answers))
        writer.unverified += 1
    return Attempt({}, tuple(answers))


def _bracketed(given: Marked) -> Marked:
    """Facts whose last clause ("; weight is rising") stands in brackets: a small model would take it for a fact of its own."""
    return replace(given, facts=tuple(_CLAUSE.sub(r" (\1).", fact) for fact in given.facts))


def _sentences(
    answer: str, given: Marked, one: Wanted, writer: Writer
) -> Iterator[tuple[tuple[Statement, ...], str]]:
    """Each sentence that stands, with the lines that it tells; a line that is told twice is told by nobody."""
    often = Counter(int(tag) for tag in _TAG.findall(answer))
    for sentence in _SENTENCES.split(answer.strip()):
        tags = list(dict.fromkeys(int(tag) for tag in _TAG.findall(sentence)))
        if not tags or not all(1 <= tag <= len(one.lines) and often[tag] == 1 for tag in tags):
            continue
        lines = tuple(one.lines[tag - 1] for tag in tags)
        part = Marked(tuple(given.facts[tag - 1] for tag in tags), given.meaning)
        renumbered = _TAG.sub(lambda tag, tags=tags: f"[{tags.index(int(tag[1])) + 1}]", sentence)
        cited = tuple(dict.fromkeys(entry for line in lines for entry in line.citations))
        own = replace(one, facts=tuple(line.text for line in lines), citations=cited, lines=lines)
        said = capital(filled(renumbered, part))
        if len(cited) > MOST_CITED or not fits(said) or said in own.facts:
            continue
        entries = [writer.pen.record.by_id[entry] for entry in cited]
        if not refused(renumbered, part, own, writer.pen) and (
            judge_with(writer.index, said, entries).verdict is Verdict.SUPPORTED
        ):
            yield lines, said


def _merged(lines: Sequence[Statement], said: str) -> Statement:
    """One statement in the place of several: the gravest of them, with all that they cite."""
    cited = tuple(dict.fromkeys(entry for line in lines for entry in line.citations))
    return replace(min(lines, key=lambda line: line.rank), text=said, citations=cited, written_by="model")
