"""What the words around a phrase make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.text.folding import fold
from careloom.text.language import language
from careloom.text.scope import Scopes


def held(sentence: str, phrase: str) -> set[str]:
    """Everything that holds for the phrase in the sentence."""
    start = fold(sentence).index(fold(phrase))
    scope = Scopes(sentence, language(sentence)).at(start, start + len(phrase))
    names = ("negated", "past", "over", "supposed", "uncertain", "family")
    return {name for name in names if getattr(scope, name)}


@pytest.mark.parametrize(
    ("sentence", "phrase", "expected"),
    [
        ("She is homeless.", "homeless", set()),
        ("She is not homeless.", "homeless", {"negated"}),
        ("Denies alcohol, tobacco or drug use.", "drug use", {"negated"}),
        ("Denies drug use but lives alone.", "lives alone", set()),
        ("No chest pain and takes aspirin daily.", "aspirin", set()),
        ("Not only homeless but also ill.", "homeless", set()),
        ("Food insecurity was denied.", "Food insecurity", {"negated"}),
        ("She was homeless in 2015.", "homeless", {"past"}),
        ("History of eviction.", "eviction", {"past"}),
        ("Her power was cut but is working again.", "power was cut", {"over"}),
        ("If she is evicted, she will call.", "evicted", {"supposed"}),
        ("Call if she runs out of food.", "runs out of food", {"supposed"}),
        ("Refer to food pantry.", "food pantry", {"supposed"}),
        ("At risk of eviction.", "eviction", set()),
        ("Possible neglect.", "neglect", {"uncertain"}),
        ("Her brother is homeless.", "homeless", {"family"}),
        ("She lives with her daughter and has no car.", "no car", set()),
        ("She lives with her daughter, who works nights.", "works nights", {"family"}),
        ("She says her husband lost his job.", "lost his job", {"family"}),
        ("Husband reports that patient lost her job.", "lost her job", set()),
        ("Her husband lost his job so money is tight.", "money is tight", set()),
        ("Anemia, iron deficiency ruled out.", "Anemia", set()),
        ("Pneumonia and flu were ruled out.", "Pneumonia", {"negated"}),
        ("Pneumonia cannot be ruled out.", "Pneumonia", {"uncertain"}),
        ("Stroke unlikely.", "Stroke", {"uncertain"}),
        ("Concern for pneumonia vs heart failure.", "heart failure", {"uncertain"}),
        ("Clots (not seen before), asthma, gout.", "asthma", set()),
        ("Gout, h/o stroke 2014, asthma.", "asthma", set()),
        ("Gout, h/o stroke, asthma.", "asthma", set()),
        ("H/o stroke, asthma.", "asthma", {"past"}),
        ("S/p hip fracture.", "hip fracture", {"past"}),
        ("Tiene diabetes desde hace 10 años.", "diabetes", set()),
        ("Daughter says mom stopped driving.", "stopped driving", set()),
        ("Her daughter says her husband lost his job.", "lost his job", {"family"}),
        ("The daughter herself takes warfarin.", "warfarin", {"family"}),
        ("Tuvo hepatitis de niña.", "hepatitis", {"past"}),
        ("Niega problemas de vivienda.", "vivienda", {"negated"}),
        ("No tiene hijos pero vive con su hermana.", "vive con", set()),
        ("Su hijo perdió el trabajo.", "perdió el trabajo", {"family"}),
        ("Si pierde el trabajo, avisar.", "pierde el trabajo", {"supposed"}),
        ("Sí perdió el trabajo la paciente.", "perdió el trabajo", set()),
    ],
)
def test_who_when_and_whether(sentence, phrase, expected):
    assert held(sentence, phrase) == expected


@given(st.text(max_size=200))
def test_folding_keeps_every_letter_in_its_place(text):
    assert len(fold(text)) == len(text)


def test_a_note_is_english_or_spanish():
    assert language("La paciente vive sola y no tiene carro.") == "es"
    assert language("The patient lives alone and has no car.") == "en"
    assert language("42", "es") == "es"
