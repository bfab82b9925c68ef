"""Marks: values, days and whatever a source could have worded leave a sentence before a model sees it, and come back unchanged."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from careloom.draft.ours import SET_ASIDE, Reader
from careloom.draft.wording import capital
from careloom.text.naming import inside

_DAY = r"\b\d{4}-\d{2}(?:-\d{2})?\b"
_QUOTE = r"“[^”]*”"
_NUMBER = r"(?<![\w.])[<>≤≥]?\d[\d,.]*(?:[/-]\d[\d,.]*)*"
_MARK = re.compile(r"\b[DVQ]\d{1,2}\b")
_TAG = re.compile(r"\s*\[(\d{1,2})\]")
# What looks like a mark that stands for somebody or something ("[patient]", "[person 2771]") and is no tag.
_BRACKETS = re.compile(r"\[(?!\d+\])[^\[\]]*\]")
_SET_ASIDE = re.compile(f"[{SET_ASIDE}]")
_FIRST_SIGN = 0xE000
_WORD = re.compile(r"\b[A-Za-z][A-Za-z0-9]*\b")
_ACRONYM = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*")
# What agrees with the name in another slot is a word of ours.
_VERBS = frozenset({"is", "are", "was", "were"})
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")


@dataclass(frozen=True, slots=True)
class Marked:
    """Facts in words of ours; `meaning` maps each mark (D days, V values, Q quotations and a source's other words) to its words."""

    facts: tuple[str, ...]
    meaning: dict[str, str]

    @property
    def tagged(self) -> str:
        """The facts one a line, each behind its tag."""
        return "\n".join(f"[{place}] {fact}" for place, fact in enumerate(self.facts, 1))

    @property
    def tells(self) -> bool:
        """Whether each fact has words of ours beside its marks; without them there is nothing to say better."""
        return all(re.search(r"[^\W\d_]", _MARK.sub(" ", fact)) for fact in self.facts)

    @property
    def grammar(self) -> str:
        """GBNF for one sentence that says the facts in order, each with its own marks, in order, and figures alone, and then its tag."""
        return self._grammar("")

    @property
    def passage(self) -> str:
        """GBNF for one sentence or several: as `grammar`, and after each tag a sentence may end."""
        return self._grammar('(". ")? ')

    def _grammar(self, between: str) -> str:
        root = f" {between}".join(f's{place} " [{place}]"' for place in range(1, len(self.facts) + 1))
        rules = [f'root ::= {root} "."']
        for place, fact in enumerate(self.facts, 1):
            words = f" t{place} "
            own = words.join(["", *(f'"{mark}"' for mark in _MARK.findall(fact)), ""]).strip()
            figures = sorted({*_FIGURE.findall(_MARK.sub(" ", fact))}, key=lambda one: (-len(one), one))
            choices = "".join(f' | "{figure}"' for figure in figures)
            rules += [f"s{place} ::= {own}", f"t{place} ::= (letter{choices})*"]
        return "\n".join([*rules, "letter ::= [A-CE-PR-UW-Za-zÀ-ÖØ-öø-ÿ ,;:()'/%+-]", ""])


def marked(
    facts: Iterable[str],
    units: Iterable[str],
    spans: Iterable[str],
    *,
    templates: tuple[str, ...],
    is_known: Callable[[str], bool],
) -> Marked:
    """Facts with marks for `spans` (doses in a source's words), quotations, days, numbers with one of `units`, and everything that
    stands in a slot of `templates` and isn't known.

    Other numbers stay ("stage 3", "type 2"). A fact that no template made is one mark.
    """
    spelt = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True) if unit) or "(?!)"
    whole, figures = _whole(spans), re.compile(rf"(?P<D>{_DAY})|(?P<V>{_NUMBER} ?(?:{spelt})(?![\w/]))")
    # A value and its unit may stand in two slots.
    told = re.compile(rf"{figures.pattern}|(?<!\w)(?:{spelt})(?![\w/])")
    meaning: dict[str, str] = {}
    known: dict[str, str] = {}

    def name(words: str, sort: str) -> str:
        if words not in known:
            known[words] = f"{sort}{sum(one[0] == sort for one in meaning) + 1}"
            meaning[known[words]] = words
        return known[words]

    reader = Reader(
        templates, lambda words: words in _VERBS or (_unmarked(words) and is_known(told.sub(" ", words)))
    )

    def said(fact: str) -> str:
        if _SET_ASIDE.search(fact):
            return name(fact, "Q")
        aside: list[re.Match[str]] = []
        parts: list[str] = []
        for one in reader.stretches(whole.sub(lambda found: _put(found, aside), fact)):
            if one.foreign:
                words = _SET_ASIDE.sub(lambda sign: _back(sign, aside).group(), one.text)
                # Its capital is the sentence's: it may stand inside another one.
                parts.append(name(words if parts else inside(words), "Q"))
                continue
            text = figures.sub(lambda found: name(found.group(), str(found.lastgroup)), one.text)
            parts.append(_SET_ASIDE.sub(lambda sign: _named(_back(sign, aside), name), text))
        made = "".join(parts)
        # What wouldn't come back as it was (a mark that touches a letter) isn't shown at all.
        return made if capital(_restored(made, meaning)) == fact else name(fact, "Q")

    return Marked(tuple(said(fact) for fact in facts), meaning)


