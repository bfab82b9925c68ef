"""Black stool and other bleeding that a note tells of, in somebody whose blood clots less, reaches a person."""

import pytest

from careloom.check import danger_sign
from careloom.check.bleeding import rule
from tests.check.records import a_drug, a_record, found
from tests.check.test_check_head_injury import noted


@pytest.mark.parametrize("drug", ["Warfarin 5 MG", "Apixaban 5 MG", "Clopidogrel 75 MG", "Aspirin 81 MG"])
@pytest.mark.parametrize(
    "text",
    [
        "Acute sinusitis. She reports black stools for two days.",
        "Her stools have been black like tar for two days and she feels dizzy.",
        "Dark, tarry stools since Monday.",
        "Melena since yesterday.",
        "She has black stools; she takes iron tablets.",
        "He sees blood in his urine since Friday.",
        "He vomited what looked like coffee grounds.",
        "Refiere heces negras desde hace dos días.",
        "Tiene heces como alquitrán.",
        "Orina con sangre desde ayer.",
    ],
)
def test_it_is_high_and_is_not_told_twice(drug: str, text: str) -> None:
    record = a_record(a_drug(drug), noted(text))
    (finding,) = found(rule, record)
    assert (finding.severity, finding.statement) == ("high", None)
    assert set(finding.evidence) == {"note", drug}
    assert "MedlinePlus" in finding.message
    assert found(danger_sign.rule, record) == []


def test_without_such_a_drug_it_is_a_danger_sign_and_long_ago_it_is_none() -> None:
    text = "She reports black stools for two days."
    assert found(rule, a_record(a_drug("Lisinopril 20 MG"), noted(text))) == []
    (finding,) = found(danger_sign.rule, a_record(a_drug("Lisinopril 20 MG"), noted(text)))
    assert (finding.severity, "black stool" in finding.message) == ("moderate", True)
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), noted(text, "2026-10-01"))) == []
    assert found(rule, a_record(a_drug("Warfarin 5 MG", current=False), noted(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Denies black stools.",
        "No melena, no blood in stool or urine.",
        "Stools are brown, not black.",
        "Her stool is not black.",
        "Call 911 if you have black stools.",
        "Taught to watch for black stool and blood in the urine.",
        "Her brother has black stools.",
        "Niega heces negras.",
        "Sin sangre en la orina.",
        "Stool guaiac negative. Black coffee every morning.",
    ],
)
def test_what_is_denied_taught_or_anothers_is_none(text: str) -> None:
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), noted(text))) == []
