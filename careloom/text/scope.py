"""What the words around a phrase make of it: denied, past, over, supposed, uncertain, or about somebody else.

Method   trigger words with a window, within a clause: Chapman et al., J Biomed Inform 2001;34:301; Harkema et al.,
         J Biomed Inform 2009;42:839. The word lists (scope.toml) are our own, English and Spanish.
Misses   irony; a double negation; a subject that changes without a pronoun; "no" as an answer in dialogue
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from careloom.text.folding import fold
from careloom.text.language import Language
from careloom.text.phrases import Phrases, expression

FILE = Path(__file__).with_name("scope.toml")
KINDS = ("negated", "past", "over", "supposed", "uncertain", "troubled")
WORD = re.compile(r"[\w'/#%.-]+")
BACK = re.compile(r"(?:it|this|that|they|these|service|now|since then|power|everything|eso|esto|ya|ahora)\b")
YES = re.compile(r"\bsí\b", re.IGNORECASE)
BRACKETS = re.compile(r"\([^()]*\)")
# What is past with its year is told to its end: "h/o DVT 2014, COPD" says nothing of a past COPD.
DATED = re.compile(r"\b(?:19|20)\d\d\b\)?\s*[,.:]|\((?:19|20)\d\d\)")
LISTED = re.compile(r"(?:,|\s)\s*(?:and|or|nor|y|e|o|ni)\s")
# Of whom somebody tells who calls the patient so.
_CHILD = frozenset({"mom", "mum", "mother", "dad", "father", "mama", "papa", "madre", "padre"})
_SPOUSE = frozenset({"husband", "wife", "esposo", "esposa", "marido"})
COUNTERPARTS = {
    **dict.fromkeys(("daughter", "son", "hija", "hijo"), _CHILD),
    **dict.fromkeys(("husband", "wife", "spouse", "esposo", "esposa", "marido"), _SPOUSE),
}
TELLS = (
    "reports?",
    "reported",
    "notes?",
    "noted",
    "mentions?",
    "mentioned",
    "confirms?",
    "refiere",
    "reporta",
    "informa",
)
THEMSELVES = frozenset({"herself", "himself"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for a phrase.

    `denied` is a negation that speaks of everything after it ("denies …"), `over` says that a trouble has ended
    since, `troubled` that it stands under "problems with", `family` that a relative is meant.
    """

    negated: bool = False
    denied: bool = False
    troubled: bool = False
    past: bool = False
    over: bool = False
    supposed: bool = False
    uncertain: bool = False
    family: bool = False


@dataclass(frozen=True, slots=True)
class _Cue:
    what: str
    reach: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Language:
    reach: int
    cues: Phrases[tuple[str, str]]
    breaks: re.Pattern[str]
    patient: re.Pattern[str]
    relative: re.Pattern[str]
    reports: frozenset[str]
    afresh: re.Pattern[str]
    present: re.Pattern[str]
    ancestry: re.Pattern[str]
    together: re.Pattern[str]
    speaks: re.Pattern[str]
    tells: re.Pattern[str]
    who: re.Pattern[str]
    relatives: re.Pattern[str]


