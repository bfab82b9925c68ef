"""Changes of protocols as their pages tell them: what the form takes, what the rule says now and would say, what a trial came to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.site_rule import ProtocolChange, RuleInputs, Tried
from careloom.improve.protocol_changes import ASKS, DUE, LIMIT, OFF, TARGET, Preview
from careloom.knowledge import Knowledge
from careloom.knowledge.protocols import Rule
from careloom.web.saying import later

_SAID = ("why", "source", "section", "year")
PROTOCOL_FORMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    DUE: (later("another interval of a protocol's rule"), ("protocol", *ASKS[DUE], *_SAID)),
    TARGET: (later("another target of a protocol's goal"), ("protocol", *ASKS[TARGET], *_SAID)),
    LIMIT: (later("another limit of a protocol's rule"), ("protocol", *ASKS[LIMIT], *_SAID)),
    OFF: (later("a protocol's rule switched off"), ("protocol", *ASKS[OFF], *_SAID)),
}
LABELS: Mapping[str, str] = {
    "protocol": later("The protocol's rule, by its id"),
    "days": later("Due in how many days"),
    "value": later("The new value, in the rule's own unit"),
    "lab": later("Of which measurement (empty: the only one)"),
    "why": later("Why, and what the source recommends, in one sentence"),
}
OWN: frozenset[str] = frozenset(PROTOCOL_FORMS)
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule of a protocol as the form and the page of a change show it: its id, sentence, lines, target and source."""

    id: str
    text: str
    lines: tuple[str, ...]
    unless: tuple[str, ...]
    due: str
    target: str
    source: str


def shown(rule: Rule) -> Shown:
    """A rule in words, its slots in brackets."""
    target = rule.target
    return Shown(
        rule.id,
        _SLOT.sub(lambda slot: f"[{slot[1].partition(':')[2].replace('.', ' ') or slot[1]}]", rule.text),
        tuple(term.line for term in rule.when),
        tuple(term.line for term in rule.unless),
        "" if rule.due_days is None else gettext("in {days} days").format(days=rule.due_days),
        f"{target.lab} {target.comparator} {target.value} {target.unit}" if target else "",
        rule.cited_as,
    )


def differences(found: Preview | None) -> list[tuple[str, str, str]]:
    """What a change does, row by row: what, now, then; only rows that differ, and the sentence always."""
    if found is None:
        return []
    now, then = shown(found.now), shown(found.then) if found.then else None
    gone = gettext("nothing: it is switched off")
    rows = [
        (gettext("Sentence"), now.text, then.text if then else gone),
        (gettext("For whom"), "; ".join(now.lines), "; ".join(then.lines) if then else ""),
        (gettext("Due"), now.due, then.due if then else ""),
        (gettext("Target"), now.target, then.target if then else ""),
        (gettext("Source"), now.source, then.source if then else ""),
    ]
    return [row for at, row in enumerate(rows) if at == 0 or (then is not None and row[1] != row[2])]


def told(body: ProtocolChange) -> str:
    """What a change says, in a sentence."""
    return f"{body.protocol}, {body.other}: {body.why} ({body.cited})"


def beside(found: Preview | None) -> list[tuple[str, str]]:
    """What to look at beside a change: words, and the ids of other rules."""
    if found is None:
        return [
            (
                gettext("The rule isn't what it was when this was drafted: it doesn't count. Draft it anew."),
                "",
            )
        ]
    said = []
    if found.alike:
        said.append((gettext("Other rules that name the same number:"), ", ".join(found.alike)))
    if found.against:
        said.append(
            (
                gettext("It would be another target than theirs, for somebody whom both are for:"),
                ", ".join(found.against),
            )
        )
    return said


def spoke(inputs: RuleInputs | None, knowledge: Knowledge) -> list[Shown]:
    """The protocols' rules on which lines of a draft rest, the most important first."""
    named = frozenset(inputs.spoke or ()) if inputs else frozenset()
    return [shown(rule) for rule in knowledge.protocols.all if rule.id in named]


def forms_of(one: Shown) -> list[tuple[str, str]]:
    """The templates that fit a rule: each by its name, in a word or two."""
    fit = [
        (DUE, gettext("interval"), bool(one.due)),
        (TARGET, gettext("target"), bool(one.target)),
        (LIMIT, gettext("limit"), any(re.match(r"lab: \w+ [<>=]", line) for line in one.lines)),
        (OFF, gettext("off"), True),
    ]
    return [(name, words) for name, words, fits in fit if fits]


def numbers(tried: Tried) -> list[tuple[str, str]]:
    """What a trial of a change came to, line by line: what is counted, and the number."""
    own = {
        True: gettext("yes"),
        False: gettext("no: its line wouldn't differ there"),
        None: gettext("it has none that was kept"),
    }
    return [
        (gettext("Drafts looked at"), str(tried.drafts)),
        (gettext("Left out: made before it was kept which rules spoke"), str(tried.left_out)),
        (gettext("Drafts in which the rule would have said something else"), str(tried.new)),
        (gettext("of these reported as wrong, for whatever reason: caught"), str(tried.caught)),
        (
            gettext("of these signed, and nobody said that anything was wrong: changed without need"),
            str(tried.wrongly),
        ),
        (gettext("of these neither signed nor reported"), str(tried.undecided)),
        (gettext("of these only likely: not all lines of the rule can be told"), str(tried.unsure)),
        (
            gettext("Changed drafts a week"),
            gettext("{weekly} over {weeks} weeks").format(weekly=tried.weekly, weeks=tried.weeks),
        ),
        (gettext("Its own case, the regression case: changed"), own[tried.own_case]),
    ]
