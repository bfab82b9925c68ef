"""What a site's own releases add: a name for an entry that shows only codes, and the standard code that a local one means.

Misses  a map that says no more than that two codes are related, or that one is wider: those are two things
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from careloom.care.entry import ICD10, LOINC, NDC, RXNORM, SNOMED, Code, Entry
from careloom.knowledge.terms import Terms

# FHIR R4, concept-map-equivalence: only these say that both codes mean the same.
_SAME = frozenset({"equivalent", "equal"})
_DRUG_CODES = (RXNORM, NDC)
_STANDARD = (LOINC, RXNORM, SNOMED, ICD10)


def named(entries: Sequence[Entry], terms: Terms, others: Sequence[Entry] = ()) -> Sequence[Entry]:
    """The entries with what is known of their codes, also what `others` of the same person call a drug's; what a source called it is
    never changed.
    """
    if terms.releases:
        entries = [_told(entry, terms) for entry in entries]
    if not any(map(_is_bare_drug, entries)):
        return entries
    words = _put_in_words([*others, *entries])
    return [_by_others(entry, words) if _is_bare_drug(entry) else entry for entry in entries]


def _is_bare_drug(entry: Entry) -> bool:
    return _is_bare(entry) and any(code.system in _DRUG_CODES for code in entry.codes)


def _put_in_words(entries: Sequence[Entry]) -> dict[tuple[str, str], tuple[str, str]]:
    """What the only standard code of a drug's entry is called, and by whom (the newest), by code."""
    found = {}
    for entry in entries:
        coded = [code for code in entry.codes if code.system in _DRUG_CODES]
        if len({code.system for code in coded}) == len(coded) and not _is_bare(entry):
            for code in coded:
                found[code.system, _digits(code)] = (code.display or entry.text, entry.source.system)
    return found


def _by_others(entry: Entry, words: Mapping[tuple[str, str], tuple[str, str]]) -> Entry:
    for place, code in enumerate(entry.codes):
        if told := words.get((code.system, _digits(code))):
            shown = (*entry.codes[:place], replace(code, display=told[0]), *entry.codes[place + 1 :])
            return replace(entry, codes=shown, detail={**entry.detail, "named_by": told[1]})
    return entry


def _digits(code: Code) -> str:
    """A code for comparing: an NDC with hyphens (5-4-2, 4-4-2, 5-3-2 or 5-4-1) as its eleven digits."""
    parts = code.code.split("-")
    if code.system != NDC or len(parts) != 3:
        return code.code
    return "".join(part.zfill(many) for part, many in zip(parts, (5, 4, 2), strict=True))


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
