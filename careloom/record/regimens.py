"""Regimens: a reading of a dose in parts (strength, amount at once, route, how often), each in plain words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from careloom.care.entry import Entry
from careloom.care.record import Regimen
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.frequency import as_needed, per_day
from careloom.knowledge.plausible import plausible
from careloom.knowledge.strengths import parse_strengths
from careloom.record.doses import Dose, disagree, in_parts
from careloom.record.routes import route
from careloom.record.words import on, whence

_TIMES = {1: "once", 2: "twice"}
_PERIODS = {1: "a day", 7: "a week", 30: "a month"}
_COUNT = r"(?:\d+(?:\.\d+)?|\d+/\d+|half|one|two|three|four|una?|dos|tres)"
_PIECES = re.compile(
    rf"(?<![\w.])({_COUNT}(?:\s*(?:-|to|or)\s*{_COUNT})?)\s*"
    r"(tablet|tab|capsule|cap|caplet|pill|puff|inhalation|spray|drop|patch|unit|ml|packet|vial|ampule|lozenge|film|suppositor(?:y|ie))(?:e?s)?\b",
    re.I,
)
_INJECTED = ("subcutaneous", "intramuscular", "intravenous")
_PIECE_COUNTS = frozenset({"0.5", "1", "1.0", "1.5", "2", "2.0", "3", "4"})
_SHAPE = re.compile(r"\b(?:tab(?:let)?|cap(?:sule|let)?)\b", re.I)
_SHORT = {"tab": "tablet", "cap": "capsule", "ml": "mL", "suppositorie": "suppository"}
_PLURAL = {"patch": "patches", "suppository": "suppositories", "mL": "mL"}
_DIGITS = {"one": "1", "two": "2", "three": "3", "four": "4", "un": "1", "una": "1", "dos": "2", "tres": "3"}


def regimen(entries: Sequence[Entry], dose: Dose, drugs: tuple[Ingredient, ...]) -> Regimen:
    """The parts of a reading that `entries` share, the first of which it is; what that leaves open, the next ones tell."""
    first = entries[0]
    return Regimen(
        strength=next(filter(None, map(_strength, entries)), ""),
        amount=_amount(first, dose),
        route=next(filter(None, map(route, entries)), ""),
        frequency=_frequency(first, dose),
        entries=tuple(entry.id for entry in entries),
        doubt=doubt(first, dose, drugs),
        variant=dose.variant.words,
    )


def united(found: Sequence[tuple[Regimen, Dose]]) -> tuple[Regimen, ...]:
    """Regimens, those that say no more than another one under that one: a fill under its order, "as needed" under its dose."""
    kept: list[tuple[Regimen, Dose]] = []
    for regimen, dose in found:
        for place, (other, known) in enumerate(kept):
            if disagree(dose, known) or regimen.doubt or other.doubt:
                continue
            fuller = (
                other
                if _covers(other, regimen, dose)
                else regimen
                if _covers(regimen, other, known)
                else None
            )
            if fuller is not None:
                said = tuple(dict.fromkeys((*other.entries, *regimen.entries)))
                kept[place] = (replace(fuller, entries=said), known if fuller is other else dose)
                break
        else:
            kept.append((regimen, dose))
    return tuple(regimen for regimen, _ in kept)


def _covers(fuller: Regimen, other: Regimen, dose: Dose) -> bool:
    """Whether one says all that the other says. A fill's strength and number say how it is handed out, not how it is taken."""
    way = fuller.route if other.route == "injected" and fuller.route in _INJECTED else other.route
    parts = [(fuller.route, way), (fuller.frequency, other.frequency)]
    if not dose.dispensed:
        parts += [(fuller.strength, other.strength), (fuller.amount, other.amount)]
    stated = bool(fuller.amount or fuller.frequency)
    return (stated or not dose.dispensed) and all(not said or said == known for known, said in parts)


