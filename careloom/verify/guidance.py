"""What a guideline's rule lets a sentence say: looked up by its id, never taken from the document."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from careloom.care.document import ROLES
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.facts import Facts
from careloom.knowledge.match import Match
from careloom.knowledge.protocols import Rule
from careloom.knowledge.protocols.reading import SLOT, agreeing
from careloom.verify.lexicon import stem
from careloom.verify.parse import figure, parse
from careloom.verify.support import Gathering, Support
from careloom.verify.tokens import unit_named

_ROLES = frozenset(stem(word) for role in ROLES for word in role.split("_"))
_DENYING = ("gap.last", "conflict.why", "need", "problem", "score", "matter")
_BEFORE_DUE = re.compile(r"(\w+)\s+\{due\}")
_DUE = re.compile(r"\s*(\d{4}-\d\d-\d\d)\s*\+\s*(\d+)\s*days?\s*=\s*(\d{4}-\d\d-\d\d)\s*")
_WHOLE = frozenset({"conflict", "gap", "trend"})
_EDGES = " \t,;:."


@dataclass(frozen=True, slots=True)
class Guidance:
    """A rule as support: `support` for its words, and `pieces`, the fixed wording between its sentence's slots
    in order; `cues` is how many negations that wording holds, `due_after` the words behind which its due date stands,
    `slots_deny` whether what fills its slots may be a denial ("none is recorded"), `owner` the first role it names,
    `words` the stems of its own sentence.
    """

    support: Support
    pieces: tuple[str, ...]
    cues: int
    due_after: frozenset[str] = frozenset()
    slots_deny: bool = False
    owner: str = ""
    words: frozenset[str] = frozenset()

    def is_intact(self, text: str) -> bool:
        """Whether a text has all of the rule's fixed wording, in order."""
        return len(self.verbatim(text)) == len(self.pieces)

    def verbatim(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where a text has the rule's fixed wording, piece by piece in the rule's order.

        Where a piece is missing the wording was changed: then only pieces of four words or more count.
        """
        spans: list[tuple[int, int]] = []
        place, low = 0, text.lower()
        for piece in self.pieces:
            start, several = low.find(piece, place), agreeing(piece)
            if start < 0 and several != piece:
                start, piece = low.find(several, place), several
            if start < 0:
                return tuple(span for span in spans if text.count(" ", *span) >= 3)
            place = start + len(piece)
            spans.append((start, place))
        return tuple(spans)


@lru_cache(maxsize=1024)
def guidance(rule: Rule, drugs: Drugs) -> Guidance:
    """What a rule of the protocols lets a sentence say."""
    template = parse(SLOT.sub(" … ", rule.text), drugs)
    gathered = Gathering()
    gathered.add(template)
    if rule.target is not None:
        side = "above" if rule.target.comparator.startswith(">") else "below"
        gathered.quantities.add((figure(rule.target.value), unit_named(rule.target.unit)))
        gathered.compared.add((side, figure(rule.target.value), unit_named(rule.target.unit)))
    own = frozenset(gathered.quantities)
    denied, compared = frozenset(gathered.denies), frozenset(gathered.compared)
    if rule.file:
        # What a row of a table says names the drugs that it is about; a line names them by the entries that it cites.
        gathered.add(parse(f"{rule.says}\n{rule.cited_as}", drugs))
    pieces = (" ".join(piece.lower().split()).strip(_EDGES) for piece in SLOT.split(rule.text)[::2])
    support = gathered.support(())
    return Guidance(
        replace(support, quantities=own or support.quantities, denies=denied, compared=compared),
        tuple(piece for piece in pieces if piece),
        len(template.polarity.cues),
        frozenset(word.lower() for word in _BEFORE_DUE.findall(rule.text)),
        any(slot.startswith(_DENYING) for slot in SLOT.findall(rule.text)),
        next((token.key for token in template.tokens if token.key in _ROLES), ""),
        frozenset(token.key for token in template.tokens),
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of a rule that holds and whose entries its sentence cites. `whole` where only all entries of one match make it so:
    sides of a dispute, ends of a trend, the last of what is overdue.
    """

    matches: tuple[Match, ...]
    whole: bool = False

    def is_cited(self, cited: frozenset[str]) -> bool:
        """Whether what is cited makes the line hold."""
        if self.whole:
            return any(cited.issuperset(match.entries) for match in self.matches)
        return any(not cited.isdisjoint(match.entries) for match in self.matches)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Whether a rule is for this patient today, everything that makes its lines hold, and the lines that its sentence cites."""

    hold: bool
    matches: tuple[Match, ...]
    cited: tuple[Reason, ...] = ()

    def among(self, cited: Container[str]) -> bool:
        """Whether the rule is for this patient, and what is cited is (partly) what makes it so."""
        return self.hold and any(entry in cited for match in self.matches for entry in match.entries)


def reasons(rule: Rule, facts: Facts) -> Reasons:
    """Each line of a rule looked up in a patient's facts."""
    held = [(term, facts.held(term)) for term in rule.when]
    hold = all(bool(found) != term.no for term, found in held)
    return Reasons(
        hold and not any(facts.matches(term) for term in rule.unless),
        tuple(match for term, found in held if not term.no for match in found),
        tuple(
            Reason(tuple(found), term.kind in _WHOLE)
            for term, found in held
            if not term.no and rule.cites_line(term)
        ),
    )


def due_dates(intervals: Iterable[int], days: Iterable[date]) -> frozenset[str]:
    """The dates by which a rule wants something done, counted from each of `days`; none where it has no interval."""
    try:
        return frozenset(
            (day + timedelta(days=interval)).isoformat() for day, interval in product(days, intervals)
        )
    except OverflowError:
        return frozenset()


def is_right(arithmetic: str, intervals: Container[int]) -> bool:
    """Whether a due date's arithmetic ("2026-11-23 + 90 days = 2027-02-21") is right and the rule's; true for none."""
    said = _DUE.fullmatch(arithmetic)
    if said is None or int(said[2]) not in intervals:
        return not arithmetic
    try:
        return said[3] in due_dates([int(said[2])], [date.fromisoformat(said[1])])
    except ValueError:
        return False
