"""A translation that a qualified human translator brings: each line of the document, with the same numbers, and who made it.

Source   45 CFR 92.201(c)(3) (2024) and 92.4 (who is a qualified translator)
Misses   whether the words are right: the translator answers for them, and whoever signs the lines for what they say
"""

import re
from collections import Counter
from collections.abc import Sequence

from careloom.care.document import Statement
from careloom.care.kinds import Given
from careloom.errors import InputError

TRANSLATION, TRANSLATOR = "translation", "translator"
# Where English names a month, another language may number it.
_MONTHS = range(1, 13)


def must_match(given: Given, lines: Sequence[Statement]) -> None:
    """Raises InputError where a translation names no translator, or isn't line by line of this document."""
    said = given.lines(TRANSLATION)
    if not said:
        return
    if not given.fields.get(TRANSLATOR):
        raise InputError("say who translated it, and by which qualification", where=TRANSLATOR)
    if len(said) != len(lines):
        raise InputError(f"it has {len(said)} lines, and this document has {len(lines)}", where=TRANSLATION)
    for place, (own, line) in enumerate(zip(said, lines, strict=True), start=1):
        more, less = _numbers(own) - _numbers(line.text), _numbers(line.text) - _numbers(own)
        if less or any(one not in _MONTHS for one in more):
            raise InputError(f"line {place} has other numbers than this document", where=TRANSLATION)


def _numbers(text: str) -> Counter[int]:
    return Counter(int(one) for one in re.findall(r"\d+", text))
