"""What the record says of conflicts, doubts, gaps and reasons is told in the reader's language, while the record keeps it as it was."""

import re

import pytest
from django.utils import translation

from careloom.web.present.recorded import (
    WHYS,
    asked_for,
    domain_named,
    missed,
    need_named,
    recorded,
    recorded_words,
    regimen_part,
    unsure,
)
from careloom.web.present.settling import named
from careloom.web.present.told import Said
from careloom.web.present.urgent import page_words
from careloom.web.saying import in_english
from tests.safety.plans import demo_plans

# Words that no reason in Spanish has, but in what sources wrote.
ENGLISH = re.compile(r"\b(?:in|on|since|with|the|of|for|says?|lists?|active|reported|fill|supply|recorded)\b")


def ours(why: str) -> str:
    """What of a reason is told in the reader's own language."""
    return "".join(one.words for one in recorded(why) if not one.english)


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (
            "active in riverside_ehr since 2025-05-12; no pharmacy source is known",
            "vigente en riverside EHR desde el 2025-05-12; no se conoce ninguna fuente de farmacia",
        ),
        (
            "last fill 2026-07-01 for 30 days in harbor_pharmacy; reported as not taken in social_services on 2026-10-16",
            "último surtido el 2026-07-01 para 30 días en harbor pharmacy; según social services no se toma, el 2026-10-16",
        ),
        (
            "No further fill seen in harbor_pharmacy between 2026-01-12 and 2026-11-02 (supply ended 2026-04-12, 204 days without supply since)",
            "no se ve otro surtido en harbor pharmacy entre el 2026-01-12 y el 2026-11-02 "
            "(el suministro terminó el 2026-04-12, 204 días sin suministro desde entonces)",
        ),
        (
            "1000 mg by mouth twice daily in northgate_clinic on 2026-04-02 and riverside_ehr on 2026-03-18; "
            "500 mg, 60 for 30 days in harbor_pharmacy on 2026-10-06",
            "1000 mg by mouth twice daily en northgate clinic el 2026-04-02 y riverside EHR el 2026-03-18; "
            "500 mg, 60 for 30 days en harbor pharmacy el 2026-10-06",
        ),
        (
            "allergy to penicillin with Hives active in riverside_ehr, recorded 1998-05-20; it is the same drug",
            "alergia a penicillin con Hives vigente en riverside EHR, con registro del 1998-05-20; es el mismo medicamento",
        ),
        (
            "listed in northgate_clinic; riverside_ehr orders drugs and lists no allergies",
            "en la lista de northgate clinic; riverside EHR ordena medicamentos y no tiene lista de alergias",
        ),
        (
            "active in EHR and northgate_clinic (software), without a date",
            "vigente en EHR y northgate clinic (escrito por software), sin fecha",
        ),
    ],
)
def test_a_reason_of_the_record_is_told_in_spanish_with_its_values_as_they_were(
    english: str, spanish: str
) -> None:
    with translation.override("es"):
        assert recorded_words(english) == spanish
    assert recorded_words(english) == re.sub(
        r"_(ehr|pharmacy|clinic|services)",
        lambda one: " " + {"ehr": "EHR"}.get(one[1], one[1]),
        english,
    )


def test_the_words_of_a_source_say_that_they_are_english_and_ours_don_t() -> None:
    with translation.override("es"):
        told = recorded("Take 1 tablet (5 mg) by mouth once daily in riverside_ehr on 2026-06-02")
    assert told[0] == Said("Take 1 tablet (5 mg) by mouth once daily", True)
    assert Said(" en ", False) in told


def test_a_reason_that_no_template_made_stays_english_and_says_so() -> None:
    with translation.override("es"):
        assert recorded("something new that nobody translated") == (
            Said("something new that nobody translated", True),
        )


def test_every_reason_of_the_demos_people_is_told_in_spanish() -> None:
    seen = 0
    with translation.override("es"):
        for record, _ in demo_plans():
            told = [one.why for one in (*record.conflicts, *record.medications, *record.problems)]
            for why in filter(None, (*told, *(one.why for one in record.allergies))):
                seen += 1
                assert ours(why).strip("; "), why
                assert not ENGLISH.search(ours(why)), why
            for gap in record.gaps:
                seen += 1
                assert missed(gap.why) != gap.why and not ENGLISH.search(missed(gap.why)), gap.why
    assert seen > 60