def _restored(said: str, meaning: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: meaning.get(mark.group(), mark.group()), said)


def _put(found: re.Match[str], aside: list[re.Match[str]]) -> str:
    """One sign for a dose or a quotation, whose commas and brackets would else be taken for the sentence's own."""
    aside.append(found)
    return chr(_FIRST_SIGN + len(aside) - 1)


def _back(sign: re.Match[str], aside: Sequence[re.Match[str]]) -> re.Match[str]:
    return aside[ord(sign.group()) - _FIRST_SIGN]


def _named(found: re.Match[str], name: Callable[[str, str], str]) -> str:
    return name(found.group(), str(found.lastgroup))


def _unmarked(words: str) -> bool:
    """Whether nothing in words looks like a mark ("vitamin D3"): what comes back for it would be another's."""
    return not _MARK.search(words)


def _whole(spans: Iterable[str]) -> re.Pattern[str]:
    said = "|".join(re.escape(span) for span in sorted(spans, key=len, reverse=True) if span) or "(?!)"
    return re.compile(rf"(?P<Q>{_QUOTE})|(?P<V>{said})")


def marks_of(fact: str) -> list[str]:
    """The marks of a fact in their order, each once."""
    return list(dict.fromkeys(_MARK.findall(fact)))


def parts_of(answer: str) -> list[str]:
    """The parts of an answer, each up to its tag."""
    return _TAG.split(answer)[::2]


def faults(answer: str, given: Marked, *, tagged: bool) -> tuple[str, ...]:
    """What a model did to tags and marks: each tag once and no other (none where not `tagged`), each mark as given."""
    found = []
    tags = Counter(int(number) for number in _TAG.findall(answer))
    wanted = Counter(range(1, len(given.facts) + 1)) if tagged else Counter[int]()
    found += [f"tag [{tag}] is missing" for tag in sorted(wanted - tags)]
    found += [f"tag [{tag}] is too many" for tag in sorted(tags - wanted)]
    said = Counter(_MARK.findall(answer))
    meant = Counter(mark for fact in given.facts for mark in _MARK.findall(fact))
    found += [f"{mark} is missing" for mark in sorted(meant.keys() - said.keys())]
    found += [f"{mark} is too many" for mark in sorted(said.keys() - meant.keys())]
    found += [
        f"{one} was never sent" for one in _BRACKETS.findall(answer) if one not in " ".join(given.facts)
    ]
    found += [f"{mark} is said {said[mark]} times" for mark in sorted(said) if said[mark] > meant[mark] > 0]
    return tuple(found)


def filled(answer: str, given: Marked) -> str:
    """The answer without tags, its marks replaced by what they mean; "Ldl" is "LDL" again where the facts have it so alone."""
    words = {word for fact in given.facts for word in _WORD.findall(fact)}
    often = Counter(word.lower() for word in words)
    written = {word.lower(): word for word in words if _ACRONYM.fullmatch(word) and often[word.lower()] == 1}
    bare = _WORD.sub(
        lambda word: written.get(word.group().lower(), word.group()), _TAG.sub("", answer).strip()
    )
    return " ".join(_restored(bare, given.meaning).split())
