"""How much of a drug somebody takes: mg a day, days of supply, and which strengths, as far as sources state it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.check.taken import Taken
from careloom.knowledge.dosing import daily_mg, is_unsure, milligrams
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.strengths import parse_strengths

_YEAR = timedelta(days=366)


def daily(drug: Ingredient, drugs: Sequence[Taken], record: PatientRecord) -> Decimal:
    """The most mg of a drug that all its products together state for a day; what isn't stated adds nothing.

    Where the dose's words state none, what was ordered or dispensed counts over its days, if one strength is named.
    """
    total = Decimal(0)
    for one in _products(drug, drugs):
        stated = [amount for words, _ in one.medication.doses if (amount := daily_mg(words)) is not None]
        total += max(stated or _supplied(one, record), default=Decimal(0))
    return total


def days_supplied(drug: Ingredient, drugs: Sequence[Taken], record: PatientRecord) -> Decimal:
    """The days of supply ordered or dispensed within a year of the record's date, whichever of the two is more."""
    most = Decimal(0)
    for one in _products(drug, drugs):
        days: dict[str, Decimal] = {}
        for entry in _entries(one, record):
            start = entry.effective.start
            if start and record.as_of - _YEAR <= start.day <= record.as_of:
                days[entry.kind] = days.get(entry.kind, Decimal(0)) + (_number(entry, "days_supply") or 0)
        most = max(most, *days.values(), Decimal(0))
    return most


def of_strength(one: Taken, strengths: frozenset[tuple[str, str]], record: PatientRecord) -> bool:
    """Whether some source says that it is a product of one of these strengths, and of that drug alone."""
    said = [set(parse_strengths(entry.name)) for entry in _entries(one, record)]
    return any(len(each) == 1 and each <= strengths for each in said)


def _products(drug: Ingredient, drugs: Sequence[Taken]) -> list[Taken]:
    return list({id(one.medication): one for one in drugs if one.drug is drug}.values())


def _supplied(one: Taken, record: PatientRecord) -> Iterator[Decimal]:
    for entry in _entries(one, record):
        strengths = set(parse_strengths(entry.name))
        quantity, days = _number(entry, "quantity"), _number(entry, "days_supply")
        dosage = entry.dosage
        if (
            len(strengths) == 1
            and quantity
            and days
            and not (dosage and is_unsure(f"{dosage.frequency} {dosage.text}"))
        ):
            amount = milligrams(*strengths.pop())
            if amount is not None:
                yield amount * quantity / days


def _number(entry: Entry, key: str) -> Decimal | None:
    try:
        return Decimal(entry.detail.get(key, "").partition(" ")[0])
    except InvalidOperation:
        return None


def _entries(one: Taken, record: PatientRecord) -> list[Entry]:
    return [record.by_id[id] for id in one.medication.entries if id in record.by_id]