def filled(template: str) -> str:
    """A template with something in each hole."""
    return re.sub(
        r"\{(\w+)\}", lambda one: "2026-01-02" if one[1].startswith("iso") else f"a{one[1]}", template
    )


def test_no_reason_is_told_by_a_template_that_was_meant_for_another() -> None:
    """The first that fits tells it, so that the narrow ones go before the wide ones."""
    shadowed = []
    for template in WHYS:
        spanish = recorded_words_of(filled(in_english(template)))
        with translation.override("es"):
            wanted = filled(str(template))
        if spanish != wanted:
            shadowed.append((in_english(template), spanish))
    assert shadowed == [] and len(WHYS) > 100


def recorded_words_of(why: str) -> str:
    with translation.override("es"):
        return recorded_words(why)


@pytest.mark.parametrize(
    ("why", "spanish"),
    [
        ("An open need: not enough food.", "Una necesidad abierta: comida insuficiente."),
        (
            "Not found in the record: caregiver assessment.",
            "No se encontró en el expediente: evaluación del cuidador.",
        ),
        ("no pharmacy source is known.", "no se conoce ninguna fuente de farmacia."),
    ],
)
def test_why_something_is_asked_on_the_telephone_is_told_in_spanish(why: str, spanish: str) -> None:
    with translation.override("es"):
        assert asked_for(why) == spanish
    assert asked_for(why) == why


def test_a_need_by_a_name_of_ours_is_told_in_spanish_and_a_sources_own_stays() -> None:
    with translation.override("es"):
        assert need_named("risk of losing the home") == "riesgo de perder la vivienda"
        assert need_named("Homelessness (finding)") == "Homelessness (finding)" and need_named("") == ""
        assert domain_named("access_to_care") == "acceso a la atención"


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (
            "potassium critically high (a source, 2020) · 6.4 mmol/L on 2026-11-20, riverside EHR",
            "Potasio: valor críticamente alto (a source, 2020) · 6.4 mmol/L el 2026-11-20, riverside EHR.",
        ),
        (
            "a note (social services, 2026-11-20) tells of thoughts of suicide or self-harm",
            "Una nota (social services, 2026-11-20) habla de pensamientos de suicidio o de autolesión.",
        ),
        (
            "a note (social services, 2026-11-20) tells of black stool, or blood in vomit, stool or urine, with a blood thinner",
            "Una nota (social services, 2026-11-20) habla de heces negras, o sangre en el vómito, las heces o la orina, con un anticoagulante "
            "o antiplaquetario.",
        ),
        (
            "a fever (social services, 2026-11-20), with sickle cell disease",
            "Fiebre (social services, 2026-11-20), con anemia falciforme.",
        ),
        (
            "a note (social services, 2026-11-20) tells of a blow to the head, with a blood thinner",
            "Una nota (social services, 2026-11-20) habla de un golpe en la cabeza, con un anticoagulante o antiplaquetario.",
        ),
        (
            "A reply speaks of fainting, a seizure, or somebody who can't be woken, trouble breathing",
            "Una respuesta habla de un desmayo, una convulsión o alguien a quien no se puede despertar, dificultad para respirar.",
        ),
        (
            "a result, which its laboratory calls critical",
            "Un resultado que su laboratorio llama crítico.",
        ),
    ],
)
def test_what_cannot_wait_is_told_in_spanish(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert page_words(english) == spanish
    assert page_words(english) == f"{english[0].upper()}{english[1:]}."


def test_what_a_nurse_chooses_and_is_asked_about_a_line_is_told_in_spanish() -> None:
    why = "It tells what one source says of penicillin; another source says otherwise."
    with translation.override("es"):
        assert unsure(why) == "Dice lo que una fuente dice de penicillin; otra fuente dice otra cosa."
        assert need_named("no allergy: the drug was tolerated") == "no es alergia: el medicamento se toleró"
        assert named([]) == "Un médico del equipo de atención"
    assert unsure(why) == why and unsure("") == ""


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("twice a day", "dos veces al día"),
        ("3 times a day", "3 veces al día"),
        ("1000 mg a day", "1000 mg al día"),
        ("every 3 days", "cada 3 días"),
        ("2 times every 3 days", "2 veces cada 3 días"),
        ("15 mg a week", "15 mg por semana"),
        ("2 tablets", "2 tabletas"),
        ("40 mg", "40 mg"),
    ],
)
def test_how_much_and_how_often_is_told_in_spanish_as_exactly(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert regimen_part(english) == spanish
    assert regimen_part(english) == english
