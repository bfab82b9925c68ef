"""What a screening was answered: a field, a colon, an answer."""

import tomllib

import pytest

from careloom.connect.said.need_phrases import FOLDER, SHARED
from careloom.connect.said.screens import FILE
from tests.connect.telling import needs, told


@pytest.mark.parametrize(
    ("text", "domain", "adverse"),
    [
        ("Food Insecurity: Food Insecurity Present (3/14/2025)", "food", "true"),
        ("Food Insecurity: No Food Insecurity (10/2/2024)", "food", "false"),
        ("Transportation Needs: Unmet Transportation Needs", "transport", "true"),
        ("Transportation Needs: No Transportation Needs", "transport", "false"),
        ("Housing Stability: High Risk (1/9/2026)", "housing", "true"),
        ("Housing Stability: Low Risk", "housing", "false"),
        ("Housing: stable", "housing", "false"),
        ("Utilities: Not at risk", "utilities", "false"),
        ("Intimate Partner Violence: Not At Risk", "safety", "false"),
        ("IPV screen: negative", "safety", "false"),
        ("Feels safe at home: no", "safety", "true"),
        ("Financial Resource Strain: Very hard", "finances", "true"),
        ("Social Connections: Socially Isolated", "social_support", "true"),
        ("Employment: Full time.", "employment", "false"),
        ("Education: 8th grade", "education", "true"),
        ("Health insurance: none", "access_to_care", "true"),
        ("Smoking status: Current Every Day Smoker", "substance_use", "true"),
        ("Tabaquismo: negado", "substance_use", "false"),
        ("Vivienda: inestable", "housing", "true"),
    ],
)
def test_the_answer_of_a_screening_is_a_need_or_none(text, domain, adverse):
    assert needs(text) == {(domain, adverse)}


def test_several_answers_on_one_line_are_told_each():
    assert needs("Housing: stable; Food: insecure; Transport: needs rides") == {
        ("housing", "false"),
        ("food", "true"),
        ("transport", "true"),
    }


@pytest.mark.parametrize(
    ("text", "domain", "adverse"),
    [
        ("Screened for food insecurity: negative.", "food", "false"),
        (
            "You worried that your food would run out before you got money to buy more: Never true",
            "food",
            "false",
        ),
        ("The food you bought just didn't last: Often true", "food", "true"),
        ("Lack of transportation kept you from appointments - no", "transport", "false"),
    ],
)
def test_an_answer_that_closes_a_line_is_the_answer_to_what_stands_before_it(text, domain, adverse):
    assert {one for one in needs(text) if one[0] == domain} == {(domain, adverse)}


@pytest.mark.parametrize(
    "text", ["Housing: yes", "Transportation: discussed", "Food: see above", "Employment:"]
)
def test_a_field_without_an_answer_of_its_own_says_nothing(text):
    assert needs(text) == set()


def test_an_answer_has_the_place_of_its_question_and_itself():
    (entry,) = told("Assessed today. Housing Stability: Low Risk (1/9/2026)")
    assert entry.source.where.endswith("16-43")


def test_every_field_that_is_asked_about_is_a_domain_of_the_contract():
    domains = tomllib.loads((FOLDER / SHARED).read_text(encoding="utf-8"))["usual"].keys()
    assert {
        screen["domain"] for screen in tomllib.loads(FILE.read_text(encoding="utf-8"))["screen"]
    } <= domains
