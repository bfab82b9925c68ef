"""A site's own rules as their pages tell them: what one says, how it stands, what a trial came to, and what its form takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.document import Reviewer, Severity
from careloom.care.site_rule import (
    SIGNERS,
    DrugPair,
    DrugState,
    ProtocolChange,
    RuleState,
    RuleStepKind,
    SiteRule,
    Tried,
)
from careloom.improve.protocol_changes import PROTOCOL_TEMPLATES
from careloom.improve.site_states import CONDITION, NO_RESULT, RESULT, Lists
from careloom.knowledge import Knowledge
from careloom.knowledge.when import read
from careloom.web.present import protocol_changes as protocols
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

RULE_STATES: Mapping[RuleState, str] = {
    RuleState.DRAFT: later("a draft; nobody is told anything"),
    RuleState.SILENT: later("runs silently; nobody is told anything"),
    RuleState.ACTIVE: later("active: told in every draft that it fits"),
    RuleState.ENDED: later("over"),
}
MARKS: Mapping[RuleState, tuple[str, str]] = {
    RuleState.DRAFT: ("quiet", "○"),
    RuleState.SILENT: ("look", "◆"),
    RuleState.ACTIVE: ("ok", "✓"),
    RuleState.ENDED: ("quiet", "–"),
}
STEPS: Mapping[RuleStepKind, str] = {
    RuleStepKind.TRIED: later("tried over the past"),
    RuleStepKind.SILENT: later("let it run silently"),
    RuleStepKind.SIGNED: later("signed it"),
    RuleStepKind.ACTIVE: later("with that it became active"),
    RuleStepKind.REPLACED: later("a newer version took its place"),
    RuleStepKind.WITHDRAWN: later("withdrew it"),
}
SEVERITIES: Mapping[Severity, str] = {Severity.HIGH: later("high"), Severity.MODERATE: later("moderate")}
LABELS: Mapping[str, str] = {
    "one": later("The one drug or class"),
    "other": later("The other drug or class"),
    "lab": later("The measurement"),
    "side": later("Below or above"),
    "value": later("The value"),
    "unit": later("Its unit (UCUM; empty: the measurement's own)"),
    "days": later("Within so many days"),
    "problem": later("The condition"),
    "severity": later("How severe"),
    "why": later("What happens, in a few words"),
    "action": later("What is to be done"),
    "source": later("Who says so (label, guideline, committee)"),
    "section": later("Section or page"),
    "year": later("Year"),
    "protocol": protocols.LABELS["protocol"],
}


_SAID = ("severity", "why", "action", "source", "section", "year")
# Each template: its title, and the fields that its form has.
TEMPLATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "drug_pair": (later("two drugs that harm together"), ("one", "other", *_SAID)),
    RESULT: (later("a drug and a result"), ("one", "lab", "side", "value", "unit", "days", *_SAID)),
    NO_RESULT: (later("a drug without a result"), ("one", "lab", "days", *_SAID)),
    CONDITION: (later("a drug and a condition"), ("one", "problem", *_SAID)),
    **protocols.PROTOCOL_FORMS,
}
# Fields that are filled in from a list, by the list's name, and those that are chosen.
LISTS: Mapping[str, str] = {
    "one": "drugs",
    "other": "drugs",
    "lab": "labs",
    "problem": "problems",
    "protocol": "protocols",
}
_OPTIONAL = frozenset({("drug_result", "unit"), ("protocol_limit", "lab")})
SIDES: Mapping[str, str] = {"below": later("below"), "above": later("above")}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A version in the list."""

    id: str
    title: str
    version: int
    state: str
    mark: tuple[str, str]
    on: str
    author: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that a rule has or lacks: the profession, and who and when."""

    role: str
    words: str


def may_sign(rule: SiteRule, who: Reviewer, every: Iterable[SiteRule]) -> bool:
    """Whether a rule lacks this person's signature: of a profession that signs and hasn't, and the author of none of its versions."""
    authors = {one.author for one in every if one.rule == rule.rule}
    return who.role in SIGNERS and who.role not in rule.signed and who.user not in authors


def title_of(rule: SiteRule, knowledge: Knowledge) -> str:
    """What a rule is about."""
    if isinstance(rule.body, DrugState):
        return state_words(rule.body, knowledge)
    between = ": " if isinstance(rule.body, ProtocolChange) else " + "
    return f"{rule.body.one}{between}{rule.body.other}"


def state_words(body: DrugState, knowledge: Knowledge) -> str:
    """A drug and how somebody is, in words: "metformin without vitamin B12 in the last 730 days"."""
    term = read(body.line)
    if term.kind == "problem":
        return gettext("{drug} with {condition}").format(
            drug=body.one, condition=knowledge.conditions.label(term.names[0])
        )
    lab = knowledge.labs.by_concept[term.names[0]]
    if term.limit is None:
        return gettext("{drug} without {measurement} in the last {days} days").format(
            drug=body.one, measurement=lab.label, days=term.days
        )
    unit = lab.plain_unit if term.limit.unit == lab.unit else term.limit.unit
    return gettext("{drug} with {measurement} {sign} {value} {unit} in the last {days} days").format(
        drug=body.one,
        measurement=lab.label,
        sign=term.limit.comparator,
        value=term.limit.value,
        unit=unit,
        days=term.days,
    )


def state_of(one: SiteRule) -> str:
    """How a version stands, and whose signatures it lacks where it runs silently."""
    said = RULE_STATES[one.state]
    if one.state is RuleState.ACTIVE and isinstance(one.body, ProtocolChange):
        return gettext("active: every draft is made with it")
    if one.state is RuleState.SILENT:
        lacks = ", ".join(str(ROLES[role]) for role in SIGNERS if role not in one.signed)
        return gettext("{state}; waits for the signature of: {roles}").format(state=said, roles=lacks)
    return str(said)


def rows(
    every: Iterable[SiteRule], people: Mapping[str, str], now: datetime, knowledge: Knowledge
) -> list[RuleRow]:
    """The versions of the list."""
    return [
        RuleRow(
            one.id,
            title_of(one, knowledge),
            one.version,
            state_of(one),
            MARKS[one.state],
            moment(one.at, now),
            _who(one.author, people),
        )
        for one in every
    ]


def _who(user: str, people: Mapping[str, str]) -> str:
    return people.get(user) or gettext("Somebody who left")


def told(rule: SiteRule, knowledge: Knowledge) -> str:
    """The sentence that a finding of it says, but for the drugs that are met."""
    body = rule.body
    if isinstance(body, ProtocolChange):
        return protocols.told(body)
    return f"{title_of(rule, knowledge)}: {body.why}. {body.action} ({body.cited})"


def lists_words(found: Lists) -> str:
    """What the lists in force say of its drugs already."""
    if found.rows == 0:
        return gettext("No list in force has an entry about this drug and how somebody is.")
    if found.rows:
        return ngettext(
            "Lists in force have {rows} entry about this drug and how somebody is; read it first.",
            "Lists in force have {rows} entries about this drug and how somebody is; read them first.",
            found.rows,
        ).format(rows=found.rows)
    said = sum(found.said.values())
    if not found.pairs:
        return gettext("It is about no pair of drugs that we know.")
    if not said:
        return ngettext(
            "It is about {pairs} pair of drugs; no list in force tells anything of it.",
            "It is about {pairs} pairs of drugs; no list in force tells anything of them.",
            found.pairs,
        ).format(pairs=found.pairs)
    return gettext(
        "It is about {pairs} pairs of drugs. Lists in force tell {high} of them as high and {moderate} as moderate already; where they differ the most severe counts, and findings name each list."
    ).format(pairs=found.pairs, high=found.said.get("high", 0), moderate=found.said.get("moderate", 0))


def numbers(tried: Tried, rule: SiteRule) -> list[tuple[str, str]]:
    """What a trial of a rule came to, line by line: what is counted, and the number."""
    if isinstance(rule.body, ProtocolChange):
        return protocols.numbers(tried)
    own = {
        True: gettext("yes"),
        False: gettext("no: the drugs of its own case are others"),
        None: gettext("it has none that was kept"),
    }
    return [
        (gettext("Drafts looked at"), str(tried.drafts)),
        (
            gettext("Left out: made before rules' inputs were kept, or they could not be kept"),
            str(tried.left_out),
        ),
        (gettext("New alerts: drafts on which nothing was told of these drugs"), str(tried.new)),
        (gettext("of these reported as wrong, for whatever reason: caught"), str(tried.caught)),
        (
            gettext("of these signed, and nobody said that anything was wrong: wrongly flagged"),
            str(tried.wrongly),
        ),
        (gettext("of these neither signed nor reported"), str(tried.undecided)),
        (gettext("Told already by a list in force: no new alert"), str(tried.told)),
        (
            gettext("New alerts a week"),
            gettext("{weekly} over {weeks} weeks").format(weekly=tried.weekly, weeks=tried.weeks),
        ),
        (gettext("Its own case, the regression case: caught"), own[tried.own_case]),
    ]


def signatures(rule: SiteRule, people: Mapping[str, str], now: datetime) -> list[Signature]:
    """The two signatures that it takes."""
    return [
        Signature(
            str(ROLES[role]),
            gettext("signed by {who}, {when}").format(who=_who(step.who, people), when=moment(step.at, now))
            if (step := rule.signed.get(role))
            else gettext("not signed yet"),
        )
        for role in SIGNERS
    ]


def history(rule: SiteRule, people: Mapping[str, str], now: datetime) -> list[tuple[str, str, str]]:
    """What happened to it, the newest first: when, by whom, what and in which words."""
    return [
        (
            moment(one.at, now),
            _who(one.who, people),
            " · ".join(filter(None, (str(STEPS[one.what]), one.words))),
        )
        for one in reversed(rule.steps)
    ]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the template: its name, label, what stands in it, and what is wrong with it."""

    name: str
    label: str
    value: str
    problem: str
    suggests: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = True


