"""Marks: values, days and quotations leave a sentence before a model sees it, and come back unchanged."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_DAY = r"\b\d{4}-\d{2}(?:-\d{2})?\b"
_QUOTE = r"“[^”]*”"
_NUMBER = r"(?<![\w.])[<>≤≥]?\d[\d,.]*(?:[/-]\d[\d,.]*)*"
_MARK = re.compile(r"\b[DVQ]\d{1,2}\b")
_TAG = re.compile(r"\s*\[(\d{1,2})\]")
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")


@dataclass(frozen=True, slots=True)
class Marked:
    """Facts whose figures are marks; `meaning` maps each mark (D days, V values, Q quotations) to its words."""

    facts: tuple[str, ...]
    meaning: dict[str, str]

    @property
    def tagged(self) -> str:
        """The facts one a line, each behind its tag."""
        return "\n".join(f"[{place}] {fact}" for place, fact in enumerate(self.facts, 1))

    @property
    def grammar(self) -> str:
        """GBNF for one sentence that says the facts in order, each followed by its tag, with its own figures alone."""
        root = " ".join(f's{place} " [{place}]"' for place in range(1, len(self.facts) + 1))
        rules = [f'root ::= {root} "."']
        for place, fact in enumerate(self.facts, 1):
            figures = {*_MARK.findall(fact), *_FIGURE.findall(_MARK.sub(" ", fact))}
            choices = "".join(
                f' | "{figure}"' for figure in sorted(figures, key=lambda one: (-len(one), one))
            )
            rules.append(f"s{place} ::= (letter{choices})+")
        return "\n".join([*rules, "letter ::= [A-CE-PR-UW-Za-zÀ-ÖØ-öø-ÿ ,;:()'/%+-]", ""])


def marked(facts: Iterable[str], units: Iterable[str], spans: Iterable[str] = ()) -> Marked:
    """Facts with marks for `spans` (doses in a source's words), quotations, days, and numbers with one of `units`.

    Other numbers stay ("stage 3", "type 2").
    """
    spelt = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True) if unit)
    value = rf"{_NUMBER} ?(?:{spelt})(?![\w/])" if spelt else r"(?!)"
    whole = "|".join(re.escape(span) for span in sorted(spans, key=len, reverse=True) if span) or "(?!)"
    pattern = re.compile(rf"(?P<Q>{_QUOTE})|(?P<D>{_DAY})|(?P<V>{whole}|{value})")
    meaning: dict[str, str] = {}
    known: dict[str, str] = {}

    def mark(found: re.Match[str]) -> str:
        words = found.group()
        if words not in known:
            sort = str(found.lastgroup)
            known[words] = f"{sort}{sum(name[0] == sort for name in meaning) + 1}"
            meaning[known[words]] = words
        return known[words]

    return Marked(tuple(pattern.sub(mark, fact) for fact in facts), meaning)


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
    found += [f"{mark} is said {said[mark]} times" for mark in sorted(said) if said[mark] > meant[mark] > 0]
    return tuple(found)


def filled(answer: str, given: Marked) -> str:
    """The answer without tags, its marks replaced by what they mean."""
    bare = _TAG.sub("", answer).strip()
    return " ".join(_MARK.sub(lambda mark: given.meaning.get(mark.group(), mark.group()), bare).split())
