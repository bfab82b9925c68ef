"""Which sentences recommend a drug, and which only speak of it."""

import pytest

from careloom.check.taken import recommended
from tests.check.records import KNOWLEDGE, a_plan


def drugs(text: str) -> list[str]:
    return [drug.name for _, drug in recommended(a_plan(text), KNOWLEDGE)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Start ibuprofen 400 mg for knee pain.", ["ibuprofen"]),
        ("Continue warfarin and add aspirin 81 mg.", ["warfarin", "aspirin"]),
        ("Use acetaminophen; avoid ibuprofen.", ["acetaminophen"]),
        ("Stop ibuprofen; acetaminophen is preferred.", ["acetaminophen"]),
        ("Switch from lisinopril to losartan.", ["losartan"]),
        ("Switch to losartan 50 mg.", ["losartan"]),
        ("Metformin should be started by 2026-12-01.", ["metformin"]),
        ("Begin an SGLT2 inhibitor.", ["sglt2 inhibitor"]),
        ("Give Percocet at night.", ["oxycodone", "acetaminophen"]),
        ("Amoxicillin is recommended for the sinus infection.", ["amoxicillin"]),
    ],
)
def test_a_recommendation_names_its_drug(text: str, named: list[str]) -> None:
    assert drugs(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "She takes ibuprofen three times a day.",
        "Ibuprofen was found in the social worker's note of 2026-10-09.",
        "Avoid ibuprofen and naproxen.",
        "Do not start ibuprofen.",
        "Never take aspirin with warfarin.",
        "Ask the physician whether ibuprofen should be stopped.",
        "The pharmacist reviews ibuprofen with the physician by 2026-12-07.",
        "An allergy to penicillin is recorded.",
        "The fill of metformin 500 mg was on 2026-09-02.",
        "Discuss with the physician if metformin may be continued.",
        "HbA1c was 8.9 % on 2026-09-22.",
        "Penicillin is on the allergy list.",
    ],
)
def test_speaking_of_a_drug_is_no_recommendation(text: str) -> None:
    assert drugs(text) == []
