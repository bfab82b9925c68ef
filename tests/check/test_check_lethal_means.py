"""A firearm or medicines at hand beside thoughts of suicide are lethal means, and somebody asks about them the same day."""

import pytest

from careloom.check.lethal_means import rule
from tests.check.records import a_record, found
from tests.check.test_check_self_harm import answered, noted


@pytest.mark.parametrize(
    "beside",
    [
        "Wife hides the handgun.",
        "There is a loaded rifle in the closet.",
        "His brother took the guns out of the house.",
        "La esposa escondió la pistola.",
        "Wife has locked up his pills.",
        "Su hija guarda las pastillas bajo llave.",
        "He saved up a bottle of oxycodone.",
    ],
)
def test_a_firearm_or_pills_told_beside_such_thoughts_are_asked_about_today(beside: str) -> None:
    (finding,) = found(rule, a_record(noted(f"He wishes he were dead. {beside}")))
    assert (finding.severity, finding.evidence) == ("high", ("note",))
    assert "recommendation 21" in finding.message and "ask today" in finding.message


@pytest.mark.parametrize(
    "beside",
    [
        "No guns in the home.",
        "Denies access to firearms.",
        "Takes his pills.",
        "No hay armas de fuego en casa.",
    ],
)
def test_where_none_is_told_none_is_asked_about(beside: str) -> None:
    assert found(rule, a_record(noted(f"He wishes he were dead. {beside}"))) == []


def test_a_firearm_in_another_note_counts_with_an_answer_to_the_questionnaire() -> None:
    (finding,) = found(rule, a_record(answered("1"), noted("Keeps a shotgun under the bed.")))
    assert finding.evidence == ("note",)


def test_a_firearm_of_somebody_without_such_thoughts_is_none_of_it() -> None:
    assert found(rule, a_record(noted("Keeps a shotgun under the bed."))) == []
    assert found(rule, a_record(answered("0"), noted("Keeps a shotgun under the bed."))) == []
