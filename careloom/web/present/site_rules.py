"""A site's own rules as their pages tell them: what one says, how it stands, what a trial came to, and what its form takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.document import Severity
from careloom.care.site_rule import SIGNERS, RuleState, RuleStepKind, SiteRule, Tried
from careloom.improve.site_rules import Lists
from careloom.knowledge.drugs import Drugs
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
    "severity": later("How severe"),
    "why": later("What happens, in a few words"),
    "action": later("What is to be done"),
    "source": later("Who says so (label, guideline, committee)"),
    "section": later("Section or page"),
    "year": later("Year"),
}


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


def title_of(rule: SiteRule) -> str:
    """What a rule is about."""
    return f"{rule.body.one} + {rule.body.other}"


def rows(every: Iterable[SiteRule], people: Mapping[str, str], now: datetime) -> list[RuleRow]:
    """The versions of the list."""
    return [
        RuleRow(
            one.id,
            title_of(one),
            one.version,
            str(RULE_STATES[one.state]),
            MARKS[one.state],
            moment(one.at, now),
            _who(one.author, people),
        )
        for one in every
    ]


def _who(user: str, people: Mapping[str, str]) -> str:
    return people.get(user) or gettext("Somebody who left")


def told(rule: SiteRule) -> str:
    """The sentence that a finding of it says, but for the drugs that are met."""
    body = rule.body
    return f"{body.one} + {body.other}: {body.why}. {body.action} ({body.cited})"


def lists_words(found: Lists) -> str:
    """What the lists in force say of its drugs already."""
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


def numbers(tried: Tried) -> list[tuple[str, str]]:
    """What a trial came to, line by line: what is counted, and the number."""
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


def fields(said: Mapping[str, str], wrong: str = "", problem: str = "") -> list[Field]:
    """The template's fields but for the severity, as somebody filled them in."""
    return [
        Field(name, str(label), said.get(name, ""), problem if name == wrong else "")
        for name, label in LABELS.items()
        if name != "severity"
    ]


def filled(rule: SiteRule) -> dict[str, str]:
    """A version as the form takes it."""
    body = rule.body
    return {
        **{name: getattr(body, name) for name in ("one", "other", "why", "action", "source", "section")},
        "severity": body.severity.value,
        "year": str(body.year),
    }


def choices(drugs: Drugs) -> list[str]:
    """Every class and ingredient that a side may name."""
    return [*sorted(drugs.classes()), *sorted(one.name for one in drugs.all())]
