"""A site's rules about a drug and how somebody is: a result, a result that is missing, a condition; each becomes a circumstance beside ours.

Takes    the words of a template, and our knowledge
Gives    the rule; circumstances with the active ones in them; whether a draft's frozen inputs met one
Never    compares a value whose unit can't be counted into the measurement's own (UCUM), or takes a name that isn't known
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from careloom.care.document import Severity
from careloom.care.site_rule import DrugState, RuleInputs, SiteRule
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.circumstances import Circumstance, Circumstances
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.labs import holds
from careloom.knowledge.when import Term, read

LONGEST = 300
EARLIEST = 1950
# The templates of a drug and how somebody is, and how far back a result may be asked for.
RESULT, NO_RESULT, CONDITION = "drug_result", "no_result", "drug_condition"
TEMPLATES = (RESULT, NO_RESULT, CONDITION)
SIDES = {"below": "<", "above": ">"}
MOST_DAYS = 3650
# So many names of a list are told that are like one it hasn't; and a word of fewer letters is like too many.
ALIKE = 4
_SAID = ("why", "action", "source", "section", "year", "severity")


@dataclass(frozen=True, slots=True)
class Lists:
    """What the lists in force say of a rule's drugs: how many pairs there are, and how many of them by severity that is told already; `rows` are
    the circumstances of a drug that lists in force have, None for a rule that is about no circumstance."""

    pairs: int
    said: Mapping[str, int]
    rows: int | None = None


def sourced(said: Mapping[str, str], fields: tuple[str, ...], year: int) -> dict[str, str]:
    """What was filled in of these fields and of those that every template has, without ends; `year` is this year. Raises InputError, naming the field."""
    given = {name: " ".join(said.get(name, "").split())[:LONGEST] for name in (*fields, *_SAID)}
    for name in given:
        if not given[name]:
            raise InputError("fill this in", where=name)
    if given["severity"] not in (Severity.HIGH.value, Severity.MODERATE.value):
        raise InputError("choose high or moderate", where="severity")
    if not given["year"].isdigit() or not EARLIEST <= int(given["year"]) <= year:
        raise InputError("a year up to this one, in four digits", where="year")
    given["why"] = given["why"].rstrip(". ")
    given["action"] = given["action"] if given["action"].endswith((".", "!")) else f"{given['action']}."
    return given


def named(text: str, drugs: Drugs, where: str) -> str:
    """The class or the single ingredient that a text names: "ACE inhibitors" and "thiazide diuretics" are classes, too. Raises InputError where it names none
    (saying which are alike), or several."""
    classes = drugs.classes()
    for name in _spellings(text):
        if name in classes:
            return name
    found = {one.name for one in drugs.find(text)}
    if len(found) > 1:
        raise InputError("one drug or class at a time", where=where)
    if not found:
        raise _unlisted("choose a drug or a class of the list", text, (*classes, *(one.name for one in drugs.all())), where)  # fmt: skip
    return found.pop()


def _spellings(text: str) -> tuple[str, ...]:
    """A name as a list may have it: in small letters, in the singular, without the word behind it ("thiazide diuretics")."""
    small = " ".join(text.lower().split())
    single = small.removesuffix("s")
    shorter = single.rpartition(" ")[0]
    return tuple(filter(None, (small, single, shorter, shorter.removesuffix("s"))))


def _unlisted(reason: str, text: str, every: Iterable[str], where: str) -> InputError:
    """What to say where a text is no name of a list; with those that are alike, if any."""
    small = " ".join(text.lower().split())
    names = {one.lower(): one for one in every}
    word = small.split(" ")[0]
    alike = dict.fromkeys(get_close_matches(small, sorted(names), ALIKE, 0.7))
    if len(word) >= ALIKE:
        alike |= dict.fromkeys(one for one in sorted(names, key=len) if word in one)
    alike = dict.fromkeys(list(alike)[:ALIKE])
    if not alike:
        return InputError(reason, where=where)
    return InputError(f"{reason}; it has {', '.join(names[one] for one in alike)}", where=where)


def members(name: str, drugs: Drugs) -> frozenset[str]:
    """The ingredients that a side means."""
    return frozenset(one.name for one in drugs.class_members(name)) or frozenset({name})


def state_of(template: str, said: Mapping[str, str], knowledge: Knowledge, year: int) -> DrugState:
    """One of TEMPLATES as somebody filled it in. Raises InputError, naming the field, for what it can't take."""
    fields = {RESULT: ("one", "lab", "side", "value", "days"), NO_RESULT: ("one", "lab", "days")}
    given = sourced(said, fields.get(template, ("one", "problem")), year)
    if template == CONDITION:
        line = f"problem: {_concept(given['problem'], knowledge)}"
    else:
        line = _of_result(template, given | {"unit": said.get("unit", "").strip()}, knowledge)
    return DrugState(
        one=named(given["one"], knowledge.drugs, "one"),
        line=line,
        severity=Severity(given["severity"]),
        why=given["why"],
        action=given["action"],
        source=given["source"],
        section=given["section"],
        year=int(given["year"]),
    )


