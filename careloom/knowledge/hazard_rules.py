"""Rules that rows of the tables make: who decides by when about a drug that harms together, with a problem or at a result.

Source   the row's own (interactions.csv, renal.csv), by the labels of the drugs at hand; who decides, and that it is on the day itself, is our own rule
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.document import Activity, Guideline
from careloom.knowledge.drugs import Drugs, Ingredient
from careloom.knowledge.interactions import Interaction, Interactions
from careloom.knowledge.own_labels import own
from careloom.knowledge.protocols.reading import Rule
from careloom.knowledge.renal import Limit, Renal
from careloom.knowledge.when import read

_PREFIX = "hazard"
_OURS = "Who decides, and that it is on the day itself, is our own rule."


def hazard_id(row: str, drugs: Iterable[str]) -> str:
    """The id of the rule that a row makes of these drugs (their names)."""
    return ":".join((_PREFIX, row, "+".join(sorted(set(drugs)))))


def is_hazard(rule: str) -> bool:
    """Whether a rule's id is that of one which a row makes."""
    return rule.partition(":")[0] == _PREFIX


@dataclass(frozen=True)
class HazardRules:
    """The rules that rows make, by `hazard_id`; made when asked for."""

    interactions: Interactions
    renal: Renal
    drugs: Drugs

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id; None where there is no such row, or where it isn't about such drugs."""
        prefix, _, rest = rule_id.partition(":")
        row, _, names = rest.rpartition(":")
        found = [drug for name in names.split("+") if (drug := self.drugs.named(name))]
        if prefix != _PREFIX or len(found) != names.count("+") + 1:
            return None
        if limit := next((one for one in self.renal.all if one.id == row), None):
            return self._of_limit(rule_id, limit, found)
        one = next((one for one in self.interactions.all if one.id == row), None)
        return self._of_interaction(rule_id, one, found) if one else None

    def _of_interaction(self, rule_id: str, row: Interaction, about: Sequence[Ingredient]) -> Rule:
        source = own(row.source, about, frozenset().union(*row.sides), self.drugs)
        lines = [f"drug: {' | '.join(sorted(side))}" for side in row.sides]
        if row.conditions:
            lines.append(f"problem: {' | '.join(sorted(row.conditions))}")
        text = _WITH_PROBLEM if row.conditions else _TOGETHER
        says = f"{row.why}. {row.action} {_OURS}"
        owner = "physician" if row.conditions else "pharmacist"
        return _rule(rule_id, text, (says, source, owner), lines)

    def _of_limit(self, rule_id: str, row: Limit, about: Sequence[Ingredient]) -> Rule:
        source = own(row.source, about, row.drugs, self.drugs)
        lines = [f"drug: {' | '.join(drug.name for drug in about)}", f"lab: {row.measure} within 24 months"]
        return _rule(rule_id, _WITH_RESULT, (f"{row.action} {_OURS}", source, "physician"), lines)


_TOGETHER = "The pharmacist reviews {drug} together with {other} by {due} and tells the physician."
_WITH_PROBLEM = "The physician reviews {drug} together with {problem} by {due}."
_WITH_RESULT = "The physician reviews {drug} by {due}, since {lab}."


def _rule(rule_id: str, text: str, made_of: tuple[str, str, str], lines: Sequence[str]) -> Rule:
    says, source, owner = made_of
    return Rule(
        id=rule_id,
        kind="activity",
        part="medication_management",
        about=rule_id.rpartition(":")[2].partition("+")[0],
        rank=0,
        text=text,
        says=says,
        source=source,
        section="",
        year=0,
        when=tuple(map(read, lines)),
        owner=owner,
        category="medication",
        due_days=0,
    )


def guideline_of(rule: Rule, as_of: date, *, told: bool = False) -> Guideline:
    """The guideline of a statement that a hazard's rule made; without a day where the statement only tells of the hazard (`told`)."""
    due = "" if told else f"{as_of.isoformat()} + {rule.due_days} days = {due_day(rule, as_of)}"
    return Guideline(rule.id, rule.cited_as, rule.says, due)


def activity_of(rule: Rule, as_of: date) -> Activity:
    """The activity that a hazard's rule asks for."""
    return Activity(rule.owner, due_day(rule, as_of), rule.category)


def due_day(rule: Rule, as_of: date) -> str:
    """By when a rule wants it done, as an ISO date."""
    return (as_of + timedelta(days=rule.due_days or 0)).isoformat()
