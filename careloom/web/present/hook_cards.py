"""Cards and the services as the JSON of CDS Hooks 2.0: what has no value is left out, and nothing is null."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from careloom.care.alert import Card
from careloom.care.hook_services import (
    REASONS,
    REASONS_SYSTEM,
    SERVICES,
    TOPICS,
    TOPICS_SYSTEM,
    document_context,
)

# Where somebody reads more on a source, by how the source's words begin.
_PUBLISHED = (
    ("FDA label", "https://dailymed.nlm.nih.gov/dailymed/"),
    ("STOPP", "https://doi.org/10.1007/s41999-023-00777-y"),
    ("CDC Clinical Practice Guideline", "https://www.cdc.gov/mmwr/volumes/71/rr/rr7103a1.htm"),
)


def discovery() -> dict[str, Any]:
    """What GET /cds-services answers."""
    return {
        "services": [
            {
                "hook": one.hook,
                "id": one.id,
                "title": one.title,
                "description": one.description,
                "prefetch": dict(one.prefetch),
                "usageRequirements": one.needs,
            }
            for one in SERVICES
        ]
    }


def shown(card: Card) -> dict[str, Any]:
    """A card; what it suggests is to take the draft order back, never another drug."""
    told: dict[str, Any] = {
        "uuid": card.id,
        "summary": card.summary,
        "indicator": card.indicator,
        "source": _source(card),
    }
    if card.detail:
        told["detail"] = card.detail
    reference, drug = card.remove
    if reference:
        told["suggestions"] = [
            {
                "label": f"Take the order of {drug} back"[:200],
                "uuid": str(uuid5(NAMESPACE_URL, f"{card.id}/remove")),
                # What the card's rule says is forbidden: to take it back is what the card is for.
                "isRecommended": True,
                "actions": [
                    {
                        "type": "delete",
                        "description": f"Remove the draft order of {drug}"[:200],
                        "resourceId": reference,
                    }
                ],
            }
        ]
        told["selectionBehavior"] = "at-most-one"
    if card.overridable:
        told["overrideReasons"] = [
            {"code": code, "system": REASONS_SYSTEM, "display": words} for code, words in REASONS.items()
        ]
    label, url, kind = card.link
    if url:
        context = document_context(card.proposal) if card.proposal and kind == "smart" else ""
        told["links"] = [
            {"label": label, "url": url, "type": kind, **({"appContext": context} if context else {})}
        ]
    return told


def _source(card: Card) -> dict[str, Any]:
    found: dict[str, Any] = {"label": card.source or "Careloom"}
    url = next((url for begins, url in _PUBLISHED if card.source.startswith(begins)), "")
    if url:
        found["url"] = url
    if card.topic in TOPICS:
        found["topic"] = {"system": TOPICS_SYSTEM, "code": card.topic, "display": TOPICS[card.topic]}
    return found