def _of_result(template: str, given: Mapping[str, str], knowledge: Knowledge) -> str:
    labs = knowledge.labs.by_concept.values()
    small = given["lab"].lower()
    lab = next((one for one in labs if small in (one.concept, one.label.lower())), None)
    if lab is None:
        raise _unlisted("choose a measurement of the list", small, [one.label for one in labs], "lab")
    if not given["days"].isdigit() or not 1 <= int(given["days"]) <= MOST_DAYS:
        raise InputError("a number of days, from 1 to 3650", where="days")
    span = f"within {given['days']} days"
    if template == NO_RESULT:
        return f"no lab: {lab.concept} {span}"
    if given["side"] not in SIDES:
        raise InputError("choose below or above", where="side")
    try:
        value = Decimal(given["value"])
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise InputError("a number, as 3.5", where="value") from None
    unit = "".join(given["unit"].split()) or lab.unit
    if lab.canonical(f"{value:f}", unit) is None:
        raise InputError("a value in a unit that this measurement comes in", where="unit")
    return " ".join(filter(None, (f"lab: {lab.concept} {SIDES[given['side']]} {value:f}", unit, span)))


def _concept(text: str, knowledge: Knowledge) -> str:
    small = text.lower()
    for concept in knowledge.conditions.by_concept:
        if small in (concept, knowledge.conditions.label(concept).lower()):
            return concept
    if found := knowledge.conditions.find((), text):
        return found
    labels = [knowledge.conditions.label(one) for one in knowledge.conditions.by_concept]
    raise _unlisted("choose a condition of the list", text, labels, "problem")


def states_of(body: DrugState, knowledge: Knowledge) -> Lists:
    """How many circumstances lists in force have of the rule's drugs."""
    drugs = [found for name in members(body.one, knowledge.drugs) if (found := knowledge.drugs.named(name))]
    return Lists(0, {}, len({row.id for drug in drugs for row in knowledge.circumstances.about(drug)}))


def with_states(circumstances: Circumstances, active: Iterable[SiteRule]) -> Circumstances:
    """The circumstances with the active rules about a drug and how somebody is."""
    own = [_circumstance(one, one.body) for one in active if isinstance(one.body, DrugState)]
    return Circumstances([*circumstances.all, *own], circumstances.problems) if own else circumstances


def _circumstance(one: SiteRule, body: DrugState) -> Circumstance:
    return Circumstance(
        id=f"site-{one.rule}-{one.version}",
        drugs=frozenset({body.one}),
        when=(read(body.line),),
        severity=body.severity.value,
        cause=f"site rule {one.rule[:6]}",
        why=body.why,
        action=body.action,
        source=body.cited,
        confirmed="text read",
    )


def meets(body: DrugState, inputs: RuleInputs, knowledge: Knowledge) -> bool:
    """Whether a draft's frozen inputs meet a rule: one of its drugs, and its line by what was newest when the draft was made."""
    return not members(body.one, knowledge.drugs).isdisjoint(inputs.drugs) and _holds(
        read(body.line), inputs, knowledge
    )


def _holds(term: Term, inputs: RuleInputs, knowledge: Knowledge) -> bool:
    name = term.names[0]
    if term.kind == "problem":
        return name in inputs.problems
    lab, found = knowledge.labs.by_concept.get(name), inputs.labs.get(name)
    made = inputs.made.date()
    if (
        found is None
        or lab is None
        or made - date.fromisoformat(found[2]) > timedelta(days=term.days or MOST_DAYS)
    ):
        return term.no
    if term.limit is None:
        return not term.no
    newest = lab.canonical(found[0], found[1])
    limit = lab.canonical(str(term.limit.value), term.limit.unit or lab.unit)
    return newest is not None and limit is not None and holds(newest, term.limit.comparator, limit)


def told_of(body: DrugState, inputs: RuleInputs, knowledge: Knowledge) -> bool:
    """Whether the circumstances in force have the rule's own line for one of a draft's drugs, and the draft met it."""
    drugs = [found for name in inputs.drugs if (found := knowledge.drugs.named(name))]
    lines = {term for drug in drugs for row in knowledge.circumstances.about(drug) for term in row.when}
    return read(body.line) in lines and meets(body, inputs, knowledge)
