"""Plain words: what a patient is told of a plan's lines, by the rule, the problem or the drug that a line is about.

Takes    the TOML files of this folder
Gives    the one sentence for a rule, a problem, a need, a drug or an allergy, in English or Spanish; None where there is none
Never    says more than what it stands for, or names a value that its rule doesn't have
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from careloom.knowledge.months import date_words
from careloom.knowledge.protocols.reading import Rule

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es")
# Of what a problem is called by a verb ("You had a stroke in the past").
_PAST = "prior_"
_MEDICINES = "medication_management"

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Plain:
    """Phrases by what they stand for, each by language."""

    activities: Words
    always: Words
    goals: Words
    concerns: Words
    medicines: Words
    answered: frozenset[str]
    names: Mapping[str, Words]

    def of_rule(self, rule: Rule, due: date | None, language: str) -> str | None:
        """What a rule's activity or goal is, due on a day (told or not), or its concern."""
        if rule.kind == "concern":
            of_medicines = self.medicines["concern"] if rule.part == _MEDICINES else {}
            return self.concerns.get(rule.id, of_medicines).get(language)
        if rule.id in self.always:
            owner = self._name("owner", rule.owner, language)
            return self._say("always", language, owner=owner, what=self.always[rule.id][language])
        if due is None:
            return None
        day = date_words(due, language)
        if rule.kind == "activity":
            own = self.activities.get(rule.id) or (self.medicines["any"] if _is_of_medicines(rule) else None)
            owner = self._name("owner", rule.owner, language)
            return self._say("activity", language, owner=owner, what=own[language], day=day) if own else None
        if rule.kind == "goal" and rule.target and rule.target.lab in self.names["measure"]:
            return self._say(
                "target",
                language,
                measure=self._name("measure", rule.target.lab, language),
                side=self._name("side", rule.target.comparator, language),
                value=rule.target.value,
                unit=self.names["unit"].get(rule.target.unit, {}).get(language, rule.target.unit),
                day=day,
            )
        if rule.kind == "goal" and rule.id in self.goals:
            return self._say("goal", language, what=self.goals[rule.id][language], day=day)
        return None

    def of_trend(self, about: str, first: str, last: str, language: str) -> str | None:
        """That a measurement moved."""
        if about not in self.names["measure"]:
            return None
        measure = self._name("measure", about, language)
        return self._say("trend", language, measure=measure[0].upper() + measure[1:], first=first, last=last)

    def of_problem(self, concept: str | None, language: str) -> str | None:
        """That somebody has a problem."""
        if concept not in self.names["problem"]:
            return None
        sentence = "past" if str(concept).startswith(_PAST) else "problem"
        return self._say(sentence, language, name=self._name("problem", str(concept), language))

    def of_need(self, domain: str, language: str) -> str | None:
        """That somebody needs help."""
        if domain not in self.names["need"]:
            return None
        return self._say("need", language, name=self._name("need", domain, language))

    def of_medicine(self, name: str, dose: str, language: str) -> str:
        """That a drug is on somebody's list, with its dose in the source's words, "" for none."""
        return self._say("medicine", language, name=f"{name} ({dose})" if dose else name)

    def of_allergy(self, substance: str, language: str) -> str:
        """That somebody has an allergy."""
        return self._say("allergy", language, name=substance)

    def of_name(self, sentence: str, name: str, language: str) -> str:
        """That a problem that has no plain words is on somebody's list ("named"), or is to be asked about ("asked")."""
        return self._say(sentence, language, name=name)

    def _name(self, group: str, name: str, language: str) -> str:
        return self.names[group][name][language]

    def _say(self, sentence: str, language: str, **slots: str) -> str:
        return self.names["sentence"][sentence][language].format_map(slots)


def _is_of_medicines(rule: Rule) -> bool:
    return rule.part == _MEDICINES and rule.owner in ("pharmacist", "physician")


def load_plain() -> Plain:
    """The phrases of this folder."""
    said: Mapping[str, Any] = tomllib.loads((FOLDER / "activities.toml").read_text("utf-8"))
    names = tomllib.loads((FOLDER / "names.toml").read_text("utf-8"))
    return Plain(
        activities=said["activity"],
        always=said["always"],
        goals=said["goal"],
        concerns=said["concern"],
        medicines=said["medicines"],
        answered=frozenset(said["answered"]),
        names=names,
    )
