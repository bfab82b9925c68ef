"""The names that rules may use: a rule that asks for something nobody knows would never fire, so it is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from careloom.care.record import MedicationState
from careloom.knowledge.labs import Labs
from careloom.knowledge.protocols.reading import Rule
from careloom.knowledge.when import Term

NEEDS = frozenset(
    {"housing", "food", "transport", "utilities", "safety", "employment", "finances", "education"}
    | {
        "health_literacy",
        "language",
        "social_support",
        "relationship",
        "parent_or_caregiver",
        "substance_use",
    }
    # Of substance use and of social support what asks for something of its own (facts.py).
    | {"tobacco", "caregiver_strain"}
    | {"legal", "access_to_care"}
)
PERSONS = frozenset(
    {"deceased", "interpreter", "other_language", "female", "male", "listed_problems", "anybody"}
)
# What fresh notes tell of (knowledge/noted.py and alarms.py, which rests on this room and can't be asked here; a test holds them together).
NOTED = frozenset(
    {
        "self_harm",
        "self_harm_answer",
        "lethal_means",
        "head_injury",
        "coronary_stent",
        "bleeding",
        "drinking",
        "falls",
        "fever",
        "no_oxygen",
        "oxygen_smoked",
        "maternal",
        "methotrexate_daily",
        "weight_gain",
        "high_fever",
        "neutropenic_fever",
        "adrenal",
        "strangulation",
    }
)
RESULTS = frozenset({"critical", "implausible"})
STATES = frozenset(get_args(MedicationState))


@dataclass(frozen=True)
class Vocabulary:
    """Known names by kind of line; a kind that is not here takes any name. `labs` knows units as well."""

    names: Mapping[str, frozenset[str]]
    labs: Labs


def unknown(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    """What a rule asks for that nobody knows, in words."""
    for term in (*rule.when, *rule.unless):
        yield from unknown_in(term, vocabulary)
    if rule.target:
        lab = vocabulary.labs.get(rule.target.lab)
        if lab is None:
            yield f"target: there is no lab {rule.target.lab!r}"
        elif not lab.loinc:
            yield f"target: {rule.target.lab} has no LOINC code"
        elif lab.canonical(rule.target.value, rule.target.unit) is None:
            yield f"target: {rule.target.value} {rule.target.unit} is no value of {rule.target.lab}"


def unknown_in(term: Term, vocabulary: Vocabulary) -> Iterator[str]:
    """What one line asks for that nobody knows."""
    known = vocabulary.names.get(term.kind)
    for name in term.names if known is not None else ():
        if known is not None and name != "*" and name not in known:
            yield f"{term.line!r}: there is no {term.kind} {name!r}"
    lab = vocabulary.labs.get(term.names[0]) if term.kind == "lab" else None
    if lab and term.limit and lab.canonical(str(term.limit.value), term.limit.unit or lab.unit) is None:
        yield f"{term.line!r}: {term.limit.unit!r} is no unit of {lab.concept}"
