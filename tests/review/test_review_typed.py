"""What somebody types in words of her own: a drug instruction or a disease that nobody else knows of is the physician's."""

from dataclasses import replace

import pytest

from careloom.care.document import ContentClass, Statement
from careloom.care.entry import RECORDED_HERE
from careloom.care.record import PatientRecord
from careloom.review.classes import classify
from tests.draft.people import KNOWLEDGE, ana

DRUG, IMPRESSION = ContentClass.MEDICATION_CHANGE, ContentClass.DIAGNOSTIC_IMPRESSION


def class_of(text: str, record: PatientRecord | None = None) -> ContentClass:
    line = Statement(id="1", section="observed", kind="fact", text=text, written_by="person")
    return classify(line, record or ana().record(), KNOWLEDGE)


@pytest.mark.parametrize(
    "text",
    [
        "Stop ibuprofen.", "Go back to 40 mg furosemide.", "No more Aleve.", "Use the inhaler every four hours.",
        "Discontinue oxygen.", "Wean off oxygen.", "Take an extra water pill if weight is up.", "Suspender la metformina.",
        "Tomar la mitad de la pastilla de metoprolol.", "Le dije que suspenda la metformina.", "Doblar la dosis de insulina.",
        "Deje de usar el inhalador.", "Told her to skip the evening dose.",
    ],
)  # fmt: skip
def test_an_instruction_about_a_drug_is_one_in_either_language(text: str) -> None:
    assert class_of(text) is DRUG


@pytest.mark.parametrize(
    "text",
    [
        "Signs of early cellulitis on left leg.", "Patient is depressed.", "Has dementia.", "Looks like pneumonia.", "Cushing syndrome?",
        "Has type 2 diabetes and pneumonia.", "Parece tener neumonía.", "Wound is infected.", "COPD flare.", "Está deprimida.",
    ],
)  # fmt: skip
def test_a_disease_that_nobody_else_knows_of_is_an_impression(text: str) -> None:
    assert class_of(text) is IMPRESSION


@pytest.mark.parametrize(
    "text",
    [
        "Alert and oriented x3.", "2+ pitting edema to the knees.", "Crackles at both bases.", "Wound 3 x 2 cm, clean, no signs of infection.",
        "Denies depression.", "Lips without cyanosis, no ecchymosis.", "How to inject insulin; teach-back: partly.",
        "How to use the inhaler; teach-back: correct.", "Pill box filled for the week.", "Camina bien con bastón.", "Lives with type 2 diabetes.",
        "Sus pastillas están en la caja para la semana.",
    ],
)  # fmt: skip
def test_what_was_seen_denied_or_is_known_is_neither(text: str) -> None:
    assert class_of(text) not in (DRUG, IMPRESSION)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("Thrombocytopenia", "Has thrombosis."), ("Thrombocytopenia", "Thrombus in the left leg."),
        ("Hepatic steatosis", "Has hepatitis."), ("Meningioma", "Has meningitis."),
        ("Hepatic encephalopathy", "Has encephalitis."), ("Myocardial infarction", "Has myocarditis."),
        ("Hemorrhoids", "Hemorrhage from the nose."), ("Dementia", "Had a TIA."),
    ],
)  # fmt: skip
def test_a_disease_whose_name_only_begins_like_a_known_one_is_an_impression(known: str, text: str) -> None:
    told = ana()
    told.problem(known)
    assert class_of(text, told.record()) is IMPRESSION


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("Cirrhosis of liver", "He is cirrhotic."), ("Osteoarthritis of knee", "Arthritis of the knee hurts in the morning."),
        ("Seizure disorder", "Seizures twice a year."), ("Kidney stones", "Kidney stone passed in May."),
    ],
)  # fmt: skip
def test_a_known_disease_in_another_form_of_its_word_is_none(known: str, text: str) -> None:
    told = ana()
    told.problem(known)
    assert class_of(text, told.record()) is not IMPRESSION


def test_what_is_known_only_since_somebody_typed_it_is_not_known_yet() -> None:
    told = ana()
    told.problem("Cellulitis of left leg")
    assert class_of("Cellulitis of the left leg is smaller.", told.record()) is not IMPRESSION
    last = told.entries[-1]
    told.entries[-1] = replace(last, source=replace(last.source, system=RECORDED_HERE))
    assert class_of("Cellulitis of the left leg is smaller.", told.record()) is IMPRESSION
