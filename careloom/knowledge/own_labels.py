"""Whose label a source names: what is said of a drug cites that drug's own label, and another's only as that of another drug.

A row of a table is about a whole class and names each text that it rests on; of somebody's drugs only their own are cited.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from careloom.knowledge.drugs import Drugs, Ingredient, terms
from careloom.knowledge.interactions import Interaction

_LABEL = re.compile(r"\b(?:labels?|product information)\b", re.IGNORECASE)
_SAME, _OTHER = ", of the same class", ", of another drug"


def own(source: str, about: Sequence[Ingredient], sides: Collection[str], drugs: Drugs) -> str:
    """The texts of `source` (between "; ") that are about these drugs, and all that are no drug's label, such as guidelines.

    Where none is such a drug's own label, those of its class by the row's terms (`sides`), said to be of the class; where there is
    nothing else, all, said to be of another drug.
    """
    texts = source.split("; ")
    named = [_named(text, drugs) for text in texts]
    mine = {drug.name for drug in about}
    shared = {term for drug in about for term in terms(drug)}.intersection(sides)
    if any(mine & {one.name for one in found} for found in named):
        kept = [not found or bool(mine & {one.name for one in found}) for found in named]
        return "; ".join(text for text, keep in zip(texts, kept, strict=True) if keep)
    akin = [any(terms(one) & shared for one in found) for found in named]
    if not any(akin) and not all(named):
        return "; ".join(text for text, found in zip(texts, named, strict=True) if not found)
    mark = _SAME if any(akin) else _OTHER
    return "; ".join(
        f"{text}{mark}" if found else text
        for text, found, near in zip(texts, named, akin, strict=True)
        if near or not found or not any(akin)
    )


def citing(found: Interaction, about: Sequence[Ingredient], drugs: Drugs) -> Interaction:
    """An interaction of these drugs with the sources that are about them."""
    return replace(found, source=own(found.source, about, frozenset().union(*found.sides), drugs))


def _named(text: str, drugs: Drugs) -> tuple[Ingredient, ...]:
    """The drugs whose label a text is; () where it is no label."""
    return drugs.find(text) if _LABEL.search(text) else ()
