"""Is a person one way or the other as the record has it: smoking, resuscitation, pregnancy, blood group?

Misses   what knowledge's matters.toml has no words for; a change since the record was written
"""

import re
from collections.abc import Iterator

from careloom.knowledge.matters import load_matters
from careloom.text.folding import fold
from careloom.verify.case import Fault
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line


def ways(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of what a person is one way or the other, where all that the record says of it is contrary."""
    matters = load_matters()
    folded = fold(line.text)
    for matter in matters.all:
        hint = matter.hint.search(folded)
        if hint is None or matter.unless.search(folded) or line.says(*hint.span()) in ("family", "open"):
            continue
        said = matter.said(folded)
        if not said:
            continue
        told = list(matters.stated(matter, matters.among(held.index.record.entries), held.index.record.as_of))
        if told and all(matter.are_contrary(one.value, said) for one in told):
            place = re.search(r"\S+(?:\s+\S+)*", line.text)
            span = place.span() if place else (0, len(line.text))
            ids = tuple(one.entry.id for one in told)
            yield Fault("result", matter.label(said), *span, contradicts=True, evidence=ids)
