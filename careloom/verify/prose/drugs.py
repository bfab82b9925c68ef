"""Does the record have the drugs that a text has, in the doses and as often as it says?

Misses   a drug that knowledge doesn't name; a route; a dose per kilogram; a drug told only by its class
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from careloom.care.entry import Entry
from careloom.knowledge.frequency import rhythm
from careloom.verify.case import Fault
from careloom.verify.parse import figure
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line
from careloom.verify.tokens import Sort, Token, tokens

_MASS = {
    "kg": Decimal(1_000_000),
    "g": Decimal(1000),
    "mg": Decimal(1),
    "ug": Decimal("0.001"),
    "ng": Decimal("0.000001"),
}
_COUNTED = frozenset(
    {
        "puff",
        "tablet",
        "tab",
        "capsul",
        "cap",
        "drop",
        "patch",
        "inhalation",
        "spray",
        "unit",
        "pill",
        "injection",
    }
)
_SILENT = frozenset({"allergies", "family_history", "instructions"})
_NOT_TAKEN = re.compile(
    r"\b(?:allerg\w*|intoleran\w*|reaction|rash (?:from|with|to)|avoid\w*|hives|anaphyla\w*|angioedema|without)\b",
    re.I,
)
_WAS = re.compile(
    r"\b(?:was|were|had been|previously|formerly|stopped|discontinued|held|off|switched from|instead of|failed|no longer)\b",
    re.I,
)
_REACH = 70
_TABLETS = re.compile(
    r"\b(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|puffs?|drops?|sprays?|patch(?:es)?|inhalations?)\b", re.I
)


def drugs(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of drugs: one in another's place, one that the record has not, another dose, another rhythm."""
    if line.kind in _SILENT:
        return
    for place, names in line.parsed.drugs.items():
        token = line.parsed.tokens[place]
        if _is_no_order(line, token):
            continue
        said = line.says(token.start, token.end)
        having = [one for one in held.drugs if one.support.drugs & {*names}]
        if said == "no":
            yield from _denied(line, token, having)
        elif having:
            yield from _dose(line, place, having)
            yield from _rhythm(line, place, token, having)
        elif said == "yes" and not _is_known_otherwise(held, frozenset(names)):
            yield from _unlisted(line, place, token, held, frozenset(names))


def _is_no_order(line: Line, token: Token) -> bool:
    near = line.text[max(token.start - 40, 0) : token.end + 25]
    return bool(_NOT_TAKEN.search(near)) or bool(
        re.match(r"[\s-]+(?:level|toxicity|allergy|susceptib|resistan|sensitiv)", line.text[token.end :])
    )


def _denied(line: Line, token: Token, having: Sequence[Thing]) -> Iterator[Fault]:
    """A drug that the text says isn't taken, and the record has as taken."""
    taken = [one for one in having if one.holds]
    if taken and re.search(
        r"\b(?:not|never|no longer|denies)\b[\w\s]*\b(?:tak|us|on|receiv)", line.text[: token.start], re.I
    ):
        yield Fault("negation", token.text, token.start, token.end, contradicts=True, evidence=_ids(taken))


def _unlisted(line: Line, place: int, token: Token, held: Held, names: frozenset[str]) -> Iterator[Fault]:
    """A drug that the record hasn't: in another's place where it has one that the text leaves out and that is like it."""
    left_out = [one for one in held.drugs if one.holds and not held.is_told(one) and one.support.drugs]
    after = _after(line, place)
    said = {(figure(one.key), one.unit) for one in after if one.sort is Sort.NUMBER and one.unit}
    classes = {kind for name in names for kind in _classes(held, name)}
    like = [
        one
        for one in left_out
        if said & one.support.quantities
        or any(classes & _classes(held, name) for name in one.support.drugs)
        or any(day.key in one.days() for day in line.parsed.tokens if day.sort is Sort.DATE)
        or _same_reason(one, line)
    ]
    if like:
        yield Fault("named", token.text, token.start, token.end, contradicts=True, evidence=_ids(like))
    else:
        yield Fault("unlisted", token.text, token.start, token.end)


def _same_reason(thing: Thing, line: Line) -> bool:
    reason = thing.entry.detail.get("reason", "")
    words = {token.key for token in tokens(reason)}
    return bool(words) and words <= line.keys


def _classes(held: Held, name: str) -> frozenset[str]:
    drug = held.knowledge.drugs.named(name)
    return frozenset(drug.classes) if drug else frozenset()


