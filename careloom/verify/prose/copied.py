"""Is a sentence one of the record's own notes, or such a sentence with a word changed?

Misses   a sentence that was put in other words
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line

_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*%?")
_LIKE = 0.75
_FEWEST = 5


def is_copied(line: Line, held: Held) -> bool:
    """Whether a note of the record has this very sentence."""
    words = tuple(_WORD.findall(line.text.lower()))
    return any(words == told for told, _ in held.noted)


def changed(line: Line, held: Held) -> Iterator[Fault]:
    """The words in which a sentence differs from the one of a note that is otherwise the same."""
    said = list(_WORD.finditer(line.text))
    keys = [word.group().lower() for word in said]
    if len(keys) < _FEWEST:
        return
    for told, entry in held.noted:
        if 2 * len({*keys} & {*told}) < len(keys):
            continue
        matcher = SequenceMatcher(None, told, keys, autojunk=False)
        if matcher.ratio() < _LIKE:
            continue
        for what, first, last, start, end in matcher.get_opcodes():
            if what == "replace" and _tells(told[first:last]) and _tells(keys[start:end]):
                span = (said[start].start(), said[end - 1].end())
                yield Fault(
                    "copied", line.text[span[0] : span[1]], *span, contradicts=True, evidence=(entry,)
                )
        return


def _tells(words: Sequence[str]) -> bool:
    return any(stem(word) not in LEXICON.small for word in words)
