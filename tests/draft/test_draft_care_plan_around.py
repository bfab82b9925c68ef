"""Who cares for the patient and what happened around them stand in the care plan."""

import re

from careloom.care.entry import Code, Period, when
from tests.draft.drafted import nobody, plan, said, texts, unsupported
from tests.draft.people import ANA, Told, ana


def test_a_caregiver_is_told_by_relation_and_a_team_by_roles():
    told = ana()
    told.add("RelatedPerson", text="Lucia Moreno", on="", detail={"relation": "daughter"})
    told.add(
        "CareTeam",
        status="active",
        detail={"participants": "cardiologist: Dr. Jane Doe; case manager: John Roe"},
    )
    document = plan(told)
    assert "A caregiver is recorded: daughter." in said(document)
    assert "The care team includes a cardiologist and a case manager." in said(document)
    assert not re.search("Lucia|Moreno|Jane|Doe|Roe", said(document))


def test_a_part_of_the_record_that_contradicts_itself_is_shown():
    told = ana()
    told.problem("Asthma", "J45.909", on="2010-01-01", system="northgate")
    told.problem(
        "Asthma",
        "J45.909",
        on="2010-01-01",
        status="resolved",
        effective=Period(when("2010-01-01"), when("2012-01-01")),
    )
    assert any("Sources differ on" in one for one in texts(plan(told), "problem_list"))


def test_a_stay_in_hospital_an_order_and_a_visit_ahead_are_told():
    told = ana()
    told.add(
        "Encounter", on="2026-10-24", status="finished", detail={"class": "inpatient", "reason": "Pneumonia"}
    )
    told.add(
        "ServiceRequest",
        on="2026-10-30",
        status="active",
        text="Referral to nephrology",
        detail={"intent": "order"},
    )
    told.add("Appointment", on="2026-12-03", status="booked", text="Nephrology visit")
    lines = texts(plan(told), "coordination")
    assert "An inpatient visit is recorded on 2026-10-24: pneumonia." in lines
    assert "Referral to nephrology was ordered on 2026-10-30." in lines
    assert "An appointment is booked on 2026-12-03: nephrology visit." in lines


def test_scores_and_wishes_are_told_with_their_day():
    told = ana()
    told.lab("44261-6", "PHQ-9 total score", "14", "{score}", "2026-09-22")
    told.add(
        "Observation",
        text="Code status",
        on="2026-05-05",
        status="final",
        codes=(Code("http://snomed.info/sct", "304252001", "For resuscitation"),),
    )
    document = plan(told)
    assert any(re.search("PHQ-9.* 14 on 2026-09-22", one) for one in texts(document, "symptom_management"))
    assert any("2026-05-05" in one for one in texts(document, "prognosis"))


def test_an_interpreter_is_named_with_the_language():
    told = Told(ANA)
    told.patient(language="es", interpreter="true")
    assert "The patient's language is Spanish, and an interpreter is needed." in said(plan(told))


def test_a_kidney_limit_for_one_disease_is_a_concern_with_that_disease_alone():
    told = nobody()
    told.drug("baricitinib 2 MG Oral Tablet", "Take 1 tablet daily")
    told.lab("98979-8", "eGFR", "25", "mL/min/{1.73_m2}", "2026-09-20")
    concern = re.compile(r"baricitinib.*eGFR|eGFR.*baricitinib", re.IGNORECASE)
    before = [one for one in texts(plan(told)) if concern.search(one)]
    told.problem("Rheumatoid arthritis (disorder)", "69896004", on="2023-01-01")
    after = [one for one in texts(plan(told)) if concern.search(one)]
    assert (before, bool(after)) == ([], True)


def test_an_ingredient_in_two_products_is_asked_about_in_words_that_can_be_signed():
    told = Told()
    told.patient()
    told.drug("Percocet 10-325 mg tablet", "1 tablet every 6 hours")
    told.drug("Acetaminophen 1000 mg", "1000 mg every 6 hours")
    document = plan(told)
    assert "in which medicines and from which bottles acetaminophen is taken" in said(document)
    assert unsupported(told, document) == []


def test_a_drug_beside_the_result_that_bears_its_name_can_be_signed():
    told = Told()
    told.patient()
    told.lab("2823-3", "Potassium", "5.8", "mmol/L", "2026-11-18")
    told.drug("Potassium chloride 20 MEQ Extended Release Oral Tablet", "20 mEq daily")
    document = plan(told)
    assert "potassium chloride with potassium 5.8 mmol/L (2026-11-18)" in said(document)
    assert unsupported(told, document) == []
