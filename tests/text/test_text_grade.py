"""How hard a text is to read: easy words are easy, a lawyer's are not, in English and Spanish."""

import pytest

from careloom.text.grade import english_syllables, grade, spanish_syllables


@pytest.mark.parametrize(
    ("word", "heard"),
    [("blood", 1), ("pressure", 2), ("smile", 1), ("little", 2), ("makes", 1), ("ages", 2), ("called", 1), ("needed", 2), ("before", 2)],
)  # fmt: skip
def test_syllables_are_those_that_are_heard(word, heard):
    assert english_syllables(word) == heard


@pytest.mark.parametrize(
    ("word", "heard"), [("sangre", 2), ("riñones", 3), ("día", 2), ("presión", 2), ("quiere", 2), ("azúcar", 3), ("leer", 2)]
)  # fmt: skip
def test_spanish_vowels_are_heard_apart_where_they_are(word, heard):
    assert spanish_syllables(word) == heard


def test_a_childs_sentence_is_easy_and_a_leaflet_is_not():
    assert grade("The cat sat on the mat. It was fat.") < 1
    leaflet = "Hypoglycemia requires immediate administration of rapidly absorbed carbohydrates according to individualized recommendations."
    assert grade(leaflet) > 12
    hoja = "La hipoglucemia requiere administración inmediata de carbohidratos de absorción rápida según recomendaciones individualizadas."
    assert grade(hoja, "es") > grade("El gato come. El perro duerme.", "es") + 3


def test_a_text_without_words_has_no_grade():
    assert grade("911 — 120/80") == 0.0
