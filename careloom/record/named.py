"""What a site's own releases add: a name for an entry that shows only codes, and the standard code that a local one means.

Misses  a map that says no more than that two codes are related, or that one is wider: those are two things
"""

from collections.abc import Sequence
from dataclasses import replace

from careloom.care.entry import ICD10, LOINC, RXNORM, SNOMED, Code, Entry
from careloom.knowledge.terms import Terms

# FHIR R4, concept-map-equivalence: only these say that both codes mean the same.
_SAME = frozenset({"equivalent", "equal"})
_STANDARD = (LOINC, RXNORM, SNOMED, ICD10)


def named(entries: Sequence[Entry], terms: Terms) -> Sequence[Entry]:
    """The entries with what the releases say of their codes; what a source called it is never changed."""
    if not terms.releases:
        return entries
    return [_told(entry, terms) for entry in entries]


def _told(entry: Entry, terms: Terms) -> Entry:
    meant = tuple(code for code in _meant(entry.codes, terms) if code not in entry.codes)
    if _is_bare(entry):
        return replace(entry, codes=(*_shown(entry.codes, terms), *meant))
    return replace(entry, codes=(*entry.codes, *meant)) if meant else entry


def _is_bare(entry: Entry) -> bool:
    return bool(entry.codes) and not entry.text and not any(code.display for code in entry.codes)


def _shown(codes: tuple[Code, ...], terms: Terms) -> tuple[Code, ...]:
    return tuple(replace(code, display=terms.display(code.system, code.code)) for code in codes)


def _meant(codes: tuple[Code, ...], terms: Terms) -> tuple[Code, ...]:
    """The standard codes that the site's concept maps say mean the same as a code that is none."""
    if any(code.system in _STANDARD for code in codes):
        return ()
    found = {
        Code(system, target, terms.display(system, target)): None
        for code in codes
        for system in _STANDARD
        for target, equivalence in terms.mapped(code.system, code.code, system)
        if equivalence in _SAME
    }
    # A code that means two things in one system means neither for sure.
    return tuple(code for code in found if sum(one.system == code.system for one in found) == 1)
