"""Whether two rules of protocols contradict each other: opposite advice about a drug, or two targets of a measurement, for one person.

Takes    two rules that were read
Gives    in words what they say against each other and for whom; "" where they don't, or never both hold
Never    guesses: a verb is advice only where its clause names the drug, and two rules hold together unless their lines exclude it
Misses   advice in other words than `advice` knows, and lines that exclude each other by what only medicine knows
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise, product

from careloom.knowledge.conditions import Conditions
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.labs import Labs, holds
from careloom.knowledge.protocols.advice import OPPOSITE, REPLACE, STOP, advised, clauses
from careloom.knowledge.protocols.reading import Rule
from careloom.knowledge.when import Limit, Term

_SLOT = re.compile(r"\{[^{}]*\}")
# To "replace" one of these may be to give it: what is low in a body is filled up.
GIVEN_BACK = (
    "vitamin",
    "potassium supplement",
    "polyvalent cation",
    "thyroid hormone",
    "estrogen",
    "androgen",
)
_SAME_NEWEST = frozenset({"lab", "score"})
_ONE_VALUE = {"person": (frozenset({"female"}), frozenset({"male"}))}


@dataclass(frozen=True, slots=True)
class Advice:
    """What a rule says to do with a drug or class: one of START, KEEP, STOP, MORE, LESS."""

    what: str
    drug: str


@dataclass(frozen=True, slots=True)
class Contrary:
    """Says of two rules whether they contradict each other, by what is known of drugs, conditions and measurements."""

    drugs: Drugs
    conditions: Conditions
    labs: Labs
    _advice: dict[str, tuple[Rule, tuple[Advice, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def between(self, one: Rule, other: Rule) -> str:
        """What two rules say against each other, and for whom; "" where nothing, or where no person meets both."""
        said = self._targets(one, other) or self._advised(one, other)
        if not said or self.exclude(one, other):
            return ""
        return f"{said}, for {self.situation(one, other)}"

    def among(self, rules: Iterable[Rule], ours: Iterable[Rule]) -> Iterator[tuple[Rule, Rule, str]]:
        """Every two rules that contradict each other, and what they say: two of `rules`, or one of them and one of `ours` that is for everybody whom it is for."""
        mine = [rule for rule in rules if rule.target or self.advice(rule)]
        if not mine:
            return
        beside = [rule for rule in ours if rule.target or self.advice(rule)]
        pairs = ((one, other) for one, other in product(mine, beside) if self._is_wider(other, one))
        for one, other in (*combinations(mine, 2), *pairs):
            if said := self.between(one, other):
                yield one, other, said

    # ── what they say ───────────────────────────────────────────────────────────────────────────

    def _targets(self, one: Rule, other: Rule) -> str:
        a, b = one.target, other.target
        if a is None or b is None or a.lab != b.lab:
            return ""
        lab = self.labs.get(a.lab)
        values = [lab.canonical(each.value, each.unit) for each in (a, b)] if lab else [None, None]
        same = values[0] is not None and values[0] == values[1] and a.comparator[0] == b.comparator[0]
        both_sides = a.comparator[0] != b.comparator[0] and None not in values and self._is_range(one, other)
        if lab is None or same or both_sides:
            return ""
        return f"two targets of {lab.label} ({a.comparator} {a.value} {a.unit} and {b.comparator} {b.value} {b.unit})"

    def _is_range(self, one: Rule, other: Rule) -> bool:
        """Whether an upper and a lower target leave room between them, as a range does."""
        assert one.target and other.target
        bounds = [(each.target.comparator, self.labs.by_concept[each.target.lab].canonical(each.target.value, each.target.unit)) for each in (one, other) if each.target]  # fmt: skip
        return not _empty([(comparator, value) for comparator, value in bounds if value is not None])

    def _advised(self, one: Rule, other: Rule) -> str:
        for a in self.advice(one):
            for b in self.advice(other):
                if b.what in OPPOSITE[a.what] and self.members(a.drug) & self.members(b.drug):
                    names = a.drug if a.drug == b.drug else f"{a.drug} and {b.drug}"
                    return f"{a.what} and {b.what} {names}"
        return ""

    def advice(self, rule: Rule) -> tuple[Advice, ...]:
        """What a rule's sentence says to do with drugs, clause by clause."""
        if rule.kind == "goal":
            return ()
        if rule.id in self._advice and self._advice[rule.id][0] is rule:
            return self._advice[rule.id][1]
        found = tuple(self._read(rule))
        self._advice[rule.id] = rule, found
        return found

    def _read(self, rule: Rule) -> dict[Advice, None]:
        taken = [name for term in rule.when if term.kind == "drug" and not term.no for name in term.names]
        found = dict[Advice, None]()
        for clause in clauses(rule.text):
            for what, stretch, beside in advised(clause):
                named = [*(taken if "{drug}" in stretch else ()), *self._named(stretch)]
                other = [*(taken if "{drug}" in beside else ()), *self._named(beside)]
                if beside and not self._another(named, other):
                    continue
                if what == REPLACE:
                    named, what = [name for name in named if not self._is_given_back(name)], STOP
                found |= dict.fromkeys(Advice(what, name) for name in named)
        return found

    def _is_given_back(self, name: str) -> bool:
        """Whether to replace it is to give what a body lacks."""
        members = self.members(name)
        return any(members & self.members(one) for one in GIVEN_BACK)

    def _another(self, these: list[str], those: list[str]) -> bool:
        """Whether two stretches name drugs, and other ones."""
        mine, other = ({one for name in names for one in self.members(name)} for names in (these, those))
        return bool(mine and other) and not mine & other

    def _named(self, clause: str) -> list[str]:
        plain = _SLOT.sub(" ", clause)
        small = plain.lower()
        classes = [
            one
            for one in sorted(self.drugs.classes())
            if one in small and re.search(rf"\b{re.escape(one)}s?\b", small)
        ]
        return [*classes, *(drug.name for drug in self.drugs.find(plain))]

    def members(self, name: str) -> frozenset[str]:
        """The ingredients that a name means."""
        return frozenset(one.name for one in self.drugs.class_members(name)) or frozenset({name})

    # ── for whom ────────────────────────────────────────────────────────────────────────────────

    def exclude(self, one: Rule, other: Rule) -> bool:
        """Whether nobody meets both rules: a line of one is what the other asks not to be, or their numbers leave nothing between them."""
        must, mustnt = _split(one, other)
        for term in must:
            if any(self._within(term, no) for no in mustnt):
                return True
        if any(_apart(a, b) for a, b in combinations(must, 2)):
            return True
        return any(_empty(bounds) for bounds in self._bounds(must, mustnt).values())

    def _is_wider(self, one: Rule, other: Rule) -> bool:
        """Whether whoever has what one rule asks for, numbers aside, is whoever has what the other does."""
        asked = [term for term in one.when if not term.no and term.kind not in ("lab", "score", "age")]
        given = [term for term in other.when if not term.no]
        return all(any(self._within(term, wide) for term in given) for wide in asked)

    def situation(self, one: Rule, other: Rule) -> str:
        """Whom both rules are for: their lines, each once."""
        lines = dict.fromkeys(term.line for rule in (one, other) for term in rule.when)
        return "somebody with " + "; ".join(lines)

    def _within(self, term: Term, no: Term) -> bool:
        """Whether all that meets a line meets the other, too."""
        if term.kind != no.kind or term.kind in _SAME_NEWEST or not term.names or not no.names:
            return False
        if (no.months or no.days) and (no.months, no.days) != (term.months, term.days):
            return False
        if term.kind == "drug":
            meant = [frozenset[str]().union(*map(self.members, each.names)) for each in (term, no)]
            return meant[0] <= meant[1]
        if term.kind in ("problem", "history"):
            return all(any(self.conditions.is_a(name, each) for each in no.names) for name in term.names)
        return "*" in no.names or set(term.names) <= set(no.names)

    def _bounds(self, must: list[Term], mustnt: list[Term]) -> dict[str, list[tuple[str, Decimal]]]:
        """What the lines leave of each measurement, score and of the age, in its own unit."""
        found: dict[str, list[tuple[str, Decimal]]] = {}
        for term in must:
            for comparator, value in self._numbers(term):
                found.setdefault(_what(term), []).append((comparator, value))
        turned = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
        for term in mustnt:
            numbers = self._numbers(term)
            if len(numbers) == 1 and _what(term) in found and numbers[0][0] in turned:
                found[_what(term)].append((turned[numbers[0][0]], numbers[0][1]))
        return found

    def _numbers(self, term: Term) -> list[tuple[str, Decimal]]:
        if term.kind == "age" and term.low is not None and term.high is not None:
            return [(">=", Decimal(term.low)), ("<=", Decimal(term.high))]
        if term.limit is None or term.kind not in ("age", "lab", "score"):
            return []
        value: Decimal | None = term.limit.value
        if term.kind == "lab":
            lab = self.labs.get(term.names[0])
            value = _in_own_unit(term.limit, lab.canonical(str(term.limit.value), term.limit.unit or lab.unit) if lab else None)  # fmt: skip
        return [(term.limit.comparator, value)] if value is not None else []


