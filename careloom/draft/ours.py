"""Ours: which words of a fact are our own sentence's, and which a source could have put there.

A model is shown our sentences, names that knowledge has, and marks: nothing that somebody could fill with an order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from careloom.draft.wording import capital
from careloom.knowledge import Knowledge

_SLOT = re.compile(r"\{[^{}]+\}")
# Slots that a template fills with one of two words of ours.
_FORMS = ({"has": "has", "was": "was", "is_": "is"}, {"has": "have", "was": "were", "is_": "are"})
_LINKS = re.compile(r"\b(?:and|or|of|with|to|from|on|since|points?)\b", re.IGNORECASE)
# Signs of no meaning (Unicode's private use) stand for what was set aside before a fact is read.
SET_ASIDE = "\ue000-\uf8ff"
_SIGNS = re.compile(rf"[\s\d.,;()/%+<>≤≥{SET_ASIDE}-]*")
# How often a sentence of ours stands in a slot of another one.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a fact: words of a template or names that knowledge has, or else `foreign`: what a source may have worded."""

    text: str
    foreign: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads facts by the templates that may have made them; `is_known` tells of what stands in a slot."""

    templates: tuple[str, ...]
    is_known: Callable[[str], bool]

    def stretches(self, fact: str) -> tuple[Stretch, ...]:
        """A fact in stretches, with as little foreign as there can be; all of it is where no template fits.

        However it is read, what isn't foreign is a template's or known.
        """
        return tuple(
            Stretch("".join(one.text for one in some), foreign)
            for foreign, some in groupby(self._read(fact, _DEEPEST), lambda one: one.foreign)
        )

    def _read(self, text: str, deep: int) -> list[Stretch]:
        if self.is_known(text):
            return [Stretch(text, foreign=False)]
        found = [[Stretch(text, foreign=True)]]
        for literals in _literals(self.templates) if deep else ():
            slots = _slots(text, literals)
            if slots is not None:
                found.append(self._joined(literals, slots, deep))
        return min(found, key=lambda parts: sum(len(one.text) for one in parts if one.foreign))

    def _joined(self, literals: Sequence[str], slots: Sequence[str], deep: int) -> list[Stretch]:
        parts = []
        for place, literal in enumerate(literals):
            parts += [Stretch(literal, foreign=False)] if literal else []
            parts += self._read(slots[place], deep - 1) if place < len(slots) else []
        return parts


def _slots(text: str, literals: Sequence[str]) -> list[str] | None:
    """What stands between the literals of a template, nothing empty; None where the text isn't made from it."""
    first, last = literals[0], literals[-1]
    end = len(text) - len(last)
    if len(literals) == 1:
        return [] if text == first else None
    if not text.startswith(first) or not text.endswith(last) or end <= len(first):
        return None
    found, place = [], len(first)
    for literal in literals[1:-1]:
        at = text.find(literal, place + 1, end)
        if at < 0:
            return None
        found.append(text[place:at])
        place = at + len(literal)
    return [*found, text[place:end]] if place < end else None


@lru_cache(maxsize=64)
def _literals(templates: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each template, with and without its full stop, as its own words with the slots between them; the longest first."""
    said = {" ".join(one.split()) for one in templates}
    forms = {_formed(one, form) for one in said | {capital(one) for one in said} for form in _FORMS}
    forms |= {one.removesuffix(".") for one in forms}
    parted = (tuple(_SLOT.split(one)) for one in forms)
    # Nobody can tell where of two slots side by side the first one ends.
    told = (one for one in parted if all(one[1:-1]))
    return tuple(sorted(told, key=lambda one: (-sum(map(len, one)), one)))


def _formed(template: str, form: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: form.get(slot.group()[1:-1], slot.group()), template)


def is_known(words: str, knowledge: Knowledge) -> bool:
    """Whether words are nothing but names of drugs, conditions and measurements that knowledge has, figures and links."""
    if any(words.strip(" .").lower() == lab.label.lower() for lab in knowledge.labs.by_concept.values()):
        return True
    spans = [
        *((start, end) for start, end, _ in knowledge.conditions.mentions(words)),
        *((start, end) for start, end, _ in knowledge.drugs.mentions(words)),
        *((start, end) for start, end, _ in knowledge.drugs.class_mentions(words)),
    ]
    rest = _without(words, spans)
    return bool(_SIGNS.fullmatch(_LINKS.sub(" ", rest)))


def _without(words: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, place = "", 0
    for start, end in sorted(spans):
        kept += words[place:start] + " " if start >= place else ""
        place = max(place, end)
    return kept + words[place:]
