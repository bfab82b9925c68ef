"""One sentence of somebody else's text: its words, what surrounds them, and the section that it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from careloom.text.language import language
from careloom.text.scope import Scopes
from careloom.verify.index import Index
from careloom.verify.lexicon import stem
from careloom.verify.parse import Parsed, is_content
from careloom.verify.tokens import Sort, Token

Said = Literal["yes", "no", "family", "open"]
_OF_THE_PATIENT = re.compile(r"(?:he|she|the patient|patient|pt|m[rs]s?)\b", re.IGNORECASE)
# "Migraine without aura and chronic pain": the second is not denied.
_PAST_WITHOUT = re.compile(
    r"\bwithout\b(?:(?!\b(?:no|not|nor|or|denies|never)\b)[^.;])*\band\s+$", re.IGNORECASE
)
_GOAL = re.compile(r"(?:an? |the )?(?:\w+ )?goals?\b", re.IGNORECASE)
SIDES = frozenset({"left", "right", "bilateral"})


@dataclass(frozen=True)
class Line:
    """A sentence, read; `kind` is its section's, "" where it stands in none that we know."""

    text: str
    kind: str
    parsed: Parsed

    @cached_property
    def scopes(self) -> Scopes:
        """What its words say of each other."""
        return Scopes(self.text, language(self.text))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The stems of all its words, a drug's and a quotation's too."""
        found = {token.key for token in self.parsed.tokens}
        for token in self.parsed.tokens:
            if token.sort in (Sort.DRUG, Sort.QUOTE, Sort.WORD):
                found |= {stem(word) for word in token.text.replace("-", " ").split()}
        return frozenset(found)

    @cached_property
    def drugs(self) -> frozenset[str]:
        """The ingredients that it names."""
        return frozenset(name for names in self.parsed.drugs.values() for name in names)

    def says(self, start: int, end: int) -> Said:
        """Whether what stands from `start` to `end` is so of the patient, is not, is so of a relative, or is left open."""
        scope = self.scopes.at(start, end)
        if scope.family or (self.kind == "family_history" and not _OF_THE_PATIENT.match(self.text)):
            return "family"
        if scope.supposed or scope.uncertain:
            return "open"
        return "no" if scope.negated and not _PAST_WITHOUT.search(self.text[:start]) else "yes"

    @property
    def is_a_goal(self) -> bool:
        """Whether it tells of a goal, which is not yet so."""
        return _GOAL.match(self.text) is not None

    def content(self, start: int, end: int) -> frozenset[str]:
        """The stems of the words of weight from `start` to `end`."""
        return frozenset(
            token.key
            for token in self.parsed.tokens
            if start <= token.start < end and (token.sort is Sort.DRUG or is_content(token))
        )

    def numbers(self) -> Iterator[tuple[int, Token]]:
        """Its numbers with their place among its tokens."""
        for place, token in enumerate(self.parsed.tokens):
            if token.sort is Sort.NUMBER:
                yield place, token


def lines(index: Index, parts: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
    """Sentences with the kind of their section, read."""
    return tuple(Line(text, kind, index.read(text)) for text, kind in parts)