def doubt(entry: Entry, dose: Dose, drugs: tuple[Ingredient, ...]) -> str:
    """Why a dose's number cannot be relied on, with its source and day; "" where nothing speaks against it."""
    if dose.unitless:
        return f"{dose.unitless} without a unit in {whence(entry)} {on(entry)}"
    names = f"{entry.name} {' '.join(code.display for code in entry.codes)}"
    amount = dose.amount
    if amount is None or dose.unit != "mg":
        return ""
    most = plausible().bound(drugs, names, swallowed=dose.form in ("swallowed", ""))
    if most is None or amount <= most:
        return ""
    return f"{_mass(amount, 'mg', entry)} in {whence(entry)} {on(entry)}; nobody is given over {_plain(most)} mg at once"


def _strength(entry: Entry) -> str:
    names = " ".join(dict.fromkeys([entry.text, *(code.display for code in entry.codes)]))
    found = parse_strengths(entry.text) or parse_strengths(names)
    return " / ".join(f"{amount} {unit}" for amount, unit in found)


def _amount(entry: Entry, dose: Dose) -> str:
    """What is taken at once, else of a week or a day; "" where nobody says or the number is in doubt."""
    if dose.taper or dose.unitless:
        return ""
    if dose.weekly and dose.daily:
        return f"{_plain(dose.daily * 7)} mg a week"
    if dose.each and not dose.parts:
        return _mass(dose.each, dose.unit, entry)
    if said := _pieces(entry):
        return said
    return f"{_mass(dose.daily, dose.unit, entry)} a day" if dose.daily and not dose.parts else ""


def _pieces(entry: Entry) -> str:
    dosage = entry.dosage
    told = f"{dosage.dose} {dosage.text}".strip() if dosage else ""
    if told in _PIECE_COUNTS and (shaped := _SHAPE.search(entry.name)):
        told = f"{told} {shaped[0]}"  # "1" of a product that is a tablet
    said = set(_PIECES.findall(told))
    if len(said) != 1:
        return ""
    count, thing = said.pop()
    count = _DIGITS.get(count.lower(), count)
    thing = _SHORT.get(thing.lower(), thing.lower())
    return f"{count} {thing if count == '1' else _PLURAL.get(thing, f'{thing}s')}"


def _mass(amount: Fraction, unit: str, entry: Entry) -> str:
    """A mass in the unit that the source writes ("100 mcg", not "0.1 mg"); things counted in their plural."""
    if (
        unit == "mg"
        and (amount < 1 or re.fullmatch(r"[\d.]+ mcg", _strength(entry)))
        and re.search(r"\bmcg\b|µg|\bug\b", f"{_strength(entry)} {entry.dosage}", re.I)
    ):
        return f"{_plain(amount * 1000)} mcg"
    if unit in ("puff", "inhalation", "spray", "drop", "patch") and amount != 1:
        unit = _PLURAL.get(unit, f"{unit}s")
    return f"{_plain(amount)} {unit}"


def _frequency(entry: Entry, dose: Dose) -> str:
    dosage = entry.dosage
    if dose.taper:
        return "tapering"
    if dose.weekly:
        return "by day of the week"
    if dosage and as_needed(f"{dosage.frequency} | {dosage.text}"):
        return "as needed"
    if (
        dosage
        and not dose.times
        and len(parse_strengths(entry.name)) < 2
        and in_parts(f"{dosage.dose} {dosage.text}")
    ):
        return ""
    times = dose.times or (per_day(f"{dosage.frequency} | {dosage.text}") if dosage else None)
    return often(times) if times else ""


def often(times: Fraction) -> str:
    """Times a day in words: 2 is "twice a day", 1/7 "once a week", 1/3 "every 3 days"."""
    for days, period in _PERIODS.items():
        count = times * days
        if count.denominator == 1 and (days == 1 or count < (days if days == 7 else 2)):
            return f"{_TIMES.get(int(count), f'{int(count)} times')} {period}"
    if times.numerator == 1:
        return f"every {times.denominator} days"
    return f"{times.numerator} times every {times.denominator} days"


def _plain(amount: Fraction) -> str:
    """ "1000", "2.5": no more than three decimals."""
    return f"{float(amount):.3f}".rstrip("0").rstrip(".")
