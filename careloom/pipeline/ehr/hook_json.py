"""Cards and the services as the JSON of CDS Hooks 2.0: what has no value is left out, and nothing is null."""

from typing import Any

from careloom.care.alert import Card
from careloom.care.entry import LOINC, SNOMED
from careloom.care.hook_services import (
    REASONS,
    REASONS_SYSTEM,
    REMOVE,
    SERVICES,
    TOPICS,
    TOPICS_SYSTEM,
    document_context,
    suggestion_id,
)

# FHIR's example category of laboratory orders.
LABORATORY = {"system": SNOMED, "code": "108252007", "display": "Laboratory procedure"}
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
    """A card; what it suggests is to take the draft order back, or to order a laboratory test, never a drug."""
    told: dict[str, Any] = {
        "uuid": card.id,
        "summary": card.summary,
        "indicator": card.indicator,
        "source": _source(card),
    }
    if card.detail:
        told["detail"] = card.detail
    if suggestions := _taking_back(card) or _testing(card):
        told["suggestions"] = suggestions
        told["selectionBehavior"] = "at-most-one" if card.remove[0] else "any"
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


def _taking_back(card: Card) -> list[dict[str, Any]]:
    reference, drug = card.remove
    if not reference:
        return []
    action = {
        "type": "delete",
        "description": f"Remove the draft order of {drug}"[:200],
        "resourceId": reference,
    }
    # What the card's rule says is forbidden: to take it back is what the card is for.
    return [
        _suggestion(card, REMOVE, f"Take the order of {drug} back", action, isRecommended=True),
    ]


def _testing(card: Card) -> list[dict[str, Any]]:
    """A draft order of each test, as a proposal: whoever takes it signs it as her own."""
    found = []
    for loinc, name in card.tests:
        resource = {
            "resourceType": "ServiceRequest",
            "status": "draft",
            "intent": "proposal",
            "category": [{"coding": [LABORATORY]}],
            "code": {"coding": [{"system": LOINC, "code": loinc}], "text": name},
            "subject": {"reference": f"Patient/{card.whom}"},
            "reasonCode": [{"text": card.summary}],
        }
        action = {"type": "create", "description": f"Add a draft order of {name}", "resource": resource}
        found.append(_suggestion(card, loinc, f"Order {name}", action))
    return found


def _suggestion(card: Card, what: str, label: str, action: dict[str, Any], **more: bool) -> dict[str, Any]:
    return {"label": label[:200], "uuid": suggestion_id(card.id, what), **more, "actions": [action]}


def _source(card: Card) -> dict[str, Any]:
    found: dict[str, Any] = {"label": card.source or "Careloom"}
    url = next((url for begins, url in _PUBLISHED if card.source.startswith(begins)), "")
    if url:
        found["url"] = url
    if card.topic in TOPICS:
        found["topic"] = {"system": TOPICS_SYSTEM, "code": card.topic, "display": TOPICS[card.topic]}
    return found
