"""The form of an answer by CDS Hooks 2.0, "HTTP Response" and "Card Attributes", written from the specification's tables."""

import re
from typing import Any
from uuid import UUID

CARD = {
    "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons", "links",
}  # fmt: skip
URL = re.compile(r"https?://[^\s]+")


def must_be_cards(answer: Any) -> list[dict[str, Any]]:
    """The cards of an answer. Fails where the answer is not as the specification has it."""
    assert set(answer) <= {"cards", "systemActions"} and isinstance(answer["cards"], list)
    _nothing_empty(answer, top=True)
    for card in answer["cards"]:
        assert set(card) <= CARD, set(card) - CARD
        UUID(card["uuid"])
        assert 0 < len(card["summary"].strip()) < 140 and "\n" not in card["summary"]
        assert card["indicator"] in ("info", "warning", "critical")
        assert card.get("detail", "x").strip()
        _source(card["source"])
        _suggestions(card)
        for reason in card.get("overrideReasons", ()):
            assert set(reason) == {"code", "system", "display"} and all(reason.values())
        for link in card.get("links", ()):
            assert set(link) <= {"label", "url", "type", "appContext"} and link["label"]
            assert link["type"] in ("absolute", "smart") and URL.fullmatch(link["url"])
            assert link["type"] == "smart" or "appContext" not in link
    found: list[dict[str, Any]] = answer["cards"]
    return found


def _nothing_empty(value: Any, *, top: bool = False) -> None:
    """No attribute is null, and no object, list or text is empty; `cards` alone may be."""
    if isinstance(value, dict):
        assert value
        for key, inner in value.items():
            assert inner is not None, key
            if not (top and key == "cards" and inner == []):
                _nothing_empty(inner)
    elif isinstance(value, list):
        assert value
        for inner in value:
            _nothing_empty(inner)
    elif isinstance(value, str):
        assert value.strip()


def _source(source: Any) -> None:
    assert set(source) <= {"label", "url", "icon", "topic"} and source["label"]
    assert URL.fullmatch(source.get("url", "https://x"))
    if "topic" in source:
        assert set(source["topic"]) <= {"system", "code", "display"} and source["topic"]["code"]


def _suggestions(card: dict[str, Any]) -> None:
    if "suggestions" not in card:
        assert "selectionBehavior" not in card
        return
    assert card["selectionBehavior"] in ("any", "at-most-one")
    assert sum(one.get("isRecommended", False) for one in card["suggestions"]) <= 1
    for one in card["suggestions"]:
        assert set(one) <= {"label", "uuid", "isRecommended", "actions"} and one["label"]
        assert isinstance(one.get("isRecommended", True), bool) and UUID(one["uuid"])
        for action in one.get("actions", ()):
            assert set(action) <= {"type", "description", "resource", "resourceId"}
            assert action["type"] in ("create", "update", "delete") and action["description"]
            assert action["type"] != "delete" or "/" in action["resourceId"]
            assert action["type"] == "delete" or action["resource"]["resourceType"]
