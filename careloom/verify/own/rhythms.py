"""How often a drug is taken, in a person's words ("every day", "BID", "morning and night"), beside its source's."""

from collections.abc import Iterator
from fractions import Fraction

from careloom.care.entry import Entry
from careloom.knowledge.frequency import as_needed, moments, rhythm
from careloom.verify.case import Fault
from careloom.verify.own.told import Told
from careloom.verify.tokens import Sort


def rhythm_of_source(told: Told) -> Fraction | None:
    """How often the one drug that a sentence names, or the one that is cited, is taken by its sources; None where they differ."""
    found = {rhythm(_words(entry)) for entry in _orders(told)}
    return found.pop() if len(found) == 1 else None


def often_otherwise(told: Told) -> Iterator[Fault]:
    """A rhythm or a time of the day that isn't that of the drug's sources."""
    text = told.case.parsed.text
    orders = _orders(told)
    said, known = rhythm(text), {rhythm(_words(entry)) for entry in orders} - {None}
    times = moments(text) if said or not known else frozenset()
    wrong = said is not None and known and said not in known and not as_needed(text)
    at_others = [moments(_words(entry)) for entry in orders]
    wrong = wrong or bool(times and at_others and all(one and not one & times for one in at_others))
    if wrong and orders:
        yield Fault("often", text.strip(), 0, len(text), True, tuple(entry.id for entry in orders))


def _orders(told: Told) -> list[Entry]:
    """The cited orders and statements of the one drug that is spoken of."""
    orders = [
        one
        for one in told.case.cited
        if one.kind in ("MedicationRequest", "MedicationStatement") and one.dosage
    ]
    named = {token.key for token in told.case.parsed.tokens if token.sort is Sort.DRUG}
    by_drug = {
        one.id: support.drugs for one in orders for support in told.case.entries if one.id in support.rests_on
    }
    if not named and not all(one.kind.startswith("Medication") for one in told.case.cited):
        return []
    meant = [one for one in orders if named & by_drug.get(one.id, frozenset())] if named else orders
    drugs = {by_drug.get(one.id, frozenset()) for one in meant}
    return meant if len(drugs) == 1 else []


def _words(entry: Entry) -> str:
    return f"{entry.dosage.text or ''} {entry.dosage.frequency or ''}" if entry.dosage else ""
