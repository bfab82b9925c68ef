"""A site's change of a protocol's rule without code: another interval, target or limit, or off; each checked, with its source, and signed like a rule.

Takes    a filled-in template, and the protocols in force
Gives    the change; what the rule says now and would say; protocols with the active changes in them; what a past draft would have had
Never    changes a rule that isn't what it was when the change was drafted, makes one that nobody meets or that contradicts another, or guesses what a past
         draft's other lines were (`unsure`)
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from careloom.care.site_rule import ProtocolChange, ProtocolPart, RuleInputs, SiteRule
from careloom.errors import InputError
from careloom.improve.site_states import EARLIEST, LONGEST, MOST_DAYS, members
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab, holds
from careloom.knowledge.protocols import Contrary, Protocols, Rule
from careloom.knowledge.when import Term, read

DUE, TARGET, LIMIT, OFF = "protocol_due", "protocol_target", "protocol_limit", "protocol_off"
PROTOCOL_TEMPLATES: Mapping[str, ProtocolPart] = {
    DUE: ProtocolPart.DUE,
    TARGET: ProtocolPart.TARGET,
    LIMIT: ProtocolPart.LIMIT,
    OFF: ProtocolPart.OFF,
}
_SAID = ("protocol", "why", "source", "section", "year")
# Which of a change's fields its template asks for beside those.
ASKS: Mapping[str, tuple[str, ...]] = {DUE: ("days",), TARGET: ("value",), LIMIT: ("lab", "value"), OFF: ()}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule says now and would say (its sentence, lines, target and days), the ids of other rules that name the same number of the same measurement, and of
    those that would set another target for somebody whom both are for."""

    now: Rule
    then: Rule | None
    alike: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def change_of(template: str, said: Mapping[str, str], knowledge: Knowledge, year: int) -> ProtocolChange:
    """One of PROTOCOL_TEMPLATES as somebody filled it in; `year` is this year. Raises InputError, naming the field, for what it can't take."""
    fields = (*_SAID, *ASKS[template])
    given = {name: " ".join(said.get(name, "").split())[:LONGEST] for name in fields}
    for name in fields:
        if not given[name] and name != "lab":
            raise InputError("fill this in", where=name)
    if not given["year"].isdigit() or not EARLIEST <= int(given["year"]) <= year:
        raise InputError("a year up to this one, in four digits", where="year")
    rule = knowledge.protocols.by_id.get(given["protocol"])
    if rule is None:
        raise InputError("choose a rule of a protocol in force, by its id", where="protocol")
    part, lab, unit, was, value, field = PROTOCOL_TEMPLATES[template], "", "", "", "", "protocol"
    if part is ProtocolPart.DUE:
        field, was, value = "days", str(rule.due_days), given["days"]
        if rule.due_days is None:
            raise InputError("this rule has no interval", where="protocol")
        if not value.isdigit() or int(value) > MOST_DAYS:
            raise InputError("a number of days, from 0 to 3650", where="days")
        value = str(int(value))
    elif part is ProtocolPart.TARGET:
        if rule.target is None:
            raise InputError("this rule is no goal with a target", where="protocol")
        field, lab, unit, was = "value", rule.target.lab, rule.target.unit, rule.target.value
        value = _number(given["value"], lab, unit, knowledge)
    elif part is ProtocolPart.LIMIT:
        field, term = "value", _line(rule, given["lab"], knowledge)
        assert term.limit is not None
        lab, unit, was = term.names[0], term.limit.unit, f"{term.limit.value:f}"
        value = _number(given["value"], lab, unit, knowledge)
    if value == was and part is not ProtocolPart.OFF:
        raise InputError("it is so already", where=field)
    change = ProtocolChange(
        protocol=rule.id,
        part=part,
        was=was,
        value=value,
        lab=lab,
        unit=unit,
        why=given["why"].rstrip(". "),
        source=given["source"],
        section=given["section"],
        year=int(given["year"]),
    )
    _must_fit(change, rule, knowledge, field)
    return change


def _number(text: str, name: str, unit: str, knowledge: Knowledge) -> str:
    lab = knowledge.labs.get(name)
    try:
        value = Decimal(text)
        if not value.is_finite() or value < 0:
            raise InvalidOperation
    except InvalidOperation:
        raise InputError("a number, as 3.5", where="value") from None
    said = f"{value:f}"
    if lab is not None and lab.plausible(said, unit or lab.unit) is False:
        raise InputError("no value that a person has", where="value")
    return said