def fields(template: str, said: Mapping[str, str], wrong: str = "", problem: str = "") -> list[Field]:
    """A template's fields, as somebody filled them in."""
    chosen: Mapping[str, Mapping[str, str]] = {
        "side": SIDES,
        "severity": {one.value: words for one, words in SEVERITIES.items()},
    }
    return [
        Field(
            name,
            str(protocols.LABELS.get(name, LABELS[name]) if template in protocols.OWN else LABELS[name]),
            said.get(name, ""),
            problem if name == wrong else "",
            LISTS.get(name, ""),
            tuple((value, str(words)) for value, words in chosen.get(name, {}).items()),
            (template, name) not in _OPTIONAL,
        )
        for name in TEMPLATES[template][1]
    ]


def filled(rule: SiteRule) -> dict[str, str]:
    """A version as the form takes it."""
    body = rule.body
    if isinstance(body, ProtocolChange):
        template = next(name for name, part in PROTOCOL_TEMPLATES.items() if part is body.part)
        said = {name: getattr(body, name) for name in ("protocol", "lab", "why", "source", "section")}
        return {"template": template, **said, "days": body.value, "value": body.value, "year": str(body.year)}
    return {
        **line_of(rule),
        **{name: getattr(body, name) for name in ("one", "why", "action", "source", "section")},
        "severity": body.severity.value,
        "year": str(body.year),
    }


