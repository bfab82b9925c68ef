"""Whether somebody with an allergy may react to a drug: the same drug, or one of a class that reacts with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from careloom.care.record import Allergy
from careloom.knowledge.drugs import Drugs, Ingredient
from careloom.knowledge.phrases import words


@dataclass(frozen=True, slots=True)
class Reaction:
    """Why a drug is one that somebody may react to; `sure` for the same drug and for a class that reacts with it for certain."""

    why: str
    sure: bool


def reaction(allergy: Allergy, drug: Ingredient, drugs: Drugs) -> Reaction | None:
    """What speaks against a drug in an allergy or intolerance; None where nothing does.

    Source: allergies.toml, which names the label or guideline of each class.
    """
    if drug.name in allergy.ingredients:
        return Reaction("it is the same drug", sure=True)
    for kind in allergy.classes:
        cross = drugs.cross_reaction(kind, drug)
        if cross is None or _harmless(allergy.reaction, cross.harmless):
            continue
        return Reaction(f"{cross.why} ({cross.source})", sure=cross.severity == "high")
    return None


def _harmless(reaction: str, harmless: Sequence[str]) -> bool:
    """Whether each recorded reaction is one after which the other class may be given."""
    parts = [words(part) for part in reaction.split(";") if part.strip()]
    return bool(parts) and all(any(word.word in harmless for word in part) for part in parts)
