"""What a card offers to order: the laboratory test that its rule asks for, as a draft that whoever takes it signs; never a drug."""

from datetime import date, timedelta
from typing import Any

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest

from careloom.knowledge import load
from careloom.knowledge.asked import asked
from tests.connect.made import Resource
from tests.web.ehr import SIGN, Ehr, allergic, asks, marta, order, result, searched

pytestmark = pytest.mark.django_db
RECENT = (date.today() - timedelta(days=20)).isoformat()


def offered(cards: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The tests that cards offer, by what each card is about; each is valid and Marta's own."""
    found: dict[str, list[str]] = {}
    for card in cards:
        for one in card.get("suggestions", ()):
            [action] = one["actions"]
            if action["type"] == "create":
                made = ServiceRequest.model_validate(action["resource"])
                assert (made.status, made.intent) == ("draft", "proposal")
                assert made.subject.reference == "Patient/p1"
                assert card["selectionBehavior"] == "any" and "isRecommended" not in one
                found.setdefault(card["source"]["topic"]["code"], []).append(made.code.text)
    return found


def test_warfarin_without_an_inr_offers_to_order_one(ehr: Ehr) -> None:
    cards = ehr.cards(SIGN, asks(order("Warfarin 5 MG"), patient=marta()))
    assert offered(cards)["circumstance"] == ["INR"]
    [labels] = [[one["label"] for one in card["suggestions"]] for card in cards if "suggestions" in card and "INR" in str(card)]  # fmt: skip
    assert labels == ["Order INR"]


def test_a_drug_that_cannot_be_dosed_offers_creatinine_and_each_test_stands_once(ehr: Ehr) -> None:
    cards = ehr.cards(SIGN, asks(order("Lithium carbonate 300 MG"), patient=marta()))
    told = offered(cards)
    assert told["circumstance"] == ["lithium level", "creatinine", "TSH"]
    metformin = ehr.cards(SIGN, asks(order("Metformin 500 MG"), patient=marta()))
    assert offered(metformin) == {"renal": ["creatinine"]}


def test_with_the_result_nothing_is_offered(ehr: Ehr) -> None:
    inr = searched(result("6301-6", 2.4, "{INR}", RECENT))
    assert offered(ehr.cards(SIGN, asks(order("Warfarin 5 MG"), patient=marta(), results=inr))) == {}


@pytest.mark.parametrize(
    "beside",
    [
        {"code": {"coding": [{"system": "http://loinc.org", "code": "6301-6"}]}},
        {"code": {"text": "Prothrombin time (PT/INR)"}},
    ],
)
def test_a_test_that_is_ordered_beside_it_is_not_offered(ehr: Ehr, beside: Resource) -> None:
    test = {"resourceType": "ServiceRequest", "id": "s1", "status": "draft", "subject": {"reference": "Patient/p1"}, **beside}  # fmt: skip
    assert offered(ehr.cards(SIGN, asks(order("Warfarin 5 MG"), test, patient=marta()))) == {}


def test_an_order_that_stops_offers_to_take_it_back_and_no_test(ehr: Ehr) -> None:
    cards = ehr.cards(
        SIGN, asks(order("Warfarin 5 MG"), patient=marta(), allergies=searched(allergic("Warfarin")))
    )
    [stops] = [card for card in cards if card["indicator"] == "critical"]
    assert [one["actions"][0]["type"] for one in stops["suggestions"]] == ["delete"]


def test_each_row_that_misses_a_laboratory_result_says_which_test_it_asks_for() -> None:
    rows = load().circumstances.all
    wanted = {
        one.id
        for one in rows
        if one.cause == "monitoring" and any(term.no and term.kind == "lab" for term in one.when)
    }
    assert set(asked()) == wanted | {"lacking-creatinine", "lacking-potassium"}
