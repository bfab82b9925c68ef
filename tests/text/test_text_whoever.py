"""Who somebody is is taken out of a sentence before it is searched, and what is found stands in its own words."""

import pytest

from careloom.text.whoever import plain


def is_word(word: str) -> bool:
    return word in {"meals", "wheels", "lives", "separated", "spanish", "interpreter"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("The 65-year-old Hispanic man lost his job.", "The patient lost his job."),
        ("Mr. Washington lives alone.", "patient lives alone."),
        ("Ms. Nguyen-Lee's wife died.", "patient's wife died."),
        ("Lakeisha Johnson lives alone.", "patient lives alone."),
        ("Separated José García-López is sad.", "Separated patient is sad."),
        ("Single 32-year-old Latina mother of two.", "Single mother of two."),
        ("Widowed African American veteran.", "Widowed veteran."),
        ("The patient, a 45-year-old Black woman, was evicted.", "The patient was evicted."),
        ("45F lost job.", "patient lost job."),
        ("No family or Pacific Islander friends.", "No family or friends."),
    ],
)
def test_age_race_sex_title_and_name_are_taken_out(said: str, read: str):
    assert plain(said, "en", is_word).text == read


@pytest.mark.parametrize(
    "said",
    [
        "Black mold in the bathroom.",
        "Her 5-year-old son lives with her.",
        "Meals on Wheels stopped.",
        "Spanish Interpreter used.",
        "He speaks Spanish only.",
    ],
)
def test_what_is_no_description_of_a_person_stays(said: str):
    assert plain(said, "en", is_word).text == said


def test_spanish_descriptions_are_taken_out_and_a_wife_stays():
    assert plain("Paciente masculino de 65 años vive solo", "es", is_word).text == "paciente vive solo"
    assert plain("La mujer hispana perdió su trabajo", "es", is_word).text == "La paciente perdió su trabajo"
    assert plain("Vive con su mujer", "es", is_word).text == "Vive con su mujer"


def test_a_place_in_the_plain_text_is_a_place_in_the_first():
    said = "🙂 The 65-year-old Hispanic man lost his job."
    read = plain(said, "en", is_word)
    begin = read.text.index("lost")
    start, end = read.place(begin, begin + len("lost his job"))
    assert said[start:end] == "lost his job"
    begin = read.text.index("patient")
    start, end = read.place(begin, begin + len("patient"))
    assert said[start:end] == "65-year-old Hispanic man"
