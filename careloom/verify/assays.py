"""Is a test that a statement names the one that is cited? A name's long form holds those of others ("creatinine-based eGFR")."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from careloom.care.entry import Entry
from careloom.knowledge.labs import Lab, Labs
from careloom.verify.case import Case, Fault
from careloom.verify.tokens import Sort

_WORD = re.compile(r"[^\W_]+")
# The longest name of a test, in words; shorter than that many letters it could be any abbreviation.
_LONGEST, _SHORTEST = 5, 3


def labs_of(entry: Entry, labs: Labs) -> frozenset[str]:
    """The measurements that an entry's own codes (or its name) and its components are of."""
    if entry.kind != "Observation":
        return frozenset()
    named = (
        labs.find(entry.codes, entry.text),
        *(labs.find(one.codes, one.text) for one in entry.components),
    )
    return frozenset(lab.concept for lab in named if lab is not None)


def check_assays(
    case: Case, labs: Labs, measured: Mapping[str, frozenset[str]], asked: frozenset[str]
) -> None:
    """Hold the name of a test against the statement that is none of the cited results' (`measured`: entry id to concepts), of no
    other cited source's words, of nothing that the record concludes and not of the guideline's own sentence. What the
    record lacks is a guideline's to name only where its rule asks for it (`asked`: concepts and gaps, "*" for any).
    """
    found = list(_named(case, labs))
    if not found:
        return
    known = frozenset().union(*measured.values())
    others = [one for one in case.entries if not any(measured.get(entry) for entry in one.rests_on)]
    others += [one for one in case.further if not one.disputed]
    lacked = [one for one in others if one.wants]
    for lab, start, end in found:
        if lab.concept in known:
            continue
        is_asked = case.guidance is None or not asked.isdisjoint(("*", lab.concept))
        words = {one.key for one in case.parsed.tokens if start <= one.start < end}
        said = case.guidance is not None and words <= case.guidance.words
        if not said and not any(
            words <= one.names | one.says for one in others if is_asked or one not in lacked
        ):
            case.faults.append(
                Fault("named", case.parsed.text[start:end], start, end, contradicts=bool(known))
            )


def _named(case: Case, labs: Labs) -> Iterator[tuple[Lab, int, int]]:
    """The tests that a sentence affirms in words that aren't its guideline's, each by the longest of their names that stands there."""
    text, until = case.parsed.text, 0
    for place, token in enumerate(case.parsed.tokens):
        if token.start < until or token.sort is not Sort.WORD or case.polarity.denied[place]:
            continue
        first = _WORD.match(text, token.start)
        if first is None or first.group().casefold() not in labs.first_words or place in case.free:
            continue
        words = [first, *islice(_WORD.finditer(text, first.end()), _LONGEST - 1)]
        for many in range(len(words), 0, -1):
            name = " ".join(one.group().casefold() for one in words[:many])
            lab = labs.by_name.get(name) if len(name) >= _SHORTEST else None
            if lab is not None:
                until = words[many - 1].end()
                yield lab, token.start, until
                break
