"""No aspirin or other salicylate for a child or teenager without somebody asking, and none at once with a fever, the flu or chickenpox.

Source   21 CFR 201.314(h) (68 FR 18861, 2003), the warning on every aspirin and salicylate that is swallowed: children and teenagers who have or
         are recovering from chicken pox or flu-like symptoms should not use it (Reye's syndrome). It names no age: up to 19 years is our reading of
         "teenagers", that a fever alone counts as flu-like is ours, and so is the 14 days of a note
Misses   an illness that only codes tell; what a product is given for, where only another system knows it; salicylates on the skin are none of it
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.check.taken import Taken, entries_of, listed, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import ILL, illnesses
from careloom.text.folding import fold

NAME = "reye"
_TEENS_END = 20


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """One finding at most: high where the order, or a note of the last 14 days, tells of a fever, the flu or chickenpox, else moderate."""
    del document
    if facts.age is None or facts.age >= _TEENS_END:
        return
    drugs = [
        one
        for one in taken(facts.record, facts.knowledge)
        if not one.local and "salicylate" in one.drug.classes
    ]
    if not drugs:
        return
    ill = (*_given_for(drugs), *(one.id for one in illnesses(facts.record)))
    names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
    if ill:
        message = (
            f"{names} at age {facts.age}, and a fever, the flu or chickenpox is told: not to be used then, speak with the family and the "
            "prescriber today (21 CFR 201.314(h), Reye's syndrome warning, 2003)"
        )
        yield Finding(NAME, Severity.HIGH, message, (*entries_of(*drugs), *ill))
    else:
        message = (
            f"{names} at age {facts.age}: ask what for; it is not to be used with or after chickenpox or flu-like symptoms "
            "(21 CFR 201.314(h), Reye's syndrome warning, 2003)"
        )
        yield Finding(NAME, Severity.MODERATE, message, entries_of(*drugs))


def _given_for(drugs: list[Taken]) -> Iterator[str]:
    """The entries of orders that say that it is for such an illness."""
    for one in drugs:
        for words, entries in one.medication.doses:
            if ILL.search(fold(words)):
                yield from entries
