"""Signs of knowledge/red_flags.toml that a note tells as there: not denied, past, feared, taught, asked, or a relative's.

Misses   a sign in words that no flag has; one in a sentence that also says when, if, reviewed or advised (thoughts of self-harm
         aside, which only their names take away: "suicide risk assessment", "suicide hotline")
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.knowledge.red_flags import SELF_HARM, Flag, raised_in
from careloom.text.addressed import heard
from careloom.text.folding import fold
from careloom.text.language import Language, language
from careloom.text.scope import Scopes
from careloom.text.sentences import Sentence, sentences

BLEEDING = frozenset({"bleeding", "blood_within"})
# What an older note tells was somebody's to act on when it was new; ours, as docs/urgent.md has it of answers.
FRESH = timedelta(days=14)
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
# Named so, it is what was asked, or whom to call.
_ASKED = re.compile(
    r"\W*(?:(?:and|&|or) )?(?:\w+ )?(?:risks?|assess\w*|screen\w*|precautions?|hot ?line|lifeline|prevention|inquiry|severity|"
    r"rating|scale|watch|questions?|item|instructions?|leaflet)\b"
)
# "Wonders if everyone would be better off without him" is his own thought.
_WONDERS = re.compile(
    r"\b(?:wonder\w*|(?:ask\w*|question\w*) (?:him|her|them)sel(?:f|ves)|se pregunt\w*|me pregunto)\b"
)
_OF_OTHERS = re.compile(r"\b(?:deny|denies|denied|denying|negative for|niega|nego)\b[^.;]*$")


def signs_in(text: str) -> tuple[Flag, ...]:
    """Each sign that a note tells as there, once, in the order in which they stand."""
    if not raised_in(fold(text)):
        return ()
    whole = language(text)
    told = (
        flag
        for sentence in heard(sentences(text))
        for flag, _ in _signs(sentence, language(sentence.text, whole))
    )
    return tuple(dict.fromkeys(told))


def told_in(text: str) -> tuple[tuple[Flag, str], ...]:
    """Each sign that a note tells as there, as often as it does, with what stands before it in its sentence, folded."""
    whole = language(text)
    return tuple(
        told
        for sentence in heard(sentences(text))
        for told in _signs(sentence, language(sentence.text, whole))
    )


def bleeding_in(entry: Entry, today: date) -> tuple[Flag, ...]:
    """The signs of bleeding that a note of the last 14 days tells of the patient as there; none of anything else."""
    if not is_fresh(entry, today):
        return ()
    return tuple(flag for flag in signs_in(entry.text) if flag.name in BLEEDING)


def is_fresh(entry: Entry, today: date, within: timedelta = FRESH) -> bool:
    """Whether it is a note about the patient with words, of so long a time up to today."""
    return (
        entry.kind == "DocumentReference"
        and bool(entry.text)
        and entry.subject == "patient"
        and entry.status != "entered-in-error"
        and entry.happened is not None
        and today - within <= entry.happened.day <= today
    )


def there(
    text: str, words: re.Pattern[str], *, unless: re.Pattern[str] | None = None, whoever: bool = False
) -> bool:
    """Whether a note tells of something (`words`, over folded text) as of now: not denied, past, feared, asked or a relative's.

    A sentence that has `unless` in it tells nothing; with `whoever` what a relative has or does counts, too ("his wife hides the handgun").
    """
    return any(
        not one.past and one.section not in _ELSEWHERE
        for one in places_told(text, words, unless=unless, whoever=whoever)
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a note that tells of something: in which section, and whether as past or over."""

    sentence: str
    section: str
    past: bool


def places_told(
    text: str, words: re.Pattern[str], *, unless: re.Pattern[str] | None = None, whoever: bool = False
) -> Iterator[Told]:
    """Each place where a note tells of something, as of now or as past: not denied, feared, asked or a relative's. As `there` has it."""
    if not words.search(fold(text)):
        return
    whole = language(text)
    for sentence in heard(sentences(text)):
        if sentence.text.rstrip().endswith("?"):
            continue
        folded = fold(sentence.text)
        if unless is not None and unless.search(folded):
            continue
        scopes = Scopes(sentence.text, language(sentence.text, whole))
        for found in words.finditer(folded):
            if _ASKED.match(folded, found.end()) or _IF.search(folded[: found.start()]):
                continue
            scope = scopes.at(found.start(), found.end())
            if not (scope.negated or scope.supposed or (scope.family and not whoever)):
                yield Told(sentence.text, sentence.kind, scope.past or scope.over)


def _signs(sentence: Sentence, spoken: Language) -> Iterator[tuple[Flag, str]]:
    if sentence.kind in _ELSEWHERE or sentence.text.rstrip().endswith("?"):
        return
    folded = fold(sentence.text)
    to_do = _TO_DO.search(folded) is not None
    scopes = Scopes(sentence.text, spoken)
    for flag, start, end in raised_in(folded):
        of_self = flag.name == SELF_HARM
        before, word = folded[:start], _REST.match(folded, end)
        end = word.end() if word else end
        aside = (
            _ASKED.match(folded, end) or _OF_OTHERS.search(before)
            if of_self
            else to_do or _FOR.search(before)
        )
        if aside or _DIAGNOSIS.fullmatch(folded, start, end) or (_IF.search(before) and not of_self):
            continue
        scope = scopes.at(start, end)
        unsure = scope.uncertain and not of_self
        supposed = scope.supposed and not (of_self and _WONDERS.search(before))
        if not (scope.negated or scope.past or scope.over or supposed or unsure or scope.family):
            yield flag, folded[:start]
