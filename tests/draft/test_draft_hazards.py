"""A hazard of the medication list has a rule behind it and a day; what is asked today isn't asked again later."""

import pytest

from careloom.care.entry import Dosage
from tests.draft.drafted import plan, texts, unsupported
from tests.draft.people import KNOWLEDGE, TODAY, Told


def somebody(*drugs, problems=(), labs=()):
    told = Told()
    told.patient()
    for name in drugs:
        told.add("MedicationRequest", text=name, status="active", detail={"intent": "order"}, on="2026-10-01")
    for name, code in problems:
        told.problem(name, code)
    for loinc, name, value, unit in labs:
        told.lab(loinc, name, value, unit, "2026-11-20")
    return told


EGFR = ("98979-8", "eGFR", "24", "mL/min/{1.73_m2}")
KIDNEY = ("Chronic kidney disease, stage 4", "N18.4")
PEOPLE = [
    somebody("Naproxen 500 MG Oral Tablet", "Lisinopril 20 MG Oral Tablet", problems=[KIDNEY], labs=[EGFR]),
    somebody("Metformin 1000 MG Oral Tablet", labs=[EGFR]),
    somebody("Simvastatin 40 MG Oral Tablet", "Clarithromycin 500 MG Oral Tablet"),
    somebody("Propranolol 40 MG Oral Tablet", problems=[("Asthma", "J45.909")]),
    somebody("Methotrexate 2.5 MG Oral Tablet", "Trimethoprim 100 MG Oral Tablet"),
    somebody("Bupropion 150 MG Oral Tablet", problems=[("Epilepsy", "G40.909")]),
    somebody("Sildenafil 50 MG Oral Tablet", "Isosorbide mononitrate 30 MG Oral Tablet"),
]


@pytest.mark.parametrize("told", PEOPLE)
def test_each_line_about_a_hazard_has_a_rule_and_who_looks_into_it_a_day(told):
    document = plan(told)
    assert unsupported(told, document) == []
    hazards = [
        one
        for one in document.statements
        if one.section == "medication_management"
        and one.kind in ("concern", "activity")
        and (one.rank <= 15 or "reviews" in one.text)
    ]
    assert hazards
    for one in hazards:
        assert one.guideline and KNOWLEDGE.protocols.rule(one.guideline.id), one.text
        assert one.kind == "concern" or (one.activity.due and one.activity.due in one.text), one.text
    assert any(one.kind == "activity" for one in hazards)


def test_what_harms_is_looked_into_on_the_day_itself():
    for told, by in ((PEOPLE[5], TODAY.isoformat()), (PEOPLE[4], TODAY.isoformat())):
        (said,) = [
            one for one in texts(plan(told)) if " reviews bupropion" in one or " reviews methotrexate" in one
        ]
        assert f"by {by}" in said


def test_one_drug_that_a_protocol_puts_to_somebody_is_not_put_to_the_physician_once_more_for_each_reason():
    told = somebody(
        "Naproxen 500 MG Oral Tablet",
        problems=[KIDNEY, ("Chronic systolic (congestive) heart failure", "I50.22")],
        labs=[EGFR],
    )
    asked = [one for one in plan(told).statements if one.activity and "aproxen" in one.text]
    assert [one.activity.owner for one in asked if one.rank <= 20] == ["pharmacist"]
    assert "the physician decides on another pain treatment" in asked[0].text


def test_an_urgent_line_is_not_told_again_softer_and_later():
    told = somebody(labs=[("2823-3", "Potassium", "5.8", "mmol/L")])
    told.add(
        "MedicationDispense",
        text="Potassium chloride 20 MEQ Extended Release Oral Tablet",
        status="completed",
        on="2026-11-10",
        detail={"days_supply": "30", "quantity": "30"},
        system="harbor_pharmacy",
    )
    told.add(
        "MedicationStatement",
        text="potassium chloride",
        status="stopped",
        on="2026-11-18",
        detail={"quote": "STOP taking potassium chloride."},
        system="notes",
        dosage=Dosage(text=""),
    )
    document = plan(told)
    asked = [one for one in document.statements if one.activity and "potassium chloride is taken" in one.text]
    assert [one.activity.due for one in asked] == [TODAY.isoformat()]
    assert any("Sources differ on whether potassium chloride" in one.text for one in document.statements)


def test_another_question_about_the_same_drug_stays_beside_the_urgent_one():
    told = somebody(
        "insulin glargine 100 UNT/ML Injectable Solution",
        problems=[("Type 2 diabetes mellitus", "E11.9")],
        labs=[("2345-7", "Glucose", "46", "mg/dL")],
    )
    lines = texts(plan(told))
    assert any(f"by {TODAY}" in one and "insulin glargine" in one for one in lines)
    assert any("glucagon" in one for one in lines)


def test_a_changed_strength_is_told_and_asked_without_a_word_on_the_dose():
    told = Told()
    told.patient()
    for strength, on in (("40", "2026-05-10"), ("80", "2026-11-18")):
        told.add(
            "MedicationRequest",
            text=f"Furosemide {strength} MG Oral Tablet",
            status="active" if strength == "80" else "stopped",
            detail={"intent": "order"},
            on=on,
            dosage=Dosage(text=f"Take 1 tablet ({strength} mg) by mouth once daily"),
        )
    told.add(
        "MedicationDispense",
        text="FUROSEMIDE 40 MG TABLET",
        status="completed",
        on="2026-11-10",
        detail={"days_supply": "30", "quantity": "30"},
        system="harbor_pharmacy",
    )
    document = plan(told)
    lines = texts(document)
    assert any(one.startswith("Two strengths of furosemide may be at home: 80 mg ordered") for one in lines)
    (asked,) = [one for one in document.statements if "which bottles of furosemide are at home" in one.text]
    assert (asked.activity.owner, asked.activity.due) == ("nurse", "2026-11-25")
    assert any(
        one.startswith("Furosemide is prescribed") and "another strength of it may be there" in one
        for one in lines
    )
    assert unsupported(told, document) == []


@pytest.mark.parametrize(
    ("loinc", "name", "value", "unit", "says"),
    [
        ("777-3", "Platelets", "18", "10*3/uL", "Platelets were 18"),
        ("2823-3", "Potassium", "7.1", "mmol/L", "Potassium was 7.1"),
    ],
)
def test_a_sentence_about_many_things_says_were(loinc, name, value, unit, says):
    told = somebody(labs=[(loinc, name, value, unit)])
    document = plan(told)
    assert unsupported(told, document) == []
    about = texts(document)
    assert any(one.startswith(says) for one in about)
    assert not [one for one in about if "latelets was" in one or "otassium were" in one]
