"""Drugs that a note names by their class alone ("his water pill", "insulin") or by what they are for ("pain pills"): which of the drugs that
are named elsewhere is meant."""

from collections.abc import Mapping

from careloom.care.entry import Entry
from careloom.care.fills import is_fill
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.purposes import purpose
from careloom.record.doses import read
from careloom.record.drug_group import LISTED, REPORTED

Groups = Mapping[object, tuple[tuple[Ingredient, ...], list[Entry]]]


def told_by_class(groups: Groups, knowledge: Knowledge) -> dict[object, list[object]]:
    """The groups that reports name by a class alone, each with the other groups that are meant: no drug of its own.

    Of a class of which several are taken, a dose is of one of them, nobody knows which, and so is a pill that is left out: these stay
    apart. That the insulin is left out is asked of each insulin. "Pain pills" that are taken are the one current drug for it, else
    nothing that anybody knows: they have no other groups and are no drug.
    """
    kinds = {thing: {name for drug in drugs for name in drug.classes} for thing, (drugs, _) in groups.items()}
    ordered = {thing for thing, (_, found) in groups.items() if any(map(_is_listed, found))}
    named = {thing for thing, (_, found) in groups.items() if any(map(_is_taken, found))} | ordered
    meant: dict[object, list[object]] = {}
    for thing, (drugs, found) in groups.items():
        if any(entry.kind != "MedicationStatement" for entry in found):
            continue
        aim = None if drugs else purpose(found[0].text)
        if aim is not None:
            fitting = [
                one for one in groups if one in named and one != thing and not aim.isdisjoint(kinds[one])
            ]
            if len(fitting) == 1 or all(map(_is_taken, found)):
                meant[thing] = fitting if len(fitting) == 1 else []
            continue
        said, among = _classes(drugs, found[0], knowledge), named if drugs else ordered
        fitting = [one for one in groups if one in among and one != thing and not said.isdisjoint(kinds[one])]
        if len(fitting) == 1 or not any(_of_one(entry, drugs) for entry in found):
            meant |= {thing: fitting} if fitting else {}
    return meant


def _classes(drugs: tuple[Ingredient, ...], told: Entry, knowledge: Knowledge) -> set[str]:
    """The classes that a group's name stands for: words of a class, or the one drug that others are a kind of ("insulin")."""
    if drugs:
        return {drug.name for drug in drugs} if len(drugs) == 1 else set()
    return {name for *_, name in knowledge.drugs.class_mentions(told.text)}


def _is_for(drugs: tuple[Ingredient, ...], aim: frozenset[str]) -> bool:
    return any(drug.name in aim or not aim.isdisjoint(drug.classes) for drug in drugs)


def _of_one(entry: Entry, drugs: tuple[Ingredient, ...]) -> bool:
    """Whether a report can be of one drug of a class alone."""
    return read(entry).stated or not (drugs or _is_taken(entry))


def _is_listed(entry: Entry) -> bool:
    return entry.kind == "MedicationRequest" and entry.status in LISTED


def _is_taken(entry: Entry) -> bool:
    """Whether an entry tells that a drug is taken or was handed out."""
    if entry.kind == "MedicationStatement":
        return entry.status in REPORTED and not entry.negated
    return is_fill(entry)