def _is_known_otherwise(held: Held, names: frozenset[str]) -> bool:
    """Whether the record tells of a drug elsewhere: as an allergy, given in a procedure, as a vaccine, in a note."""
    return any(names & one.support.drugs for one in held.things) or any(
        names <= frozenset(drug.name for _, _, drug in held.knowledge.drugs.mentions(entry.text))
        for entry in held.index.record.entries
        if entry.kind == "DocumentReference"
    )


def _after(line: Line, place: int) -> list[Token]:
    """The tokens that tell of a drug: those after it up to the next drug."""
    found = line.parsed.tokens
    last = next(
        (at for at in range(place + 1, len(found)) if at in line.parsed.drugs and _parted(line, place, at)),
        len(found),
    )
    return [one for one in found[place + 1 : last] if one.start - found[place].end < _REACH]


def _parted(line: Line, place: int, other: int) -> bool:
    """Whether two names are of two drugs, and not of one combination ("sacubitril-valsartan")."""
    between = line.text[line.parsed.tokens[place].end : line.parsed.tokens[other].start]
    return bool(between.strip(" /-+"))


def _dose(line: Line, place: int, having: Sequence[Thing]) -> Iterator[Fault]:
    told = [one for entry in having for one in _amounts(entry.entry)]
    if not told:
        return
    after = _after(line, place)
    for at, one in enumerate(after):
        if one.sort is not Sort.NUMBER or _is_a_rate(line, one):
            continue
        following = after[at + 1].key if at + 1 < len(after) else ""
        said = _amount(one, following)
        if said is None:
            continue
        rivals = {amount for amount in told if amount[1] == said[1]}
        if rivals and said not in rivals | _multiples(rivals, told):
            yield Fault("number", one.text, one.start, one.end, contradicts=True, evidence=_ids(having))


def _is_a_rate(line: Line, token: Token) -> bool:
    """Whether a number is of a period and no dose ("for 7 days", "every 6 hours")."""
    return bool(
        re.match(
            r"[\s-]*(?:hours?|hrs?|h\b|days?|weeks?|months?|times|x\b|years?|refills?)",
            line.text[token.end :],
            re.I,
        )
    )


def _amounts(entry: Entry) -> Iterator[tuple[Decimal, str]]:
    texts = [entry.text, *(code.display for code in entry.codes)]
    if entry.dosage:
        texts += [entry.dosage.text, entry.dosage.dose]
    for text in filter(None, texts):
        found = tokens(text)
        for at, one in enumerate(found):
            if one.sort is Sort.NUMBER and (
                amount := _amount(one, found[at + 1].key if at + 1 < len(found) else "")
            ):
                yield amount


def _amount(token: Token, following: str) -> tuple[Decimal, str] | None:
    """A number as an amount of a drug: a mass in mg, a volume, units, or so many tablets; None for anything else."""
    try:
        value = Decimal(figure(token.key))
    except ArithmeticError:
        return None
    unit = token.unit.lower()
    if unit in _MASS:
        return value * _MASS[unit], "mg"
    if unit in ("ml", "[iu]", "[u]", "u", "meq", "%"):
        return value, "u" if unit in ("[iu]", "[u]", "u") else unit
    counted = unit.strip("{}") or following
    if (not unit or unit[0] == "{") and counted in _COUNTED:
        return value, "u" if counted == "unit" else "piece"
    return None


def _multiples(
    rivals: set[tuple[Decimal, str]], told: Sequence[tuple[Decimal, str]]
) -> set[tuple[Decimal, str]]:
    """What so many tablets of a strength are together, where the source tells how many are taken."""
    pieces = {value for value, unit in told if unit == "piece" and value <= 8}
    return {(value * count, unit) for value, unit in rivals if unit != "piece" for count in pieces}


def _rhythm(line: Line, place: int, token: Token, having: Sequence[Thing]) -> Iterator[Fault]:
    found = _after(line, place)
    if not found:
        return
    text = line.text[token.end : found[-1].end]
    said = rhythm(text)
    told = {known for one in having if one.entry.dosage and (known := rhythm(_how(one.entry)))}
    if said is not None and told and said not in told:
        yield Fault(
            "often", text.strip(" ,.;"), token.end, found[-1].end, contradicts=True, evidence=_ids(having)
        )


def _how(entry: Entry) -> str:
    return f"{entry.dosage.text} . {entry.dosage.frequency}" if entry.dosage else ""


def _ids(things: Sequence[Thing]) -> tuple[str, ...]:
    return tuple(one.entry.id for one in things)
