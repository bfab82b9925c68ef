"""Resting: whether something that people signed or settled stands on entries that are about to be taken back."""

from collections.abc import Collection

from careloom.care.entry import RECORDED_HERE
from careloom.care.unfiled import STATUS
from careloom.store.opening import Store

SIGNED = "a signed line rests on what was reported in it"
SETTLED = "something was settled upon what was reported in it; take that back first"


def reported(store: Store, patient: str, contact: str) -> frozenset[str]:
    """The entries by which the record says what was reported in a contact, by the name under which it stands there."""
    return frozenset(
        one.id
        for one in store.entries.of(patient)
        if one.source.system == RECORDED_HERE
        and contact
        and one.source.resource.partition("/")[2].startswith(f"{contact}-")
    )


def signed_upon(store: Store, patient: str, entries: Collection[str], but: str = "") -> bool:
    """Whether a signed line of a document (`but` one) that nobody took back rests on these entries."""
    known = frozenset(entries)
    return any(
        known.intersection(line.citations)
        for one in store.proposals.of(patient)
        if one.id != but and one.status != STATUS
        for line in one.document.statements
        if line.id in one.released
    )


def why_not(store: Store, patient: str, entries: Collection[str], but: str = "") -> str:
    """Why what was reported can't be taken back, in words; "" where nothing rests on it."""
    if signed_upon(store, patient, entries, but):
        return SIGNED
    rulings = store.rulings.of(patient)
    return SETTLED if any(cover.entry in entries for one in rulings for cover in one.covers) else ""
