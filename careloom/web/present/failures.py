"""The failure registry as its pages tell it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext

from careloom.care.document import Severity
from careloom.care.failure import Failure
from careloom.care.site_rule import RuleInputs, SiteRule
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab
from careloom.web.present.kinds import named
from careloom.web.present.result import REASONS
from careloom.web.present.site_rules import RULE_STATES, title_of
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

SEVERITIES: Mapping[Severity, str] = {
    Severity.HIGH: later("could have harmed somebody"),
    Severity.MODERATE: later("misleads whoever reads it"),
    Severity.LOW: later("a matter of wording"),
}
CAUSES: Mapping[str, str] = {
    "source": later("the source was wrong or silent"),
    "reading": later("the source was read wrongly"),
    "knowledge": later("our knowledge lacks it or is wrong"),
    "rule": later("a rule did not speak, or spoke wrongly"),
    "wording": later("the wording of a template"),
    "model": later("what a model wrote"),
    "no_failure": later("no failure: the draft was right"),
    "unknown": later("not known"),
}


STATES: Mapping[str, str] = {
    "new": later("nobody has judged it yet"),
    "judged": later("judged; nothing prevents it yet"),
    "drafted": later("a rule is drafted from it"),
    "prevented": later("a rule or a test prevents it now"),
    "closed": later("no failure"),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "new": ("look", "■"),
    "judged": ("look", "■"),
    "drafted": ("quiet", "◆"),
    "prevented": ("ok", "✓"),
    "closed": ("quiet", "○"),
}
SEXES: Mapping[str, str] = {"female": later("female"), "male": later("male"), "other": later("other")}


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of the list's form: its name, its label, its values with words, and what is chosen."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Row:
    """A failure: where, what was said without identifiers, about whom, how it was judged, and the values of its form."""

    id: str
    proposal: str
    title: str
    on: str
    said: str
    about: str
    who: str
    severity: str
    cause: str
    prevents: str
    why: str
    words: str
    state: str
    mark: tuple[str, str]


def row_of(one: Failure, seen: bool, now: datetime, roles: Mapping[str, str] | None = None) -> Row:
    """A failure for the list, its day in the zone of `now`; `seen` says whether whoever reads may open the document, `roles` (by user's id) whose role told it."""
    newest = one.newest
    severity = newest.severity.value if newest else one.said.get("severity", "")
    judged = ""
    if newest:
        judged = f"{SEVERITIES[newest.severity]}; {CAUSES[newest.cause]}"
    elif severity:
        judged = gettext("told as: {severity}").format(severity=SEVERITIES[Severity(severity)])
    role = (roles or {}).get(one.said.get("reviewer", ""), "")
    return Row(
        one.id,
        one.proposal if seen else "",
        named(one.kind).title,
        one.at.astimezone(now.tzinfo).date().isoformat(),
        said_of(one),
        _about(one),
        str(ROLES.get(role, "")),
        severity,
        newest.cause if newest else "",
        newest.prevents if newest else "",
        newest.why if newest else "",
        judged,
        str(STATES[one.state]),
        MARKS[one.state],
    )


def said_of(one: Failure) -> str:
    """What was said, in one line: the reason of the short list and the person's words without identifiers."""
    said = one.said
    code = said.get("code", "")
    reason = str(REASONS[code]) if code in REASONS else code.replace("_", " ")
    rule = gettext("finding of the rule {rule}").format(rule=said["rule"]) if said.get("rule") else ""
    words = one.case.words if one.case else ""
    return ": ".join(filter(None, (reason, words, rule))) or gettext("nothing said in words")


def _about(one: Failure) -> str:
    case = one.case
    if case is None:
        return ""
    age = gettext("age {age}").format(age=case.age) if case.age else ""
    return ", ".join(filter(None, (age, str(SEXES.get(case.sex, "")))))


def by_cause(causes: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """How many there are by cause: its value, its words, the number; those that nobody judged last."""
    found = [(cause, str(words), causes[cause]) for cause, words in CAUSES.items() if causes.get(cause)]
    found.sort(key=lambda one: -one[2])
    return found + ([("", gettext("not judged"), causes[""])] if causes.get("") else [])


def filters(asked: Mapping[str, str], kinds: Iterable[str]) -> list[Filter]:
    """The choices of the form that asks for some of them."""
    every: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("state", gettext("How it stands"), [(one, str(words)) for one, words in STATES.items()]),
        ("cause", gettext("From what it came"), [(one, str(words)) for one, words in CAUSES.items()]),
        (
            "severity",
            gettext("How severe"),
            [(one.value, str(words)) for one, words in SEVERITIES.items()],
        ),
        ("kind", gettext("Kind of document"), [(one, named(one).title) for one in kinds]),
    ]
    return [Filter(name, label, tuple(choices), asked.get(name, "")) for name, label, choices in every]


def more(asked: Mapping[str, str], number: int) -> str:
    """The query of another page of the same list."""
    return urlencode({**{name: value for name, value in asked.items() if value}, "page": number})


@dataclass(frozen=True, slots=True)
class Inputs:
    """What rules looked at of a draft, in words."""

    drugs: tuple[str, ...]
    problems: tuple[str, ...]
    labs: tuple[tuple[str, str, str], ...]


def inputs_of(kept: RuleInputs | None, knowledge: Knowledge) -> Inputs | None:
    """What was kept of a draft; None where nothing was."""
    if kept is None:
        return None
    labs = knowledge.labs.by_concept
    return Inputs(
        kept.drugs,
        tuple(knowledge.conditions.label(one) for one in kept.problems),
        tuple(
            (
                labs[name].label if name in labs else name,
                f"{value} {_unit(labs.get(name), unit)}".strip(),
                day,
            )
            for name, (value, unit, day) in kept.labs.items()
        ),
    )


def _unit(lab: Lab | None, unit: str) -> str:
    return lab.plain_unit if lab is not None and unit == lab.unit else unit


def history(one: Failure, people: Mapping[str, str], now: datetime) -> list[tuple[str, str, str]]:
    """Every judgement, the newest first: when and by whom, what, in which words."""
    return [
        (
            f"{moment(said.at, now)}, {people.get(said.who, gettext('Somebody who left'))}",
            f"{SEVERITIES[said.severity]}; {CAUSES[said.cause]}",
            " · ".join(filter(None, (said.prevents, said.why))),
        )
        for said in reversed(one.judged)
    ]


def made_of(rule: SiteRule, knowledge: Knowledge) -> tuple[str, str, str]:
    """A rule that was drafted from a failure: its id, what it is about, how it stands."""
    return rule.id, title_of(rule, knowledge), str(RULE_STATES[rule.state])
