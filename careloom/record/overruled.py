"""Whether an entry was overruled: a person settled something else where sources disagreed, and it still says what it said then."""

from careloom.care.entry import Entry
from careloom.care.ruling import Aspect


def is_overruled(entry: Entry, aspect: Aspect = "all") -> bool:
    """Whether it no longer speaks for its dose, for that no allergy is known, or at all."""
    return entry.detail.get("overruled", "") == aspect


def is_settled(entry: Entry) -> bool:
    """Whether a person settled by this very entry what is so."""
    return "settled" in entry.detail
