"""A danger sign that a fresh note of a source tells is never left to the note.

Source   knowledge/red_flags.toml, each sign with its own (American Heart and Stroke Association, CDC, MedlinePlus, 988 Lifeline); 14 days are
         ours: what is older was somebody's to act on when it was new (as docs/urgent.md has it of answers)
Misses   a sign in words that no flag has (headache with spots, weight gained in a week); one that a note names as a diagnosis ("stroke") or as
         what a drug is for; one in a sentence that also says when, if, reviewed or advised; a note without a day; whether somebody has acted
         already
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import source_name
from careloom.knowledge.facts import Facts
from careloom.knowledge.red_flags import Flag, raised_in
from careloom.text.addressed import heard
from careloom.text.folding import fold
from careloom.text.language import Language, language
from careloom.text.scope import Scopes
from careloom.text.sentences import Sentence, sentences

NAME = "danger_sign"
DAYS = timedelta(days=14)
# Of these parts what is told is a relative's, over, or what to do if it comes.
_ELSEWHERE = frozenset({"family_history", "past_history", "instructions", "plan", "allergies"})
# Before a sign that may come.
_IF = re.compile(r"\b(?:if|when|should|in case|si|cuando)\b")
# What to do about it, what a drug is for, and what somebody was taught.
_TO_DO = re.compile(
    r"\b(?:call|return|seek|report any|watch for|monitor\w*|precautions?|risk|prevent\w*|avoid\w*|instruct\w*|educat\w*|"
    r"taught|teach\w*|counsel\w*|advis\w*|review(?:ed)?|discuss\w*|as needed|prn|llam\w*|vigil\w*|riesgo|prevenir|evitar|ensen\w*|"
    r"explic\w*|aconsej\w*)\b"
)
_FOR = re.compile(r"\b(?:for|of|para)(?: \w+)? $")
_REST = re.compile(r"\w*")
# Named so, it is a diagnosis or a drug, whose course the record has, or over.
_DIAGNOSIS = re.compile(
    r"(?:strokes?|seizures?|heart\W?attack|infarto|embolia|derrame\W+cerebral|ataque\W+\w+\W+corazon|convulsi\w*|anaphyla\w*|anafila\w*|narcan|"
    r"bleeding\W+(?:\w+\W+){0,2}stopped)"
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Moderate for each note of the last 14 days that tells signs as there, with what each is called."""
    del document
    record = facts.record
    for entry in record.entries:
        if entry.kind != "DocumentReference" or not entry.text or entry.happened is None:
            continue
        if record.as_of - DAYS <= entry.happened.day <= record.as_of:
            yield from _told(entry)


def _told(entry: Entry) -> Iterator[Finding]:
    if not raised_in(fold(entry.text)):
        return
    whole = language(entry.text)
    signs = dict.fromkeys(
        flag.label
        for sentence in heard(sentences(entry.text))
        for flag in _signs(sentence, language(sentence.text, whole))
    )
    if signs:
        day = entry.happened.text[:10] if entry.happened else ""
        message = f"A note ({source_name(entry.source.system)}, {day}) tells of {', '.join(signs)}: see that somebody has acted on it"
        yield Finding(NAME, Severity.MODERATE, message, (entry.id,))


def _signs(sentence: Sentence, spoken: Language) -> Iterator[Flag]:
    if sentence.kind in _ELSEWHERE or sentence.text.rstrip().endswith("?"):
        return
    folded = fold(sentence.text)
    if _TO_DO.search(folded):
        return
    scopes = Scopes(sentence.text, spoken)
    for flag, start, end in raised_in(folded):
        before, word = folded[:start], _REST.match(folded, end)
        if (
            _DIAGNOSIS.fullmatch(folded, start, word.end() if word else end)
            or _FOR.search(before)
            or _IF.search(before)
        ):
            continue
        scope = scopes.at(start, end)
        if not (
            scope.negated or scope.past or scope.over or scope.supposed or scope.uncertain or scope.family
        ):
            yield flag
