"""Whoever amends a patient's letter is told where her own words are harder than the letter is to be."""

from dataclasses import replace

import pytest

from careloom import check
from tests.draft.messaged import SITE, proposed
from tests.draft.people import KNOWLEDGE, ana

HARD = "Hypoglycemia requires immediate administration of rapidly absorbed carbohydrates."
DIFICIL = (
    "La hipoglucemia requiere administración inmediata de carbohidratos de absorción extremadamente rápida."
)


def found(text, written_by="person"):
    document = proposed(ana(), "education", topic="diabetes").document
    lines = (replace(document.statements[5], text=text, written_by=written_by), *document.statements[6:])
    findings, _ = check.examine(replace(document, statements=lines), ana().record(), KNOWLEDGE, SITE)
    return [(one.severity, one.message) for one in findings if one.rule == "hard_words"]


@pytest.mark.parametrize("text", [HARD, DIFICIL])
def test_a_nurses_hard_sentence_is_told_with_its_grade(text):
    ((severity, message),) = found(text)
    assert severity == "low"
    assert message.startswith("It reads at grade ") and "grade 6 or below" in message


def test_an_easy_sentence_and_the_librarys_own_words_are_not():
    assert not found("Please look at your feet each night before you go to bed.")
    assert not found("Call us.")
    assert not found(HARD, written_by="template")


def test_a_professionals_text_may_be_hard():
    document = proposed(ana(), "education", topic="diabetes").document
    line = replace(document.statements[5], text=HARD, written_by="person")
    plan = replace(document, statements=(line,), demands=replace(document.demands, grade=0))
    assert not [one for one in check.check(plan, ana().record(), KNOWLEDGE) if one.rule == "hard_words"]
