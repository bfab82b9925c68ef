"""What became of cards: taken, set aside with a reason and words or without, several at once; and who learns of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from careloom.pipeline import Pipeline
from tests.web.ehr import SIGN, VIEW, Ehr, allergic, asks, known, marta, order, searched, taking

pytestmark = pytest.mark.django_db
AT = "2026-11-29T10:00:00Z"
TOLERATED = {
    "reason": {"code": "tolerated-before", "system": "urn:careloom:override-reason"},
    "userComment": "She had it last spring.",
}


def aside(card: dict[str, Any], **why: Any) -> dict[str, Any]:
    return {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": AT, **why}


def taken(card: dict[str, Any]) -> dict[str, Any]:
    suggestion = card["suggestions"][0]["uuid"]
    return {
        "card": card["uuid"],
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": suggestion}],
        "outcomeTimestamp": AT,
    }


def says(ehr: Ehr, service: str, *said: dict[str, Any]) -> int:
    return ehr.post(service, {"feedback": list(said)}, path="/feedback").status_code


def stopped(ehr: Ehr) -> list[dict[str, Any]]:
    """Two orders that stop."""
    meds = searched(taking("Clarithromycin 500 MG"))
    drafts = order("Amoxicillin 500 MG", "a"), order("Simvastatin 40 MG", "b")
    asked = asks(*drafts, patient=marta(), allergies=searched(allergic("Penicillin")), meds=meds)
    return [one for one in ehr.cards(SIGN, asked) if one["indicator"] == "critical"]


def test_several_cards_are_told_of_at_once_taken_and_set_aside(ehr: Ehr, real: Pipeline) -> None:
    one, other = stopped(ehr)
    assert says(ehr, SIGN, taken(one), aside(other)) == 200
    outcomes = {given.rule: given.outcome for given in real.store.hooks.given(20) if given.outcome}
    assert sorted(outcomes.values()) == ["accepted", "overridden"]


@pytest.mark.parametrize(
    "why",
    [
        {},
        {"overrideReason": None},
        {"overrideReason": {"userComment": "She had it last spring."}},
        {"overrideReason": TOLERATED},
        {"overrideReason": {"code": "tolerated-before", "display": "Tolerated"}},
    ],
)
def test_a_card_is_set_aside_with_a_reason_with_words_or_with_neither(
    ehr: Ehr, real: Pipeline, why: dict[str, Any]
) -> None:
    assert says(ehr, SIGN, aside(stopped(ehr)[0], **why)) == 200
    assert "overridden" in [one.outcome for one in real.store.hooks.given(20)]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"outcome": "ignored"}, "feedback[0].outcome"),
        ({"outcome": "accepted"}, "feedback[0].acceptedSuggestions"),
        ({"outcomeTimestamp": "yesterday"}, "feedback[0].outcomeTimestamp"),
        ({"card": None}, "feedback[0].card"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_nothing_of_it_is_kept(
    ehr: Ehr, real: Pipeline, changed: dict[str, Any], where: str
) -> None:
    one, other = stopped(ehr)
    wrong = {name: value for name, value in {**aside(one), **changed}.items() if value is not None}
    answer = ehr.post(SIGN, {"feedback": [wrong, aside(other)]}, path="/feedback")
    assert answer.status_code == 400
    assert where in json.loads(answer.content)["issue"][0]["diagnostics"]
    assert {one.outcome for one in real.store.hooks.given(20)} == {""}


@pytest.mark.parametrize("of", ["the other card", "nobody"])
def test_a_suggestion_of_another_card_was_not_taken_of_this_one(ehr: Ehr, real: Pipeline, of: str) -> None:
    one, other = stopped(ehr)
    wrong = taken(other)["acceptedSuggestions"] if of == "the other card" else [{"id": one["uuid"]}]
    answer = ehr.post(SIGN, {"feedback": [{**taken(one), "acceptedSuggestions": wrong}]}, path="/feedback")
    assert answer.status_code == 400
    assert "feedback[0].acceptedSuggestions: names no suggestion" in answer.json()["issue"][0]["diagnostics"]
    assert {given.outcome for given in real.store.hooks.given(20)} == {""}
    loud = {**taken(one), "acceptedSuggestions": [{"id": one["suggestions"][0]["uuid"].upper()}]}
    assert says(ehr, SIGN, loud) == 200


def test_why_a_plans_card_was_set_aside_goes_to_whoever_improves_the_drafts(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    plan = real.propose("operator", known(real, tmp_path))
    [card] = [one for one in ehr.cards(VIEW, asks(hook="patient-view")) if "waits" in one["summary"]]
    for _ in range(2):
        assert says(ehr, VIEW, aside(card, overrideReason=TOLERATED)) == 200
    [said] = real.store.improvement.of(plan.id)
    assert said == {
        "code": "hook",
        "rule": "plan",
        "reason": "tolerated-before",
        "words": "She had it last spring.",
    }


def test_why_a_safety_card_was_set_aside_goes_with_the_plan_in_which_the_same_rule_found_something(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    pair = taking("Warfarin 5 MG", "m1"), taking("Ibuprofen 600 MG", "m2")
    plan = real.propose("operator", known(real, tmp_path, allergic("Penicillin"), *pair))
    assert "interaction" in {one.rule for one in plan.findings}
    cards = ehr.cards(SIGN, asks(order("Ketorolac 10 MG", "k"), order("Amoxicillin 500 MG", "a")))
    about = {one["source"]["topic"]["code"]: one for one in cards}
    said = aside(about["interaction"]) | {"card": about["interaction"]["uuid"].upper()}
    assert says(ehr, SIGN, said, aside(about["allergy"])) == 200
    assert [one["rule"] for one in real.store.improvement.of(plan.id)] == ["interaction"]


def test_of_a_card_that_was_taken_nobody_has_anything_to_improve(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    plan = real.propose("operator", known(real, tmp_path, taking("Clarithromycin 500 MG")))
    [card] = [one for one in ehr.cards(SIGN, asks(order("Simvastatin 40 MG"))) if "suggestions" in one]
    assert says(ehr, SIGN, taken(card)) == 200
    assert real.store.improvement.of(plan.id) == ()