class Scopes:
    """The surroundings of one sentence, looked up once; `at` tells what holds for a phrase in it.

    `keys` are those of its words (`phrases.word_keys`), where somebody has them already.
    """

    def __init__(self, sentence: str, language: Language, keys: frozenset[str] | None = None) -> None:
        self._known = _language(language)
        folded = YES.sub("ye", sentence) if language == "es" else sentence
        self._text = fold(folded)
        self._keys = keys
        self._brackets = (
            tuple(found.span() for found in BRACKETS.finditer(self._text)) if "(" in self._text else ()
        )

    # Most sentences say nothing that is asked about: these are looked up when somebody first does.
    @cached_property
    def _cues(self) -> tuple[_Cue, ...]:
        return tuple(_cues(self._known.cues, self._text, self._keys))

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        return tuple(found.start() for found in self._known.breaks.finditer(self._text))

    def at(self, start: int, end: int) -> Scope:
        """What holds for the phrase from `start` to `end` (offsets in the sentence)."""
        reaching = [cue for cue in self._cues if self._reaches(cue, start, end)]
        held = {cue.what for cue in reaching}
        return Scope(
            negated="negated" in held,
            denied=any(cue.what == "negated" and cue.reach == "across" for cue in reaching),
            troubled="troubled" in held,
            past="past" in held,
            over="over" in held,
            supposed="supposed" in held,
            uncertain="uncertain" in held,
            family=self._is_about_relative(start),
        )

    def is_over(self) -> bool:
        """Whether the sentence says of something that it is over."""
        return any(cue.what == "over" for cue in self._cues)

    def _reaches(self, cue: _Cue, start: int, end: int) -> bool:
        if cue.reach == "after":
            return cue.start >= end and self._reaches_back(cue, end)
        if cue.reach == "starts":
            return cue.start <= start and not self._text[: cue.start].strip(" -*")
        if cue.end > start:
            return False
        if cue.reach == "whole":
            return True
        if any(cue.end <= one < start for one in self._breaks) or self._is_closed(cue, start):
            return False
        if cue.what == "past" and self._has_moved_on(cue, start):
            return False
        return cue.reach == "across" or self._near(cue.end, start)

    def _reaches_back(self, cue: _Cue, end: int) -> bool:
        between = self._text[end : cue.start]
        if cue.what == "over":
            return ";" not in between
        # "Anemia, iron deficiency ruled out" rules out the last of them alone, "PE and pneumonia ruled out" both.
        if cue.what == "negated" and "," in between.rstrip(" ,(-:") and not LISTED.search(between):
            return False
        return self._near(end, cue.start)

    def _is_closed(self, cue: _Cue, start: int) -> bool:
        """Whether the cue stands in brackets that end before `start`: "capecitabine (not started), ondansetron"."""
        return any(
            begin < cue.start and until <= start and cue.end <= until for begin, until in self._brackets
        )

    def _has_moved_on(self, cue: _Cue, start: int) -> bool:
        """Whether what was once has given way to what is now: "with a history of seizures is unable to drive"."""
        between = self._text[cue.end : start]
        if self._known.present.search(self._text, cue.end, start) or DATED.search(between):
            return True
        # One item of a list of what is: "HTN, h/o DVT, COPD".
        return "," in between and self._text[: cue.start].rstrip().endswith(",")

    def _near(self, start: int, end: int) -> bool:
        between = self._text[start:end]
        if any(start <= one < end for one in self._breaks):
            return False
        return len(WORD.findall(between)) <= self._known.reach

    def _is_about_relative(self, start: int) -> bool:
        """Whether the nearest person named before the phrase, as a subject, is a relative or a friend.

        "who" makes the person just before it the subject: "lives with her daughter, who works nights".
        """
        begin = max((found.end() for found in self._known.afresh.finditer(self._text, 0, start)), default=0)
        relative = max(
            (found.end() for found in self._known.ancestry.finditer(self._text, begin, start)), default=-1
        )
        speaker = ""
        for found in self._known.relative.finditer(self._text, begin, start):
            word = found.group().rsplit(maxsplit=1)[-1]
            if word in COUNTERPARTS.get(speaker, ()):
                relative = -1  # "Daughter says mom stopped it": the patient.
                continue
            if self._known.tells.match(self._text, found.end(), start):
                speaker = word
            if self._known.speaks.match(self._text, found.end(), start):
                continue
            if self._is_subject(found.start()) or self._known.who.match(self._text, found.end(), start):
                relative = found.end()
        if relative < 0:
            return False
        own = [
            found.start()
            for found in self._known.patient.finditer(self._text, begin, start)
            # "The daughter herself takes it": still the daughter.
            if not (found.group() in THEMSELVES and found.start() - relative == 1)
        ]
        return not any(relative <= place for place in own)

    def _is_subject(self, start: int) -> bool:
        """Whether the person named at `start` can be who the clause is about: at its head, or after a verb of saying."""
        before = self._text[:start].rstrip()
        if self._known.together.search(before):
            return False
        # "w/ roommate" is "with".
        if not before or (before[-1] in ".,;:-(/" and not before.endswith("w/")):
            return True
        return WORD.findall(before)[-1:][0] in self._known.reports if WORD.findall(before) else True


