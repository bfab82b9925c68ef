"""What a source says of a thing, its kind and its certainty, is told so: no intolerance as an allergy, no guess as a diagnosis."""

from dataclasses import replace

from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE, TODAY, Told
from tests.draft.test_draft_unseen import plan, texts


def rows(told: Told) -> str:
    """Everything that the plan says; each line follows from what it cites."""
    return "\n".join(texts(told))


def test_an_intolerance_is_told_as_one_with_its_reaction():
    told = Told()
    told.patient()
    told.allergy("morphine", detail={"allergy_type": "intolerance", "reaction": "Itching"})
    told.drug("Morphine sulfate 15 mg tablet", "15 mg every 4 hours as needed")
    said = rows(told)
    assert "An intolerance to morphine with the reaction itching is recorded on 2019-08-14." in said
    assert "and an intolerance to morphine is recorded" in said
    assert "allergy to morphine" not in said


def test_a_reaction_that_nobody_knows_is_no_reaction():
    told = Told()
    told.patient()
    told.allergy("sulfa drugs", detail={"allergy_type": "allergy", "reaction": "unknown"})
    assert "An allergy to sulfa drugs is recorded on 2019-08-14." in rows(told)


def test_a_diagnosis_that_nobody_confirmed_is_told_as_a_guess():
    told = Told()
    told.patient()
    told.problem("Depression", certainty="provisional", on="2026-05-11")
    told.problem("Rheumatoid arthritis", certainty="unconfirmed", on="2026-06-02", system="clinic")
    told.problem("Rheumatoid arthritis", on="2026-08-02")
    said = rows(told)
    assert "A provisional diagnosis is recorded on 2026-05-11: depression." in said
    assert "Depression has been active" not in said
    assert "diagnosis is recorded on 2026-06-02" not in said and "heumatoid arthritis" in said


def test_a_drug_on_hold_is_not_taken_and_harms_with_nothing():
    told = Told()
    told.patient()
    told.problem("Chronic kidney disease stage 3", "N18.30")
    told.lab("98979-8", "eGFR", "41", "mL/min/{1.73_m2}", "2026-10-02")
    told.drug("Naproxen 375 mg tablet", "375 mg twice daily", on="2026-05-02", status="on-hold")
    told.drug("Warfarin 5 mg tablet", "5 mg daily")
    said = rows(told)
    assert "Naproxen is on hold, 375 mg" in said
    assert "Naproxen is taken" not in said and "together with naproxen" not in said.lower()


def test_a_fill_that_the_payer_refused_is_told_and_the_coordinator_asks_why():
    told = Told()
    told.patient()
    told.drug("Cinacalcet 30 mg tablet", "30 mg daily", on="2026-04-01")
    told.fill("Cinacalcet 30 mg tablet", on="2026-08-01")
    refused = told.fill("Cinacalcet 30 mg tablet", on="2026-10-20")
    detail = {"outcome": "denied", "disposition": "NON-FORMULARY"}
    told.entries[-1] = replace(refused, status="declined", detail=detail)
    said = rows(told)
    assert "The payer denied cinacalcet at the pharmacy on 2026-10-20: non-formulary." in said
    assert (
        "The coordinator asks the payer why cinacalcet was denied at the pharmacy and tells the prescriber."
        in said
    )


def test_a_refused_fill_that_was_made_good_is_no_longer_told():
    told = Told()
    told.patient()
    told.drug("Cinacalcet 30 mg tablet", "30 mg daily", on="2026-04-01")
    refused = told.fill("Cinacalcet 30 mg tablet", on="2026-10-20")
    told.entries[-1] = replace(refused, status="declined", detail={"outcome": "denied"})
    told.fill("Cinacalcet 30 mg tablet", on="2026-10-24")
    assert "denied" not in rows(told)


def test_the_language_is_that_of_the_source_that_tells_it():
    told = Told()
    told.patient(language="es")
    told.add("Patient", system="outreach", detail={"interpreter": "true", "quote": "Needs an interpreter."})
    assert "The patient's language is Spanish, and an interpreter is needed." in rows(told)


def test_a_payers_fill_is_told_as_filled_and_a_reading_that_differs_from_nothing_is_left_out():
    told = Told()
    told.patient()
    told.drug("Mycophenolate 500 mg tablet", "Take 2 tablets (1000 mg) by mouth twice daily", on="2026-03-01")
    told.drug(
        "mycophenolate",
        "one tablet twice daily",
        on="2026-11-08",
        kind="MedicationStatement",
        system="outreach",
    )
    told.add(
        "ExplanationOfBenefit",
        system="harbor_plan",
        on="2026-10-11",
        text="MYCOPHENOLATE 250 MG CAPSULE",
        category=("pharmacy",),
        status="active",
        detail={"quantity": "60", "days_supply": "30", "outcome": "complete", "use": "claim"},
    )
    said = rows(told)
    assert "Sources differ on the dose of mycophenolate" in said
    assert "filled as 250 mg, 60 for 30 days (harbor plan, 2026-10-11)" in said


def test_what_was_stopped_after_its_fill_is_told_on_top_and_never_as_a_current_medication():
    told = Told()
    told.patient()
    told.fill("POTASSIUM CHLORIDE ER 20 MEQ TABLET", on="2026-11-10")
    told.lab("2823-3", "Potassium", "5.6", "mmol/L", on="2026-11-20")
    told.drug(
        "potassium chloride",
        "",
        on="2026-11-20",
        kind="MedicationStatement",
        status="stopped",
        detail={"quote": "STOP taking potassium chloride."},
    )
    drafted = plan(told)
    said = {one.id: one.text for one in drafted.statements}
    top = " ".join(said[one] for one in drafted.top)
    assert "Sources differ on whether potassium chloride is taken" in top
    assert "reported as stopped in lakeside clinic on 2026-11-20" in top
    everything = "\n".join(said.values())
    assert "Current medications include potassium chloride" not in everything
    assert "not on any medication list" not in everything
    assert f"The nurse asks the patient by {TODAY} whether potassium chloride is taken" in everything


def test_how_long_a_drug_was_not_in_hand_is_told_to_the_day():
    told = Told()
    told.patient()
    told.drug("Cinacalcet 30 mg tablet", "30 mg daily", on="2026-04-01")
    told.fill("Cinacalcet 30 mg tablet", on="2026-08-01")
    told.fill("Metformin 500 mg tablet", on="2026-10-20")
    (line,) = [one for one in plan(told).statements if "without supply" in one.text]
    assert "(supply ended 2026-08-31, 50 days without supply since)" in line.text
    record = told.record()
    index = Index(record, KNOWLEDGE, (TODAY,))
    cited = [record.by_id[entry] for entry in line.citations]
    assert judge_with(index, line.text, cited, line.guideline).verdict == "supported"
    wrong = line.text.replace("50 days", "60 days")
    assert judge_with(index, wrong, cited, line.guideline).verdict == "contradicted"
