"""A note made ready to be searched, and one thing that it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from careloom.care.entry import Code, Dosage, Subject
from careloom.text.addressed import heard
from careloom.text.folding import fold
from careloom.text.language import Language, language
from careloom.text.phrases import word_keys
from careloom.text.scope import Scopes, ends_trouble
from careloom.text.sentences import Sentence, sentences

YES = re.compile(r"(?:yes|y|yeah|often|sometimes|always|si|a veces|positive|endorses|[x✓✔])\b")
NO = re.compile(r"(?:no|n|none|never|denies|denied|nunca|niega|negative)\b")
SHORT = 2
EMPTY_BOX = re.compile(r"[-*•\s]*\[\s*\]")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with what every search needs: folded, its language, its surroundings, the keys of its words.

    `answer` is True or False where the sentence is a question that the next one answers with yes or no; a question
    without an answer, and a box that nobody ticked, say nothing (`is_open`).
    """

    sentence: Sentence
    folded: str
    language: Language
    scopes: Scopes
    keys: frozenset[str]
    answer: bool | None = None
    is_open: bool = False
    over_next: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A note's sentences that tell of the patient, in order."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing that a note says, from `start` to `end` (code points of the note).

    `day` is the one that its words give it (ISO); where they give none it is the note's, unless it is not `dated`.
    """

    kind: str
    start: int
    end: int
    sentence: Sentence
    text: str
    codes: tuple[Code, ...] = ()
    value_codes: tuple[Code, ...] = ()
    category: tuple[str, ...] = ()
    value: str | None = None
    unit: str | None = None
    day: str = ""
    dated: bool = True
    dosage: Dosage | None = None
    status: str | None = None
    certainty: str = ""
    negated: bool = False
    subject: Subject = "patient"
    detail: Mapping[str, str] = field(default_factory=dict)


def note(text: str) -> Note:
    """The note's sentences, without those that speak to software."""
    whole = language(text)
    told = tuple(heard(sentences(text)))
    lines = []
    for number, sentence in enumerate(told):
        after = told[number + 1] if number + 1 < len(told) else None
        lines.append(_line(sentence, after, whole, only=len(told) == 1))
    return Note(text, tuple(lines))


def _answer(following: str) -> bool | None:
    """Yes or no, where the sentence after a question is no more than that, or begins with it ("No, she …")."""
    for word, meaning in ((YES, True), (NO, False)):
        found = word.match(following)
        rest = following[found.end() :] if found else ""
        if found and (len(rest.split()) <= SHORT or rest[:1] in ",;.-:"):
            return meaning
    return None


def _line(sentence: Sentence, after: Sentence | None, whole: Language, *, only: bool) -> Line:
    spoken = whole if only else language(sentence.text, whole)
    following = fold(after.text) if after is not None and after.paragraph == sentence.paragraph else ""
    asks = sentence.text.rstrip().endswith("?")
    answer = _answer(following)
    over = after is not None and following != "" and ends_trouble(after.text, spoken)
    folded = fold(sentence.text)
    keys = word_keys(folded)
    return Line(
        sentence=sentence,
        folded=folded,
        keys=keys,
        language=spoken,
        scopes=Scopes(sentence.text, spoken, keys),
        answer=answer if asks else None,
        is_open=(asks and answer is None) or EMPTY_BOX.match(sentence.text) is not None,
        over_next=over,
    )
