"""Items: what each line of a document says, told by what it cites, the concepts in it, what is to be done, and its figures.

Misses   a line that says two things is one item; a concept that knowledge doesn't name is told by the words alone
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from careloom.care.document import RECORD, ROLES, Document, Statement
from careloom.care.entry import LOINC, Code
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Labs
from careloom.verify.lexicon import stem
from careloom.verify.parse import Parsed, figure, frequencies, is_content, is_plain, limits, parse
from careloom.verify.times import with_times
from careloom.verify.tokens import Sort, Token

# What is to happen with something: a line that says one of them and another that says another are against each other.
_ACTIONS = {
    "start": ("start", "begin", "initiate", "add", "resume", "restart"),
    "stop": ("stop", "discontinue", "hold", "withhold", "cease", "avoid"),
    "continue": ("continue", "maintain", "keep"),
    "increase": ("increase", "raise", "uptitrate"),
    "decrease": ("decrease", "reduce", "lower", "taper"),
}
ACTION_OF = {stem(word): action for action, words in _ACTIONS.items() for word in words}
# Roles as people write them in a line.
_SAID = {
    **{stem(one): one for one in ROLES if "_" not in one},
    stem("pcp"): "physician",
    stem("provider"): "physician",
    stem("doctor"): "physician",
    stem("rn"): "nurse",
}
DOSES = frozenset({"mg", "ug", "g", "[IU]", "[iU]", "meq", "mL", "u", "U"})
OFTEN = "per"

# "BP" is both.
_BOTH = dict.fromkeys(("systolic", "diastolic"), "blood_pressure")
# The longest name of a test, in words.
LONGEST = 5

Amount = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One line as it is compared.

    `drugs` are ingredients, `measured` measurements, `concepts` both and conditions; `words` are the stems of what else it names, `said` those of all its words; `doses` amounts of a drug and how
    often, `values` other numbers with their units, each as (number, unit); `sides` "above" and "below" of limits, `denied` the concepts that it
    denies, `action` what is to happen, `days` ISO dates, `owner` a role of ROLES.
    """

    id: str
    section: str
    kind: str
    text: str
    citations: frozenset[str]
    drugs: frozenset[str]
    measured: frozenset[str]
    concepts: frozenset[str]
    words: frozenset[str]
    said: frozenset[str]
    doses: frozenset[Amount] = frozenset()
    values: frozenset[Amount] = frozenset()
    sides: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    action: str = ""
    days: frozenset[str] = frozenset()
    owner: str = ""


def items_of(document: Document, struck: Container[str], knowledge: Knowledge) -> tuple[Item, ...]:
    """The lines that stand, each as an item; those that tell of the record itself and not of the patient are none."""
    return tuple(
        item_of(line, document.as_of, knowledge)
        for line in document.statements
        if line.id not in struck and line.text.strip() and line.about != RECORD
    )


def item_of(line: Statement, as_of: date, knowledge: Knowledge) -> Item:
    """One line. Times without a date are counted from `as_of`."""
    parsed = with_times(parse(line.text, knowledge.drugs), (as_of,))
    found = parsed.tokens
    conditions = [(first, last, name) for first, last, name in knowledge.conditions.mentions(parsed.text)]
    drugs = {name for names in parsed.drugs.values() for name in names}
    measured = _measured(parsed, knowledge.labs)
    if line.goal and (lab := knowledge.labs.find([Code(LOINC, line.goal.measure_code)])):
        measured.add(_BOTH.get(lab.concept, lab.concept))
    doses, values = _amounts(found, bool(drugs))
    activity, goal = line.activity, line.goal
    days = {token.key for token in found if token.sort is Sort.DATE}
    days |= {due for due in (activity.due if activity else "", goal.due if goal else "") if due}
    return Item(
        id=line.id,
        section=line.section,
        kind=line.kind,
        text=line.text,
        citations=frozenset(line.citations),
        drugs=frozenset(drugs),
        concepts=frozenset({*drugs, *measured, *(name for *_, name in conditions)}),
        measured=frozenset(measured),
        words=frozenset(_other_words(found, conditions)),
        said=frozenset(token.key for token in found if is_content(token)),
        doses=frozenset(doses),
        values=frozenset(values),
        sides=frozenset(side for _, side, _ in limits(found)),
        denied=frozenset(_denied(parsed, conditions)),
        action=next((ACTION_OF[one.key] for one in found if one.key in ACTION_OF), ""),
        days=frozenset(days),
        owner=activity.owner if activity else _owner(found),
    )


def _measured(parsed: Parsed, labs: Labs) -> set[str]:
    """The measurements that a line names, each by the longest of its names that stands there."""
    words = [token for token in parsed.tokens if token.sort is Sort.WORD]
    found: set[str] = set()
    place = 0
    while place < len(words):
        step = 1
        for length in range(min(LONGEST, len(words) - place), 0, -1):
            text = parsed.text[words[place].start : words[place + length - 1].end]
            if (lab := labs.find((), text)) is not None:
                found.add(_BOTH.get(lab.concept, lab.concept))
                step = length
                break
        place += step
    return found


def _other_words(found: Sequence[Token], conditions: Iterable[tuple[int, int, str]]) -> set[str]:
    """What else a line names, beside the conditions and drugs that are known."""
    spans = [(first, last) for first, last, _ in conditions]
    return {
        token.key
        for token in found
        if is_content(token)
        and not is_plain(token)
        and not any(first <= token.start < last for first, last in spans)
    }


def _amounts(found: Sequence[Token], drugs: bool) -> tuple[set[Amount], set[Amount]]:
    """Amounts of drugs with how often they are taken, and every other number that has a unit or is a pair ("138/84")."""
    often = {id(token): period for token, period in frequencies(found)}
    doses: set[Amount] = set()
    values: set[Amount] = set()
    for token in found:
        if token.sort is not Sort.NUMBER:
            continue
        amount = figure(token.key)
        if drugs and id(token) in often:
            doses.add((amount, f"{OFTEN} {often[id(token)]}"))
        elif drugs and token.unit in DOSES:
            doses.add((amount, token.unit))
        elif token.unit or "/" in token.key:
            values.add((amount, token.unit))
    return doses, values


def _denied(parsed: Parsed, conditions: Iterable[tuple[int, int, str]]) -> set[str]:
    """The drugs and conditions that a line says aren't so."""
    places = [place for place, denied in enumerate(parsed.polarity.denied) if denied]
    found = {name for place in places for name in parsed.drugs.get(place, ())}
    for first, last, name in conditions:
        if any(first <= parsed.tokens[place].start < last for place in places):
            found.add(name)
    return found


def _owner(found: Sequence[Token]) -> str:
    """The role that a line by hand gives something to: the first word, when it is one ("Nurse: …", "Pharmacist to …")."""
    first = next((token for token in found if token.sort is Sort.WORD), None)
    return _SAID.get(first.key, "") if first else ""


__all__ = ["Amount", "Item", "item_of", "items_of"]
