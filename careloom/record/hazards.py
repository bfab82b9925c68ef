"""Drugs on the list that another line of the record speaks against: an allergy to them, or their ingredient in a second product.

Misses   a drug or an allergy that nobody here knows by name; what is put on the skin, in the eye or in the nose
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from careloom.care.entry import Entry
from careloom.care.record import Allergy, Conflict, Medication
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient, is_local
from careloom.knowledge.reactions import reaction
from careloom.record.words import on, whence

_CITED = 4


def hazards(
    medications: Sequence[Medication],
    allergies: Sequence[Allergy],
    by_id: Mapping[str, Entry],
    knowledge: Knowledge,
) -> Iterator[Conflict]:
    """One conflict for each current drug that an active allergy speaks against, for each ingredient of two of them, and for each that is used from two bottles."""
    taken = [
        (one, drugs) for one in medications if one.current and (drugs := _taken_up(one, by_id, knowledge))
    ]
    for one, drugs in taken:
        yield from _against(one, drugs, allergies, by_id, knowledge)
        yield from _doubled(one, by_id)
    for (one, drugs), (other, others) in combinations(taken, 2):
        for drug in drugs:
            if drug in others:
                yield _twice(drug, one, other, by_id)


def _taken_up(one: Medication, by_id: Mapping[str, Entry], knowledge: Knowledge) -> list[Ingredient]:
    """The ingredients that the body takes up; () of a cream, of eye drops."""
    said = " ".join(by_id[id].name for id in one.entries if id in by_id)
    known = [drug for name in one.ingredients if (drug := knowledge.drugs.named(name))]
    return [drug for drug in known if not is_local(said, drug)]


def _against(
    one: Medication,
    drugs: Sequence[Ingredient],
    allergies: Sequence[Allergy],
    by_id: Mapping[str, Entry],
    knowledge: Knowledge,
) -> Iterator[Conflict]:
    for allergy in allergies:
        found = next(filter(None, (reaction(allergy, drug, knowledge.drugs) for drug in drugs)), None)
        if allergy.status != "active" or found is None:
            continue
        kind = "intolerance" if allergy.kind == "intolerance" else "allergy"
        shown = f" with {allergy.reaction}" if allergy.reaction else ""
        why = f"{_told(one, by_id)}; {kind} to {allergy.substance}{shown} {allergy.why}; {found.why}"
        ids = (*one.entries[:_CITED], *allergy.entries[:_CITED])
        yield Conflict("allergy_against_drug", one.name, tuple(dict.fromkeys(ids)), why)


def _doubled(one: Medication, by_id: Mapping[str, Entry]) -> Iterator[Conflict]:
    """A note that tells that two bottles of a drug are used: which dose that makes nobody knows before somebody asked."""
    telling = [by_id[id] for id in one.entries if id in by_id and by_id[id].detail.get("doubled")]
    if telling:
        why = "; ".join(
            f"{whence(entry)} says that two bottles of it are used {on(entry)}" for entry in telling
        )
        ids = dict.fromkeys((*(entry.id for entry in telling), *one.entries[:_CITED]))
        yield Conflict("ingredient_twice", one.name, tuple(ids), why)


def _twice(drug: Ingredient, one: Medication, other: Medication, by_id: Mapping[str, Entry]) -> Conflict:
    why = f"{_told(one, by_id)}; {_told(other, by_id)}"
    ids = (*one.entries[:_CITED], *other.entries[:_CITED])
    return Conflict("ingredient_twice", drug.name, tuple(dict.fromkeys(ids)), why)


def _told(one: Medication, by_id: Mapping[str, Entry]) -> str:
    """Which product, who tells of it, and when: the newest entry of each that the state rests on."""
    entries = [by_id[id] for id in one.entries[:_CITED] if id in by_id]
    who = "; ".join(dict.fromkeys(f"{entry.name} in {whence(entry)} {on(entry)}" for entry in entries))
    return who or one.name