def _in_own_unit(limit: Limit, counted: Decimal | None) -> Decimal:
    return limit.value if counted is None else counted


def _split(one: Rule, other: Rule) -> tuple[list[Term], list[Term]]:
    """The lines that must hold for both rules, and those that mustn't."""
    lines = [(term, term.no) for rule in (one, other) for term in rule.when]
    lines += [(term, not term.no) for rule in (one, other) for term in rule.unless]
    return [term for term, no in lines if not no], [term for term, no in lines if no]


def _what(term: Term) -> str:
    return f"{term.kind}:{term.names[0]}" if term.names else term.kind


def _apart(a: Term, b: Term) -> bool:
    """Whether two lines that must hold can't hold of one person: two sexes, two values of one matter, a trend up and down."""
    if a.kind != b.kind:
        return False
    if a.kind == "person":
        return {frozenset(a.names), frozenset(b.names)} == set(_ONE_VALUE["person"])
    if a.kind == "matter":
        matters = {name.partition("=")[0] for name in (*a.names, *b.names)}
        return len(matters) == 1 and not set(a.names) & set(b.names)
    return a.kind == "trend" and a.names == b.names and {a.direction, b.direction} == {"rising", "falling"}


def _empty(bounds: list[tuple[str, Decimal]]) -> bool:
    """Whether no number meets all of these comparisons."""
    values = sorted({value for _, value in bounds})
    between = [(a + b) / 2 for a, b in pairwise(values)]
    tried = [*values, *between, *((values[0] - 1, values[-1] + 1) if values else ())]
    return bool(values) and not any(
        all(holds(value, comparator, limit) for comparator, limit in bounds) for value in tried
    )