def _line(rule: Rule, name: str, knowledge: Knowledge) -> Term:
    """The line of a rule's `when` that limits a measurement: the only one, or that of the name."""
    lines = [term for term in rule.when if term.kind == "lab" and term.limit is not None and not term.no]
    if not lines:
        raise InputError("this rule asks for no value of a measurement", where="protocol")
    fit = [term for term in lines if name.lower() in ("", term.names[0], _label(term, knowledge))]
    if len(fit) != 1:
        said = ", ".join(dict.fromkeys(term.names[0] for term in lines))
        raise InputError(f"choose one of its measurements: {said}", where="lab")
    return fit[0]


def _label(term: Term, knowledge: Knowledge) -> str:
    lab = knowledge.labs.get(term.names[0])
    return lab.label.lower() if lab else ""


def _must_fit(change: ProtocolChange, rule: Rule, knowledge: Knowledge, field: str) -> None:
    """Raises InputError where nobody would meet the changed rule, or where it says the opposite of another that it didn't meet before. Another target beside it is
    no reason: both are changed one after the other, and the page names the other."""
    made = changed(rule, change)
    if made is None:
        return
    contrary = Contrary(knowledge.drugs, knowledge.conditions, knowledge.labs)
    if contrary.exclude(made, made):
        raise InputError("its other lines leave nobody who meets it then", where=field)
    for other in knowledge.protocols.all:
        if other.id == rule.id or not contrary.advice(other):
            continue
        if (said := contrary.between(made, other)) and not contrary.between(rule, other):
            raise InputError(f"it would contradict rule {other.id} ({other.file}): {said}", where=field)


def changed(rule: Rule, change: ProtocolChange) -> Rule | None:
    """The rule as the change has it; None where it is switched off. Raises ValueError where it isn't what it was when the change was drafted."""
    if change.part is ProtocolPart.OFF:
        return None
    cited = replace(
        rule, source=change.source, section=change.section, year=change.year, grade="", says=f"{change.why}."
    )
    if change.part is ProtocolPart.DUE:
        if str(rule.due_days) != change.was:
            raise ValueError(f"its interval is {rule.due_days} days now, and no longer {change.was}")
        return replace(cited, due_days=int(change.value))
    target = rule.target
    if change.part is ProtocolPart.TARGET:
        if target is None or (target.lab, target.value) != (change.lab, change.was):
            raise ValueError(f"its target is no longer {change.was}")
        cited = replace(cited, target=replace(target, value=change.value))
    elif not any(_is_line(term, change) for term in rule.when):
        raise ValueError(f"no line of it has the limit {change.was} any more")
    lines = tuple(_with(term, change) if _is_line(term, change) else term for term in rule.when)
    return replace(cited, when=lines, text=_in_text(rule.text, change))


def _is_line(term: Term, change: ProtocolChange) -> bool:
    return (
        term.kind == "lab"
        and not term.no
        and term.names == (change.lab,)
        and term.limit is not None
        and f"{term.limit.value:f}" == change.was
    )


def _with(term: Term, change: ProtocolChange) -> Term:
    return read(re.sub(rf"(?<=[<>=] ){re.escape(change.was)}(?=\s|$)", change.value, term.line, count=1))


def _in_text(text: str, change: ProtocolChange) -> str:
    """A rule's sentence with the number changed where it says it as a whole number of its own, slots aside."""
    parts = re.split(r"(\{[^{}]*\})", text)
    number = re.compile(rf"(?<![\d.,/]){re.escape(change.was)}(?![\d/]|[.,]\d)")
    return "".join(part if part.startswith("{") else number.sub(change.value, part) for part in parts)


def preview_of(change: ProtocolChange, knowledge: Knowledge) -> Preview | None:
    """What the rule says now and would say; None where the change doesn't fit it any more."""
    rule = knowledge.protocols.by_id.get(change.protocol)
    try:
        then = changed(rule, change) if rule else None
    except ValueError:
        return None
    if rule is None:
        return None
    alike = [
        one.id
        for one in knowledge.protocols.all
        if one.id != rule.id
        and change.lab
        and any(_is_line(term, change) for term in (*one.when, *one.unless))
    ]
    against = []
    if then is not None and change.part is ProtocolPart.TARGET:
        contrary = Contrary(knowledge.drugs, knowledge.conditions, knowledge.labs)
        goals = [one for one in knowledge.protocols.all if one.id != rule.id and one.target]
        against = [one.id for one in goals if contrary.between(then, one) and not contrary.between(rule, one)]
    return Preview(rule, then, tuple(alike), tuple(against))


