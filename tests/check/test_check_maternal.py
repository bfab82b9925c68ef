"""A warning sign of a pregnancy, or of the year after a birth, that a fresh note tells reaches a person; in somebody else it is none."""

import pytest

from careloom.check.maternal import rule
from tests.check.records import a_problem, a_record, found
from tests.check.test_check_head_injury import noted

MOTHER = a_problem("Postpartum state", "puerperium")
TOLD = "She has a headache since yesterday that does not go away with Tylenol, and she sees spots."


@pytest.mark.parametrize(
    "text",
    [
        TOLD,
        "Severe headache, not relieved by acetaminophen.",
        "C/o blurry vision this morning.",
        "Reports swelling of her face and hands.",
        "Severe abdominal pain under the ribs on the right.",
        "She soaks two pads an hour.",
        "Dolor de cabeza fuerte desde ayer, ve manchas.",
    ],
)
@pytest.mark.parametrize(
    "state", [MOTHER, a_problem("Pregnant", "pregnancy"), a_problem("The year after birth", "postpartum")]
)
def test_it_is_high_in_a_pregnancy_and_in_the_year_after_a_birth(text: str, state: tuple) -> None:
    (finding,) = found(rule, a_record(state, noted(text)))
    assert (finding.severity, finding.statement) == ("high", None)
    assert "note" in finding.evidence and "CDC, Hear Her" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Denies headache, changes in vision or severe abdominal pain.",
        "No headache. No blurry vision.",
        "Taught to call for a headache that does not go away or changes in vision.",
        "If she has a severe headache she goes to the emergency room.",
        "Her mother has severe headaches.",
        "Mild headache, gone after lunch.",
    ],
)
def test_what_is_denied_taught_feared_or_another_s_is_none(text: str) -> None:
    assert found(rule, a_record(MOTHER, noted(text))) == []


def test_in_somebody_else_or_long_ago_it_is_none() -> None:
    assert found(rule, a_record(noted(TOLD))) == []
    assert found(rule, a_record(MOTHER, noted(TOLD, "2026-10-01"))) == []
