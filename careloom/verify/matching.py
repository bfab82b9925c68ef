"""Matching: which entries of a record the words that somebody typed fit best, for her to cite.

Takes    a sentence, entries, and the record's index
Gives    the entries that bear it out whole, then those that bear out more of it than is cited now; the same each time
Never    cites anything, asks a model, or offers an entry that contradicts the sentence
"""

from collections.abc import Sequence
from dataclasses import dataclass

from careloom.care.document import Verdict
from careloom.care.entry import Entry
from careloom.verify import judge_with
from careloom.verify.index import Index
from careloom.verify.parse import is_content, is_plain
from careloom.verify.tokens import Sort

MOST = 3
# So many are judged: those that share the most names with the sentence, the newest first.
_JUDGED = 16


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that fits, and whether it bears out the whole sentence with what is cited already."""

    entry: Entry
    whole: bool


def matching(
    index: Index, text: str, entries: Sequence[Entry], cited: Sequence[Entry] = ()
) -> tuple[Match, ...]:
    """At most three of these entries, the best first."""
    keys = {
        token.key
        for token in index.parse(text).tokens
        if token.sort is Sort.DRUG or (is_content(token) and not is_plain(token))
    }
    shared = {
        one.id: len(keys & {name for part in index.of_entries((one,)) for name in part.names})
        for one in entries
    }
    near = sorted(
        (one for one in entries if shared[one.id]), key=lambda one: (-shared[one.id], *_newest(one))
    )
    before = len(judge_with(index, text, cited, by_person=True).faults) if cited else None
    found: list[tuple[tuple[int, int, int, str], Match]] = []
    for one in near[:_JUDGED]:
        judged = judge_with(index, text, (*cited, one), by_person=True)
        faults = len(judged.faults)
        if judged.verdict is not Verdict.CONTRADICTED and (before is None or faults < before):
            place = (faults, -shared[one.id], *_newest(one))
            found.append((place, Match(one, judged.verdict is Verdict.SUPPORTED)))
    return tuple(match for _, match in sorted(found, key=lambda row: row[0])[:MOST])


def _newest(entry: Entry) -> tuple[int, str]:
    """Newest first; the id settles what is of one day."""
    return (-entry.happened.day.toordinal() if entry.happened else 0, entry.id)