def with_changes(protocols: Protocols, active: Iterable[SiteRule]) -> tuple[Protocols, tuple[str, ...]]:
    """The protocols with the active changes, in their order, and which of these don't fit any more: they don't count."""
    rules, problems, off = dict(protocols.by_id), list[str](), list(protocols.off)
    for one in active:
        if not isinstance(change := one.body, ProtocolChange):
            continue
        try:
            rule = rules[change.protocol]
            made = changed(rule, change)
        except KeyError:
            problems.append(f"site rules: {change.protocol}: there is no such rule in force to change")
            continue
        except ValueError as fault:
            problems.append(f"site rules: the change of {change.protocol} doesn't count: {fault}")
            continue
        if made is None:
            del rules[change.protocol]
            off.append(change.protocol)
        else:
            rules[change.protocol] = made
    every = tuple(rules[rule.id] for rule in protocols.all if rule.id in rules)
    return replace(protocols, all=every, by_id=rules, off=tuple(off)), tuple(problems)


def in_force(change: ProtocolChange, knowledge: Knowledge) -> bool:
    """Whether the protocols in force have what a change says."""
    rule = knowledge.protocols.by_id.get(change.protocol)
    if rule is None or change.part is ProtocolPart.OFF:
        return rule is None and change.part is ProtocolPart.OFF
    if change.part is ProtocolPart.DUE:
        return str(rule.due_days) == change.value
    now = replace(change, was=change.value)
    if change.part is ProtocolPart.TARGET:
        return rule.target is not None and rule.target.value == change.value
    return any(_is_line(term, now) for term in rule.when)


@dataclass(frozen=True, slots=True)
class Differing:
    """Says of a past draft whether a change would have made it another: True, False, or None where that can't be told of drafts of then; and whether it is
    only likely, since not all of the rule's lines can be told from what is kept."""

    change: ProtocolChange
    rule: Rule | None
    made: Rule | None
    knowledge: Knowledge

    def __call__(self, inputs: RuleInputs) -> tuple[bool | None, bool]:
        """Whether, and whether only likely."""
        if inputs.spoke is None:
            return None, False
        spoke = self.change.protocol in inputs.spoke
        if self.change.part is not ProtocolPart.LIMIT or self.made is None or self.rule is None:
            return spoke, False
        lines = [
            term for term in self.made.when if _is_line(term, replace(self.change, was=self.change.value))
        ]
        meets = all(self._holds(term, inputs) is True for term in lines)
        if spoke:
            return not meets, False
        others = [self._holds(term, inputs) for term in self.made.when]
        others += [
            None if (held := self._holds(term, inputs)) is None else not held for term in self.made.unless
        ]
        before = [self._holds(term, inputs) for term in self.rule.when if _is_line(term, self.change)]
        new = meets and False in before and False not in others
        return new, new and None in others

    def _holds(self, term: Term, inputs: RuleInputs) -> bool | None:
        """Whether a line held by what is kept of a draft; None where that isn't kept."""
        known: bool | None = None
        if term.kind == "problem":
            conditions = self.knowledge.conditions
            known = any(conditions.is_a(one, name) for one in inputs.problems for name in term.names)
        elif term.kind == "drug" and not any("unknown salt" in name for name in term.names):
            known = any(
                not members(name, self.knowledge.drugs).isdisjoint(inputs.drugs) for name in term.names
            )
        elif term.kind == "lab" and term.apart is None:
            known = _measured(term, inputs, self.knowledge.labs.get(term.names[0]))
        return known if known is None else known != term.no


def _measured(term: Term, inputs: RuleInputs, lab: Lab | None) -> bool | None:
    found = inputs.labs.get(term.names[0])
    if lab is None or found is None:
        return False
    days = term.days or (term.months * 30.4375 if term.months else MOST_DAYS)
    if inputs.made.date() - date.fromisoformat(found[2]) > timedelta(days=days):
        return False
    if term.limit is None:
        return True
    newest = lab.canonical(found[0], found[1])
    limit = lab.canonical(f"{term.limit.value:f}", term.limit.unit or lab.unit)
    return None if newest is None or limit is None else holds(newest, term.limit.comparator, limit)


def differing(change: ProtocolChange, knowledge: Knowledge) -> Differing:
    """What says of past drafts whether a change would have made them another; `knowledge` is without the change itself."""
    rule = knowledge.protocols.by_id.get(change.protocol)
    try:
        made = changed(rule, change) if rule else None
    except ValueError:
        made = None
    return Differing(change, rule, made, knowledge)
