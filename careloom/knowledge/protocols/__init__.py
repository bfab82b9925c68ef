"""Protocols: guidelines made computable, one TOML file a condition, readable and changeable by a nurse.

Takes    the *.toml files of this folder, and those of a site's own
Gives    `Protocols`: rules by id, and for each file or rule that could not be used, its name and why
Never    runs a rule (protocol.py does), or lets one bad rule take the others with it
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from careloom.errors import ConfigError
from careloom.knowledge.protocols.contrary import Contrary
from careloom.knowledge.protocols.reading import Example, Rule, Target, read_file
from careloom.knowledge.protocols.vocabulary import Vocabulary, unknown

__all__ = ["PARTS", "Contrary", "Example", "Protocols", "Rule", "Target", "Vocabulary", "load_protocols"]

HERE = Path(__file__).parent

# What stands beside a site's pack and says what its columns mean is no protocol (knowledge/packs.py).
_PACKS = ("interactions", "circumstances")

# The parts of a comprehensive care plan, in their order (CMS Chronic Care Management).
PARTS = (
    "problem_list",
    "prognosis",
    "goals",
    "cognitive_functional",
    "symptom_management",
    "interventions",
    "medication_management",
    "environment",
    "caregiver",
    "coordination",
    "review",
    "revision",
)


class Others(Protocol):
    """Rules that stand in no protocol."""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, or None."""


@dataclass(frozen=True)
class Protocols:
    """All rules that are switched on, in the order of their rank; `off` are those a site switched off.

    `problems` name each file and rule that could not be used, with its line: it is absent from every draft.
    """

    all: tuple[Rule, ...]
    by_id: Mapping[str, Rule]
    off: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    others: Others | None = field(default=None, compare=False)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id (`text` is its sentence with slots, `says` what it rests on), or None.

        `others` knows those that rows of the tables make (hazard_rules.py); no draft goes through them by itself.
        """
        found = self.by_id.get(rule_id)
        return self.others.rule(rule_id) if found is None and self.others is not None else found


def load_protocols(
    vocabulary: Vocabulary,
    site: Path | None = None,
    others: frozenset[str] = frozenset(),
    contrary: Contrary | None = None,
) -> tuple[Protocols, tuple[str, ...]]:
    """The rules of this folder and of a site's, and what is wrong with those that can't be used.

    A rule that names something `vocabulary` doesn't know would never fire and is refused. A site's rule replaces ours of the same id; `off = ["rule-id"]` in a site's file switches rules off,
    and rows of tables by their ids (`others`). Of a site's rules those are refused, too, whose source is an older one than that of the rule of ours that they would
    replace, and, with `contrary`, two that contradict each other or one that contradicts a rule of ours that is on. Raises ConfigError where `site` is no folder.
    """
    if site is not None and not site.is_dir():
        raise ConfigError("the folder for a site's own protocols does not exist")
    rules: dict[str, Rule] = {}
    off: dict[str, str] = {}
    problems: list[str] = []
    ours: Mapping[str, Rule] = {}
    for folder in (HERE, site) if site else (HERE,):
        found: dict[str, str] = {}
        for path in sorted(path for path in folder.glob("*.toml") if not path.stem.startswith(_PACKS)):
            read = read_file(path, PARTS)
            problems += read.problems
            off |= dict.fromkeys(read.off, f"{path.name}, line {read.off_line}")
            for rule in read.rules:
                if rule.id in found:
                    problems.append(
                        f"{path.name}, line {rule.line}: rule {rule.id}: another rule has this id ({found[rule.id]})"
                    )
                    continue
                if fault := next(unknown(rule, vocabulary), "") or _older(rule, ours.get(rule.id)):
                    problems.append(f"{path.name}, line {rule.line}: rule {rule.id}: {fault}")
                    continue
                found[rule.id] = f"{path.name}, line {rule.line}"
                rules[rule.id] = rule
        if folder == HERE:
            ours = dict(rules)
    if contrary is not None and site is not None:
        problems += _contradicted(rules, ours, frozenset(off), contrary)
    known = rules.keys() | others
    problems += [f"{where}: off: there is no rule {one!r}" for one, where in off.items() if one not in known]
    on = sorted(
        (rule for rule in rules.values() if rule.id not in off), key=lambda rule: (rule.rank, rule.id)
    )
    named = tuple(problems)
    return Protocols(tuple(on), {rule.id: rule for rule in on}, tuple(off), named), named


def _older(rule: Rule, ours: Rule | None) -> str:
    """What is wrong with a site's rule that would put an older year of one source in the place of ours."""
    if ours is None or rule.source.casefold() != ours.source.casefold() or rule.year >= ours.year:
        return ""
    return (
        f"its source is of {rule.year}, and the rule in force ({ours.file}, line {ours.line}) is of {ours.year}: the older one takes no newer one's place; "
        f'off = ["{rule.id}"] and a rule of another id would say that it is meant'
    )


def _contradicted(
    rules: dict[str, Rule], ours: Mapping[str, Rule], off: frozenset[str], contrary: Contrary
) -> list[str]:
    """Takes out a site's rules that contradict each other or ours, which ours of their ids stand in for again; what each says, naming both places."""
    own = [rule for rule in rules.values() if rule is not ours.get(rule.id) and rule.id not in off]
    standing = [rule for rule in rules.values() if rule is ours.get(rule.id) and rule.id not in off]
    said = []
    for one, other, words in contrary.among(own, standing):
        refused = [one.id, *((other.id,) if other is not ours.get(other.id) else ())]
        what = "neither is used" if len(refused) > 1 else "it is not used"
        said.append(
            f"{one.file}, line {one.line}: rule {one.id}: it contradicts rule {other.id} ({other.file}, line {other.line}): {words}; {what} until an unless or off tells them apart"
        )
        for rule in refused:
            if rule in ours:
                rules[rule] = ours[rule]
            else:
                rules.pop(rule, None)
    return said