def ends_trouble(sentence: str, language: Language) -> bool:
    """Whether a sentence says that a trouble named before it is over ("It is back on now.")."""
    return BACK.match(fold(sentence)) is not None and Scopes(sentence, language).is_over()


def is_relative(word: str, language: Language) -> bool:
    """Whether a word names a relative, a friend or a caregiver."""
    return _language(language).relatives.fullmatch(fold(word)) is not None


def relatives(folded: str, language: Language) -> Iterator[re.Match[str]]:
    """Where a folded text names a relative, a friend or a caregiver."""
    return _language(language).relatives.finditer(folded)


def _cues(known: Phrases[tuple[str, str]], text: str, keys: frozenset[str] | None) -> Iterator[_Cue]:
    found = known.find(text, keys)
    blocked = [(one.start, one.end) for one in found if one.meaning[1] == "not_a"]
    for one in found:
        what, reach = one.meaning
        if reach == "not_a":
            continue
        if what == "uncertain" or not any(start <= one.start and one.end <= end for start, end in blocked):
            yield _Cue(what, reach, one.start, one.end)


@lru_cache(maxsize=2)
def _language(language: Language) -> _Language:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    table: Mapping[str, Any] = tables[language]
    cues = [
        (phrase, (what, reach))
        for what in KINDS
        for reach, listed in table.get(what, {}).items()
        for phrase in listed
    ]
    people = _any(table["relatives"])
    subjects = rf"(?:{_any(table['patient'])}|(?:{_any(table['whose'])}\s+)*{people})"
    verbs = _any(table["verbs"])
    joined = rf"(?:,|\b(?:{_any(table['joins'])})\b)\s+(?:{subjects}\s+){{0,2}}(?:{verbs})\b"
    return _Language(
        reach=int(tables["reach"]),
        cues=Phrases(cues),
        breaks=re.compile(rf";|\s[-–—]\s|\b(?:{_any(table['breaks'])})\b|{joined}"),
        patient=re.compile(rf"\b(?:{_any(table['patient'])})\b(?!'){_object(table['objects'])}"),
        relative=re.compile(rf"(?:\b(?:{_any(table['whose'])})\s+)*\b{people}\b(?!')"),
        reports=frozenset(table["reports"]),
        afresh=re.compile(rf";|\b(?:{_any(table['afresh'])})\b"),
        present=re.compile(rf"\b(?:{_any(table['present'])})\b"),
        ancestry=re.compile(rf"\b(?:{_any(table['ancestry'])})\b"),
        together=re.compile(
            rf"\b(?:{_any(table['patient'])})\s+(?:and|y)(?:\s+(?:{_any(table['whose'])}))*\Z"
        ),
        tells=re.compile(rf"\s+(?:{_any([*table['speaks'], *TELLS])})\b"),
        speaks=re.compile(rf"\s+(?:{_any(table['speaks'])})\b"),
        who=re.compile(rf"(?:'s)?(?:\s+[\w'-]+){{0,2}}?,?\s+(?:{_any(table['who'])})\b"),
        relatives=re.compile(rf"\b{people}\b"),
    )


def _object(words: list[str]) -> str:
    """ "Her" where it is "him"; nothing in a language that has two words for them."""
    return rf"|\bher(?=\s+(?:{'|'.join(words)})\b|\s*[.,;:!?)]|\s*\Z)" if words else ""


def _any(phrases: Iterable[str]) -> str:
    """The alternatives of several phrases, longest first, as one group without their own boundaries."""
    parts = sorted((expression(phrase) for phrase in phrases), key=len, reverse=True)
    return (
        "(?:" + "|".join(part.removeprefix(r"(?<![\w'])").removesuffix(r"(?![\w'])") for part in parts) + ")"
    )