def line_of(rule: SiteRule) -> dict[str, str]:
    """What meets the drug, as the form of its template takes it."""
    if isinstance(rule.body, DrugPair):
        return {"template": "drug_pair", "other": rule.body.other}
    if isinstance(rule.body, ProtocolChange):
        return {}
    term = read(rule.body.line)
    found = {"days": str(term.days or "")}
    if term.kind == "problem":
        return {"template": CONDITION, "problem": term.names[0]}
    if term.limit is None:
        return {"template": NO_RESULT, "lab": term.names[0], **found}
    side = "below" if term.limit.comparator == "<" else "above"
    limit = {"side": side, "value": str(term.limit.value), "unit": term.limit.unit}
    return {"template": RESULT, "lab": term.names[0], **limit, **found}


def choices(knowledge: Knowledge) -> dict[str, list[str]]:
    """What fields may name, by the list's name."""
    drugs = knowledge.drugs
    return {
        "drugs": [*sorted(drugs.classes()), *sorted(one.name for one in drugs.all())],
        "labs": sorted(one.label for one in knowledge.labs.by_concept.values()),
        "problems": sorted({knowledge.conditions.label(one) for one in knowledge.conditions.by_concept}),
    }


def examples(tried: Tried, opens: Collection[str]) -> list[tuple[str, bool]]:
    """The newest drafts with a new alert, each with whether this reader may open it."""
    return [(one, one in opens) for one in tried.examples]


def parts(tried: Tried, rule: SiteRule) -> list[tuple[str, int, float, float, str]]:
    """New alerts as a bar of 100: of each part its words, number, where it begins, how wide it is, and its shade; none where there is no new alert."""
    if not tried.new:
        return []
    rows = (
        (gettext("caught"), tried.caught, "caught"),
        (
            gettext("changed without need")
            if isinstance(rule.body, ProtocolChange)
            else gettext("wrongly flagged"),
            tried.wrongly,
            "wrongly",
        ),
        (gettext("neither signed nor reported"), tried.undecided, "open"),
    )
    found, at = [], 0.0
    for words, number, shade in rows:
        width = round(100 * number / tried.new, 2)
        found.append((words, number, round(at, 2), width, shade))
        at += width
    return found
